#include "wire/archive.h"

#include <catch2/catch.hpp>

namespace generion::wire {
namespace {

ArchivedBlock example() {
  ArchivedBlock out;
  out.header.height = Height(7);
  out.batch.height = Height(7);
  out.batch.ids = {TxId(), TxId()};
  out.skipped = Bytes(1, '\2');
  out.system_receipts = {{DueKind::share_expiry, 4, Code::ok}};
  out.receipts = {{Hash(), Code::not_owner, 1, {}}};
  out.envelopes = {{"body", Signature(), 1}, {"other", Signature(), 0}};
  out.certificate = Certificate{block_hash(out.header), {{PublicKey(), Signature()}}};
  return out;
}

}  // namespace

TEST_CASE("archived blocks, attachments, heads and indices come back as they went") {
  const ArchivedBlock block = example();
  CHECK(decode_archived_block(encode_archived_block(block)) == block);
  ArchivedBlock bare = block;
  bare.certificate.reset();
  CHECK(decode_archived_block(encode_archived_block(bare)) == bare);
  const ArchiveEntry entries[] = {block, ArchivedAttachment{{Height(7), 1, 2}, "bytes"}};
  for (const ArchiveEntry& entry : entries) {
    CHECK(decode_archive_entry(encode_archive_entry(entry)) == entry);
  }
  const ArchiveHead head{1, Hash(), Height(3), Hash(), true};
  CHECK(decode_archive_head(encode_archive_head(head)) == head);
  const ArchiveIndex index{Height(9), Hash(), 12, {{Height(3), 60}, {Height(6), 900}}};
  CHECK(decode_archive_index(encode_archive_index(index)) == index);
}

TEST_CASE("what is no archive's part is refused, and says why") {
  CHECK(decode_archived_block("\xff").error().code == Code::malformed);
  CHECK(decode_archived_block("").error().code == Code::malformed);  // no header
  CHECK(decode_archive_entry("").error().message.find("neither") != std::string::npos);
  CHECK(decode_archive_head("").error().message.find("chain") != std::string::npos);
  CHECK(decode_archive_index("").error().message.find("last_hash") != std::string::npos);
  const Bytes bytes = encode_archived_block(example());
  CHECK_FALSE(decode_archived_block(ByteView(bytes).substr(0, bytes.size() - 1)));
}

}  // namespace generion::wire
