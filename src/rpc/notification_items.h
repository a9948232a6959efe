// What a notification tells of one height.
#pragma once

#include "base/limits.h"
#include "rpc/json.h"
#include "rpc/results.h"
#include "rpc/subscription.h"

namespace generion::rpc {

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

// All that the subscription asks for. Errors: those of Backend::version.
Result<void> add_items(Items& items, const Subscription& subscription, const BlockEvents& events,
                       const Backend& backend);

}  // namespace generion::rpc
