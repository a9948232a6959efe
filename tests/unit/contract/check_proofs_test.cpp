#include "contract/check_proofs.h"

#include "crypto/relock.h"
#include "test_chain.h"

using namespace generion;
using namespace generion::contract;

namespace {

const Hash kChain = crypto::blake2b256({"a chain"});  // make_transaction's

crypto::ReaderSecret reader(char seed) {
  return crypto::ReaderSecret::from_seed(crypto::SecretBytes::copy_of(Bytes(32, seed)));
}

// Record `record`, which reader 'o' holds, moved to reader 'b'.
Relocking relocked(const crypto::RelockContext& context, std::uint64_t record,
                   const Hash& chain = kChain) {
  const crypto::ReaderSecret owner = reader('o');
  Relocking out;
  out.from_key = owner.public_key();
  out.from_lock = crypto::lock_capsule(crypto::CapsuleKey::generate(), out.from_key).value();
  const auto made =
      crypto::relock(chain, context, record, owner, out.from_lock, reader('b').public_key());
  REQUIRE(made);
  out.lock = made->lock;
  out.proof = made->proof;
  return out;
}

ShareRecord share_of(const Relocking& relocking) {
  ShareRecord out;
  out.record_id = RecordId(7);
  out.grantee = person(2);
  out.data_pub_key = reader('b').public_key();
  out.access = relocking;
  return out;
}

DeliverOrder delivery_of(std::vector<Delivery> deliveries) {
  return {OrderId(5), reader('b').public_key(), std::move(deliveries)};
}

RelockRecord relock_of(std::vector<RecordRelocking> records) {
  return {reader('b').public_key(), std::move(records)};
}

Result<void> check(std::vector<Operation> operations) {
  return check_proofs(make_transaction(person(1), std::move(operations)));
}

Code code(std::vector<Operation> operations) {
  const auto checked = check(std::move(operations));
  return checked ? Code::ok : checked.error().code;
}

}  // namespace

TEST_CASE("proofs of shares, deliveries and relocked records hold") {
  const auto delivery = crypto::delivery_context(5);
  CHECK(code({share_of(relocked(crypto::share_context(person(2)), 7)),
              delivery_of({{RecordId(7), relocked(delivery, 7)},
                           {RecordId(8), AttachmentRef{}},
                           {RecordId(9), relocked(delivery, 9)}}),
              relock_of({{RecordId(7), relocked(crypto::owner_context(), 7)},
                         {RecordId(8), relocked(crypto::owner_context(), 8)}})}) == Code::ok);
}

TEST_CASE("a share's proof is for its grantee, record, reader and chain") {
  const auto context = crypto::share_context(person(2));
  const Relocking good = relocked(context, 7);
  ShareRecord other_grantee = share_of(good);
  other_grantee.grantee = person(3);
  CHECK(code({other_grantee}) == Code::bad_proof);
  ShareRecord other_record = share_of(good);
  other_record.record_id = RecordId(8);
  CHECK(code({other_record}) == Code::bad_proof);
  ShareRecord other_reader = share_of(good);
  other_reader.data_pub_key = reader('c').public_key();
  CHECK(code({other_reader}) == Code::bad_proof);
  CHECK(code({share_of(relocked(context, 7, crypto::blake2b256({"another"})))}) == Code::bad_proof);
  // Reused for another purpose.
  CHECK(code({delivery_of({{RecordId(7), good}})}) == Code::bad_proof);
  CHECK(code({relock_of({{RecordId(7), good}})}) == Code::bad_proof);
}

TEST_CASE("a delivery's proof is for its order, record and buyer") {
  const Relocking good = relocked(crypto::delivery_context(5), 7);
  CHECK(code({delivery_of({{RecordId(7), good}})}) == Code::ok);
  CHECK(code({delivery_of({{RecordId(8), good}})}) == Code::bad_proof);
  DeliverOrder other_order = delivery_of({{RecordId(7), good}});
  other_order.order_id = OrderId(6);
  CHECK(code({other_order}) == Code::bad_proof);
  DeliverOrder other_buyer = delivery_of({{RecordId(7), good}});
  other_buyer.pub_key = reader('c').public_key();
  CHECK(code({other_buyer}) == Code::bad_proof);
  CHECK(code({share_of(good)}) == Code::bad_proof);
}

TEST_CASE("malformed points and scalars have their codes") {
  const Relocking good = relocked(crypto::delivery_context(5), 7);
  const auto refused = [&good](auto change) {
    Relocking changed = good;
    change(changed);
    return code({delivery_of({{RecordId(7), changed}})});
  };
  CHECK(refused([](Relocking& r) { r.from_key = ReaderKey(); }) == Code::bad_key);
  CHECK(refused([](Relocking& r) { r.from_lock = Lock(); }) == Code::bad_capsule);
  CHECK(refused([](Relocking& r) { r.lock.data()[31] |= 0x80; }) == Code::bad_capsule);
  CHECK(refused([](Relocking& r) { r.proof.data()[95] = 0xff; }) == Code::bad_proof);
  CHECK(refused([](Relocking& r) { r.proof.data()[0] ^= 1; }) == Code::bad_proof);
  DeliverOrder no_buyer = delivery_of({{RecordId(7), good}});
  no_buyer.pub_key = ReaderKey();
  CHECK(code({no_buyer}) == Code::bad_key);
}

