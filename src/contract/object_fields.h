// What the codecs of the state's objects share; they alone include it.
#pragma once

#include <fmt/core.h>

#include <optional>
#include <vector>

#include "contract/state.h"
#include "types/canonical.h"
#include "types/operations.h"

namespace generion::contract {

// A number that starts at 1, so that 0 says absent.
template <class Id>
std::uint64_t number_or_zero(const std::optional<Id>& id) {
  return id ? id->value() : 0;
}

template <class Id>
std::optional<Id> id_unless_zero(std::uint64_t number) {
  if (number == 0) return std::nullopt;
  return Id(number);
}

template <class Id>
std::vector<std::uint64_t> numbers_of(const std::vector<Id>& ids) {
  std::vector<std::uint64_t> out;
  out.reserve(ids.size());
  for (const Id id : ids) out.push_back(id.value());
  return out;
}

template <class Id>
std::vector<Id> ids_of(const std::vector<std::uint64_t>& numbers) {
  std::vector<Id> out;
  out.reserve(numbers.size());
  for (const std::uint64_t number : numbers) out.push_back(Id(number));
  return out;
}

// An AttachmentRef message.
Bytes data_fields(const AttachmentRef& ref);
Result<AttachmentRef> read_data(ByteView bytes, std::string_view message);

// A Filed message: where an attachment's bytes are.
Bytes filed_fields(const AttachmentId& filed);
Result<AttachmentId> read_filed(ByteView bytes, std::string_view message);

// `number` as an enumerator of at most `max`. Error malformed.
template <class Enum>
Result<Enum> read_enum(std::uint64_t number, Enum max, std::string_view name) {
  if (number > static_cast<std::uint64_t>(max)) {
    return fail(Code::malformed, fmt::format("{} is {}; it takes 0 to {}", name, number,
                                             static_cast<std::uint64_t>(max)));
  }
  return static_cast<Enum>(number);
}

}  // namespace generion::contract
