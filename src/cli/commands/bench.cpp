// `generion bench`: how fast a node is, beside what its signature checks alone would allow.
#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <thread>

#include "cli/bench/load.h"
#include "cli/bench/local_node.h"
#include "cli/bench/measure.h"
#include "cli/bench/workload.h"
#include "cli/commands/command.h"
#include "cli/commands/parse.h"
#include "cli/terminal/table.h"
#include "client/node_api.h"

namespace generion::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t kOpenLoopClients = 128;

struct BenchArgs {
  std::string institution;  // key file; needed with --attach
  bool attach = false;
  std::size_t transactions = 100'000;
  std::size_t clients = 16;
  std::size_t per_request = 50;
  std::size_t records = 0;
  double open_share = 0.1;
};

// What the whole benchmark works on.
struct Target {
  std::string url;
  Hash chain;
  std::optional<pid_t> process;
  std::filesystem::path admin_socket;  // with `process`
};

// One load and what the node's process spent on it.
struct Measured {
  LoadResult load;
  std::size_t operations = 1;
  std::map<std::string, double> cpu_seconds;  // the node's, by part
  double client_cpu_seconds = 0;              // of this process, which shares the machine
  std::uint64_t written_bytes = 0;

  double tps() const { return static_cast<double>(load.transactions) / load.seconds; }
  double us_per_transaction(double seconds) const {
    return seconds * 1e6 / static_cast<double>(load.transactions);
  }
  // How many cores were at work for it, node and clients together.
  double cores_busy() const {
    double out = client_cpu_seconds;
    for (const auto& [part, seconds] : cpu_seconds) out += seconds;
    return out / load.seconds;
  }
};

// The parts of a node by the names of its threads.
std::string part_of_thread(const std::string& name) {
  if (name.starts_with("verify")) return "verify";
  if (name == "replica") return "order";
  if (name == "executor") return "execute";
  if (name == "journal" || name.starts_with("rocksdb")) return "store";
  if (name.starts_with("io")) return "network";
  return "other";
}

std::map<std::string, double> cpu_by_part(const Target& target) {
  std::map<std::string, double> out;
  if (!target.process) return out;
  const auto threads = process_cpu_seconds(*target.process);
  if (!threads) return out;
  for (const auto& [name, seconds] : *threads) out[part_of_thread(name)] += seconds;
  return out;
}

Result<Measured> run_load(Context& context, const Target& target, const Workload& workload,
                          const LoadOptions& options, const std::string& label) {
  const auto cpu_before = cpu_by_part(target);
  const auto written_before =
      target.process ? node_written_bytes(target.admin_socket).value_or(0) : 0;
  Progress progress = context.progress(label, "requests");
  const double client_before = own_cpu_seconds();
  auto load = send_load(workload, options, [&](std::uint64_t done) {
    progress.update(done, workload.requests.size());
  });
  if (!load) return fail(load.error());
  Measured out{std::move(*load), workload.operations, cpu_by_part(target),
               own_cpu_seconds() - client_before, 0};
  for (auto& [part, seconds] : out.cpu_seconds) {
    const auto before = cpu_before.find(part);
    if (before != cpu_before.end()) seconds -= before->second;
  }
  if (target.process) {
    out.written_bytes = node_written_bytes(target.admin_socket).value_or(0) - written_before;
  }
  if (out.load.failed > 0) {
    context.remark(fmt::format("{} transactions did not execute; the first answer: {}",
                               out.load.failed, out.load.first_failure));
  }
  return out;
}

Workload prepare(Context& context, const WorkloadOptions& options,
                 const crypto::SigningKey& institution) {
  Progress progress = context.progress("signing", "transactions");
  return make_workload(options, institution,
                       [&](std::size_t done) { progress.update(done, options.transactions); });
}

json::object latency_json(const Latencies& latencies) {
  const auto summary = latencies.summary();
  return {{"p50", summary.p50}, {"p90", summary.p90}, {"p99", summary.p99}, {"max", summary.max}};
}

std::vector<std::string> load_row(const std::string& name, const Measured& measured) {
  const auto latency = measured.load.latencies.summary();
  return {name,
          fmt::format("{:.0f}", measured.tps()),
          fmt::format("{:.0f}", measured.tps() * static_cast<double>(measured.operations)),
          fmt::format("{:.2f}", latency.p50),
          fmt::format("{:.2f}", latency.p90),
          fmt::format("{:.2f}", latency.p99),
          fmt::format("{:.2f}", latency.max),
          fmt::format("{}", measured.load.failed)};
}

