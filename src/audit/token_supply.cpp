#include "audit/token_supply.h"

#include <fmt/format.h>

#include "contract/market_objects.h"

namespace generion::audit {
namespace {

std::optional<std::uint64_t> balance(ByteView value) {
  const auto user = contract::decode_user(value);
  if (!user) return std::nullopt;
  return user->balance;
}

std::optional<std::uint64_t> held(ByteView value) {
  const auto order = contract::decode_order(value);
  if (!order) return std::nullopt;
  return order->status == contract::Order::Status::purchased ? order->price : 0;
}

// How an amount in an object changes; the arithmetic is modulo 2^64, and so is that of the sums.
template <class Amount>
std::optional<std::uint64_t> change(const contract::ObjectWrite& write,
                                    const contract::StateReader* before, Amount amount) {
  const auto now = amount(write.value);
  if (!now) return std::nullopt;
  if (write.created || before == nullptr) return now;
  const auto old = before->object(write.key);
  const auto was = old ? amount(*old) : std::optional<std::uint64_t>(0);
  if (!was) return std::nullopt;
  return *now - *was;
}

}  // namespace

std::optional<Fault> TokenSupply::apply(Height height, const contract::BlockWrites& writes,
                                        const contract::StateReader* before) {
  const auto unreadable = [&](std::string_view what) {
    return block_fault(height, std::string(what), "an object of the contract", "other bytes");
  };
  for (const contract::ObjectWrite& write : writes.objects) {
    const auto name = contract::parse_object_key(write.key);
    if (!name) return unreadable("object");
    if (std::holds_alternative<UserId>(*name)) {
      const auto changed = change(write, before, balance);
      if (!changed) return unreadable("user");
      balances_ += *changed;
    } else if (std::holds_alternative<OrderId>(*name)) {
      const auto changed = change(write, before, held);
      if (!changed) return unreadable("order");
      held_ += *changed;
    } else if (*name == contract::ObjectName(contract::SingleObject::counters)) {
      const auto counters = contract::decode_counters(write.value);
      if (!counters) return unreadable("counters");
      counters_ = *counters;
    }
  }
  if (held_ != counters_.escrowed) {
    return block_fault(height, "tokens held for orders",
                       fmt::format("{}, the purchased orders' prices", held_),
                       fmt::format("{}", counters_.escrowed));
  }
  if (balances_ + held_ != counters_.minted) {
    return block_fault(height, "token supply", fmt::format("{}, what was minted", counters_.minted),
                       fmt::format("{} in balances and {} held", balances_, held_));
  }
  return std::nullopt;
}

}  // namespace generion::audit
