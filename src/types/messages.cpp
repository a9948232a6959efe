#include "types/messages.h"

#include <fmt/core.h>

#include "base/byte_io.h"
#include "base/hex.h"
#include "base/mutant.h"

namespace generion {
namespace {

constexpr ByteView kPrepareTag = "generion/prepare/1";

void write_signers(ByteWriter& out, const std::vector<Certificate::Signer>& signers) {
  out.u32(static_cast<std::uint32_t>(signers.size()));
  for (const Certificate::Signer& signer : signers) out.fixed(signer.key).fixed(signer.signature);
}

void write_certificate(ByteWriter& out, const PreparedCertificate& certificate) {
  out.u64(certificate.epoch.value()).u64(certificate.view.value());
  out.u64(certificate.height.value()).fixed(certificate.digest);
  write_signers(out, certificate.signers);
}

void write_complaint(ByteWriter& out, const Complaint& complaint) {
  out.u64(complaint.epoch.value()).u64(complaint.view.value());
  out.u8(static_cast<std::uint8_t>(complaint.reason));
  out.fixed(complaint.sender).fixed(complaint.signature);
}

void write_conflict(ByteWriter& out, const ConflictingProposals& proof) {
  out.u64(proof.epoch.value()).u64(proof.view.value()).u64(proof.height.value());
  out.fixed(proof.sender);
  out.fixed(proof.first.digest).fixed(proof.first.signature);
  out.fixed(proof.second.digest).fixed(proof.second.signature);
}

void write_view_change(ByteWriter& out, const ViewChange& message) {
  out.u64(message.epoch.value()).u64(message.view.value());
  out.u8(message.stable ? 1 : 0);
  if (message.stable) {
    out.raw(encode_header(message.stable->header));
    write_signers(out, message.stable->certificate.signers);
  }
  out.u32(static_cast<std::uint32_t>(message.prepared.size()));
  for (const PreparedCertificate& prepared : message.prepared) write_certificate(out, prepared);
  out.u32(static_cast<std::uint32_t>(message.justification.size()));
  for (const Complaint& complaint : message.justification) write_complaint(out, complaint);
  out.u8(message.proof ? 1 : 0);
  if (message.proof) write_conflict(out, *message.proof);
  out.fixed(message.sender);
}

ByteWriter start(const Hash& chain) {
  ByteWriter out;
  out.fixed(chain);
  return out;
}

}  // namespace

SignedPart pre_prepare_part(const Hash& chain, Epoch epoch, View view, Height height,
                            const Hash& digest, const PublicKey& sender) {
  ByteWriter out = start(chain);
  out.u64(epoch.value()).u64(view.value()).u64(height.value()).fixed(digest).fixed(sender);
  return {"generion/pre-prepare/1", std::move(out).bytes()};
}

SignedPart signed_part(const Hash& chain, const PrePrepare& message) {
  return pre_prepare_part(chain, message.batch.epoch, message.view, message.batch.height,
                          batch_digest(chain, message.batch), message.sender);
}

SignedPart signed_part(const Hash& chain, const Prepare& message) {
  ByteWriter out = start(chain);
  out.u64(message.epoch.value()).u64(message.view.value());
  out.u64(message.height.value()).fixed(message.digest).fixed(message.sender);
  return {kPrepareTag, std::move(out).bytes()};
}

SignedPart signed_part(const Hash& chain, const Complaint& message) {
  ByteWriter out = start(chain);
  out.u64(message.epoch.value()).u64(message.view.value());
  out.u8(static_cast<std::uint8_t>(message.reason)).fixed(message.sender);
  return {"generion/complaint/1", std::move(out).bytes()};
}

SignedPart signed_part(const Hash& chain, const ViewChange& message) {
  ByteWriter out = start(chain);
  write_view_change(out, message);
  return {"generion/view-change/1", std::move(out).bytes()};
}

SignedPart signed_part(const Hash& chain, const NewView& message) {
  ByteWriter out = start(chain);
  out.u64(message.epoch.value()).u64(message.view.value());
  out.u32(static_cast<std::uint32_t>(message.view_changes.size()));
  for (const ViewChange& change : message.view_changes) {
    write_view_change(out, change);
    out.fixed(change.signature);
  }
  out.fixed(message.sender);
  return {"generion/new-view/1", std::move(out).bytes()};
}

ConflictingProposals conflict_of(const Hash& chain, const PrePrepare& left,
                                 const PrePrepare& right) {
  ConflictingProposals out{left.batch.epoch,
                           left.view,
                           left.batch.height,
                           left.sender,
                           {batch_digest(chain, left.batch), left.signature},
                           {batch_digest(chain, right.batch), right.signature}};
  if (out.second.digest < out.first.digest) std::swap(out.first, out.second);
  return out;
}

Result<void> verify_conflict(const Hash& chain, const ConflictingProposals& proof) {
  if (!(proof.first.digest < proof.second.digest)) {
    return fail(Code::bad_proof,
                "the two proposals of the proof are the same, or in the wrong order");
  }
  for (const auto& half : {proof.first, proof.second}) {
    const SignedPart part =
        pre_prepare_part(chain, proof.epoch, proof.view, proof.height, half.digest, proof.sender);
    if (!crypto::verify_signature(proof.sender, part.tag, part.bytes, half.signature)) {
      return fail(Code::bad_proof, fmt::format("a PRE-PREPARE of {} in the proof does not hold",
                                               to_hex(proof.sender)));
    }
  }
  return {};
}

Result<void> verify_prepared(const Hash& chain, const PreparedCertificate& certificate,
                             const ValidatorSet& set) {
  const std::size_t quorum = quorum_size(set.size());
  if (certificate.signers.size() < quorum) {
    return fail(Code::bad_proof,
                fmt::format("the prepared certificate has {} votes; a quorum of {} is {}",
                            certificate.signers.size(), set.size(), quorum));
  }
  const PublicKey* last = nullptr;
  for (const Certificate::Signer& signer : certificate.signers) {
    const bool is_next = last == nullptr || *last < signer.key;
    if (!is_next && !GENERION_MUTANT(preparers_not_distinct)) {
      return fail(Code::bad_proof,
                  "the prepared certificate's signers are doubled or out of order");
    }
    last = &signer.key;
    if (!set.index_of(signer.key)) {
      return fail(Code::bad_proof,
                  fmt::format("{} prepared, but is no validator", to_hex(signer.key)));
    }
    const Prepare vote{certificate.epoch,  certificate.view, certificate.height,
                       certificate.digest, signer.key,       signer.signature};
    const SignedPart part = signed_part(chain, vote);
    if (!crypto::verify_signature(signer.key, part.tag, part.bytes, signer.signature)) {
      return fail(Code::bad_proof,
                  fmt::format("the PREPARE of {} does not hold", to_hex(signer.key)));
    }
  }
  return {};
}

}  // namespace generion
