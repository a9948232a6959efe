// Objects read straight from a state, for queries.
#pragma once

#include <optional>
#include <utility>

#include "base/assert.h"
#include "contract/objects.h"
#include "contract/state.h"

namespace generion::contract {

// Values are our own and kept under checksums by the ledger: what does not decode is our bug.
template <class Object>
std::optional<Object> read(const StateReader& state, const Bytes& key,
                           Result<Object> (*decode)(ByteView)) {
  const auto value = state.object(key);
  if (!value) return std::nullopt;
  auto object = decode(*value);
  GENERION_ASSERT(object.has_value());
  return std::move(*object);
}

template <class Object>
Object read_existing(const StateReader& state, const Bytes& key,
                     Result<Object> (*decode)(ByteView)) {
  auto object = read(state, key, decode);
  GENERION_ASSERT(object.has_value());
  return std::move(*object);
}

// Of those that exist.
inline Address institution_address(const StateReader& state, InstitutionId id) {
  return read_existing(state, institution_key(id), decode_institution).address;
}
inline Address user_address(const StateReader& state, UserId id) {
  return read_existing(state, user_key(id), decode_user).address;
}

}  // namespace generion::contract
