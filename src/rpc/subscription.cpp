#include "rpc/subscription.h"

#include <fmt/core.h>

#include <algorithm>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/serialize.hpp>

#include "base/assert.h"
#include "base/hex.h"
#include "rpc/dispatcher.h"
#include "rpc/notification_items.h"
#include "rpc/results.h"

namespace generion::rpc {
namespace {

std::string envelope(std::string_view params) {
  return fmt::format(R"({{"jsonrpc":"2.0","method":"subscription","params":{}}})", params);
}

std::string notification(const Subscription& subscription, const BlockView& block, Items items,
                         const Memory& memory) {
  const bool has_more = items.has_more();
  JsonObject params(6, memory);
  params.emplace("subscription", subscription.id);
  params.emplace("height", block.header.height.value());
  params.emplace("block_hash", to_hex(block.block_hash));
  params.emplace("time_ms", block.header.time.value());
  params.emplace("items", std::move(items).take());
  if (has_more) params.emplace("more", true);
  return envelope(boost::json::serialize(params));
}

// The next notification of height `next`, after which told or next has moved on; nullopt if there
// is none.
Result<std::optional<std::string>> tell(Subscription& subscription, BlockReader& reader,
                                        const Backend& backend) {
  const Detail detail = subscription.topic == Topic::blocks ? Detail::block : Detail::operations;
  const auto events = reader.read(subscription.next, detail);
  if (!events) return fail(events.error());
  boost::json::monotonic_resource resource;
  const Memory memory(&resource);
  Items items(subscription.told, memory);
  if (auto ok = add_items(items, subscription, **events, backend); !ok) return fail(ok.error());
  const bool has_more = items.has_more();
  const bool is_due = !items.is_empty() || ++subscription.quiet >= limits::kNotificationQuietBlocks;
  subscription.told = has_more ? items.told() : 0;
  std::optional<std::string> out;
  if (is_due) {
    out = notification(subscription, (*events)->block, std::move(items), memory);
    subscription.quiet = 0;
  }
  if (!has_more) subscription.next = subscription.next.next();
  return out;
}

std::unexpected<Error> means_nothing(std::string_view parameter, std::string_view kind) {
  return fail(Code::bad_params,
              fmt::format("{}: it means nothing for kind \"{}\"; leave it out", parameter, kind));
}

struct Kind {
  std::string_view name;
  Topic topic;
  std::string_view needs;               // a parameter; empty: none
  std::vector<std::string_view> takes;  // besides
};

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> kKinds{
      {"blocks", Topic::blocks, "", {}},
      {"transactions", Topic::transactions, "", {}},
      {"records", Topic::records, "owner", {}},
      {"shares", Topic::shares, "grantee", {}},
      {"orders",
       Topic::orders,
       "",
       {"seller", "buyer", "record_id", "type", "status", "price_min", "price_max"}}};
  return kKinds;
}

// Whether the kind of subscription and the parameters that narrow it fit together.
Result<void> check_parameters(const Kind& kind, const Arguments& arguments) {
  if (!kind.needs.empty() && !arguments.has(kind.needs)) {
    return fail(Code::bad_params,
                fmt::format("{0}: missing; kind \"{1}\" needs an address", kind.needs, kind.name));
  }
  for (const Kind& other : kinds()) {
    if (other.name == kind.name) continue;
    if (!other.needs.empty() && arguments.has(other.needs))
      return means_nothing(other.needs, kind.name);
    for (const std::string_view name : other.takes) {
      if (arguments.has(name)) return means_nothing(name, kind.name);
    }
  }
  return {};
}

OrderFilter order_filter(const Arguments& arguments) {
  OrderFilter out;
  if (arguments.has("seller")) out.seller = arguments.address("seller");
  if (arguments.has("buyer")) out.buyer = arguments.address("buyer");
  if (const auto id = arguments.number("record_id")) out.record = RecordId(*id);
  out.type = arguments.text("type");
  out.status = arguments.text("status");
  out.price_min = arguments.number("price_min").value_or(0);
  out.price_max = arguments.number("price_max").value_or(UINT64_MAX);
  return out;
}

}  // namespace

Result<Subscription> parse_subscription(const Arguments& arguments) {
  const auto kind = std::find_if(kinds().begin(), kinds().end(), [&](const Kind& one) {
    return one.name == arguments.text("kind");
  });
  GENERION_ASSERT(kind != kinds().end());  // a choice of the method's parameter
  if (auto ok = check_parameters(*kind, arguments); !ok) return fail(ok.error());
  Subscription out;
  out.topic = kind->topic;
  if (arguments.text("wait") == "executed") out.wait = Wait::executed;
  if (arguments.has("owner")) out.owner = arguments.address("owner");
  if (arguments.has("grantee")) out.grantee = arguments.address("grantee");
  out.orders = order_filter(arguments);
  return out;
}

Height last_height(const Subscription& subscription, const Heights& heights) {
  return subscription.wait == Wait::executed ? heights.executed : heights.sealed;
}

Result<std::optional<std::string>> advance(Subscription& subscription, Height last,
                                           BlockReader& reader, const Backend& backend) {
  try {
    for (std::size_t i = 0; i < limits::kReplayBlocksMax && subscription.next <= last; ++i) {
      auto text = tell(subscription, reader, backend);
      if (!text || *text) return text;
    }
  } catch (const std::exception& failure) {
    // Reading the state has no other way to say that the disk failed.
    return fail(Code::io_error, fmt::format("height {} could not be read: {}",
                                            subscription.next.value(), failure.what()));
  }
  return std::nullopt;
}

std::string end_notification(const Subscription& subscription, const Error& error) {
  return envelope(fmt::format(R"({{"subscription":{},"from_height":{},"error":{}}})",
                              subscription.id, subscription.next.value(), error_text(error)));
}

}  // namespace generion::rpc
