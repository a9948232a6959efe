// What the operations' readers share.
#pragma once

#include <boost/json.hpp>
#include <limits>
#include <string_view>
#include <vector>

#include "client/transaction_builder.h"
#include "types/json_fields.h"

namespace generion::cli {

inline constexpr std::uint64_t kAnyNumber = std::numeric_limits<std::uint64_t>::max();

template <class Id>
Id read_id(JsonFields& in, std::string_view name) {
  return Id(in.number(name, 1, kAnyNumber));
}

// A list of at most `max`, or one value that stands for a list of one; empty is a fault.
boost::json::array one_or_more(JsonFields& in, std::string_view name, std::size_t max);

std::vector<RecordId> read_record_ids(JsonFields& in, std::string_view name, std::size_t max);

// At least one byte.
Bytes read_base64(JsonFields& in, std::string_view name);

// A wrong one is a fault with code bad_address.
Address read_address(JsonFields& in, std::string_view name);

// An amount in the smallest unit, as a text of decimal digits; at least 1.
std::uint64_t read_amount(JsonFields& in, std::string_view name);

// Adds the operation if its fields could be read.
Result<void> finish_operation(client::TransactionBuilder& builder, JsonFields& in,
                              Operation operation);

// Readers in market_reading.cpp.
Result<void> read_relock_record(client::TransactionBuilder& builder, JsonFields& in);
Result<void> read_share_record(client::TransactionBuilder& builder, JsonFields& in);
Result<void> read_revoke_share(client::TransactionBuilder& builder, JsonFields& in);
Result<void> read_create_order(client::TransactionBuilder& builder, JsonFields& in);
Result<void> read_delete_order(client::TransactionBuilder& builder, JsonFields& in);
Result<void> read_purchase_data(client::TransactionBuilder& builder, JsonFields& in);
Result<void> read_deliver_order(client::TransactionBuilder& builder, JsonFields& in);

// Readers in epoch_reading.cpp.
Result<void> read_end_epoch(client::TransactionBuilder& builder, JsonFields& in);
Result<void> read_report_ready(client::TransactionBuilder& builder, JsonFields& in);
Result<void> read_report_evidence(client::TransactionBuilder& builder, JsonFields& in);

}  // namespace generion::cli
