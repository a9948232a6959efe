#include "cli/bench/failover.h"

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <thread>

#include "cli/bench/run.h"
#include "client/rpc_client.h"
#include "node/config.h"
#include "types/address.h"

namespace generion::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kSecondsBefore = 2;
constexpr double kSecondsAfter = 8;
constexpr std::size_t kClients = 128;
constexpr std::uint64_t kSeed = 6;  // of the users whose records are made

Result<std::size_t> primary_of(const LocalChain& chain) {
  const auto rpc = client::RpcClient::create({.url = chain.url()});
  if (!rpc) return fail(rpc.error());
  const auto status = (*rpc)->call("getStatus", {});
  if (!status) return fail(status.error());
  const auto* primary = status->is_object() ? status->as_object().if_contains("primary") : nullptr;
  for (std::size_t i = 0; primary != nullptr && i < chain.size(); ++i) {
    if (*primary == boost::json::value(address_text(chain.key(i)))) return i;
  }
  return fail(Code::not_found, "the nodes do not tell who the primary is");
}

}  // namespace

Result<Failover> measure_failover(Context& context, LocalChain& chain,
                                  const crypto::SigningKey& institution, double rate) {
  const auto primary = primary_of(chain);
  if (!primary) return fail(primary.error());
  Target others{.urls = {}, .chain = chain.chain(), .processes = {}};
  for (std::size_t i = 0; i < chain.size(); ++i) {
    if (i != *primary) others.urls.push_back(chain.url(i));
  }
  const auto count = static_cast<std::size_t>(rate * (kSecondsBefore + kSecondsAfter));
  const Workload workload =
      prepare_records(context, {.transactions = std::max<std::size_t>(count, 1)},
                      {.chain = chain.chain(), .seed = kSeed}, institution);

  Clock::time_point killed;
  std::thread killer([&] {
    std::this_thread::sleep_for(std::chrono::duration<double>(kSecondsBefore));
    killed = Clock::now();
    chain.kill(*primary);
  });
  const auto measured = run_load(
      context, others, workload,
      {.urls = others.urls, .clients = kClients, .requests_per_second = rate, .keep_times = true},
      "killing the primary");
  killer.join();
  if (!measured) return fail(measured.error());
  const LoadResult& load = measured->load;
  const double kill_at = std::chrono::duration<double>(killed - load.started).count();
  double back_at = load.seconds;
  for (const RequestTimes& times : load.times) {
    if (times.sent > kill_at) back_at = std::min(back_at, times.answered);
  }
  if (auto ok = chain.restart(*primary); !ok) return fail(ok.error());
  return Failover{
      .primary = *primary,
      .seconds = back_at - kill_at,
      .view_timeout_seconds = static_cast<double>(node::Config{}.consensus.view_timeout_ms) / 1000,
      .longest_wait_ms = load.latencies.summary().max,
      .transactions = load.transactions,
      .failed = load.failed};
}

}  // namespace generion::cli
