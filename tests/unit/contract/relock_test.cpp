#include "share_chain.h"

using namespace generion;
using namespace generion::contract;

namespace {

RelockRecord relock(std::initializer_list<std::uint64_t> records, char key = 'n') {
  RelockRecord op;
  op.pub_key = reader_key(key);
  for (const std::uint64_t id : records) op.records.push_back({RecordId(id), relocking()});
  return op;
}

}  // namespace

TEST_CASE("the owner moves his capsules to his new reader key") {
  TestChain chain = chain_to_share();
  chain.must(person(1), {share_capsule(3, person(2)), SetUserPubKey{reader_key('n')}});
  Record expected = find_record(chain.state, RecordId(3))->record;
  CHECK(chain.must(person(1), {relock({1, 3})}).empty());
  expected.data_pub_key = reader_key('n');
  expected.lock = lock_of('m');
  // The sealed meta stays: it is encrypted under the capsule's key, which is the same.
  CHECK(find_record(chain.state, RecordId(3))->record == expected);
  CHECK(find_record(chain.state, RecordId(1))->record.lock == lock_of('m'));
  CHECK(chain.last_writes.erasures.empty());
  const auto history = record_history(chain.state, RecordId(3), std::nullopt, 10);
  REQUIRE(history.size() == 3);
  CHECK(history[2].change == RecordChange::relocked);
  // Shares stay as they were; new ones start from the new lock.
  CHECK(find_share(chain.state, ShareId(1))->living);
  CHECK(chain.run(person(1), {share_capsule(3, person(3))}).code == Code::lock_mismatch);
  ShareRecord again = share_capsule(3, person(3));
  again.access = Relocking{reader_key('n'), lock_of('m'), lock_of('o'), RelockProof()};
  chain.must(person(1), {again});
}

TEST_CASE("the key may be set, and used, in the same transaction") {
  TestChain chain = chain_to_share();
  chain.must(person(1), {SetUserPubKey{reader_key('n')}, relock({1})});
  CHECK(find_record(chain.state, RecordId(1))->record.data_pub_key == reader_key('n'));
}

TEST_CASE("relockRecord: refusals") {
  TestChain chain = chain_to_share();
  CHECK(chain.run(person(1), {relock({1})}).code == Code::reader_key_unset);
  chain.must(person(1), {capsule_for(person(1)), SetUserPubKey{reader_key('n')}});  // 5
  chain.must(person(1), {DeleteRecord{RecordId(5)}});
  RelockRecord other_key = relock({1});
  other_key.records[0].relocking.from_key = reader_key('x');
  RelockRecord other_lock = relock({1});
  other_lock.records[0].relocking.from_lock = lock_of('x');
  check_refusals(chain, {
                            {hospital(1), relock({3}), Code::is_institution},
                            {person(2), relock({4}), Code::reader_key_unset},
                            {person(1), relock({1}, 'k'), Code::reader_key_mismatch},
                            {person(1), relock({0}), Code::record_not_found},
                            {person(1), relock({6}), Code::record_not_found},
                            {person(1), relock({5}), Code::record_deleted},
                            {person(1), relock({4}), Code::not_owner},
                            {person(1), relock({2}), Code::not_capsule},
                            {person(1), relock({1, 2}), Code::not_capsule},
                            {person(1), other_key, Code::lock_mismatch},
                            {person(1), other_lock, Code::lock_mismatch},
                            {person(1), relock({1, 3, 1}), Code::lock_mismatch},
                        });
}
