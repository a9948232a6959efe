// What a WebSocket is told without asking again.
#include <fmt/core.h>

#include "rpc/method_parts.h"
#include "rpc/method_table.h"
#include "rpc/results.h"
#include "rpc/subscriptions.h"

namespace generion::rpc {
namespace {

Answer subscribe(SubscriptionCalls& calls, const Arguments& arguments, const Memory& memory) {
  const auto made = calls.subscriber->add(arguments);
  if (!made) return std::unexpected(made.error());
  calls.made.push_back(made->id);
  JsonObject out(2, memory);
  out.emplace("subscription", made->id);
  out.emplace("from_height", made->next.value());
  return Json(std::move(out));
}

Answer unsubscribe(SubscriptionCalls& calls, const Arguments& arguments, const Memory& memory) {
  const std::uint64_t id = *arguments.number("subscription");
  if (!calls.subscriber->remove(id)) {
    return std::unexpected(
        Failure(Error{Code::not_found, fmt::format("this connection has no subscription {}", id)}));
  }
  JsonObject out(1, memory);
  out.emplace("subscription", id);
  return Json(std::move(out));
}

std::vector<Parameter> subscribe_parameters() {
  std::vector<Parameter> out = {
      {.name = "kind",
       .type = ParameterType::choice,
       .description = "what to tell of",
       .choices = {"blocks", "transactions", "records", "shares", "orders"}},
      optional(user_parameter("owner"), "whose records; needed for records"),
      optional(user_parameter("grantee"), "to whom the shares are; needed for shares"),
      {.name = "from_height",
       .type = ParameterType::number,
       .is_optional = true,
       .description = "the first block to tell of; the next new one if left out",
       .min = 1,
       .max = limits::kSafeIntegerMax},
      {.name = "wait",
       .type = ParameterType::choice,
       .is_optional = true,
       .description = "until a block is executed or sealed; sealed if left out",
       .choices = {"executed", "sealed"}}};
  for (Parameter& filter : order_filter_parameters()) out.push_back(std::move(filter));
  return out;
}

}  // namespace

std::vector<Method> subscription_methods() {
  return {
      {.name = "subscribe",
       .summary = "Tells of new blocks and what happens in them, over this WebSocket",
       .parameters = subscribe_parameters(),
       .result = "subscription, from_height",
       .handler = subscribe},
      {.name = "unsubscribe",
       .summary = "Ends a subscription of this WebSocket",
       .parameters = {{.name = "subscription",
                       .type = ParameterType::number,
                       .description = "from subscribe",
                       .min = 1,
                       .max = limits::kSafeIntegerMax}},
       .result = "subscription",
       .handler = unsubscribe},
  };
}

}  // namespace generion::rpc
