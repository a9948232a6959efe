#include "cli/bench/agreement.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <thread>

#include "cli/bench/measure.h"
#include "cli/terminal/interrupt.h"
#include "client/rpc_client.h"

namespace generion::cli {
namespace {

constexpr auto kPatience = std::chrono::seconds(30);

// All have executed and sealed the same number of blocks, and nothing waits.
std::optional<Height> common_height(const std::vector<NodeState>& states) {
  const std::uint64_t height = states.front().height;
  const bool is_common = std::ranges::all_of(states, [&](const NodeState& state) {
    return state.phase == NodePhase::ready && state.height == height &&
           state.sealed_height == height && state.mempool == 0;
  });
  return is_common ? std::optional(Height(height)) : std::nullopt;
}

Result<Height> wait_for_common_height(LocalChain& chain) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < deadline) {
    if (InterruptWatch::was_interrupted()) return fail(Code::cancelled, "interrupted");
    if (const auto height = common_height(chain.states())) return *height;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return fail(Code::timed_out,
              "the validators have not come to one height:\n" + board_table(chain.states()));
}

Result<std::string> block_hash_at(const std::string& url, Height height) {
  const auto rpc = client::RpcClient::create({.url = url});
  if (!rpc) return fail(rpc.error());
  const auto block = (*rpc)->call("getBlock", {{"height", height.value()}});
  if (!block) return fail(block.error());
  const auto* hash = block->is_object() ? block->as_object().if_contains("block_hash") : nullptr;
  if (hash == nullptr || !hash->is_string()) {
    return fail(Code::malformed, "getBlock without block_hash");
  }
  return std::string(hash->as_string());
}

}  // namespace

Result<Agreement> check_agreement(LocalChain& chain, std::uint64_t told,
                                  std::optional<std::size_t> restarted) {
  const auto height = wait_for_common_height(chain);
  if (!height) return fail(height.error());
  Agreement out{.height = *height, .executed = {}};
  std::string first;
  for (std::size_t i = 0; i < chain.size(); ++i) {
    const auto hash = block_hash_at(chain.url(i), *height);
    if (!hash) return fail(hash.error());
    if (i == 0) first = *hash;
    if (*hash != first) {
      return fail(Code::diverged, fmt::format("block {} is {} with one validator, {} with another",
                                              height->value(), first, *hash));
    }
    out.executed.emplace_back();
    if (restarted == i) continue;
    const auto counters = node_counters(chain.admin_socket(i));
    if (!counters) return fail(counters.error());
    out.executed.back() = counters->executed;
    if (counters->executed < told) {
      return fail(Code::diverged,
                  fmt::format("clients were told of {} executed transactions, validator-{} has {}",
                              told, i + 1, counters->executed));
    }
  }
  return out;
}

}  // namespace generion::cli
