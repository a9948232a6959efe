#include "wire/proof.h"

#include "base/limits.h"
#include "generion/v1/proof.pb.h"
#include "types/messages.h"
#include "wire/fields.h"

namespace generion::wire {
namespace {

using google::protobuf::RepeatedPtrField;

void write_path(RepeatedPtrField<std::string>& out, const std::vector<Hash>& path) {
  for (const Hash& sibling : path) *out.Add() = Bytes(sibling.view());
}

std::vector<Hash> read_path(Fields& fields, std::string_view name,
                            const RepeatedPtrField<std::string>& in) {
  std::vector<Hash> out;
  if (!fields.at_most(name, in.size(), limits::kMerklePathMax)) return out;
  for (const std::string& sibling : in) out.push_back(fields.fixed<Hash>(name, sibling));
  return out;
}

void write(v1::ObjectProof& object, const ObjectProof& proof) {
  object.set_key(proof.key);
  object.set_value(proof.value);
  object.set_slot(proof.slot.value());
  write_path(*object.mutable_sibling(), proof.path);
}

void write(v1::ReceiptProof& receipt, const ReceiptProof& proof) {
  receipt.set_receipt(proof.receipt);
  receipt.set_index(proof.index);
  write_path(*receipt.mutable_receipt_sibling(), proof.receipt_path);
  write_path(*receipt.mutable_transaction_sibling(), proof.transaction_path);
  receipt.set_system_count(proof.system_count);
}

void write_signers(RepeatedPtrField<v1::Signer>& out, const Certificate& certificate) {
  for (const Certificate::Signer& signer : certificate.signers) {
    v1::Signer& entry = *out.Add();
    entry.set_key(Bytes(signer.key.view()));
    entry.set_signature(Bytes(signer.signature.view()));
  }
}

void write(v1::SetChange& out, const SetChange& change) {
  out.set_header(encode_header(change.header));
  write_signers(*out.mutable_signer(), change.certificate);
  for (const PublicKey& key : change.next.keys) out.add_next(Bytes(key.view()));
}

// A header with the seals that are to prove it.
Result<CertifiedHeader> read_certified(Fields& fields, ByteView bytes,
                                       const RepeatedPtrField<v1::Signer>& signers) {
  auto header = decode_header(bytes);
  if (!header) return fail(header.error());
  CertifiedHeader out{*header, {block_hash(*header), {}}};
  if (!fields.at_most("signer", signers.size(), limits::kValidatorsMax)) return out;
  for (const v1::Signer& signer : signers) {
    out.certificate.signers.push_back(
        {fields.fixed<PublicKey>("signer key", signer.key()),
         fields.fixed<Signature>("signer signature", signer.signature())});
  }
  return out;
}

Result<SetChange> read_change(Fields& fields, const v1::SetChange& in) {
  auto certified = read_certified(fields, in.header(), in.signer());
  if (!certified) return fail(certified.error());
  SetChange out{certified->header, std::move(certified->certificate), {}};
  if (!fields.at_most("next", in.next_size(), limits::kValidatorsMax)) return out;
  for (const std::string& key : in.next()) {
    out.next.keys.push_back(fields.fixed<PublicKey>("next", key));
  }
  return out;
}

ObjectProof read(Fields& fields, const v1::ObjectProof& in) {
  return {in.key(), in.value(), Slot(in.slot()), read_path(fields, "sibling", in.sibling())};
}

ReceiptProof read(Fields& fields, const v1::ReceiptProof& in) {
  return {in.receipt(), in.index(), in.system_count(),
          read_path(fields, "receipt_sibling", in.receipt_sibling()),
          read_path(fields, "transaction_sibling", in.transaction_sibling())};
}

// Both messages hold the header, and what proves it, alike.
template <class Message, class Content>
void write_seal(Message& out, const Content& proof) {
  out.set_header(encode_header(proof.header));
  write_signers(*out.mutable_signer(), proof.certificate);
  for (const SetChange& change : proof.set_changes) write(*out.add_set_change(), change);
}

template <class Message, class Content>
Result<void> read_seal(Fields& fields, const Message& in, Content& out) {
  auto certified = read_certified(fields, in.header(), in.signer());
  if (!certified) return fail(certified.error());
  out.header = certified->header;
  out.certificate = std::move(certified->certificate);
  if (fields.at_most("set_change", in.set_change_size(), limits::kSetChangesMax)) {
    for (const v1::SetChange& change : in.set_change()) {
      auto read_one = read_change(fields, change);
      if (!read_one) return fail(read_one.error());
      out.set_changes.push_back(std::move(*read_one));
    }
  }
  return fields.finish();
}

// Error too_large, or malformed.
template <class Message>
Result<void> parse(Message& out, ByteView bytes, std::size_t bytes_max) {
  if (bytes.size() > bytes_max) {
    return fail(Code::too_large, fmt::format("the proof has {} bytes; at most {} are taken",
                                             bytes.size(), bytes_max));
  }
  if (!out.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return fail(Code::malformed,
                fmt::format("the proof is damaged or truncated: it does not decode as {}",
                            Message::descriptor()->full_name()));
  }
  return {};
}

}  // namespace

Bytes encode_proof(const Proof& proof) {
  v1::Proof out;
  if (const auto* object = std::get_if<ObjectProof>(&proof.content)) {
    write(*out.mutable_object(), *object);
  } else {
    write(*out.mutable_receipt(), std::get<ReceiptProof>(proof.content));
  }
  write_seal(out, proof);
  return out.SerializeAsString();
}

Result<Proof> decode_proof(ByteView bytes) {
  v1::Proof in;
  if (auto ok = parse(in, bytes, limits::kProofBytesMax); !ok) return fail(ok.error());
  Fields fields("proof");
  Proof out;
  switch (in.content_case()) {
    case v1::Proof::kObject:
      out.content = read(fields, in.object());
      break;
    case v1::Proof::kReceipt:
      out.content = read(fields, in.receipt());
      break;
    case v1::Proof::CONTENT_NOT_SET:
      fields.fault("it holds neither an object nor a receipt");
      break;
  }
  if (auto ok = read_seal(fields, in, out); !ok) return fail(ok.error());
  return out;
}

Bytes encode_objects_proof(const ObjectsProof& proof) {
  v1::ObjectsProof out;
  for (const ObjectProof& object : proof.objects) write(*out.add_object(), object);
  write_seal(out, proof);
  return out.SerializeAsString();
}

std::size_t object_proof_bytes_max(const ObjectProof& object) {
  constexpr std::size_t kFieldBytes = 12;  // a tag, and a length or number of up to 10 bytes
  constexpr std::size_t kSiblingBytes = 2 + Hash::kSize;
  return object.key.size() + object.value.size() + 4 * kFieldBytes +
         kSiblingBytes * object.path.size();
}

Result<ObjectsProof> decode_objects_proof(ByteView bytes) {
  v1::ObjectsProof in;
  if (auto ok = parse(in, bytes, limits::kRpcAnswerBytesMax); !ok) return fail(ok.error());
  Fields fields("proof");
  ObjectsProof out;
  for (const v1::ObjectProof& object : in.object()) out.objects.push_back(read(fields, object));
  if (auto ok = read_seal(fields, in, out); !ok) return fail(ok.error());
  return out;
}

Bytes encode_links(const std::vector<ChainLink>& links) {
  v1::ChainLinks out;
  for (const ChainLink& link : links) write(*out.add_link(), link);
  return out.SerializeAsString();
}

Result<std::vector<ChainLink>> decode_links(ByteView bytes) {
  v1::ChainLinks in;
  if (auto ok = parse(in, bytes, limits::kLinksBytesMax); !ok) return fail(ok.error());
  Fields fields("links");
  std::vector<ChainLink> out;
  if (!fields.at_most("link", in.link_size(), limits::kLinksMax))
    return fail(fields.finish().error());
  for (const v1::SetChange& link : in.link()) {
    auto read_one = read_change(fields, link);
    if (!read_one) return fail(read_one.error());
    out.push_back(std::move(*read_one));
  }
  if (auto ok = fields.finish(); !ok) return fail(ok.error());
  return out;
}

}  // namespace generion::wire
