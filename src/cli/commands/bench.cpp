// `generion bench`: how fast a node is, beside what its signature checks alone would allow.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <random>
#include <thread>

#include "cli/bench/figures.h"
#include "cli/bench/load.h"
#include "cli/bench/local_node.h"
#include "cli/bench/measure.h"
#include "cli/bench/mixes.h"
#include "cli/bench/run.h"
#include "cli/commands/command.h"

namespace generion::cli {
namespace {

constexpr std::size_t kOpenLoopClients = 128;
constexpr double kVerifySeconds = 1.0;
constexpr std::size_t kRecordTransactions = 100'000;
constexpr std::size_t kProofTransactions = 5'000;
constexpr std::size_t kQueriedRecords = 100'000;

struct BenchArgs {
  std::string mix = "records";
  std::string institution;  // key file; needed with --attach
  bool attach = false;
  std::optional<std::size_t> transactions;
  std::size_t clients = 16;
  std::size_t per_request = 50;
  std::size_t records = 0;
  double open_share = 0.1;
  std::size_t restart = 20'000;
};

// Fills the chain with records, then reads some of them at random.
Result<void> measure_queries(Context& context, const Target& target, const BenchArgs& args,
                             const crypto::SigningKey& institution, Figures& figures) {
  constexpr std::size_t kQueries = 20'000;
  constexpr std::size_t kOperations = 200;
  const Workload workload = prepare_records(
      context,
      {.transactions = (args.records + kOperations - 1) / kOperations, .operations = kOperations},
      {.chain = target.chain, .users = 10'000, .seed = 4}, institution);
  const auto filled = run_load(context, target, workload, {target.url, args.clients, 0}, "filling");
  if (!filled) return fail(filled.error());
  figures.records = args.records;
  std::mt19937_64 random(1);
  std::vector<std::string> targets;
  for (std::size_t i = 0; i < kQueries; ++i) {
    targets.push_back(fmt::format("/getRecord?record_id={}", 1 + random() % args.records));
  }
  auto asked = send_queries(target.url, targets, 1);
  if (!asked) return fail(asked.error());
  figures.queries = std::move(asked->latencies);
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
  const Workload workload = prepare_records(
      context, {.transactions = args.restart, .transactions_per_request = args.per_request},
      {.chain = target.chain, .seed = 5}, institution);
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
  const std::size_t transactions = args.transactions.value_or(kRecordTransactions);
  out.cores = std::max(1U, std::thread::hardware_concurrency());
  const VerifyRate before = measure_verify_rate(out.cores, kVerifySeconds);

  const auto load = [&](const WorkloadShape& shape, std::uint64_t seed, double rate,
                        const std::string& label) -> Result<Measured> {
    const Workload workload =
        prepare_records(context, shape, {.chain = target.chain, .seed = seed}, institution);
    // An open loop's clients must not be what limits its rate.
    const std::size_t clients = rate > 0 ? std::max(args.clients, kOpenLoopClients) : args.clients;
    return run_load(context, target, workload, {target.url, clients, rate}, label);
  };
  auto single = load({.transactions = transactions, .transactions_per_request = args.per_request},
                     1, 0, "1 operation");
  if (!single) return fail(single.error());
  out.single = std::move(*single);
  out.verify = mean(before, measure_verify_rate(out.cores, kVerifySeconds));

  auto hundred =
      load({.transactions = std::max<std::size_t>(transactions / 50, 1), .operations = 100}, 2, 0,
           "100 operations");
  if (!hundred) return fail(hundred.error());
  out.hundred = std::move(*hundred);

  const double rate = std::max(1.0, out.single.tps() * args.open_share);
  auto open = load({.transactions = static_cast<std::size_t>(rate * 5)}, 3, rate, "open loop");
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

Result<Report> bench_mix(Context& context, const BenchArgs& args) {
  if (args.attach) {
    return fail(Code::usage, fmt::format("--mix {} starts a node of its own: its users need "
                                         "tokens and accounts; leave --attach out",
                                         args.mix));
  }
  const MixOptions options{.transactions = args.transactions.value_or(kProofTransactions),
                           .clients = args.clients,
                           .per_request = args.per_request,
                           .records = args.records > 0 ? args.records : kQueriedRecords};
  const auto figures = args.mix == "sharing"  ? measure_sharing(context, options)
                       : args.mix == "market" ? measure_market(context, options)
                                              : measure_query_mix(context, options);
  if (!figures) return fail(figures.error());
  return Report{.json = mix_json(*figures), .text = mix_text(*figures)};
}

Result<Report> bench(Context& context, const BenchArgs& args) {
  if (args.mix != "records") return bench_mix(context, args);
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
  app->add_option(
         "--mix", args->mix,
         "records: new records; sharing: shares with proofs and their end; market: orders, "
         "purchases, deliveries with proofs; queries: on a filled chain")
      ->check(CLI::IsMember({"records", "sharing", "market", "queries"}))
      ->capture_default_str();
  app->add_flag("--attach", args->attach,
                "Load the node of --node instead of one started for this (it keeps the records!)");
  app->add_option("--institution", args->institution,
                  "With --attach: key file of an accredited institution");
  app->add_option(
         "--transactions", args->transactions,
         "One-operation transactions to send; without it 100000, 5000 of those with proofs")
      ->check(CLI::Range(1, 10'000'000));
  app->add_option("--clients", args->clients, "Connections")
      ->capture_default_str()
      ->check(CLI::Range(1, 200));
  app->add_option("--per-request", args->per_request,
                  "Transactions in one JSON-RPC batch, closed loop")
      ->capture_default_str()
      ->check(CLI::Range(1, 1'000));
  app->add_option("--records", args->records,
                  "Fill the chain with so many records and measure queries; --mix queries without "
                  "it: 100000")
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
