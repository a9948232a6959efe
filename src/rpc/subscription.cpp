#include "rpc/subscription.h"

#include <fmt/core.h>

#include <algorithm>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/serialize.hpp>

#include "base/hex.h"
#include "contract/queries.h"
#include "rpc/dispatcher.h"
#include "rpc/results.h"
#include "types/address.h"

namespace generion::rpc {
namespace {

// The items of one height from place `from` on, at most kNotificationItemsMax of them.
class Items {
 public:
  Items(std::size_t from, const Memory& memory) : from_(from), memory_(memory), list_(memory) {}

  // Whether the next one belongs into this notification; if not, it is only counted.
  bool takes_next() {
    const std::size_t place = matched_++;
    return place >= from_ && place < from_ + limits::kNotificationItemsMax;
  }
  void add(JsonObject item) { list_.emplace_back(std::move(item)); }

  std::size_t told() const { return from_ + list_.size(); }
  bool has_more() const { return matched_ > told(); }
  bool is_empty() const { return list_.empty(); }
  JsonArray take() && { return std::move(list_); }
  const Memory& memory() const { return memory_; }

 private:
  std::size_t from_;
  Memory memory_;
  JsonArray list_;
  std::size_t matched_ = 0;
};

void add_block(Items& items, const BlockView& block) {
  if (items.takes_next()) items.add(to_json(block.header, items.memory()).get_object());
}

void add_transactions(Items& items, const BlockEvents& events) {
  for (const TransactionEvent& event : events.transactions) {
    if (!items.takes_next()) continue;
    JsonObject item = to_json(events.block.receipts[event.index], items.memory()).get_object();
    item.emplace("index", event.index);
    item.emplace("tx_id", to_hex(event.tx_id));
    item.emplace("sender", address_text(event.sender));
    items.add(std::move(item));
  }
}

void add_records(Items& items, const BlockEvents& events, UserId owner) {
  for (const RecordEvent& event : events.records) {
    if (event.owner != owner || !items.takes_next()) continue;
    const TransactionEvent& transaction = events.transactions[event.transaction];
    JsonObject item(5, items.memory());
    item.emplace("index", transaction.index);
    item.emplace("tx_id", to_hex(transaction.tx_id));
    item.emplace("operation", event.operation);
    item.emplace("record_id", event.record.value());
    item.emplace("by", address_text(transaction.sender));
    items.add(std::move(item));
  }
}

Result<void> add_items(Items& items, const Subscription& subscription, const BlockEvents& events,
                       const Backend& backend) {
  switch (subscription.topic) {
    case Topic::blocks:
      add_block(items, events.block);
      return {};
    case Topic::transactions:
      add_transactions(items, events);
      return {};
    case Topic::records: {
      if (events.records.empty()) return {};
      const auto version = backend.version(std::nullopt);
      if (!version) return fail(version.error());
      const auto owner = contract::find_user_id((*version)->state(), *subscription.owner);
      if (owner) add_records(items, events, *owner);
      return {};
    }
  }
  return {};
}

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

Topic topic_of(std::string_view name) {
  if (name == "transactions") return Topic::transactions;
  if (name == "records") return Topic::records;
  return Topic::blocks;
}

}  // namespace

Result<Subscription> parse_subscription(const Arguments& arguments) {
  Subscription out;
  out.topic = topic_of(arguments.text("kind"));
  if (arguments.text("wait") == "executed") out.wait = Wait::executed;
  const bool wants_owner = out.topic == Topic::records;
  if (arguments.has("owner") != wants_owner) {
    return fail(Code::bad_params,
                fmt::format("owner: {} for kind \"{}\"",
                            wants_owner ? "the address whose records to tell of is missing; needed"
                                        : "an address was given; it means nothing",
                            arguments.text("kind")));
  }
  if (wants_owner) out.owner = arguments.address("owner");
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
