// What the chain database stores: generion.v1.StoredBlock and StoredBodies.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/error.h"
#include "types/block.h"
#include "types/transaction.h"

namespace generion::wire {

struct StoredAttachment {
  Height height;
  std::uint32_t transaction = 0;
  std::uint32_t number = 0;
  friend bool operator==(const StoredAttachment&, const StoredAttachment&) = default;
};

struct StoredBlock {
  BlockHeader header;
  Batch batch;
  Bytes skipped;
  std::vector<SystemReceipt> system_receipts;
  std::vector<Receipt> receipts;
  std::vector<StoredAttachment> erasures;
  std::optional<Certificate::Signer> own_seal;
  friend bool operator==(const StoredBlock&, const StoredBlock&) = default;
};

struct StoredEnvelope {
  Bytes body;
  Signature signature;
  std::uint32_t attachments = 0;
  friend bool operator==(const StoredEnvelope&, const StoredEnvelope&) = default;
};

struct StoredBodies {
  Batch batch;
  std::vector<StoredEnvelope> envelopes;
  friend bool operator==(const StoredBodies&, const StoredBodies&) = default;
};

Bytes encode_stored_block(const StoredBlock& block);
Bytes encode_stored_bodies(const StoredBodies& bodies);

// Error malformed: the text names what is wrong.
Result<StoredBlock> decode_stored_block(ByteView bytes);
Result<BlockHeader> decode_stored_header(ByteView bytes);  // of a stored block, nothing else read
Result<StoredBodies> decode_stored_bodies(ByteView bytes);

}  // namespace generion::wire
