// Reading an object for a query. Only the *queries.cpp files beside this one include it.
#pragma once

#include <optional>
#include <utility>

#include "base/assert.h"
#include "base/error.h"
#include "contract/state.h"

namespace generion::contract {

// Values are our own and kept under checksums by the ledger: what does not decode is our bug.
template <class Object>
std::optional<Object> read_object(const StateReader& state, const Bytes& key,
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
  auto object = read_object(state, key, decode);
  GENERION_ASSERT(object.has_value());
  return std::move(*object);
}

}  // namespace generion::contract
