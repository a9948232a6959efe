// `generion bench`: how fast nodes are, beside what their signature checks alone would allow.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/limits.h"
#include "cli/bench/agreement.h"
#include "cli/bench/failover.h"
#include "cli/bench/local_chain.h"
#include "cli/bench/mixes.h"
#include "cli/bench/ordering.h"
#include "cli/bench/records.h"
#include "cli/commands/command.h"
#include "cli/terminal/interrupt.h"

namespace generion::cli {
namespace {

constexpr std::size_t kRecordTransactions = 100'000;
constexpr std::size_t kProofTransactions = 5'000;
constexpr std::size_t kQueriedRecords = 100'000;
constexpr std::size_t kRestartTransactions = 20'000;
constexpr std::size_t kFailoverValidatorsMin = 4;

struct BenchArgs {
  std::string mix = "records";
  std::string institution;  // key file; needed with --attach
  bool attach = false;
  std::size_t validators = 1;
  bool failover = false;
  bool unsigned_requests = false;
  std::optional<std::size_t> transactions;
  std::size_t clients = 16;
  std::size_t per_request = 50;
  std::size_t records = 0;
  double open_share = 0.1;
  std::optional<std::size_t> restart;
  std::vector<std::string> settings;
};

Result<void> check_args(const BenchArgs& args) {
  if (args.attach && args.mix != "records") {
    return fail(Code::usage, fmt::format("--mix {} starts a node of its own: its users need "
                                         "tokens and accounts; leave --attach out",
                                         args.mix));
  }
  if (args.validators > 1 && (args.attach || args.mix != "records")) {
    return fail(Code::usage,
                "--validators starts a network of its own and loads it with new records; leave "
                "--attach and --mix out");
  }
  if (args.failover && args.validators < kFailoverValidatorsMin) {
    return fail(Code::usage, fmt::format("--failover kills a validator: it takes --validators {} "
                                         "or more for the others to go on",
                                         kFailoverValidatorsMin));
  }
  if (!args.settings.empty() && (args.attach || args.mix != "records")) {
    return fail(Code::usage,
                "--set is for the nodes that are started for new records; leave --attach and --mix "
                "out");
  }
  if (args.restart.value_or(0) > 0 && (args.validators > 1 || args.attach)) {
    return fail(Code::usage, "--restart is measured with one validator of its own");
  }
  return {};
}

Result<Report> bench_mix(Context& context, const BenchArgs& args) {
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

Result<Report> bench_ordering(Context& context, const BenchArgs& args) {
  if (args.attach || args.failover || args.mix != "records" || args.records > 0 || args.restart) {
    return fail(
        Code::usage,
        "--unsigned measures ordering alone, on a chain of its own; of the other options it "
        "takes --validators, --transactions, --clients, --per-request and --set");
  }
  const auto figures =
      measure_ordering(context, {.validators = args.validators,
                                 .transactions = args.transactions.value_or(kRecordTransactions),
                                 .clients = args.clients,
                                 .per_request = args.per_request,
                                 .settings = args.settings});
  if (!figures) return fail(figures.error());
  return Report{.json = ordering_json(*figures), .text = ordering_text(*figures)};
}

RecordsOptions records_options(const BenchArgs& args) {
  return {.transactions = args.transactions.value_or(kRecordTransactions / args.validators),
          .clients = args.clients,
          .per_request = args.per_request,
          .records = args.records,
          .open_share = args.open_share,
          .sharing = args.validators};
}

// Nodes that somebody else runs: their processes are not known.
Result<Figures> bench_attached(Context& context, const BenchArgs& args) {
  const auto institution = context.signing_key(args.institution);
  if (!institution) return fail(institution.error());
  const auto chain = context.chain();
  if (!chain) return fail(chain.error());
  const Target target{.urls = {context.options().node}, .chain = *chain, .processes = {}};
  return measure_records(context, target, records_options(args), *institution);
}

Result<Figures> bench_own(Context& context, const BenchArgs& args) {
  const RecordsOptions options = records_options(args);
  const auto institution = crypto::SigningKey::generate();
  auto chain =
      LocalChain::start(institution, {.validators = args.validators, .settings = args.settings});
  if (!chain) return fail(chain.error());
  auto figures = measure_records(context, target_of(**chain), options, institution);
  if (!figures) return fail(figures.error());
  if (args.failover) {
    const double rate = std::max(1.0, figures->single.tps() * args.open_share);
    auto failover = measure_failover(context, **chain, institution, rate);
    if (!failover) return fail(failover.error());
    figures->told += failover->transactions;
    figures->failover = *failover;
  }
  auto agreement =
      check_agreement(**chain, figures->told,
                      figures->failover ? std::optional(figures->failover->primary) : std::nullopt);
  if (!agreement) return fail(agreement.error());
  figures->agreement = std::move(*agreement);
  chain->reset();
  const std::size_t restart =
      args.restart.value_or(args.validators == 1 ? kRestartTransactions : 0);
  if (restart > 0) {
    const auto measured = measure_restart(context, options, restart);
    if (!measured) return fail(measured.error());
    figures->restart = *measured;
  }
  return figures;
}

Result<Report> bench(Context& context, const BenchArgs& args) {
  if (auto ok = check_args(args); !ok) return fail(ok.error());
  const InterruptWatch watch;  // the nodes end in order, and their directory goes
  if (args.unsigned_requests) return bench_ordering(context, args);
  if (args.mix != "records") return bench_mix(context, args);
  const auto figures = args.attach ? bench_attached(context, args) : bench_own(context, args);
  if (!figures) return fail(figures.error());
  return Report{.json = figures_json(*figures), .text = figures_text(*figures)};
}

void add_load_options(CLI::App& app, BenchArgs& args) {
  app.add_option(
         "--transactions", args.transactions,
         "One-operation transactions to send; without it 100000 (by several validators each a "
         "part), 5000 of those with proofs")
      ->check(CLI::Range(1, 10'000'000));
  app.add_option("--clients", args.clients, "Connections")
      ->capture_default_str()
      ->check(CLI::Range(1, 200));
  app.add_option("--per-request", args.per_request,
                 "Transactions in one JSON-RPC batch, closed loop")
      ->capture_default_str()
      ->check(CLI::Range(1, 1'000));
  app.add_option("--records", args.records,
                 "Fill the chain with so many records and measure queries; --mix queries without "
                 "it: 100000")
      ->capture_default_str()
      ->check(CLI::Range(0, 100'000'000));
  app.add_option("--restart", args.restart,
                 "Kill a node that has not flushed so many transactions (as far as "
                 "ledger.flush_ms lets it), and time its start; 0: no. Without it 20000 with one "
                 "validator")
      ->check(CLI::Range(0, 10'000'000));
  app.add_option("--set", args.settings,
                 "KEY=VALUE over the configuration of the nodes that are started; repeatable")
      ->take_all()
      ->expected(1)
      ->allow_extra_args(false);
  app.add_option("--open-share", args.open_share, "Rate of the open loop, as a share of the peak")
      ->capture_default_str()
      ->check(CLI::Range(0.001, 1.0));
}

}  // namespace

void add_bench(CLI::App& root, Action& selected) {
  auto [app, args] = add_command<BenchArgs>(
      root, "bench", "How fast a chain is: throughput, latency, CPU by part, share of the limit",
      selected, bench);
  app->add_option(
         "--mix", args->mix,
         "records: new records; sharing: shares with proofs and their end; market: orders, "
         "purchases, deliveries with proofs; queries: on a filled chain")
      ->check(CLI::IsMember({"records", "sharing", "market", "queries"}))
      ->capture_default_str();
  app->add_option("--validators", args->validators,
                  "Start so many validators on this machine; the clients take them in turn")
      ->capture_default_str()
      ->check(CLI::Range(std::size_t{1}, limits::kValidatorsMax));
  app->add_flag("--failover", args->failover,
                "Kill the primary under load and time until service is back (--validators 4)");
  app->add_flag(
      "--unsigned", args->unsigned_requests,
      "Ordering alone, of requests of some 130 bytes that nobody signed: only in a build made for "
      "this (`./dev bench --unsigned`)");
  app->add_flag("--attach", args->attach,
                "Load the node of --node instead of one started for this (it keeps the records!)");
  app->add_option("--institution", args->institution,
                  "With --attach: key file of an accredited institution");
  add_load_options(*app, *args);
}

}  // namespace generion::cli
