// The keys of the chain database (docs/protocol/storage.md). Numbers are big-endian.
#pragma once

#include <cstdint>

#include "base/byte_io.h"
#include "contract/state.h"
#include "types/ids.h"

namespace generion::ledger {

// Columns, in the order in which they are opened.
enum ChainColumn : std::size_t { kMeta, kBlocks, kBodies, kAttachments, kSeals };

inline constexpr std::size_t kDigestPrefix = 16;  // bytes of a batch digest in a key

inline Bytes bodies_key(Height height, const Hash& digest) {
  return ByteWriter().u64(height.value()).raw(digest.view().substr(0, kDigestPrefix)).bytes();
}

// Of all attachments of a transaction.
inline Bytes attachments_prefix(Height height, const Hash& digest, std::uint32_t transaction) {
  return bodies_key(height, digest) + ByteWriter().u32(transaction).bytes();
}

inline Bytes attachment_key(const contract::AttachmentId& id, const Hash& digest) {
  return attachments_prefix(id.height, digest, id.transaction) +
         ByteWriter().u32(id.number).bytes();
}

// In kMeta: what a height's becoming stable erased, until compaction has removed the bytes.
inline constexpr ByteView kErasedPrefix = "erased/";
inline Bytes erased_key(Height stable) {
  return ByteWriter().raw(kErasedPrefix).u64(stable.value()).bytes();
}

}  // namespace generion::ledger
