// A block on its way through the audit, with what was found of it that needs no state: the same
// whatever came before.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "audit/fault.h"
#include "types/transaction.h"
#include "wire/archive.h"

namespace generion::audit {

// An attachment that the source had.
struct SeenAttachment {
  std::uint32_t transaction = 0;  // place in the batch
  std::uint32_t number = 0;       // place in the transaction
  std::uint64_t length = 0;
  Hash hash;
};

struct CheckedBlock {
  wire::ArchivedBlock block;                // the envelopes' bodies have moved to `transactions`
  Hash hash;                                // of its header
  std::vector<SeenAttachment> attachments;  // ascending

  // One for each envelope; null where `faults` has why not.
  std::vector<std::shared_ptr<const Transaction>> transactions;
  std::vector<std::optional<Fault>> faults;
  std::vector<char> seal_holds;  // one for each signer of the certificate: a signature of `hash`
};

// As it comes from a source; nothing is checked.
std::unique_ptr<CheckedBlock> make_unchecked(wire::ArchivedBlock block);

// Body, id, chain, signature, proofs, of the envelope at `place`. Any thread.
void check_transaction_at(CheckedBlock& block, std::uint32_t place, const Hash& chain);

// Whether the certificate's signatures hold; whose they are is not looked at. Any thread.
void check_seals(CheckedBlock& block);

// All of it at once, on the caller's thread.
std::unique_ptr<CheckedBlock> check_alone(wire::ArchivedBlock block, const Hash& chain);

}  // namespace generion::audit
