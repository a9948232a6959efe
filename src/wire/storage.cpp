#include "wire/storage.h"

#include <google/protobuf/io/coded_stream.h>

#include "generion/v1/storage.pb.h"
#include "wire/fields.h"
#include "wire/messages.h"

namespace generion::wire {
namespace {

constexpr std::uint32_t kHeaderTag = (1 << 3) | 2;  // field 1, bytes

template <class Message>
Result<Message> parse(ByteView bytes, std::string_view name) {
  Message in;
  if (in.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return in;
  return fail(Code::malformed, fmt::format("it does not decode as generion.v1.{}", name));
}

}  // namespace

Bytes encode_stored_block(const StoredBlock& block) {
  v1::StoredBlock out;
  out.set_header(encode_header(block.header));
  out.set_batch(encode_batch(block.batch));
  out.set_skipped(block.skipped);
  for (const SystemReceipt& receipt : block.system_receipts) {
    out.add_system_receipt(encode_system_receipt(receipt));
  }
  for (const Receipt& receipt : block.receipts) out.add_receipt(encode_receipt(receipt));
  for (const StoredAttachment& id : block.erasures) {
    v1::StoredAttachment& erasure = *out.add_erasure();
    erasure.set_height(id.height.value());
    erasure.set_transaction(id.transaction);
    erasure.set_number(id.number);
  }
  if (block.own_seal) {
    out.set_seal_signer(Bytes(block.own_seal->key.view()));
    out.set_seal_signature(Bytes(block.own_seal->signature.view()));
  }
  return out.SerializeAsString();
}

Bytes encode_stored_bodies(const StoredBodies& bodies) {
  v1::StoredBodies out;
  out.set_batch(encode_batch(bodies.batch));
  for (const StoredEnvelope& envelope : bodies.envelopes) {
    v1::StoredEnvelope& entry = *out.add_envelope();
    entry.set_body(envelope.body);
    entry.set_signature(Bytes(envelope.signature.view()));
    entry.set_attachments(envelope.attachments);
  }
  return out.SerializeAsString();
}

Result<StoredBlock> decode_stored_block(ByteView bytes) {
  auto in = parse<v1::StoredBlock>(bytes, "StoredBlock");
  if (!in) return fail(in.error());
  auto header = decode_header(in->header());
  if (!header) return fail(header.error());
  auto batch = decode_batch(in->batch());
  if (!batch) return fail(batch.error());
  StoredBlock out;
  out.header = *header;
  out.batch = std::move(*batch);
  out.skipped = std::move(*in->mutable_skipped());
  for (const Bytes& bytes_of_receipt : in->system_receipt()) {
    auto receipt = decode_system_receipt(bytes_of_receipt);
    if (!receipt) return fail(receipt.error());
    out.system_receipts.push_back(*receipt);
  }
  out.receipts.reserve(static_cast<std::size_t>(in->receipt_size()));
  for (const Bytes& bytes_of_receipt : in->receipt()) {
    auto receipt = decode_receipt(bytes_of_receipt);
    if (!receipt) return fail(receipt.error());
    out.receipts.push_back(std::move(*receipt));
  }
  for (const v1::StoredAttachment& id : in->erasure()) {
    out.erasures.push_back({Height(id.height()), id.transaction(), id.number()});
  }
  Fields fields("StoredBlock");
  if (!in->seal_signer().empty()) {
    out.own_seal = {fields.fixed<PublicKey>("seal_signer", in->seal_signer()),
                    fields.fixed<Signature>("seal_signature", in->seal_signature())};
  }
  if (out.skipped.size() != (out.batch.ids.size() + 7) / 8) {
    fields.fault("skipped does not have one bit for each id of the batch");
  }
  if (auto done = fields.finish(); !done) return fail(done.error());
  return out;
}

Result<BlockHeader> decode_stored_header(ByteView bytes) {
  google::protobuf::io::CodedInputStream in(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                            static_cast<int>(bytes.size()));
  std::uint32_t size = 0;
  Bytes header;
  if (in.ReadTag() != kHeaderTag || !in.ReadVarint32(&size) ||
      !in.ReadString(&header, static_cast<int>(size))) {
    return fail(Code::malformed, "it does not start with the header of a generion.v1.StoredBlock");
  }
  return decode_header(header);
}

Result<StoredBodies> decode_stored_bodies(ByteView bytes) {
  auto in = parse<v1::StoredBodies>(bytes, "StoredBodies");
  if (!in) return fail(in.error());
  auto batch = decode_batch(in->batch());
  if (!batch) return fail(batch.error());
  StoredBodies out;
  out.batch = std::move(*batch);
  Fields fields("StoredBodies");
  out.envelopes.reserve(static_cast<std::size_t>(in->envelope_size()));
  for (v1::StoredEnvelope& entry : *in->mutable_envelope()) {
    out.envelopes.push_back({std::move(*entry.mutable_body()),
                             fields.fixed<Signature>("signature", entry.signature()),
                             entry.attachments()});
  }
  if (out.envelopes.size() != out.batch.ids.size()) {
    fields.fault("it does not have one transaction for each id of the batch");
  }
  if (auto done = fields.finish(); !done) return fail(done.error());
  return out;
}

}  // namespace generion::wire