TEST_CASE("the first bad proof ends the check and is named") {
  Relocking bad = relocked(crypto::owner_context(), 8);
  bad.proof.data()[0] ^= 1;
  const auto checked =
      check({DeleteRecord{RecordId(1)},
             relock_of({{RecordId(7), relocked(crypto::owner_context(), 7)}, {RecordId(8), bad}}),
             SetUserPubKey{ReaderKey()}});
  REQUIRE_FALSE(checked);
  CHECK(checked.error().code == Code::bad_proof);
  CHECK(checked.error().message.starts_with("operation 1, relockRecord: record 8: "));
}

TEST_CASE("keys and locks of capsules must be points; opaque data takes any key") {
  CHECK(code({SetUserPubKey{reader('s').public_key()}}) == Code::ok);
  CHECK(code({SetUserPubKey{ReaderKey()}}) == Code::bad_key);
  CHECK(code({SetUserPubKey{reader_key('\xff')}}) == Code::bad_key);
  CHECK(code({PurchaseData{OrderId(1), reader('s').public_key(), 1}}) == Code::ok);
  CHECK(code({PurchaseData{OrderId(1), reader_key('\xff'), 1}}) == Code::bad_key);

  CreateRecord capsule = record_for(person(1));
  capsule.data_pub_key = reader('s').public_key();
  capsule.lock = crypto::lock_capsule(crypto::CapsuleKey::generate(), capsule.data_pub_key).value();
  CHECK(code({capsule}) == Code::ok);
  CreateRecord changed = capsule;
  changed.data_pub_key = reader_key('\xff');
  CHECK(code({changed}) == Code::bad_key);
  changed = capsule;
  changed.lock->data()[0] ^= 1;  // an odd number, which no point's encoding is
  CHECK(code({changed}) == Code::bad_capsule);
  changed = capsule;
  std::fill_n(changed.lock->data() + 32, 32, std::uint8_t{0});
  CHECK(code({changed}) == Code::bad_capsule);
  changed.lock.reset();
  changed.data_pub_key = reader_key('\xff');
  CHECK(code({changed}) == Code::ok);

  ShareRecord opaque = share_of({});
  opaque.data_pub_key = reader_key('\xff');
  opaque.access = AttachmentRef{};
  CHECK(code({opaque}) == Code::ok);
}

TEST_CASE("a point has one encoding: its top bit is clear") {
  // libsodium 1.0.18 ignores that bit.
  ReaderKey key = reader('s').public_key();
  key.data()[31] |= 0x80;
  CHECK(code({SetUserPubKey{key}}) == Code::bad_key);
  CreateRecord capsule = record_for(person(1));
  capsule.data_pub_key = reader('s').public_key();
  const Lock lock =
      crypto::lock_capsule(crypto::CapsuleKey::generate(), capsule.data_pub_key).value();
  for (const std::size_t last : {31, 63}) {
    capsule.lock = lock;
    capsule.lock->data()[last] |= 0x80;
    CHECK(code({capsule}) == Code::bad_capsule);
  }
}

TEST_CASE("nobody moves to a key that has not signed the move") {
  const auto new_key = crypto::SigningKey::from_seed(crypto::SecretBytes::copy_of(Bytes(32, 'n')));
  const auto move = [&](const Address& user, const Hash& chain) {
    return MoveUser{person(1), new_key.public_key(),
                    new_key.sign(kMoveTag, move_message(chain, user, new_key.public_key()))};
  };
  CHECK(code({move(person(1), kChain)}) == Code::ok);
  CHECK(code({move(person(2), kChain)}) == Code::bad_signature);
  CHECK(code({move(person(1), Hash())}) == Code::bad_signature);
}

TEST_CASE("proofs are counted") {
  const Relocking any;
  const auto count = [](std::vector<Operation> operations) {
    return count_proofs(make_transaction(person(1), std::move(operations)).body);
  };
  CHECK(count({SetUserPubKey{ReaderKey()}, record_for(person(1))}) == 0);
  CHECK(count({share_of(any), MoveUser{}}) == 2);
  CHECK(count({delivery_of({{RecordId(7), any}, {RecordId(8), AttachmentRef{}}})}) == 1);
  CHECK(count({relock_of({{RecordId(7), any}, {RecordId(8), any}}), share_of(any)}) == 3);
}
