// What the ledger keeps of each height, as plain values: blocks, batches with their transactions,
// certificates.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "contract/state.h"
#include "types/block.h"
#include "types/transaction.h"

namespace generion::ledger {

// One bit for each transaction of a batch; set: it was skipped, has no receipt and is not in
// tx_root.
class SkippedBits {
 public:
  SkippedBits() = default;
  explicit SkippedBits(std::size_t count) : bits_((count + 7) / 8, '\0') {}
  explicit SkippedBits(Bytes bits) : bits_(std::move(bits)) {}

  void set(std::size_t place) { bits_[place / 8] |= static_cast<char>(1U << (place % 8)); }
  bool operator[](std::size_t place) const {
    return (static_cast<unsigned char>(bits_[place / 8]) >> (place % 8) & 1U) != 0;
  }
  const Bytes& bytes() const { return bits_; }
  friend bool operator==(const SkippedBits&, const SkippedBits&) = default;

 private:
  Bytes bits_;  // the lowest bit of the first byte is the first transaction's
};

// A block as stored: everything but the transactions' bodies.
struct Block {
  BlockHeader header;
  Hash hash;
  Batch batch;
  SkippedBits skipped;                           // one bit for each of batch.ids
  std::vector<SystemReceipt> system_receipts;    // of what fell due, before the others
  std::vector<Receipt> receipts;                 // in batch order, without the skipped
  std::vector<contract::AttachmentId> erasures;  // carried out when the block is stable
  std::optional<Seal> own_seal;                  // absent on an observer
  friend bool operator==(const Block&, const Block&) = default;
};

// A batch with its transactions, in the order of its ids. Attachments that were erased are empty.
struct BatchBodies {
  Batch batch;
  std::vector<SignedTransaction> transactions;
};

// Where a transaction stands in the chain.
struct TransactionPlace {
  Height height;
  std::uint32_t place = 0;  // in the batch's list of ids, skipped ones counted
  friend bool operator==(const TransactionPlace&, const TransactionPlace&) = default;
};

struct StoredTransaction {
  TransactionPlace at;
  SignedTransaction envelope;  // erased attachments are empty
  Receipt receipt;
};

}  // namespace generion::ledger