// Everything that is measured, in the order of measuring.
struct Figures {
  unsigned cores = 1;
  VerifyRate verify;
  Measured single;
  Measured hundred;
  Measured open;
  std::optional<Latencies> queries;
  std::uint64_t records = 0;
  std::optional<std::uint64_t> memory_bytes;

  double share_of_limit() const { return single.tps() / verify.all_cores; }
};

json::object figures_json(const Figures& figures) {
  json::object cpu;
  const Measured& single = figures.single;
  for (const auto& [part, seconds] : single.cpu_seconds) {
    cpu[part] = single.us_per_transaction(seconds);
  }
  json::object out{{"cores", figures.cores},
                   {"tps", figures.single.tps()},
                   {"ops_per_second", figures.hundred.tps() * 100},
                   {"latency_ms", latency_json(figures.open.load.latencies)},
                   {"closed_loop_latency_ms", latency_json(figures.single.load.latencies)},
                   {"verify_per_second", figures.verify.all_cores},
                   {"limit_tps", figures.verify.all_cores},
                   {"share_of_limit", figures.share_of_limit()},
                   {"cpu_us_per_tx", std::move(cpu)},
                   {"client_cpu_us_per_tx", single.us_per_transaction(single.client_cpu_seconds)},
                   {"failed", figures.single.load.failed + figures.hundred.load.failed +
                                  figures.open.load.failed}};
  if (!single.cpu_seconds.empty()) {
    out["cores_busy"] = single.cores_busy();
    out["written_bytes_per_tx"] =
        static_cast<double>(single.written_bytes) / static_cast<double>(single.load.transactions);
  }
  if (figures.memory_bytes) out["node_memory_bytes"] = *figures.memory_bytes;
  if (figures.queries) {
    out["query_records"] = figures.records;
    out["query_ms"] = latency_json(*figures.queries);
  }
  return out;
}

std::string figures_text(const Figures& figures) {
  Table loads({{"LOAD", Align::left},
               {"TX/S", Align::right},
               {"OPS/S", Align::right},
               {"P50 MS", Align::right},
               {"P90 MS", Align::right},
               {"P99 MS", Align::right},
               {"MAX MS", Align::right},
               {"FAILED", Align::right}});
  loads.add(load_row("1 operation, closed loop", figures.single));
  loads.add(load_row("100 operations, closed loop", figures.hundred));
  loads.add(load_row("1 operation, open loop", figures.open));
  std::string out = loads.text() + "\n";
  std::vector<std::pair<std::string, std::string>> fields = {
      {"Ed25519 checks",
       fmt::format("{:.0f}/s on one core, {:.0f}/s on {}", figures.verify.one_core,
                   figures.verify.all_cores, figures.cores)},
      {"share of the limit", fmt::format("{:.0f}% of {:.0f} tx/s", 100 * figures.share_of_limit(),
                                         figures.verify.all_cores)}};
  const Measured& single = figures.single;
  for (const auto& [part, seconds] : single.cpu_seconds) {
    fields.push_back(
        {"CPU, " + part, fmt::format("{:.1f} us/tx", single.us_per_transaction(seconds))});
  }
  fields.push_back(
      {"CPU, these clients",
       fmt::format("{:.1f} us/tx", single.us_per_transaction(single.client_cpu_seconds))});
  if (!single.cpu_seconds.empty()) {
    fields.push_back({"cores at work", fmt::format("{:.2f} of {}, node and clients together",
                                                   single.cores_busy(), figures.cores)});
    fields.push_back(
        {"written, uncompacted",
         fmt::format("{:.0f} bytes/tx", static_cast<double>(single.written_bytes) /
                                            static_cast<double>(single.load.transactions))});
  }
  if (figures.memory_bytes) {
    fields.push_back({"node's memory", fmt::format("{} MiB", *figures.memory_bytes / (1 << 20))});
  }
  if (figures.queries) {
    const auto q = figures.queries->summary();
    fields.push_back({fmt::format("getRecord of {} records", figures.records),
                      fmt::format("p50 {:.3f} ms, p99 {:.3f} ms, with HTTP", q.p50, q.p99)});
  }
  return out + field_lines(fields);
}

