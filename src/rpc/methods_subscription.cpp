// What a WebSocket is told without asking again.
#include <fmt/core.h>

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

Parameter optional_parameter(std::string_view name, ParameterType type,
                             std::string_view description) {
  return {.name = name, .type = type, .is_optional = true, .description = description};
}

Parameter price_parameter(std::string_view name, std::string_view description) {
  Parameter out = optional_parameter(name, ParameterType::amount, description);
  out.max = UINT64_MAX;
  return out;
}

std::vector<Parameter> subscribe_parameters() {
  Parameter from = optional_parameter("from_height", ParameterType::number,
                                      "the first block to tell of; the next new one if left out");
  from.min = 1;
  from.max = limits::kSafeIntegerMax;
  Parameter wait = optional_parameter("wait", ParameterType::choice,
                                      "until a block is executed or sealed; sealed if left out");
  wait.choices = {"executed", "sealed"};
  Parameter record =
      optional_parameter("record_id", ParameterType::number, "for orders: one of their records");
  record.min = 1;
  record.max = limits::kSafeIntegerMax;
  Parameter type = optional_parameter("type", ParameterType::text,
                                      "for orders: the type of one of their records");
  type.max = limits::kRecordTypeBytesMax;
  Parameter status =
      optional_parameter("status", ParameterType::choice, "for orders: the status that they get");
  status.choices = {"open", "purchased", "delivered", "refunded", "withdrawn"};
  return {{.name = "kind",
           .type = ParameterType::choice,
           .description = "what to tell of",
           .choices = {"blocks", "transactions", "records", "shares", "orders"}},
          optional_parameter("owner", ParameterType::address, "whose records; needed for records"),
          optional_parameter("grantee", ParameterType::address,
                             "to whom the shares are; needed for shares"),
          from,
          wait,
          optional_parameter("seller", ParameterType::address, "for orders"),
          optional_parameter("buyer", ParameterType::address, "for orders, from their purchase on"),
          record,
          type,
          status,
          price_parameter("price_min", "for orders"),
          price_parameter("price_max", "for orders")};
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
