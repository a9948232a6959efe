#include "contract/check_operations.h"

#include "test_chain.h"

using namespace generion;
using namespace generion::contract;

namespace {

crypto::ReaderSecret reader(char seed) {
  return crypto::ReaderSecret::from_seed(crypto::SecretBytes::copy_of(Bytes(32, seed)));
}

CreateRecord capsule_for(const crypto::ReaderSecret& secret) {
  CreateRecord op = record_for(person(1));
  op.data_pub_key = secret.public_key();
  op.lock = crypto::lock_capsule(crypto::CapsuleKey::generate(), op.data_pub_key).value();
  return op;
}

Code check(std::vector<Operation> operations, const Parameters& parameters) {
  const auto result =
      check_operations(make_transaction(person(1), std::move(operations)), parameters);
  return result ? Code::ok : result.error().code;
}

}  // namespace

TEST_CASE("operations within the parameters pass") {
  const Parameters parameters = test_genesis().parameters;
  const auto secret = reader('s');
  CHECK(check({capsule_for(secret), SetUserPubKey{secret.public_key()}, record_for(person(1)),
               AdmitUser{{person(2)}}, VerifyRecord{{RecordId(1)}}, DeleteRecord{RecordId(1)}},
              parameters) == Code::ok);
}

TEST_CASE("the number of operations") {
  Parameters parameters = test_genesis().parameters;
  parameters.operations_max = 3;
  const Operation op = DeleteRecord{RecordId(1)};
  CHECK(check({op, op, op}, parameters) == Code::ok);
  CHECK(check({op, op, op, op}, parameters) == Code::too_many);
}

TEST_CASE("the size of the body") {
  Parameters parameters = test_genesis().parameters;
  const auto transaction = make_transaction(person(1), {DeleteRecord{RecordId(1)}});
  parameters.body_bytes_max = transaction.envelope.body.size();
  CHECK(check_operations(transaction, parameters).has_value());
  --parameters.body_bytes_max;
  CHECK(check_operations(transaction, parameters).error().code == Code::too_large);
}

TEST_CASE("the attachments' sizes together, as the body states them") {
  Parameters parameters = test_genesis().parameters;
  parameters.attachment_bytes_max = 100;
  CreateRecord half = record_for(person(1));
  half.data.length = 50;
  CHECK(check({half, half}, parameters) == Code::ok);
  CreateRecord more = half;
  more.data.length = 51;
  CHECK(check({half, more}, parameters) == Code::too_large);
  // Lengths that would wrap around when summed.
  more.data.length = UINT64_MAX;
  CHECK(check({half, more}, parameters) == Code::too_large);
  CHECK(check({more, half}, parameters) == Code::too_large);
}

TEST_CASE("keys and locks of capsules must be points; opaque records take any key") {
  const Parameters parameters = test_genesis().parameters;
  const auto secret = reader('s');
  CHECK(check({SetUserPubKey{ReaderKey()}}, parameters) == Code::bad_key);
  CHECK(check({SetUserPubKey{reader_key('\xff')}}, parameters) == Code::bad_key);
  CHECK(check({PurchaseData{OrderId(1), reader_key('\xff'), 1}}, parameters) == Code::bad_key);

  CreateRecord op = capsule_for(secret);
  op.data_pub_key = reader_key('\xff');
  CHECK(check({op}, parameters) == Code::bad_key);
  op = capsule_for(secret);
  op.lock->data()[0] ^= 1;  // an odd number, which no point's encoding is
  CHECK(check({op}, parameters) == Code::bad_capsule);
  op = capsule_for(secret);
  std::fill_n(op.lock->data() + 32, 32, std::uint8_t{0});
  CHECK(check({op}, parameters) == Code::bad_capsule);

  op = record_for(person(1));
  op.data_pub_key = reader_key('\xff');
  CHECK(check({op}, parameters) == Code::ok);
}

TEST_CASE("a point has one encoding: its top bit is clear") {
  // libsodium 1.0.18 ignores that bit.
  const Parameters parameters = test_genesis().parameters;
  const auto secret = reader('s');
  ReaderKey key = secret.public_key();
  CHECK(check({SetUserPubKey{key}}, parameters) == Code::ok);
  key.data()[31] |= 0x80;
  CHECK(check({SetUserPubKey{key}}, parameters) == Code::bad_key);
  for (const std::size_t last : {31, 63}) {
    CreateRecord op = capsule_for(secret);
    op.lock->data()[last] |= 0x80;
    CHECK(check({op}, parameters) == Code::bad_capsule);
  }
}

TEST_CASE("a move is signed by the new key, over chain, user and new key") {
  const Parameters parameters = test_genesis().parameters;
  const auto seed = [](char byte) {
    return crypto::SigningKey::from_seed(crypto::SecretBytes::copy_of(Bytes(32, byte)));
  };
  const auto key = seed('n');
  const Hash chain = make_transaction(person(1), {}).body.chain_id;
  const auto signed_over = [&](const Hash& chain_id, const Address& user, const Address& new_key) {
    return MoveUser{person(1), key.public_key(),
                    key.sign(kMoveTag, move_message(chain_id, user, new_key))};
  };
  const MoveUser good = signed_over(chain, person(1), key.public_key());
  CHECK(check({good}, parameters) == Code::ok);
  CHECK(check({signed_over(Hash(), person(1), key.public_key())}, parameters) ==
        Code::bad_signature);
  CHECK(check({signed_over(chain, person(2), key.public_key())}, parameters) ==
        Code::bad_signature);
  MoveUser bad = good;
  bad.new_key = seed('o').public_key();
  CHECK(check({bad}, parameters) == Code::bad_signature);
  bad = good;
  bad.new_key_signature.data()[0] ^= 1;
  CHECK(check({bad}, parameters) == Code::bad_signature);
  bad = good;
  bad.new_key_signature =
      key.sign("generion/seal/1", move_message(chain, person(1), key.public_key()));
  CHECK(check({bad}, parameters) == Code::bad_signature);
}

TEST_CASE("the message says which operation") {
  const auto result = check_operations(
      make_transaction(person(1), {record_for(person(1)), SetUserPubKey{ReaderKey()}}),
      test_genesis().parameters);
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().message.starts_with("operation 1, setUserPubKey: reader key"));
}
