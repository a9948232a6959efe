#include "wire/peer.h"

#include <catch2/catch.hpp>

#include "../types/sample_transaction.h"
#include "base/limits.h"
#include "generion/v1/peer.pb.h"

namespace generion::wire {
namespace {

const PublicKey kMember = test_key(1).public_key();
const Hash kDigest = crypto::blake2b256({"digest"});
const Signature kSignature = *Signature::from(Bytes(64, 's'));
const TxId kId = *TxId::from(Bytes(32, 'i'));

SignedTransaction sample_transaction() {
  return sign_transaction(sample_body(kMember, {opaque_record(kMember, "text")}), {"text", ""},
                          test_key(1));
}

Batch sample_batch() {
  return {Epoch(1), Height(7), kMember, TimeMs(9), {kId, TxId{}}};
}

CertifiedHeader sample_certified() {
  BlockHeader header;
  header.height = Height(6);
  return {header, {kDigest, {{kMember, kSignature}}}};
}

std::vector<PeerMessage> one_of_each() {
  const SignedTransaction transaction = sample_transaction();
  return {
      Message(Commit{Epoch(1), View(2), Height(7), kDigest, kMember}),
      TransactionBundle{{transaction, transaction}},
      TransactionBundle{},
      TransactionAck{{kId, TxId{}}},
      TransactionRequest{{kId}},
      TransactionReply{{transaction}, {kId}},
      BatchRequest{Height(7), kDigest, 5},
      BatchReply{Height(7), kDigest, sample_batch(), 0, {transaction}},
      BatchReply{Height(7), kDigest, std::nullopt, 3, {}},
      BlockRequest{Height(7), 2, 100},
      BlockReply{Height(7), {{sample_certified(), sample_batch(), 1, {transaction}}}},
      BlockReply{Height(7), {}},
      Tip{Height(9), sample_certified()},
      Tip{},
  };
}

std::vector<LinkMessage> one_of_each_link() {
  return {Hello{kPeerProtocol, kDigest, PeerRole::validator, UINT64_MAX, "1.2.3"},
          Hello{kPeerProtocol, Hash{}, PeerRole::observer, 0, ""},
          Welcome{},
          Refusal{RefusalReason::paused, "too early", 5'000},
          Ping{7},
          Pong{0, TimeMs(0)},
          Pong{7, TimeMs(1'790'000'000'000)}};
}

std::vector<Bytes> all_frames() {
  std::vector<Bytes> out;
  for (const PeerMessage& message : one_of_each()) out.push_back(encode_frame(message));
  for (const LinkMessage& message : one_of_each_link()) out.push_back(encode_frame(message));
  return out;
}

Result<PeerFrame> decode(const v1::PeerFrame& frame) {
  return decode_frame(frame.SerializeAsString());
}

TEST_CASE("peer: each message survives its bytes") {
  for (const PeerMessage& message : one_of_each()) {
    const auto decoded = decode_frame(encode_frame(message));
    REQUIRE(decoded);
    CHECK(*decoded == PeerFrame(message));
  }
  for (const LinkMessage& message : one_of_each_link()) {
    const auto decoded = decode_frame(encode_frame(message));
    REQUIRE(decoded);
    CHECK(*decoded == PeerFrame(message));
  }
}

TEST_CASE("peer: the bytes are those of peer.proto, as any Protocol Buffers library writes them") {
  for (const Bytes& bytes : all_frames()) {
    v1::PeerFrame generated;
    REQUIRE(generated.ParseFromString(bytes));
    CHECK(generated.frame_case() != v1::PeerFrame::FRAME_NOT_SET);
    CHECK(generated.SerializeAsString() == bytes);
  }
}

TEST_CASE("peer: a frame cut short, doubled or of no kind is an error, never a crash") {
  for (const Bytes& bytes : all_frames()) {
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      CHECK_FALSE(decode_frame(ByteView(bytes).substr(0, size)));
    }
    CHECK_FALSE(decode_frame(bytes + bytes));
  }
  CHECK(decode_frame("").error().code == Code::malformed);
  CHECK_THAT(decode_frame(Bytes("\x32\x00", 2)).error().message, Catch::Contains("no known kind"));
  CHECK_FALSE(decode_frame(Bytes("\xf2\x01\x00", 3)));
}

TEST_CASE("peer: lists above their limit are refused before they take memory") {
  v1::PeerFrame bundle;
  for (std::size_t i = 0; i <= limits::kBundleTransactionsMax; ++i) {
    bundle.mutable_transaction_bundle()->add_transaction();
  }
  CHECK(decode(bundle).error().code == Code::too_many);

  v1::PeerFrame ids;
  ids.mutable_transaction_request()->set_ids(
      Bytes((limits::kBatchTransactionsMax + 1) * TxId::kSize, 'i'));
  CHECK(decode(ids).error().code == Code::too_many);
  ids.mutable_transaction_request()->set_ids(Bytes(TxId::kSize + 1, 'i'));
  CHECK_THAT(decode(ids).error().message, Catch::Contains("whole number"));

  v1::PeerFrame blocks;
  for (std::size_t i = 0; i <= limits::kBlocksPerReplyMax; ++i) {
    blocks.mutable_block_reply()->add_block();
  }
  CHECK(decode(blocks).error().code == Code::too_many);

  v1::PeerFrame crowd;
  v1::CertifiedHeader& stable = *crowd.mutable_tip()->mutable_stable();
  stable.set_header(encode_header(BlockHeader{}));
  for (int i = 0; i < 100'000; ++i) stable.mutable_certificate()->add_signer();
  CHECK(decode(crowd).error().code == Code::too_large);
}

TEST_CASE("peer: what a field holds is checked, and the error names it") {
  v1::PeerFrame hello;
  REQUIRE(hello.ParseFromString(encode_frame(one_of_each_link().front())));
  hello.mutable_hello()->set_role(3);
  CHECK_THAT(decode(hello).error().message, Catch::Contains("role"));
  hello.mutable_hello()->set_role(1);
  hello.mutable_hello()->set_software(Bytes(limits::kPeerTextBytesMax + 1, 'v'));
  CHECK_THAT(decode(hello).error().message, Catch::Contains("software"));
  hello.mutable_hello()->set_chain("short");
  CHECK_THAT(decode(hello).error().message, Catch::Contains("chain"));

  v1::PeerFrame request;
  request.mutable_batch_request()->set_digest("short");
  CHECK_THAT(decode(request).error().message, Catch::Contains("digest"));
  v1::PeerFrame block;
  block.mutable_block_reply()->add_block();
  CHECK_THAT(decode(block).error().message, Catch::Contains("missing"));
  v1::PeerFrame transaction;
  transaction.mutable_transaction_bundle()->add_transaction();
  CHECK_THAT(decode(transaction).error().message, Catch::Contains("body"));
}

TEST_CASE("peer: of a Hello in another protocol only the number is read") {
  v1::PeerFrame hello;
  hello.mutable_hello()->set_protocol(kPeerProtocol + 1);
  hello.mutable_hello()->set_chain("of another length");
  const auto decoded = decode(hello);
  REQUIRE(decoded);
  CHECK(std::get<Hello>(std::get<LinkMessage>(*decoded)).protocol == kPeerProtocol + 1);
}

TEST_CASE("peer: a refusal for a reason that is not known here is still read") {
  v1::PeerFrame refusal;
  refusal.mutable_refusal()->set_reason(200);
  refusal.mutable_refusal()->set_text("why");
  const auto decoded = decode(refusal);
  REQUIRE(decoded);
  CHECK(std::get<Refusal>(std::get<LinkMessage>(*decoded)) ==
        Refusal{RefusalReason::other, "why", 0});
}

}  // namespace
}  // namespace generion::wire
