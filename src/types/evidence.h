// Evidence of misbehaviour: two messages that one validator signed, and that nobody who follows the
// protocol signs both. It stands on its own: whoever has it can check it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "types/ids.h"
#include "types/messages.h"

namespace generion {

// What was signed, after the kind's tag. Of a seal, whose signature covers the block's hash alone,
// it is the block header that the hash is of.
struct SignedStatement {
  Bytes bytes;
  Signature signature;
  friend bool operator==(const SignedStatement&, const SignedStatement&) = default;
};

struct Evidence {
  // Numbers are frozen: they stand in operations and objects.
  enum class Kind : std::uint8_t {
    pre_prepare = 1,  // two batches proposed for one view and height
    prepare = 2,      // two batches voted for in one view and height
    view_change = 3,  // two different requests for one view
    seal = 4,         // two blocks of one height
  };

  Kind kind = Kind::prepare;
  PublicKey culprit;
  SignedStatement first;  // the lower one by its bytes
  SignedStatement second;
  friend bool operator==(const Evidence&, const Evidence&) = default;
};

// "pre_prepare", "prepare", "view_change", "seal".
std::string_view kind_name(Evidence::Kind kind);
std::optional<Evidence::Kind> evidence_kind(std::string_view name);
Result<Evidence::Kind> evidence_kind(std::uint64_t number);  // error bad_argument

// What the two messages are about.
struct Conflict {
  Epoch epoch;
  View view;      // 0 for a seal
  Height height;  // 0 for a view change
  friend bool operator==(const Conflict&, const Conflict&) = default;
};

// Whether the statements contradict each other; no signature is looked at. Errors: malformed (no
// statement of this kind), wrong_chain, not_conflicting (also if they are of others than the
// culprit).
Result<Conflict> check_conflict(const Hash& chain, const Evidence& evidence);

// The two signatures. Error bad_signature.
Result<void> verify_evidence(const Evidence& evidence);

// Of two messages of one sender that contradict each other; nullopt if they do not, or are of a
// kind that is no evidence. SEALs say too little for it.
std::optional<Evidence> make_evidence(const Hash& chain, const Message& first,
                                      const Message& second);
// Of the seals of two blocks by one signer. Signatures stand in `first` and `second`.
struct SealedHeader {
  BlockHeader header;
  Signature signature;
};
std::optional<Evidence> make_seal_evidence(const PublicKey& signer, const SealedHeader& first,
                                           const SealedHeader& second);

}  // namespace generion
