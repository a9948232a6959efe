// What a delivery takes of a transaction: so that nothing is offered that cannot be delivered in
// one.
#pragma once

#include <cstdint>

#include "base/error.h"
#include "types/genesis.h"

namespace generion::contract {

struct DeliverySize {
  std::uint64_t capsules = 0;
  std::uint64_t opaque = 0;        // records
  std::uint64_t opaque_bytes = 0;  // of their data as it is now, together; may saturate
  friend bool operator==(const DeliverySize&, const DeliverySize&) = default;
};

// The most bytes that the body of a transaction with nothing but this delivery can have.
std::uint64_t delivery_body_bytes(const DeliverySize& size);

// Error not_deliverable: more proofs, body or attachments than the parameters allow in one
// transaction. Opaque data is counted as long for the buyer as it is for the owner.
Result<void> check_deliverable(const DeliverySize& size, const Parameters& parameters);

}  // namespace generion::contract
