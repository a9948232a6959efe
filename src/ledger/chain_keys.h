// The keys of the chain database (docs/protocol/storage.md). Numbers are big-endian.
#pragma once

#include <cstdint>

#include "base/byte_io.h"
#include "contract/state.h"
#include "ledger/database.h"
#include "types/ids.h"
#include "types/messages.h"
#include "wire/messages.h"

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

// In kMeta: the height up to which no blocks are held; none: all are.
inline constexpr ByteView kBaseKey = "base";

// In kMeta: the last block of an epoch at or below the base, header and certificate.
inline Bytes end_key(Height height) {
  return ByteWriter().raw("end/").u64(height.value()).bytes();
}
inline Bytes encode_end(const BlockHeader& header, const Certificate& certificate) {
  return ByteWriter()
      .sized(encode_header(header))
      .sized(wire::encode_certificate(certificate))
      .bytes();
}
inline Result<CertifiedHeader> decode_end(ByteView bytes) {
  ByteReader in(bytes);
  auto header = decode_header(in.sized());
  if (!header) return fail(header.error());
  auto certificate = wire::decode_certificate(in.sized());
  if (!certificate) return fail(certificate.error());
  if (!in.done()) return fail(Code::malformed, "an epoch's last block has the wrong length");
  return CertifiedHeader{*header, std::move(*certificate)};
}

inline DatabaseForm chain_form(const std::filesystem::path& directory, const Hash& chain,
                               std::shared_ptr<rocksdb::Cache> cache) {
  DatabaseForm form;
  form.directory = directory;
  form.chain = chain;
  form.columns = {{.name = "default"},
                  {.name = "blocks"},
                  {.name = "bodies"},
                  {.name = "attachments", .has_blobs = true},
                  {.name = "seals"}};
  form.cache = std::move(cache);
  return form;
}

}  // namespace generion::ledger
