#include "wire/messages.h"

#include <catch2/catch.hpp>

#include "../types/sample_transaction.h"
#include "base/limits.h"
#include "generion/v1/consensus.pb.h"

namespace generion::wire {
namespace {

const PublicKey kMember = test_key(1).public_key();
const Hash kDigest = crypto::blake2b256({"digest"});
const Signature kSignature = *Signature::from(Bytes(64, 's'));

Batch sample_batch() {
  return {Epoch(1), Height(7), kMember, TimeMs(9), {*TxId::from(Bytes(32, 'a')), TxId{}}};
}

std::vector<Message> one_of_each() {
  const Prepare prepare{Epoch(1), View(2), Height(7), kDigest, kMember, kSignature};
  const Complaint complaint{Epoch(1), View(2), ComplaintReason::restarted_primary, kMember,
                            kSignature};
  const PreparedCertificate prepared{
      Epoch(1), View(2), Height(7), kDigest, {{kMember, kSignature}}};
  BlockHeader header;
  header.height = Height(6);
  ViewChange change{
      Epoch(1),   View(3),     CertifiedHeader{header, {kDigest, {{kMember, kSignature}}}},
      {prepared}, {complaint}, {},
      kMember,    kSignature};
  ViewChange from_genesis = change;
  from_genesis.stable.reset();
  from_genesis.proof = ConflictingProposals{
      Epoch(1), View(2), Height(7), kMember, {kDigest, kSignature}, {Hash{}, kSignature}};
  HeldVotes held{Height(8), true, {}, {}, {}};
  held.prepares.set(0).set(99);
  held.seals.set(8);
  StatusReport status{Epoch(1), View(2), true, Height(7), Height(9), {}, {}, {held}, {}, kMember};
  StatusReport recovering = status;
  recovering.complaints.set(7);
  recovering.view_changes.set(3);
  recovering.recovering_since = TimeMs(0);
  return {PrePrepare{View(2), sample_batch(), kMember, kSignature},
          PrePrepare{View(2), null_batch(Epoch(1), Height(7)), kMember, kSignature},
          prepare,
          Commit{Epoch(1), View(2), Height(7), kDigest, kMember},
          SealVote{Epoch(1), {Height(7), kDigest, kMember, kSignature}},
          complaint,
          change,
          from_genesis,
          NewView{Epoch(1), View(3), {change, from_genesis}, kMember, kSignature},
          status,
          recovering,
          Echo{Epoch(1), TimeMs(5), kMember, {prepare, prepare}, change, kMember},
          Echo{Epoch(1), TimeMs(5), kMember, {}, {}, kMember},
          StableReport{*change.stable, kMember}};
}

TEST_CASE("wire: each message survives its bytes") {
  for (const Message& message : one_of_each()) {
    const auto decoded = decode_message(encode_message(message));
    REQUIRE(decoded);
    CHECK(*decoded == message);
  }
}

TEST_CASE("wire: batches and certificates survive their bytes") {
  CHECK(*decode_batch(encode_batch(sample_batch())) == sample_batch());
  const Certificate certificate{kDigest, {{kMember, kSignature}}};
  CHECK(*decode_certificate(encode_certificate(certificate)) == certificate);
}

TEST_CASE("wire: a message cut short or of no kind is an error, never a crash") {
  for (const Message& message : one_of_each()) {
    const Bytes bytes = encode_message(message);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      const auto decoded = decode_message(ByteView(bytes).substr(0, size));
      if (decoded) CHECK(*decoded != message);
    }
  }
  CHECK(decode_message("").error().code == Code::malformed);
  v1::Message unknown_reason;
  unknown_reason.mutable_complaint()->set_reason(99);
  CHECK_THAT(decode_message(unknown_reason.SerializeAsString()).error().message,
             Catch::Contains("reason"));
  v1::Message crowd;
  for (std::size_t i = 0; i <= limits::kValidatorsMax; ++i)
    crowd.mutable_new_view()->add_view_change();
  CHECK_THAT(decode_message(crowd.SerializeAsString()).error().message, Catch::Contains("at most"));
  v1::Message stranger;
  stranger.mutable_status()->set_complaints(Bytes(13, '\0') + Bytes(1, '\1'));
  CHECK_THAT(decode_message(stranger.SerializeAsString()).error().message,
             Catch::Contains("complaints names member 104; there are at most 100"));
}

}  // namespace
}  // namespace generion::wire
