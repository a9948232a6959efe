#include "contract/delivery.h"

#include <fmt/core.h>

namespace generion::contract {
namespace {

// In the canonical shape every message or fixed field has a key of one byte and its length in one
// byte below 128, two below 16 Ki, three below 2 Mi; a number takes at most 10 bytes.
constexpr std::uint64_t kNumber = 1 + 10;
// Relocking: from_key, from_lock, lock, proof; in a Delivery, in a DeliverOrder.
constexpr std::uint64_t kRelocking = (2 + 32) + (2 + 64) + (2 + 64) + (2 + 96);
constexpr std::uint64_t kCapsule = 3 + kNumber + 3 + kRelocking;
// AttachmentRef: a hash and a length of at most 1 MiB (three bytes), likewise.
constexpr std::uint64_t kOpaque = 2 + kNumber + 2 + (2 + 32) + (1 + 3);
// Chain id, sender, nonce, valid_until (48 bits); the operation; its order id and pub_key.
constexpr std::uint64_t kRest =
    (2 + 32) + (2 + 32) + (2 + 16) + (1 + 7) + (1 + 3) + (1 + 3) + kNumber + (2 + 32);

}  // namespace

std::uint64_t delivery_body_bytes(const DeliverySize& size) {
  return kRest + size.capsules * kCapsule + size.opaque * kOpaque;
}

Result<void> check_deliverable(const DeliverySize& size, const Parameters& parameters) {
  if (size.capsules > parameters.proofs_max) {
    return fail(Code::not_deliverable,
                fmt::format("{} capsules take a proof each, and this chain takes at most {} in the "
                            "transaction that delivers them; split the order",
                            size.capsules, parameters.proofs_max));
  }
  const std::uint64_t body = delivery_body_bytes(size);
  if (body > parameters.body_bytes_max) {
    return fail(Code::not_deliverable,
                fmt::format("the transaction that delivers these records can take {} bytes, and "
                            "this chain takes at most {}; split the order",
                            body, parameters.body_bytes_max));
  }
  if (size.opaque_bytes > parameters.attachment_bytes_max) {
    return fail(Code::not_deliverable,
                fmt::format("the opaque data of these records has more bytes together than the {} "
                            "that this chain takes in the transaction that delivers them; split "
                            "the order, or use capsules",
                            parameters.attachment_bytes_max));
  }
  return {};
}

}  // namespace generion::contract
