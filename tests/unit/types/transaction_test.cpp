#include "types/transaction.h"

#include <catch2/catch.hpp>

#include "base/limits.h"
#include "sample_transaction.h"
#include "types/canonical.h"

namespace generion {
namespace {

const crypto::SigningKey kKey = test_key(1);
const Address kOwner = kKey.public_key();
const Address kOther = test_key(2).public_key();

std::vector<Operation> one_of_each() {
  CreateRecord full = opaque_record(kOwner, "data");
  full.lock = *Lock::from(Bytes(64, 'l'));
  full.document = crypto::blake2b256({"document"});
  full.replaces = RecordId(3);
  full.deidentified = true;
  return {SetUserPubKey{*ReaderKey::from(Bytes(32, 'p'))},
          AdmitUser{{kOwner, kOther}},
          full,
          opaque_record(kOther, "x"),
          VerifyRecord{{RecordId(1), RecordId(300)}},
          DeleteRecord{RecordId(9)}};
}

Error decode_error(const TransactionBody& body) {
  const auto decoded = decode_body(encode_body(body));
  REQUIRE_FALSE(decoded);
  return decoded.error();
}

TEST_CASE("transaction: each operation survives the canonical bytes") {
  const TransactionBody body = sample_body(kOwner, one_of_each());
  const auto decoded = decode_body(encode_body(body));
  REQUIRE(decoded);
  CHECK(*decoded == body);
}

TEST_CASE("transaction: a body cut anywhere or with one bit changed is another body or none") {
  const Bytes bytes = encode_body(sample_body(kOwner, one_of_each()));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto decoded = decode_body(ByteView(bytes).substr(0, size));
    if (decoded) CHECK(encode_body(*decoded) == bytes.substr(0, size));
  }
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    Bytes changed = bytes;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    const auto decoded = decode_body(changed);
    if (decoded) CHECK(encode_body(*decoded) == changed);
  }
}

TEST_CASE("transaction: what an operation must not say is refused with a reason") {
  struct Case {
    Operation operation;
    Code code;
    std::string part;
  };
  CreateRecord empty = opaque_record(kOwner, "d");
  empty.data.length = 0;
  CreateRecord huge = opaque_record(kOwner, "d");
  huge.data.length = limits::kAttachmentBytesMax + 1;
  CreateRecord long_type = opaque_record(kOwner, "d");
  long_type.type = std::string(limits::kRecordTypeBytesMax + 1, 't');
  const Case cases[] = {
      {AdmitUser{}, Code::bad_argument, "nobody"},
      {AdmitUser{{kOwner, kOwner}}, Code::bad_argument, "twice"},
      {VerifyRecord{}, Code::bad_argument, "none"},
      {VerifyRecord{{RecordId(1), RecordId(1)}}, Code::bad_argument, "twice"},
      {empty, Code::bad_attachment, "empty"},
      {huge, Code::too_large, "1048576"},
      {long_type, Code::too_large, "64"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.part);
    const Error error = decode_error(sample_body(kOwner, {c.operation}));
    CHECK(error.code == c.code);
    CHECK_THAT(error.message, Catch::Contains(c.part));
  }
  CHECK(decode_error(sample_body(kOwner, {})).code == Code::bad_argument);
  CHECK(decode_error(sample_body(kOwner, std::vector<Operation>(limits::kOperationsMax + 1,
                                                                DeleteRecord{RecordId(1)})))
            .code == Code::too_many);
}

TEST_CASE("transaction: an operation of a later version is named as unknown") {
  TransactionBody body = sample_body(kOwner, {DeleteRecord{RecordId(1)}});
  Bytes bytes = encode_body(body);
  // The body ends with the operation: its tag and length (2a 04), then field 5 of Operation, with
  // its length, and record_id. Field 100 has a tag of two bytes.
  bytes.replace(bytes.size() - 6, 6, Bytes("\x2a\x05\xa2\x06\x02\x08\x01", 7));
  const auto decoded = decode_body(bytes);
  REQUIRE_FALSE(decoded);
  CHECK(decoded.error().code == Code::unknown_operation);
  CHECK_THAT(decoded.error().message, Catch::Contains("100"));
}

TEST_CASE("transaction: attachments must be the ones that the body names") {
  const Bytes data = "a private part";
  const TransactionBody body = sample_body(kOwner, {opaque_record(kOwner, data)});
  const auto check = [&](std::vector<Bytes> attachments, Attachments rule) {
    return check_transaction(sign_transaction(body, std::move(attachments), kKey), rule);
  };
  CHECK(check({data}, Attachments::required));
  CHECK(check({""}, Attachments::may_be_erased));
  const auto code = [&](std::vector<Bytes> attachments, Attachments rule) {
    const auto result = check(std::move(attachments), rule);
    return result ? Code::ok : result.error().code;
  };
  CHECK(code({}, Attachments::required) == Code::bad_attachment);
  CHECK(code({""}, Attachments::required) == Code::bad_attachment);
  CHECK(code({data, data}, Attachments::required) == Code::bad_attachment);
  CHECK(code({"A private part"}, Attachments::required) == Code::bad_attachment);
  CHECK(code({data + "!"}, Attachments::may_be_erased) == Code::bad_attachment);
  CHECK(code({Bytes(limits::kAttachmentBytesMax + 1, 'x')}, Attachments::required) ==
        Code::too_large);
}

TEST_CASE("transaction: opaque data cannot pose as a capsule") {
  const Bytes data = "\x01 pretends";
  const TransactionBody body = sample_body(kOwner, {opaque_record(kOwner, data)});
  const auto checked =
      check_transaction(sign_transaction(body, {data}, kKey), Attachments::required);
  REQUIRE_FALSE(checked);
  CHECK(checked.error().code == Code::bad_capsule);
}

TEST_CASE("transaction: the signature covers every byte of the body") {
  const TransactionBody body = sample_body(kOwner, {DeleteRecord{RecordId(1)}});
  const SignedTransaction good = sign_transaction(body, {}, kKey);
  CHECK(verify_transaction(*check_transaction(good, Attachments::required)));

  SignedTransaction other_body = good;
  TransactionBody changed = body;
  changed.operations = {DeleteRecord{RecordId(2)}};
  other_body.body = encode_body(changed);
  CHECK_FALSE(verify_transaction(*check_transaction(other_body, Attachments::required)));

  SignedTransaction other_sender = good;
  changed = body;
  changed.sender = kOther;
  other_sender.body = encode_body(changed);
  CHECK_FALSE(verify_transaction(*check_transaction(other_sender, Attachments::required)));
}

TEST_CASE("transaction: ids sort by their time") {
  const Hash hash = crypto::blake2b256({"h"});
  const Hash lower = crypto::blake2b256({"lower"});
  CHECK(transaction_id(TimeMs(1), hash) < transaction_id(TimeMs(2), lower));
  CHECK(transaction_id(TimeMs(0x010203040506), hash).view().substr(0, 6) ==
        ByteView("\x01\x02\x03\x04\x05\x06"));
  CHECK(transaction_id(TimeMs(1), hash).view().substr(6) == hash.view().substr(0, 26));
}

}  // namespace
}  // namespace generion
