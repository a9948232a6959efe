#include "node/waiters.h"

#include "base/assert.h"

namespace generion::node {

void Waiters::add(const TxId& id, rpc::Wait wait, Callback callback) {
  GENERION_ASSERT(wait != rpc::Wait::accepted);
  waiting_.emplace(id, Waiter{wait, std::move(callback)});
}

void Waiters::executed(const rpc::Outcome& outcome) {
  GENERION_ASSERT(outcome.height.has_value());
  const auto [begin, end] = waiting_.equal_range(outcome.tx_id);
  for (auto place = begin; place != end; ++place) {
    Waiter& waiter = place->second;
    waiter.callback(outcome);
    if (waiter.wait == rpc::Wait::sealed) {
      add_for_seal(outcome, std::move(waiter.callback));
    }
  }
  waiting_.erase(begin, end);
}

void Waiters::add_for_seal(rpc::Outcome outcome, Callback callback) {
  const Height height = *outcome.height;
  for_seal_.emplace(height, Sealed{std::move(outcome), std::move(callback)});
}

void Waiters::ended(const rpc::Outcome& outcome) {
  const auto [begin, end] = waiting_.equal_range(outcome.tx_id);
  for (auto place = begin; place != end; ++place) place->second.callback(outcome);
  waiting_.erase(begin, end);
}

std::vector<Waiters::Sealed> Waiters::sealed(Height height) {
  std::vector<Sealed> out;
  const auto end = for_seal_.upper_bound(height);
  for (auto place = for_seal_.begin(); place != end; ++place) {
    out.push_back(std::move(place->second));
  }
  for_seal_.erase(for_seal_.begin(), end);
  return out;
}

void Waiters::fail_all(const Error& error) {
  for (auto& [id, waiter] : waiting_) waiter.callback(fail(error));
  for (auto& [height, sealed] : for_seal_) sealed.callback(fail(error));
  waiting_.clear();
  for_seal_.clear();
}

}  // namespace generion::node
