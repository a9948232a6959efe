// What the methods of the contract's state share.
#pragma once

#include "contract/state.h"
#include "rpc/method_table.h"
#include "rpc/page.h"

namespace generion::rpc {

inline constexpr std::size_t kSmallEntryBytes = 256;  // of an entry without attachments in JSON
inline constexpr std::size_t kRecordBytes = 1'024;    // of a record, without its attachment

std::unexpected<Failure> failed(Error error);
std::unexpected<Failure> unknown_user(const Address& address);
std::unexpected<Failure> unknown_record(std::uint64_t id, const contract::StateReader& state);

// The place in a page of an entry that has a number, and the number that a page goes on after (0 on
// the first).
Bytes number_place(std::uint64_t number);
std::uint64_t number_after(const Page& page);

Parameter user_parameter(std::string_view name);
Parameter record_parameter();
// A number from 1.
Parameter id_parameter(std::string_view name, std::string_view description);
Parameter optional(Parameter parameter, std::string_view description);
// All optional: status, type, seller, buyer, record_id, price_min, price_max.
std::vector<Parameter> order_filter_parameters();

// An attachment's bytes in base64 under `name`; left out once they are erased. Errors: damaged,
// io_error.
Result<void> add_attachment(const Context& context, const contract::AttachmentId& id,
                            std::string_view name, JsonObject& out);

}  // namespace generion::rpc
