// Verified<T>: a value whose signatures have been checked. Replica::step takes nothing else, so
// that acting on unverified input does not compile.
#pragma once

#include <utility>

#include "base/error.h"
#include "types/messages.h"

namespace generion::consensus {

// In what a message must hold: the chain, the one epoch whose messages count, and its members.
struct Membership {
  Hash chain;
  Epoch epoch;
  ValidatorSet set;
  Height start;  // the last block of the epoch before; 0 in the first
};

enum class Origin : std::uint8_t {
  peer,        // came over the network
  own_durable  // this replica's own message, back from the journal
};

template <class T>
class Verified {
 public:
  const T& value() const { return value_; }
  Origin origin() const { return origin_; }

  // This replica's own message, which it asked for and which is now signed and on disk.
  static Verified own_durable(T value) { return {std::move(value), Origin::own_durable}; }

  // Only for tests and the simulator: takes the caller's word.
  static Verified unverified_for_simulation(T value) { return {std::move(value), Origin::peer}; }

 private:
  Verified(T value, Origin origin) : value_(std::move(value)), origin_(origin) {}
  friend Result<Verified<Message>> verify_message(const Membership&, Message, const PublicKey&);

  T value_;
  Origin origin_;
};

// Checks all that depends on nothing but the message: chain, epoch, membership, signatures, who may
// send what, order and number of nested certificates and their distinct signers. `from` is the
// member at the other end of the channel: COMMIT, SEAL (its signature does not cover its height
// openly) and the reports are taken from their sender only, all others from whoever passes them on.
// Any thread; costs one Ed25519 check per nested signature; of the VIEW-CHANGE in an ECHO only its
// own signature is checked. Errors: forbidden (sender is no member, or
// not the one who may send this), wrong_chain, bad_signature, bad_proof (a nested certificate does
// not hold), malformed (shape), too_many.
Result<Verified<Message>> verify_message(const Membership& members, Message message,
                                         const PublicKey& from);

// Who says it, and in which epoch.
const PublicKey& sender_of(const Message& message);
Epoch epoch_of(const Message& message);

}  // namespace generion::consensus
