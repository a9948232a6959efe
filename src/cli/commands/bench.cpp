// `generion bench`: how fast a node is, beside what its signature checks alone would allow.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <thread>

#include "cli/bench/figures.h"
#include "cli/bench/load.h"
#include "cli/bench/local_node.h"
#include "cli/bench/measure.h"
#include "cli/bench/workload.h"
#include "cli/commands/command.h"
#include "cli/commands/parse.h"
#include "client/node_api.h"

namespace generion::cli {
namespace {

constexpr std::size_t kOpenLoopClients = 128;
constexpr double kVerifySeconds = 1.0;

struct BenchArgs {
  std::string institution;  // key file; needed with --attach
  bool attach = false;
  std::size_t transactions = 100'000;
  std::size_t clients = 16;
  std::size_t per_request = 50;
  std::size_t records = 0;
  double open_share = 0.1;
  std::size_t restart = 20'000;
};

// What the whole benchmark works on.
struct Target {
  std::string url;
  Hash chain;
  std::optional<pid_t> process;
  std::filesystem::path admin_socket;  // with `process`
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

// Kills a node that holds its last transactions in memory alone, args.restart of them if executing
// these takes less than the `ledger.flush_ms` after which it flushes, and starts it again.
Result<Restart> measure_restart(Context& context, const BenchArgs& args,
                                const crypto::SigningKey& institution) {
  auto node = LocalNode::start(institution, {"ledger.flush_transactions=10000000"});
  if (!node) return fail(node.error());
  const Target target{(*node)->url(), (*node)->chain(), (*node)->process(),
                      (*node)->admin_socket()};
  const Workload workload = prepare(context,
                                    {.chain = target.chain,
                                     .transactions = args.restart,
                                     .transactions_per_request = args.per_request,
                                     .seed = 5},
                                    institution);
  const auto filled = run_load(context, target, workload, {target.url, args.clients, 0}, "killing");
  if (!filled) return fail(filled.error());
  (*node)->kill();
  const auto start = std::chrono::steady_clock::now();
  if (auto ok = (*node)->restart(); !ok) return fail(ok.error());
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  return Restart{filled->load.transactions, seconds.count()};
}

Result<Figures> measure(Context& context, const Target& target, const BenchArgs& args,
                        const crypto::SigningKey& institution) {
  Figures out;
  out.cores = std::max(1U, std::thread::hardware_concurrency());
  const VerifyRate before = measure_verify_rate(out.cores, kVerifySeconds);

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
  out.verify = mean(before, measure_verify_rate(out.cores, kVerifySeconds));

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
  auto figures = measure(context, target, args, *institution);
  if (!figures) return fail(figures.error());
  if (!args.attach && args.restart > 0) {
    local.reset();
    const auto restart = measure_restart(context, args, *institution);
    if (!restart) return fail(restart.error());
    figures->restart = *restart;
  }
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
  app->add_option("--restart", args->restart,
                  "Kill a node that has not flushed so many transactions (as far as "
                  "ledger.flush_ms lets it), "
                  "and time its start; 0: no")
      ->capture_default_str()
      ->check(CLI::Range(0, 10'000'000));
  app->add_option("--open-share", args->open_share, "Rate of the open loop, as a share of the peak")
      ->capture_default_str()
      ->check(CLI::Range(0.001, 1.0));
}

}  // namespace generion::cli
