#include "cli/bench/records.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <thread>

namespace generion::cli {
namespace {

constexpr std::size_t kOpenLoopClients = 128;
constexpr double kOpenLoopSeconds = 5;
constexpr double kVerifySeconds = 1.0;

// Fills the chain with records, then reads some of them at random.
Result<void> measure_queries(Context& context, const Target& target, const RecordsOptions& options,
                             const crypto::SigningKey& institution, Figures& figures) {
  constexpr std::size_t kQueries = 20'000;
  constexpr std::size_t kOperations = 200;
  const Workload workload =
      prepare_records(context,
                      {.transactions = (options.records + kOperations - 1) / kOperations,
                       .operations = kOperations},
                      {.chain = target.chain, .users = 10'000, .seed = 4}, institution);
  const auto filled = run_load(context, target, workload,
                               {.urls = target.urls, .clients = options.clients}, "filling");
  if (!filled) return fail(filled.error());
  figures.told += filled->load.transactions;
  figures.records = options.records;
  std::mt19937_64 random(1);
  std::vector<std::string> targets;
  for (std::size_t i = 0; i < kQueries; ++i) {
    targets.push_back(fmt::format("/getRecord?record_id={}", 1 + random() % options.records));
  }
  auto asked = send_queries(target.urls.front(), targets, 1);
  if (!asked) return fail(asked.error());
  figures.queries = std::move(asked->latencies);
  return {};
}

}  // namespace

Result<Figures> measure_records(Context& context, const Target& target,
                                const RecordsOptions& options,
                                const crypto::SigningKey& institution) {
  Figures out{.validators = options.sharing};
  out.cores = std::max(1U, std::thread::hardware_concurrency());
  const VerifyRate before = measure_verify_rate(out.cores, kVerifySeconds);

  const auto load = [&](const WorkloadShape& shape, std::uint64_t seed, double rate,
                        const std::string& label) -> Result<Measured> {
    const Workload workload =
        prepare_records(context, shape, {.chain = target.chain, .seed = seed}, institution);
    // An open loop's clients must not be what limits its rate.
    const std::size_t clients =
        rate > 0 ? std::max(options.clients, kOpenLoopClients) : options.clients;
    auto measured =
        run_load(context, target, workload,
                 {.urls = target.urls, .clients = clients, .requests_per_second = rate}, label);
    if (measured) out.told += measured->load.transactions;
    return measured;
  };
  auto single =
      load({.transactions = options.transactions, .transactions_per_request = options.per_request},
           1, 0, "1 operation");
  if (!single) return fail(single.error());
  out.single = std::move(*single);
  out.verify = mean(before, measure_verify_rate(out.cores, kVerifySeconds));

  auto hundred =
      load({.transactions = std::max<std::size_t>(options.transactions / 50, 1), .operations = 100},
           2, 0, "100 operations");
  if (!hundred) return fail(hundred.error());
  out.hundred = std::move(*hundred);

  const double rate = std::max(1.0, out.single.tps() * options.open_share);
  auto open = load({.transactions = static_cast<std::size_t>(rate * kOpenLoopSeconds) + 1}, 3, rate,
                   "open loop");
  if (!open) return fail(open.error());
  out.open = std::move(*open);

  if (options.records > 0) {
    if (auto ok = measure_queries(context, target, options, institution, out); !ok) {
      return fail(ok.error());
    }
  }
  for (const Target::Process& process : target.processes) {
    const auto memory = process_memory_bytes(process.id);
    if (memory) out.memory_bytes = std::max(out.memory_bytes.value_or(0), *memory);
  }
  return out;
}

Result<Restart> measure_restart(Context& context, const RecordsOptions& options,
                                std::size_t transactions) {
  const auto institution = crypto::SigningKey::generate();
  auto chain = LocalChain::start(institution, {.settings = {"ledger.flush_transactions=10000000"}});
  if (!chain) return fail(chain.error());
  const Target target = target_of(**chain);
  const Workload workload = prepare_records(
      context, {.transactions = transactions, .transactions_per_request = options.per_request},
      {.chain = target.chain, .seed = 5}, institution);
  const auto filled = run_load(context, target, workload,
                               {.urls = target.urls, .clients = options.clients}, "killing");
  if (!filled) return fail(filled.error());
  (*chain)->kill();
  const auto start = std::chrono::steady_clock::now();
  if (auto ok = (*chain)->restart(); !ok) return fail(ok.error());
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  return Restart{filled->load.transactions, seconds.count()};
}

}  // namespace generion::cli