// Fills the chain with records, then reads some of them at random.
Result<void> measure_queries(Context& context, const Target& target, const BenchArgs& args,
                             const crypto::SigningKey& institution, Figures& figures) {
  constexpr std::size_t kQueries = 20'000;
  constexpr std::size_t kOperations = 200;
  const Workload workload = prepare(context,
                                    {.chain = target.chain,
                                     .transactions = (args.records + kOperations - 1) / kOperations,
                                     .operations = kOperations,
                                     .users = 10'000,
                                     .seed = 4},
                                    institution);
  const auto filled = run_load(context, target, workload, {target.url, args.clients, 0}, "filling");
  if (!filled) return fail(filled.error());
  figures.records = args.records;
  std::mt19937_64 random(1);
  std::vector<std::string> targets;
  for (std::size_t i = 0; i < kQueries; ++i) {
    targets.push_back(fmt::format("/getRecord?record_id={}", 1 + random() % args.records));
  }
  auto latencies = send_queries(target.url, targets);
  if (!latencies) return fail(latencies.error());
  figures.queries = std::move(*latencies);
  return {};
}

Result<Figures> measure(Context& context, const Target& target, const BenchArgs& args,
                        const crypto::SigningKey& institution) {
  Figures out;
  out.cores = std::max(1U, std::thread::hardware_concurrency());
  out.verify = measure_verify_rate(out.cores, 1.0);

  const auto load = [&](WorkloadOptions options, double rate,
                        const std::string& label) -> Result<Measured> {
    options.chain = target.chain;
    const Workload workload = prepare(context, options, institution);
    // An open loop's clients must not be what limits its rate.
    const std::size_t clients = rate > 0 ? std::max(args.clients, kOpenLoopClients) : args.clients;
    return run_load(context, target, workload, {target.url, clients, rate}, label);
  };
  auto single =
      load({.transactions = args.transactions, .transactions_per_request = args.per_request}, 0,
           "1 operation");
  if (!single) return fail(single.error());
  out.single = std::move(*single);

  auto hundred = load({.transactions = std::max<std::size_t>(args.transactions / 50, 1),
                       .operations = 100,
                       .seed = 2},
                      0, "100 operations");
  if (!hundred) return fail(hundred.error());
  out.hundred = std::move(*hundred);

  const double rate = std::max(1.0, out.single.tps() * args.open_share);
  auto open =
      load({.transactions = static_cast<std::size_t>(rate * 5), .seed = 3}, rate, "open loop");
  if (!open) return fail(open.error());
  out.open = std::move(*open);

  if (args.records > 0) {
    if (auto ok = measure_queries(context, target, args, institution, out); !ok) {
      return fail(ok.error());
    }
  }
  if (target.process) {
    if (const auto memory = process_memory_bytes(*target.process)) out.memory_bytes = *memory;
  }
  return out;
}

Result<Report> bench(Context& context, const BenchArgs& args) {
  std::unique_ptr<LocalNode> local;
  Target target;
  auto institution = args.attach ? context.signing_key(args.institution)
                                 : Result<crypto::SigningKey>(crypto::SigningKey::generate());
  if (!institution) return fail(institution.error());
  if (args.attach) {
    const auto chain = context.chain();
    if (!chain) return fail(chain.error());
    target = {context.options().node, *chain, std::nullopt, {}};
  } else {
    auto started = LocalNode::start(*institution);
    if (!started) return fail(started.error());
    local = std::move(*started);
    target = {local->url(), local->chain(), local->process(), local->admin_socket()};
  }
  const auto figures = measure(context, target, args, *institution);
  if (!figures) return fail(figures.error());
  return Report{.json = figures_json(*figures), .text = figures_text(*figures)};
}

}  // namespace

void add_bench(CLI::App& root, Action& selected) {
  auto [app, args] = add_command<BenchArgs>(
      root, "bench", "How fast a node is: throughput, latency, CPU by part, share of the limit",
      selected, bench);
  app->add_flag("--attach", args->attach,
                "Load the node of --node instead of one started for this (it keeps the records!)");
  app->add_option("--institution", args->institution,
                  "With --attach: key file of an accredited institution");
  app->add_option("--transactions", args->transactions, "One-operation transactions to send")
      ->capture_default_str()
      ->check(CLI::Range(1, 10'000'000));
  app->add_option("--clients", args->clients, "Connections")
      ->capture_default_str()
      ->check(CLI::Range(1, 200));
  app->add_option("--per-request", args->per_request,
                  "Transactions in one JSON-RPC batch, closed loop")
      ->capture_default_str()
      ->check(CLI::Range(1, 1'000));
  app->add_option("--records", args->records,
                  "Fill the chain with so many records and measure getRecord")
      ->capture_default_str()
      ->check(CLI::Range(0, 100'000'000));
  app->add_option("--open-share", args->open_share, "Rate of the open loop, as a share of the peak")
      ->capture_default_str()
      ->check(CLI::Range(0.001, 1.0));
}

}  // namespace generion::cli
