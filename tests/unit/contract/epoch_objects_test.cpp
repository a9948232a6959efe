#include "contract/epoch_objects.h"

#include <catch2/catch.hpp>

#include "base/hex.h"

using namespace generion;
using namespace generion::contract;

namespace {

PublicKey key(char byte) {
  return *PublicKey::from(Bytes(32, byte));
}

EpochObject full_epoch() {
  EpochObject out;
  out.first = Height(130);
  out.since = TimeMs(1'000);
  out.last = Height(400);
  out.validators.keys = {key('a'), key('b')};
  out.version = 2;
  out.decided = {ProposalId(4), ProposalId(3)};
  out.upgrades = {ProposalId(9)};
  return out;
}

EvidenceObject full_evidence() {
  EvidenceObject out;
  out.culprit = ValidatorId(2);
  out.kind = Evidence::Kind::seal;
  out.about = {Epoch(1), View(2), Height(3)};
  out.key = key('b');
  out.first = crypto::blake2b256({"1"});
  out.second = crypto::blake2b256({"2"});
  out.reporter = ValidatorId(1);
  out.reported_at = TimeMs(5);
  return out;
}

}  // namespace

TEST_CASE("epochs' and evidence's bytes give them back, with and without what may be absent") {
  CHECK(decode_epoch(encode_epoch(full_epoch())) == full_epoch());
  CHECK(decode_epoch(encode_epoch({})) == EpochObject());
  CHECK(decode_evidence(encode_evidence(full_evidence())) == full_evidence());
}

TEST_CASE("epochs' and evidence's bytes are strict") {
  const Bytes epoch = encode_epoch(full_epoch());
  for (std::size_t size = 0; size < epoch.size(); ++size) {
    const auto cut = decode_epoch(ByteView(epoch).substr(0, size));
    if (cut) CHECK(encode_epoch(*cut) == epoch.substr(0, size));
  }
  const Bytes evidence = encode_evidence(full_evidence());
  for (std::size_t size = 0; size < evidence.size(); ++size) {
    const auto cut = decode_evidence(ByteView(evidence).substr(0, size));
    if (cut) CHECK(encode_evidence(*cut) == evidence.substr(0, size));
  }
  EvidenceObject unknown = full_evidence();
  unknown.kind = static_cast<Evidence::Kind>(5);
  CHECK(decode_evidence(encode_evidence(unknown)).error().code == Code::malformed);
}

TEST_CASE("the keys of epochs and evidence are frozen") {
  CHECK(to_hex(epoch_key(Epoch(0))) == "0b0000000000000000");
  CHECK(to_hex(evidence_key(EvidenceId(1))) == "0c0000000000000001");
  CHECK(parse_object_key(epoch_key(Epoch(3))) == ObjectName(Epoch(3)));
  CHECK(parse_object_key(evidence_key(EvidenceId(3))) == ObjectName(EvidenceId(3)));
}
