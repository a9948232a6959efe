#include "wire/archive.h"

#include "base/limits.h"
#include "generion/v1/archive.pb.h"
#include "wire/fields.h"
#include "wire/messages.h"

namespace generion::wire {
namespace {

template <class Message>
Result<Message> parse(ByteView bytes, std::string_view name) {
  Message in;
  if (in.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return in;
  return fail(Code::malformed, fmt::format("it does not decode as generion.v1.{}", name));
}

void write(v1::ArchivedBlock& out, const ArchivedBlock& block) {
  out.set_header(encode_header(block.header));
  out.set_batch(encode_batch(block.batch));
  out.set_skipped(block.skipped);
  for (const SystemReceipt& receipt : block.system_receipts) {
    out.add_system_receipt(encode_system_receipt(receipt));
  }
  for (const Receipt& receipt : block.receipts) out.add_receipt(encode_receipt(receipt));
  for (const StoredEnvelope& envelope : block.envelopes) {
    v1::StoredEnvelope& entry = *out.add_envelope();
    entry.set_body(envelope.body);
    entry.set_signature(Bytes(envelope.signature.view()));
    entry.set_attachments(envelope.attachments);
  }
  if (block.certificate) out.set_certificate(encode_certificate(*block.certificate));
}

Result<void> read_receipts(const v1::ArchivedBlock& in, ArchivedBlock& out) {
  for (const Bytes& bytes : in.system_receipt()) {
    auto receipt = decode_system_receipt(bytes);
    if (!receipt) return fail(receipt.error());
    out.system_receipts.push_back(*receipt);
  }
  out.receipts.reserve(static_cast<std::size_t>(in.receipt_size()));
  for (const Bytes& bytes : in.receipt()) {
    auto receipt = decode_receipt(bytes);
    if (!receipt) return fail(receipt.error());
    out.receipts.push_back(std::move(*receipt));
  }
  return {};
}

Result<ArchivedBlock> read(v1::ArchivedBlock& in) {
  auto header = decode_header(in.header());
  if (!header) return fail(header.error());
  auto batch = decode_batch(in.batch());
  if (!batch) return fail(batch.error());
  ArchivedBlock out;
  out.header = *header;
  out.batch = std::move(*batch);
  out.skipped = std::move(*in.mutable_skipped());
  Fields fields("ArchivedBlock");
  if (fields.at_most("receipt", in.receipt_size(), limits::kBatchTransactionsMax) &&
      fields.at_most("system_receipt", in.system_receipt_size(), limits::kDuePerBlockMax)) {
    if (auto done = read_receipts(in, out); !done) return fail(done.error());
  }
  if (fields.at_most("envelope", in.envelope_size(), limits::kBatchTransactionsMax)) {
    out.envelopes.reserve(static_cast<std::size_t>(in.envelope_size()));
    for (v1::StoredEnvelope& entry : *in.mutable_envelope()) {
      out.envelopes.push_back({std::move(*entry.mutable_body()),
                               fields.fixed<Signature>("signature", entry.signature()),
                               entry.attachments()});
    }
  }
  if (!in.certificate().empty()) {
    auto certificate = decode_certificate(in.certificate());
    if (!certificate) return fail(certificate.error());
    out.certificate = std::move(*certificate);
  }
  if (auto done = fields.finish(); !done) return fail(done.error());
  return out;
}

}  // namespace

Bytes encode_archived_block(const ArchivedBlock& block) {
  v1::ArchivedBlock out;
  write(out, block);
  return out.SerializeAsString();
}

Bytes encode_archive_entry(const ArchiveEntry& entry) {
  v1::ArchiveEntry out;
  if (const auto* block = std::get_if<ArchivedBlock>(&entry)) {
    write(*out.mutable_block(), *block);
  } else {
    const auto& attachment = std::get<ArchivedAttachment>(entry);
    v1::ArchivedAttachment& to = *out.mutable_attachment();
    to.set_height(attachment.id.height.value());
    to.set_transaction(attachment.id.transaction);
    to.set_number(attachment.id.number);
    to.set_data(attachment.data);
  }
  return out.SerializeAsString();
}

Bytes encode_archive_head(const ArchiveHead& head) {
  v1::ArchiveHead out;
  out.set_format(head.format);
  out.set_chain(Bytes(head.chain.view()));
  out.set_first_height(head.first_height.value());
  out.set_parent_hash(Bytes(head.parent_hash.view()));
  out.set_attachments(head.attachments);
  return out.SerializeAsString();
}

Bytes encode_archive_index(const ArchiveIndex& index) {
  v1::ArchiveIndex out;
  out.set_last_height(index.last_height.value());
  out.set_last_hash(Bytes(index.last_hash.view()));
  out.set_transactions(index.transactions);
  for (const ArchiveIndex::Group& group : index.groups) {
    v1::ArchiveGroup& to = *out.add_group();
    to.set_first_height(group.first_height.value());
    to.set_offset(group.offset);
  }
  return out.SerializeAsString();
}

Result<ArchivedBlock> decode_archived_block(ByteView bytes) {
  auto in = parse<v1::ArchivedBlock>(bytes, "ArchivedBlock");
  if (!in) return fail(in.error());
  return read(*in);
}

Result<ArchiveEntry> decode_archive_entry(ByteView bytes) {
  auto in = parse<v1::ArchiveEntry>(bytes, "ArchiveEntry");
  if (!in) return fail(in.error());
  if (in->has_block()) {
    auto block = read(*in->mutable_block());
    if (!block) return fail(block.error());
    return std::move(*block);
  }
  if (!in->has_attachment()) {
    return fail(Code::malformed, "ArchiveEntry: it holds neither a block nor an attachment");
  }
  v1::ArchivedAttachment& from = *in->mutable_attachment();
  return ArchivedAttachment{{Height(from.height()), from.transaction(), from.number()},
                            std::move(*from.mutable_data())};
}

Result<ArchiveHead> decode_archive_head(ByteView bytes) {
  const auto in = parse<v1::ArchiveHead>(bytes, "ArchiveHead");
  if (!in) return fail(in.error());
  Fields fields("ArchiveHead");
  ArchiveHead out;
  out.format = in->format();
  out.chain = fields.fixed<Hash>("chain", in->chain());
  out.first_height = Height(in->first_height());
  out.parent_hash = fields.fixed<Hash>("parent_hash", in->parent_hash());
  out.attachments = in->attachments();
  if (auto done = fields.finish(); !done) return fail(done.error());
  return out;
}

Result<ArchiveIndex> decode_archive_index(ByteView bytes) {
  const auto in = parse<v1::ArchiveIndex>(bytes, "ArchiveIndex");
  if (!in) return fail(in.error());
  Fields fields("ArchiveIndex");
  ArchiveIndex out;
  out.last_height = Height(in->last_height());
  out.last_hash = fields.fixed<Hash>("last_hash", in->last_hash());
  out.transactions = in->transactions();
  for (const v1::ArchiveGroup& group : in->group()) {
    out.groups.push_back({Height(group.first_height()), group.offset()});
  }
  if (auto done = fields.finish(); !done) return fail(done.error());
  return out;
}

}  // namespace generion::wire
