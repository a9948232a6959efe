#include "client/relocking.h"

#include <catch2/catch.hpp>

#include "client/transaction_builder.h"

namespace generion::client {

TEST_CASE("a record's key goes to another reader with a proof that holds") {
  const Hash chain = crypto::blake2b256({"a chain"});
  const auto owner = crypto::ReaderSecret::from_seed(crypto::SigningKey::generate().seed());
  const auto reader = crypto::ReaderSecret::from_seed(crypto::SigningKey::generate().seed());
  const auto capsule = NewCapsule::lock_to(owner.public_key());
  REQUIRE(capsule);
  RecordView record;
  record.record_id = RecordId(7);
  record.pub_key = owner.public_key();
  record.lock = capsule->lock();
  const auto context = crypto::delivery_context(3);
  const auto made = relock_record(chain, context, record, owner, reader.public_key());
  REQUIRE(made);
  CHECK(made->from_key == record.pub_key);
  CHECK(made->from_lock == *record.lock);
  CHECK(crypto::check_relock(
      {chain, context, 7, made->from_key, made->from_lock, reader.public_key(), made->lock},
      made->proof));
  CHECK(crypto::open_lock(made->lock, reader)->document_key().view() ==
        capsule->document_key().view());

  const auto code = [&](const RecordView& changed, const crypto::ReaderSecret& by,
                        const ReaderKey& to) {
    return relock_record(chain, context, changed, by, to).error().code;
  };
  CHECK(code(record, reader, reader.public_key()) == Code::bad_key);
  CHECK(code(record, owner, ReaderKey{}) == Code::bad_key);
  RecordView changed = record;
  changed.deleted = true;
  CHECK(code(changed, owner, reader.public_key()) == Code::record_deleted);
  changed = record;
  changed.lock.reset();
  CHECK(code(changed, owner, reader.public_key()) == Code::not_capsule);
  changed.lock = Lock{};
  CHECK(code(changed, owner, reader.public_key()) == Code::bad_capsule);
}

}  // namespace generion::client
