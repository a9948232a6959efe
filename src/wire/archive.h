// What archives consist of (docs/protocol/archive.md): generion.v1.ArchiveHead, ArchiveEntry and
// ArchiveIndex. A node's RPC gives ArchivedBlock, too.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "wire/storage.h"

namespace generion::wire {

inline constexpr std::uint32_t kArchiveFormat = 1;

// A block with all that proves it. One signature for each body; no attachments.
struct ArchivedBlock {
  BlockHeader header;
  Batch batch;
  Bytes skipped;  // a bit for each id of the batch
  std::vector<SystemReceipt> system_receipts;
  std::vector<Receipt> receipts;  // in batch order, without the skipped
  std::vector<StoredEnvelope> envelopes;
  std::optional<Certificate> certificate;
  friend bool operator==(const ArchivedBlock&, const ArchivedBlock&) = default;
};

struct ArchivedAttachment {
  StoredAttachment id;
  Bytes data;
  friend bool operator==(const ArchivedAttachment&, const ArchivedAttachment&) = default;
};

using ArchiveEntry = std::variant<ArchivedBlock, ArchivedAttachment>;

struct ArchiveHead {
  std::uint32_t format = kArchiveFormat;
  Hash chain;
  Height first_height;
  Hash parent_hash;
  bool attachments = false;
  friend bool operator==(const ArchiveHead&, const ArchiveHead&) = default;
};

struct ArchiveIndex {
  struct Group {
    Height first_height;
    std::uint64_t offset = 0;
    friend bool operator==(const Group&, const Group&) = default;
  };
  Height last_height;
  Hash last_hash;
  std::uint64_t transactions = 0;
  std::vector<Group> groups;
  friend bool operator==(const ArchiveIndex&, const ArchiveIndex&) = default;
};

Bytes encode_archived_block(const ArchivedBlock& block);
Bytes encode_archive_entry(const ArchiveEntry& entry);
Bytes encode_archive_head(const ArchiveHead& head);
Bytes encode_archive_index(const ArchiveIndex& index);

// Errors: malformed (names the field), too_many. Nothing is verified: numbers of envelopes, bits
// and receipts need not fit the batch.
Result<ArchivedBlock> decode_archived_block(ByteView bytes);
Result<ArchiveEntry> decode_archive_entry(ByteView bytes);
Result<ArchiveHead> decode_archive_head(ByteView bytes);
Result<ArchiveIndex> decode_archive_index(ByteView bytes);

}  // namespace generion::wire
