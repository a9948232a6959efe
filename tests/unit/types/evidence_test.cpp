#include "types/evidence.h"

#include <catch2/catch.hpp>

#include "types/operations.h"

namespace generion {
namespace {

const Hash kChain = crypto::blake2b256({"a chain"});

crypto::SigningKey key_of(char byte) {
  return crypto::SigningKey::from_seed(crypto::SecretBytes::copy_of(Bytes(32, byte)));
}

template <class M>
M signed_by(const crypto::SigningKey& key, M message) {
  message.sender = key.public_key();
  const SignedPart part = signed_part(kChain, message);
  message.signature = key.sign(part.tag, part.bytes);
  return message;
}

Prepare prepare(std::uint64_t height, std::string_view digest) {
  return {Epoch(1), View(2), Height(height), crypto::blake2b256({digest}), {}, {}};
}
PrePrepare pre_prepare(std::uint64_t time) {
  Batch batch;
  batch.epoch = Epoch(1);
  batch.height = Height(7);
  batch.time = TimeMs(time);
  return {View(2), batch, {}, {}};
}
ViewChange view_change(std::uint64_t view, std::size_t prepared) {
  ViewChange out;
  out.epoch = Epoch(1);
  out.view = View(view);
  for (std::size_t n = 0; n < prepared; ++n) {
    out.prepared.push_back({Epoch(1), View(0), Height(n + 1), crypto::blake2b256({"x"}), {}});
  }
  return out;
}
BlockHeader header(std::uint64_t height, std::uint64_t time) {
  BlockHeader out;
  out.chain_id = kChain;
  out.epoch = Epoch(1);
  out.height = Height(height);
  out.time = TimeMs(time);
  return out;
}
SealedHeader sealed(const crypto::SigningKey& key, const BlockHeader& block) {
  return {block, make_seal(block, key).signature};
}

// It holds, survives the codec, and does not depend on which message came first.
void check_good(const Evidence& evidence, const Evidence& other_way, const Conflict& about) {
  CHECK(evidence == other_way);
  CHECK(check_conflict(kChain, evidence) == about);
  CHECK(verify_evidence(evidence));
  const auto decoded = decode_operation(encode_operation(ReportEvidence{evidence}));
  REQUIRE(decoded.has_value());
  CHECK(std::get<ReportEvidence>(*decoded).evidence == evidence);
  CHECK(check_conflict(crypto::blake2b256({"another"}), evidence).error().code ==
        Code::wrong_chain);
  for (const bool first : {true, false}) {
    Evidence forged = evidence;
    (first ? forged.first : forged.second).signature.data()[3] ^= 1;
    CHECK(verify_evidence(forged).error().code == Code::bad_signature);
    Evidence cut = evidence;
    Bytes& bytes = (first ? cut.first : cut.second).bytes;
    bytes.resize(20);
    CHECK(check_conflict(kChain, cut).error().code == Code::malformed);
  }
}

template <class M>
void check_pair(const M& first, const M& second, const Conflict& about) {
  const auto evidence = make_evidence(kChain, first, second);
  REQUIRE(evidence.has_value());
  check_good(*evidence, *make_evidence(kChain, second, first), about);
}

}  // namespace

TEST_CASE("two messages of one validator that contradict each other are evidence") {
  const auto key = key_of('k');
  check_pair(signed_by(key, prepare(7, "a")), signed_by(key, prepare(7, "b")),
             {Epoch(1), View(2), Height(7)});
  check_pair(signed_by(key, pre_prepare(1)), signed_by(key, pre_prepare(2)),
             {Epoch(1), View(2), Height(7)});
  check_pair(signed_by(key, view_change(3, 0)), signed_by(key, view_change(3, 2)),
             {Epoch(1), View(3), Height(0)});
  const auto seals =
      make_seal_evidence(key.public_key(), sealed(key, header(7, 1)), sealed(key, header(7, 2)));
  REQUIRE(seals.has_value());
  check_good(
      *seals,
      *make_seal_evidence(key.public_key(), sealed(key, header(7, 2)), sealed(key, header(7, 1))),
      {Epoch(1), View(0), Height(7)});
}

TEST_CASE("what may both be signed is no evidence") {
  const auto key = key_of('k');
  const auto none = [](const Message& a, const Message& b) {
    CHECK_FALSE(make_evidence(kChain, a, b).has_value());
  };
  const Prepare vote = signed_by(key, prepare(7, "a"));
  none(vote, vote);
  none(vote, signed_by(key, prepare(8, "b")));
  none(vote, signed_by(key_of('l'), prepare(7, "b")));
  Prepare later = prepare(7, "b");
  later.view = View(3);
  none(vote, signed_by(key, later));
  later.view = View(2);
  later.epoch = Epoch(2);
  none(vote, signed_by(key, later));
  none(vote, signed_by(key, pre_prepare(1)));
  none(signed_by(key, view_change(3, 0)), signed_by(key, view_change(4, 0)));
  none(Commit{Epoch(1), View(2), Height(7), crypto::blake2b256({"a"}), key.public_key()},
       Commit{Epoch(1), View(2), Height(7), crypto::blake2b256({"b"}), key.public_key()});
  CHECK_FALSE(
      make_seal_evidence(key.public_key(), sealed(key, header(7, 1)), sealed(key, header(8, 1)))
          .has_value());
}

TEST_CASE("evidence has one form: the lower statement first, of a known kind") {
  const auto key = key_of('k');
  Evidence evidence =
      *make_evidence(kChain, signed_by(key, prepare(7, "a")), signed_by(key, prepare(7, "b")));
  const auto code = [](const Evidence& given) {
    const auto decoded = decode_operation(encode_operation(ReportEvidence{given}));
    return decoded ? Code::ok : decoded.error().code;
  };
  CHECK(code(evidence) == Code::ok);
  Evidence swapped = evidence;
  std::swap(swapped.first, swapped.second);
  CHECK(code(swapped) == Code::bad_argument);
  Evidence same = evidence;
  same.second = same.first;
  CHECK(code(same) == Code::bad_argument);
  Evidence unknown = evidence;
  unknown.kind = static_cast<Evidence::Kind>(5);
  CHECK(code(unknown) == Code::bad_argument);
  Evidence large = evidence;
  large.second.bytes.resize(48 * 1024 + 1, 'x');
  CHECK(code(large) == Code::too_large);
}

TEST_CASE("the kinds' names") {
  for (const auto kind : {Evidence::Kind::pre_prepare, Evidence::Kind::prepare,
                          Evidence::Kind::view_change, Evidence::Kind::seal}) {
    CHECK(evidence_kind(kind_name(kind)) == kind);
    CHECK(evidence_kind(static_cast<std::uint64_t>(kind)) == kind);
  }
  CHECK_FALSE(evidence_kind("commit").has_value());
  CHECK_FALSE(evidence_kind(0).has_value());
}

}  // namespace generion
