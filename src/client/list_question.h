// The lists whose entries the chain counts, and the words for them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "contract/objects.h"

namespace generion::client {

enum class ListKind : std::uint8_t {
  records_of_owner,
  shares_of_owner,
  shares_to,  // that a user has received
  shares_of_record,
  orders,  // all of the chain
  orders_of_seller,
  orders_of_buyer,
  orders_of_record,
  users,  // that have had a record
  institutions,
  proposals,
};

struct ListQuestion {
  ListKind kind = ListKind::orders;
  std::optional<Address> user{};     // of kinds that name one
  std::optional<RecordId> record{};  // of kinds that name one
};

// "records of gen1...", "orders".
std::string question_text(const ListQuestion& question);

// Whether an object of that name can be an entry of such a list.
bool is_entry(ListKind kind, const contract::ObjectName& name);

// "record 7", "order 3", "user 2", "the counters".
std::string object_title(const contract::ObjectName& name);

}  // namespace generion::client
