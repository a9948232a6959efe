#include "wire/transaction.h"

#include <catch2/catch.hpp>

#include "../types/sample_transaction.h"
#include "base/limits.h"
#include "generion/v1/transaction.pb.h"

namespace generion::wire {
namespace {

const crypto::SigningKey kKey = test_key(1);

SignedTransaction sample() {
  const Bytes data = "private part";
  const TransactionBody body = sample_body(
      kKey.public_key(),
      {opaque_record(kKey.public_key(), data), VerifyRecord{{RecordId(1), RecordId(300)}}});
  return sign_transaction(body, {data}, kKey);
}

TEST_CASE("wire: a transaction survives its envelope") {
  const SignedTransaction transaction = sample();
  const auto decoded = decode_transaction(encode_transaction(transaction));
  REQUIRE(decoded);
  CHECK(*decoded == transaction);
}

TEST_CASE("wire: our canonical body is what Protocol Buffers' own encoder writes") {
  const SignedTransaction transaction = sample();
  v1::TransactionBody body;
  REQUIRE(body.ParseFromString(transaction.body));
  CHECK(body.operation_size() == 2);
  CHECK(body.operation(0).create_record().type() == "Observation");
  CHECK(body.operation(1).verify_record().record_id(1) == 300);
  CHECK(body.SerializeAsString() == transaction.body);
}

TEST_CASE("wire: damaged envelopes are refused with a reason") {
  const Bytes good = encode_transaction(sample());
  const auto code = [](ByteView bytes) {
    const auto decoded = decode_transaction(bytes);
    return decoded ? Code::ok : decoded.error().code;
  };
  CHECK(code("") == Code::malformed);
  CHECK(code(ByteView(good).substr(0, good.size() - 1)) == Code::malformed);
  CHECK(code(Bytes(limits::kBodyBytesMax + limits::kAttachmentBytesMax + 10'000, 'x')) ==
        Code::too_large);
  v1::SignedTransaction envelope;
  envelope.set_body("body");
  envelope.set_signature(Bytes(63, 's'));
  CHECK(code(envelope.SerializeAsString()) == Code::malformed);
  envelope.set_signature(Bytes(64, 's'));
  CHECK(code(envelope.SerializeAsString()) == Code::ok);
  for (std::size_t i = 0; i <= limits::kOperationsMax; ++i) envelope.add_attachment("a");
  CHECK(code(envelope.SerializeAsString()) == Code::too_many);
}

}  // namespace
}  // namespace generion::wire
