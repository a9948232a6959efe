#include "client/transaction_builder.h"

#include <catch2/catch.hpp>

#include "wire/capsule_meta.h"

namespace generion::client {
namespace {

const Hash kChain = crypto::blake2b256({"a chain"});
constexpr TimeMs kNow(1'800'000'000'000);

crypto::SigningKey key_number(char number) {
  return crypto::SigningKey::from_seed(crypto::SecretBytes::copy_of(Bytes(32, number)));
}

}  // namespace

TEST_CASE("a transaction of every operation is well-formed and signed") {
  const auto institution = key_number(1);
  const auto patient = key_number(2);
  const auto reader = crypto::ReaderSecret::from_seed(patient.seed());
  const auto capsule = NewCapsule::lock_to(reader.public_key());
  REQUIRE(capsule);
  const CapsuleMeta meta{
      "https://h.example", crypto::blake2b256({"c"}), "text/plain", "Title", 5, {"s|c"}};
  TransactionBuilder builder(kChain, institution.public_key());
  builder.set_user_pub_key(reader.public_key());
  builder.admit_users({patient.public_key()});
  builder.create_capsule_record({patient.public_key(), "Observation", RecordId(3), true}, *capsule,
                                meta);
  REQUIRE(builder.create_opaque_record({patient.public_key(), "", std::nullopt, false},
                                       reader.public_key(), "opaque", std::nullopt));
  builder.verify_records({RecordId(1), RecordId(2)});
  builder.delete_record(RecordId(9));
  CHECK(builder.operation_count() == 6);

  const auto built = builder.build(kNow, 60'000);
  REQUIRE(built);
  CHECK(built->body.size() <= builder.body_bytes());
  CHECK(built->body.size() + 8 >= builder.body_bytes());
  const auto signed_transaction = sign(*built, institution);
  REQUIRE(signed_transaction);
  const auto checked = check_transaction(*signed_transaction, Attachments::required);
  REQUIRE(checked);
  CHECK(verify_transaction(*checked));
  CHECK(checked->body.valid_until == TimeMs(kNow.value() + 60'000));
  CHECK(id_of(*signed_transaction) == checked->id);
  REQUIRE(checked->envelope.attachments.size() == 2);
  CHECK(builder.attachment_bytes() ==
        checked->envelope.attachments[0].size() + checked->envelope.attachments[1].size());

  const auto& create = std::get<CreateRecord>(checked->body.operations[2]);
  CHECK(create.usr_adr == patient.public_key());
  CHECK(create.type == "Observation");
  CHECK(create.replaces == RecordId(3));
  CHECK(create.deidentified);
  CHECK(create.document == meta.document);
  REQUIRE(create.lock);
  const auto key = crypto::open_lock(*create.lock, reader);
  REQUIRE(key);
  CHECK(key->document_key().view() == capsule->document_key().view());
  const auto opened = crypto::open_meta(key->meta_key(), checked->envelope.attachments[0]);
  REQUIRE(opened);
  CHECK(*wire::decode_capsule_meta(*opened) == meta);
}

TEST_CASE("two transactions of the same operations differ") {
  TransactionBuilder builder(kChain, key_number(1).public_key());
  builder.delete_record(RecordId(1));
  CHECK(builder.build(kNow, 1)->body != builder.build(kNow, 1)->body);
}

TEST_CASE("a transaction that would be refused is not built") {
  const auto key = key_number(1);
  TransactionBuilder empty(kChain, key.public_key());
  CHECK(empty.build(kNow, 1).error().code == Code::bad_argument);
  TransactionBuilder builder(kChain, key.public_key());
  const RecordFields fields{key.public_key(), "", std::nullopt, false};
  CHECK(builder.create_opaque_record(fields, ReaderKey(), "", std::nullopt).error().code ==
        Code::bad_argument);
  CHECK(builder.create_opaque_record(fields, ReaderKey(), "\x01x", std::nullopt).error().code ==
        Code::bad_capsule);
  for (std::uint64_t i = 1; i <= 257; ++i) builder.delete_record(RecordId(i));
  CHECK(builder.build(kNow, 1).error().code == Code::too_many);
  TransactionBuilder large(kChain, key.public_key());
  REQUIRE(
      large.create_opaque_record(fields, ReaderKey(), Bytes(1024 * 1024 + 1, 'x'), std::nullopt));
  CHECK(large.build(kNow, 1).error().code == Code::too_large);
}

TEST_CASE("shares, orders and deliveries carry their attachments in order") {
  const auto key = key_number(1);
  TransactionBuilder builder(kChain, key.public_key());
  REQUIRE(builder.share_record(RecordId(1), key.public_key(), ReaderKey(), Relocking(), {}));
  REQUIRE(builder.share_record(RecordId(2), key.public_key(), ReaderKey(), "shared", TimeMs(9)));
  REQUIRE(builder.create_order({RecordId(1)}, 5, "text"));
  REQUIRE(builder.create_order({RecordId(1)}, 5, std::nullopt));
  REQUIRE(builder.deliver_order(OrderId(1), ReaderKey(),
                                {{RecordId(1), Relocking()}, {RecordId(2), "delivered"}}));
  const auto built = builder.build(kNow, 1);
  REQUIRE(built);
  CHECK(built->attachments == std::vector<Bytes>{"shared", "text", "delivered"});
  CHECK(builder.attachment_bytes() == 19);
}

TEST_CASE("what cannot be handed over is refused and adds nothing") {
  TransactionBuilder builder(kChain, key_number(1).public_key());
  const Address grantee = key_number(2).public_key();
  CHECK(builder.share_record(RecordId(1), grantee, ReaderKey(), "", {}).error().code ==
        Code::bad_argument);
  CHECK(builder.share_record(RecordId(1), grantee, ReaderKey(), "\x01x", {}).error().code ==
        Code::bad_capsule);
  CHECK(builder.create_order({RecordId(1)}, 5, "").error().code == Code::bad_argument);
  CHECK(builder.deliver_order(OrderId(1), ReaderKey(), {{RecordId(1), "x"}, {RecordId(2), ""}})
            .error()
            .code == Code::bad_argument);
  CHECK(builder.operation_count() == 0);
  CHECK(builder.attachment_bytes() == 0);
}

TEST_CASE("a capsule is locked to usable reader keys only") {
  CHECK(NewCapsule::lock_to(ReaderKey()).error().code == Code::bad_key);
}

TEST_CASE("only the sender signs") {
  TransactionBuilder builder(kChain, key_number(1).public_key());
  builder.delete_record(RecordId(1));
  const auto built = builder.build(kNow, 1);
  REQUIRE(built);
  CHECK(sign(*built, key_number(2)).error().code == Code::bad_key);
  CHECK_FALSE(sign({"nonsense", {}}, key_number(1)));
}

TEST_CASE("an unsigned transaction travels as a file") {
  const auto key = key_number(1);
  TransactionBuilder builder(kChain, key.public_key());
  REQUIRE(builder.create_opaque_record({key.public_key(), "", std::nullopt, false}, ReaderKey(),
                                       "opaque", std::nullopt));
  const auto built = builder.build(kNow, 1);
  REQUIRE(built);
  const auto read = wire::decode_unsigned(wire::encode_unsigned(*built));
  REQUIRE(read);
  CHECK(*read == *built);
  CHECK(wire::decode_unsigned("nonsense").error().code == Code::malformed);
  CHECK(wire::decode_unsigned("").error().code == Code::malformed);
}

TEST_CASE("meta that is no meta is malformed") {
  CHECK(wire::decode_capsule_meta("\xFF\xFF").error().code == Code::malformed);
  CapsuleMeta meta;
  CHECK(*wire::decode_capsule_meta(wire::encode_capsule_meta(meta)) == meta);
  meta.codes.assign(257, "c");
  CHECK(wire::decode_capsule_meta(wire::encode_capsule_meta(meta)).error().code == Code::malformed);
}

}  // namespace generion::client
