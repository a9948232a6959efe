#include "wire/messages.h"

#include <fmt/core.h>

#include "base/limits.h"
#include "wire/message_parts.h"

namespace generion::wire {
namespace {

using google::protobuf::RepeatedPtrField;

void write_signers(RepeatedPtrField<v1::Signer>& out,
                   const std::vector<Certificate::Signer>& signers) {
  for (const Certificate::Signer& signer : signers) {
    v1::Signer& entry = *out.Add();
    entry.set_key(Bytes(signer.key.view()));
    entry.set_signature(Bytes(signer.signature.view()));
  }
}

std::vector<Certificate::Signer> read_signers(Fields& fields,
                                              const RepeatedPtrField<v1::Signer>& in) {
  std::vector<Certificate::Signer> out;
  if (!fields.at_most("signers", in.size(), limits::kValidatorsMax)) return out;
  for (const v1::Signer& signer : in) {
    out.push_back({fields.fixed<PublicKey>("signer key", signer.key()),
                   fields.fixed<Signature>("signer signature", signer.signature())});
  }
  return out;
}

}  // namespace

void write(v1::ConflictingProposals& out, const ConflictingProposals& proof) {
  out.set_epoch(proof.epoch.value());
  out.set_view(proof.view.value());
  out.set_height(proof.height.value());
  out.set_sender(Bytes(proof.sender.view()));
  out.set_first_digest(Bytes(proof.first.digest.view()));
  out.set_first_signature(Bytes(proof.first.signature.view()));
  out.set_second_digest(Bytes(proof.second.digest.view()));
  out.set_second_signature(Bytes(proof.second.signature.view()));
}

ConflictingProposals read(Fields& fields, const v1::ConflictingProposals& in) {
  return {Epoch(in.epoch()),
          View(in.view()),
          Height(in.height()),
          fields.fixed<PublicKey>("sender", in.sender()),
          {fields.fixed<Hash>("first_digest", in.first_digest()),
           fields.fixed<Signature>("first_signature", in.first_signature())},
          {fields.fixed<Hash>("second_digest", in.second_digest()),
           fields.fixed<Signature>("second_signature", in.second_signature())}};
}

void write(v1::Batch& out, const Batch& batch) {
  out.set_epoch(batch.epoch.value());
  out.set_height(batch.height.value());
  if (!batch.proposer.is_zero()) out.set_proposer(Bytes(batch.proposer.view()));
  out.set_time_ms(batch.time.value());
  std::string& ids = *out.mutable_ids();
  ids.reserve(batch.ids.size() * TxId::kSize);
  for (const TxId& id : batch.ids) ids.append(id.view());
}

Batch read(Fields& fields, const v1::Batch& in) {
  Batch out;
  out.epoch = Epoch(in.epoch());
  out.height = Height(in.height());
  if (!in.proposer().empty()) out.proposer = fields.fixed<PublicKey>("proposer", in.proposer());
  out.time = TimeMs(in.time_ms());
  const ByteView ids = in.ids();
  if (ids.size() % TxId::kSize != 0) fields.fault("ids is no whole number of ids");
  if (!fields.at_most("ids", ids.size() / TxId::kSize, limits::kBatchTransactionsMax)) return out;
  out.ids.reserve(ids.size() / TxId::kSize);
  for (std::size_t i = 0; i + TxId::kSize <= ids.size(); i += TxId::kSize) {
    out.ids.push_back(*TxId::from(ids.substr(i, TxId::kSize)));
  }
  return out;
}

void write(v1::PrePrepare& out, const PrePrepare& message) {
  out.set_view(message.view.value());
  write(*out.mutable_batch(), message.batch);
  out.set_sender(Bytes(message.sender.view()));
  out.set_signature(Bytes(message.signature.view()));
}

PrePrepare read(Fields& fields, const v1::PrePrepare& in) {
  PrePrepare out;
  out.view = View(in.view());
  out.batch = read(fields, in.batch());
  out.sender = fields.fixed<PublicKey>("sender", in.sender());
  out.signature = fields.fixed<Signature>("signature", in.signature());
  return out;
}

void write(v1::Prepare& out, const Prepare& message) {
  out.set_epoch(message.epoch.value());
  out.set_view(message.view.value());
  out.set_height(message.height.value());
  out.set_digest(Bytes(message.digest.view()));
  out.set_sender(Bytes(message.sender.view()));
  out.set_signature(Bytes(message.signature.view()));
}

Prepare read(Fields& fields, const v1::Prepare& in) {
  return {Epoch(in.epoch()),
          View(in.view()),
          Height(in.height()),
          fields.fixed<Hash>("digest", in.digest()),
          fields.fixed<PublicKey>("sender", in.sender()),
          fields.fixed<Signature>("signature", in.signature())};
}

void write(v1::Commit& out, const Commit& message) {
  out.set_epoch(message.epoch.value());
  out.set_view(message.view.value());
  out.set_height(message.height.value());
  out.set_digest(Bytes(message.digest.view()));
  out.set_sender(Bytes(message.sender.view()));
}

Commit read(Fields& fields, const v1::Commit& in) {
  return {Epoch(in.epoch()), View(in.view()), Height(in.height()),
          fields.fixed<Hash>("digest", in.digest()),
          fields.fixed<PublicKey>("sender", in.sender())};
}

void write(v1::SealVote& out, const SealVote& message) {
  out.set_epoch(message.epoch.value());
  out.set_height(message.seal.height.value());
  out.set_block_hash(Bytes(message.seal.block_hash.view()));
  out.set_signer(Bytes(message.seal.signer.view()));
  out.set_signature(Bytes(message.seal.signature.view()));
}

SealVote read(Fields& fields, const v1::SealVote& in) {
  return {Epoch(in.epoch()),
          {Height(in.height()), fields.fixed<Hash>("block_hash", in.block_hash()),
           fields.fixed<PublicKey>("signer", in.signer()),
           fields.fixed<Signature>("signature", in.signature())}};
}

void write(v1::Complaint& out, const Complaint& message) {
  out.set_epoch(message.epoch.value());
  out.set_view(message.view.value());
  out.set_reason(static_cast<std::uint32_t>(message.reason));
  out.set_sender(Bytes(message.sender.view()));
  out.set_signature(Bytes(message.signature.view()));
}

Complaint read(Fields& fields, const v1::Complaint& in) {
  if (in.reason() < 1 || in.reason() > 3) fields.fault("reason is unknown");
  return {Epoch(in.epoch()), View(in.view()), static_cast<ComplaintReason>(in.reason()),
          fields.fixed<PublicKey>("sender", in.sender()),
          fields.fixed<Signature>("signature", in.signature())};
}

void write(v1::Certificate& out, const Certificate& certificate) {
  out.set_block_hash(Bytes(certificate.block_hash.view()));
  write_signers(*out.mutable_signer(), certificate.signers);
}

Certificate read(Fields& fields, const v1::Certificate& in) {
  return {fields.fixed<Hash>("block_hash", in.block_hash()), read_signers(fields, in.signer())};
}

void write(v1::CertifiedHeader& out, const CertifiedHeader& certified) {
  out.set_header(encode_header(certified.header));
  write(*out.mutable_certificate(), certified.certificate);
}

CertifiedHeader read(Fields& fields, const v1::CertifiedHeader& in) {
  CertifiedHeader out;
  if (auto header = decode_header(in.header())) {
    out.header = *header;
  } else {
    fields.fault(header.error().message);
  }
  out.certificate = read(fields, in.certificate());
  return out;
}

void write(v1::PreparedCertificate& out, const PreparedCertificate& certificate) {
  out.set_epoch(certificate.epoch.value());
  out.set_view(certificate.view.value());
  out.set_height(certificate.height.value());
  out.set_digest(Bytes(certificate.digest.view()));
  write_signers(*out.mutable_signer(), certificate.signers);
}

PreparedCertificate read(Fields& fields, const v1::PreparedCertificate& in) {
  return {Epoch(in.epoch()), View(in.view()), Height(in.height()),
          fields.fixed<Hash>("digest", in.digest()), read_signers(fields, in.signer())};
}

void write(v1::ViewChange& out, const ViewChange& message) {
  out.set_epoch(message.epoch.value());
  out.set_view(message.view.value());
  if (message.stable) write(*out.mutable_stable(), *message.stable);
  for (const auto& prepared : message.prepared) write(*out.add_prepared(), prepared);
  for (const auto& complaint : message.justification) write(*out.add_justification(), complaint);
  if (message.proof) write(*out.mutable_proof(), *message.proof);
  out.set_sender(Bytes(message.sender.view()));
  out.set_signature(Bytes(message.signature.view()));
}

ViewChange read(Fields& fields, const v1::ViewChange& in) {
  ViewChange out;
  out.epoch = Epoch(in.epoch());
  out.view = View(in.view());
  if (in.has_stable()) out.stable = read(fields, in.stable());
  if (fields.at_most("prepared", in.prepared_size(), limits::kPreparedPerViewChangeMax)) {
    for (const auto& prepared : in.prepared()) out.prepared.push_back(read(fields, prepared));
  }
  if (fields.at_most("justification", in.justification_size(), limits::kValidatorsMax)) {
    for (const auto& entry : in.justification()) out.justification.push_back(read(fields, entry));
  }
  if (in.has_proof()) out.proof = read(fields, in.proof());
  out.sender = fields.fixed<PublicKey>("sender", in.sender());
  out.signature = fields.fixed<Signature>("signature", in.signature());
  return out;
}

void write(v1::NewView& out, const NewView& message) {
  out.set_epoch(message.epoch.value());
  out.set_view(message.view.value());
  for (const ViewChange& change : message.view_changes) write(*out.add_view_change(), change);
  out.set_sender(Bytes(message.sender.view()));
  out.set_signature(Bytes(message.signature.view()));
}

NewView read(Fields& fields, const v1::NewView& in) {
  NewView out;
  out.epoch = Epoch(in.epoch());
  out.view = View(in.view());
  if (fields.at_most("view_change", in.view_change_size(), limits::kValidatorsMax)) {
    for (const auto& change : in.view_change()) out.view_changes.push_back(read(fields, change));
  }
  out.sender = fields.fixed<PublicKey>("sender", in.sender());
  out.signature = fields.fixed<Signature>("signature", in.signature());
  return out;
}

namespace {

// Decodes a whole protobuf message P and translates it.
template <class P>
auto decode_whole(ByteView bytes, std::string_view name)
    -> Result<decltype(read(std::declval<Fields&>(), std::declval<const P&>()))> {
  P in;
  if (!in.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return fail(Code::malformed, fmt::format("{}: is damaged or truncated", name));
  }
  Fields fields(name);
  auto out = read(fields, in);
  if (auto ok = fields.finish(); !ok) return fail(ok.error());
  return out;
}

}  // namespace

Bytes encode_message(const Message& message) {
  v1::Message out;
  struct Write {
    v1::Message& out;
    void operator()(const PrePrepare& m) const { write(*out.mutable_pre_prepare(), m); }
    void operator()(const Prepare& m) const { write(*out.mutable_prepare(), m); }
    void operator()(const Commit& m) const { write(*out.mutable_commit(), m); }
    void operator()(const SealVote& m) const { write(*out.mutable_seal(), m); }
    void operator()(const Complaint& m) const { write(*out.mutable_complaint(), m); }
    void operator()(const ViewChange& m) const { write(*out.mutable_view_change(), m); }
    void operator()(const NewView& m) const { write(*out.mutable_new_view(), m); }
    void operator()(const StatusReport& m) const { write(*out.mutable_status(), m); }
    void operator()(const Echo& m) const { write(*out.mutable_echo(), m); }
    void operator()(const StableReport& m) const { write(*out.mutable_stable(), m); }
  };
  std::visit(Write{out}, message);
  return out.SerializeAsString();
}

Result<Message> decode_message(ByteView bytes) {
  v1::Message in;
  if (!in.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return fail(Code::malformed, "message: is damaged or truncated");
  }
  Fields fields("message");
  Message out;
  switch (in.message_case()) {
    case v1::Message::kPrePrepare:
      out = read(fields, in.pre_prepare());
      break;
    case v1::Message::kPrepare:
      out = read(fields, in.prepare());
      break;
    case v1::Message::kCommit:
      out = read(fields, in.commit());
      break;
    case v1::Message::kSeal:
      out = read(fields, in.seal());
      break;
    case v1::Message::kComplaint:
      out = read(fields, in.complaint());
      break;
    case v1::Message::kViewChange:
      out = read(fields, in.view_change());
      break;
    case v1::Message::kNewView:
      out = read(fields, in.new_view());
      break;
    case v1::Message::kStatus:
      out = read(fields, in.status());
      break;
    case v1::Message::kEcho:
      out = read(fields, in.echo());
      break;
    case v1::Message::kStable:
      out = read(fields, in.stable());
      break;
    case v1::Message::MESSAGE_NOT_SET:
      fields.fault("is of no known kind");
      break;
  }
  if (auto ok = fields.finish(); !ok) return fail(ok.error());
  return out;
}

Bytes encode_certificate(const Certificate& certificate) {
  v1::Certificate out;
  write(out, certificate);
  return out.SerializeAsString();
}

Result<Certificate> decode_certificate(ByteView bytes) {
  return decode_whole<v1::Certificate>(bytes, "certificate");
}

Bytes encode_prepared(const PreparedCertificate& certificate) {
  v1::PreparedCertificate out;
  write(out, certificate);
  return out.SerializeAsString();
}

Result<PreparedCertificate> decode_prepared(ByteView bytes) {
  return decode_whole<v1::PreparedCertificate>(bytes, "prepared certificate");
}

Bytes encode_batch(const Batch& batch) {
  v1::Batch out;
  write(out, batch);
  return out.SerializeAsString();
}

Result<Batch> decode_batch(ByteView bytes) {
  return decode_whole<v1::Batch>(bytes, "batch");
}

}  // namespace generion::wire
