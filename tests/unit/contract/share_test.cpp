#include "contract/due.h"
#include "share_chain.h"

using namespace generion;
using namespace generion::contract;

namespace {

Share::Status status_of(const TestChain& chain, std::uint64_t id) {
  const auto found = find_share(chain.state, ShareId(id));
  REQUIRE(found.has_value());
  return found->share.status;
}

std::uint64_t living_shares(const TestChain& chain, std::uint64_t record) {
  return find_record(chain.state, RecordId(record))->record.living_shares;
}

RevokeShare revoking(std::uint64_t id) {
  return {ShareId(id)};
}

}  // namespace

TEST_CASE("a capsule is shared: its key under another lock") {
  TestChain chain = chain_to_share();
  CHECK(chain.must(person(1), {share_capsule(1, person(2), later(50))}) ==
        std::vector<std::uint64_t>{1});
  const auto found = find_share(chain.state, ShareId(1));
  REQUIRE(found.has_value());
  Share expected;
  expected.record = RecordId(1);
  expected.owner = UserId(1);
  expected.grantee = UserId(2);
  expected.data_pub_key = reader_key('g');
  expected.access = lock_of('m');
  expected.expires_at = later(50);
  expected.created_at = chain.time;
  CHECK(found->share == expected);
  CHECK(found->owner == person(1));
  CHECK(found->grantee == person(2));
  CHECK(found->living);
  CHECK_FALSE(found->attachment.has_value());

  const Record record = find_record(chain.state, RecordId(1))->record;
  CHECK(record.share_count == 1);
  CHECK(record.living_shares == 1);
  CHECK(record.data_pub_key == reader_key('k'));
  CHECK(find_user(chain.state, person(1))->user.share_count == 1);
  CHECK(find_user(chain.state, person(2))->user.granted_count == 1);
  CHECK(read_counters(chain.state).shares == 1);
  CHECK(next_due(chain.state) == later(50));
  const auto history = record_history(chain.state, RecordId(1), std::nullopt, 10);
  REQUIRE(history.size() == 2);
  CHECK(history[1].change == RecordChange::shared);
  CHECK(history[1].about == 1);
  CHECK(history[1].by == person(1));
}

TEST_CASE("opaque data is shared as an attachment of its own, filed after those before it") {
  TestChain chain = chain_to_share();
  chain.must(person(1), {record_for(person(1)), share_capsule(1, person(3)),
                         share_opaque(2, person(2)), record_for(person(1))});
  const auto found = find_share(chain.state, ShareId(2));
  REQUIRE(found.has_value());
  const auto opaque = std::get<OpaqueAccess>(found->share.access);
  CHECK(opaque.data == AttachmentRef{crypto::blake2b256({"for another"}), 11});
  CHECK(opaque.filed == AttachmentId{chain.height, 0, 1});
  CHECK(found->attachment == opaque.filed);
  CHECK(find_record(chain.state, RecordId(6))->attachment == AttachmentId{chain.height, 0, 2});
}

TEST_CASE("shares count in the month's cell of the record's type and maker") {
  TestChain chain = chain_to_share();
  chain.must(person(1), {share_capsule(1, person(2)), share_opaque(2, person(2)),
                         share_capsule(3, person(2)), share_capsule(3, person(3))});
  const auto shared = [&chain](std::uint64_t institution, const std::string& type) {
    const CellName name{month_of(chain.time), InstitutionId(institution), type};
    return decode_cell(chain.state.object(cell_key(name)).value()).value().shared;
  };
  CHECK(shared(0, "Observation") == 1);
  CHECK(shared(0, "Condition") == 1);
  CHECK(shared(1, "Observation") == 2);
}

TEST_CASE("shareRecord: refusals") {
  TestChain chain = chain_to_share();
  chain.must(person(1), {record_for(person(1)), SetRecoveryKey{person(8), 86'400'000}});  // 5
  chain.must(person(1), {DeleteRecord{RecordId(5)}});
  ShareRecord other_key = share_capsule(1, person(2));
  std::get<Relocking>(other_key.access).from_key = reader_key('x');
  ShareRecord other_lock = share_capsule(1, person(2));
  std::get<Relocking>(other_lock.access).from_lock = lock_of('x');
  check_refusals(chain, {
                            {hospital(1), share_capsule(3, person(2)), Code::is_institution},
                            {person(8), share_capsule(3, person(2)), Code::wrong_key},
                            {person(9), share_capsule(3, person(2)), Code::not_admitted},
                            {person(1), share_capsule(1, person(2), chain.time), Code::expiry_past},
                            {person(1), share_capsule(1, person(2), TimeMs(1)), Code::expiry_past},
                            {person(1), share_capsule(0, person(2)), Code::record_not_found},
                            {person(1), share_capsule(6, person(2)), Code::record_not_found},
                            {person(1), share_opaque(5, person(2)), Code::record_deleted},
                            {person(1), share_capsule(4, person(2)), Code::not_owner},
                            {person(2), share_capsule(1, person(2)), Code::not_owner},
                            {person(1), share_opaque(1, person(2)), Code::is_capsule},
                            {person(1), share_capsule(2, person(2)), Code::not_capsule},
                            {person(1), other_key, Code::lock_mismatch},
                            {person(1), other_lock, Code::lock_mismatch},
                            {person(1), share_capsule(1, person(9)), Code::user_not_found},
                            {person(1), share_capsule(1, hospital(1)), Code::user_not_found},
                            {person(1), share_capsule(1, person(8)), Code::user_not_found},
                            {person(1), share_capsule(1, person(1)), Code::same_user},
                        });
  CHECK(read_counters(chain.state).shares == 0);
  // The first moment that is late enough.
  chain.must(person(1), {share_capsule(1, person(2), later(1))});
}

TEST_CASE("a new share to the same grantee replaces the old one") {
  TestChain chain = chain_to_share();
  chain.must(person(1), {share_opaque(2, person(2), later(10))});
  const auto first = find_share(chain.state, ShareId(1))->attachment;
  REQUIRE(first.has_value());
  chain.must(person(1), {share_opaque(2, person(3))});
  CHECK(chain.must(person(1), {share_opaque(2, person(2))}) == std::vector<std::uint64_t>{3});
  CHECK(chain.last_writes.erasures == std::vector<AttachmentId>{*first});
  const auto old = find_share(chain.state, ShareId(1));
  CHECK(old->share.status == Share::Status::replaced);
  CHECK(old->share.closed_at == chain.time);
  CHECK_FALSE(old->living);
  CHECK_FALSE(old->attachment.has_value());
  CHECK(status_of(chain, 2) == Share::Status::living);
  CHECK(status_of(chain, 3) == Share::Status::living);
  CHECK(living_shares(chain, 2) == 2);
  CHECK(find_record(chain.state, RecordId(2))->record.share_count == 3);
  // The old one's expiry went with it.
  CHECK_FALSE(next_due(chain.state).has_value());
  CHECK(due_block(chain, later(10)).empty());

  // Twice in one transaction.
  chain.must(person(1), {share_opaque(2, person(2)), share_opaque(2, person(2), later(99))});
  CHECK(chain.last_writes.erasures.size() == 2);
  CHECK(status_of(chain, 4) == Share::Status::replaced);
  CHECK(status_of(chain, 5) == Share::Status::living);
  CHECK(living_shares(chain, 2) == 2);
  CHECK(chain.run(person(1), {revoking(4)}).code == Code::share_closed);
}

TEST_CASE("a record's living shares are limited; a replacement does not count") {
  TestChain chain =
      chain_to_share(with_parameters([](Parameters& p) { p.shares_per_record_max = 1; }));
  chain.must(person(1), {share_capsule(1, person(2))});
  CHECK(chain.run(person(1), {share_capsule(1, person(3))}).code == Code::share_limit);
  chain.must(person(1), {share_capsule(1, person(2)), share_capsule(3, person(3))});
  const Receipt second = chain.run(person(1), {share_opaque(2, person(2)),  //
                                               share_opaque(2, person(3))});
  CHECK(second.code == Code::share_limit);
  CHECK(second.failed_operation == 1);
  chain.must(person(1), {revoking(2), share_capsule(1, person(3))});
  CHECK(living_shares(chain, 1) == 1);
}

TEST_CASE("the owner revokes: closed, erased, and free for another") {
  TestChain chain = chain_to_share();
  chain.must(person(1), {share_opaque(2, person(2), later(10)), share_capsule(1, person(2))});
  const auto filed = find_share(chain.state, ShareId(1))->attachment;
  CHECK(chain.must(person(1), {revoking(1)}).empty());
  CHECK(chain.last_writes.erasures == std::vector<AttachmentId>{*filed});
  CHECK(status_of(chain, 1) == Share::Status::revoked);
  CHECK(find_share(chain.state, ShareId(1))->share.closed_at == chain.time);
  CHECK(living_shares(chain, 2) == 0);
  CHECK(status_of(chain, 2) == Share::Status::living);
  CHECK_FALSE(next_due(chain.state).has_value());
  const auto history = record_history(chain.state, RecordId(2), std::nullopt, 10);
  CHECK(history.back().change == RecordChange::share_revoked);
  CHECK(history.back().about == 1);
  // A capsule's share has nothing to erase.
  chain.must(person(1), {revoking(2)});
  CHECK(chain.last_writes.erasures.empty());
  CHECK(chain.must(person(1), {share_opaque(2, person(2))}) == std::vector<std::uint64_t>{3});
  // Within one transaction: given, and taken back.
  chain.must(person(1), {share_capsule(1, person(3), later(20)), revoking(4)});
  CHECK(status_of(chain, 4) == Share::Status::revoked);
  CHECK_FALSE(next_due(chain.state).has_value());
}

TEST_CASE("revokeShare: refusals") {
  TestChain chain = chain_to_share();
  chain.must(person(1), {share_capsule(1, person(2)), share_opaque(2, person(2)),
                         share_capsule(3, person(2), later(5))});
  chain.must(person(1), {revoking(1), DeleteRecord{RecordId(2)}});
  check_refusals(chain, {
                            {hospital(1), revoking(3), Code::is_institution},
                            {person(1), revoking(0), Code::share_not_found},
                            {person(1), revoking(4), Code::share_not_found},
                            {person(2), revoking(3), Code::not_owner},
                            {person(3), revoking(1), Code::not_owner},
                            {person(1), revoking(1), Code::share_closed},
                            {person(1), revoking(2), Code::share_closed},
                        });
  CHECK(chain.last_message.find("record_deleted") != std::string::npos);
  due_block(chain, later(5));
  CHECK(chain.run(person(1), {revoking(3)}).code == Code::share_closed);
  CHECK(chain.last_message.find("expired") != std::string::npos);
}

TEST_CASE("shares: whatever was done is undone by a later refusal") {
  TestChain chain = chain_to_share();
  chain.must(person(1), {share_opaque(2, person(2), later(10)), share_capsule(1, person(2))});
  const MemoryState before = chain.state;
  const Receipt receipt = chain.run(
      person(1), {share_opaque(2, person(2), later(20)), share_capsule(1, person(3), later(30)),
                  revoking(2), DeleteRecord{RecordId(1)}, revoking(99)});
  CHECK(receipt.code == Code::share_not_found);
  CHECK(receipt.failed_operation == 4);
  CHECK(chain.state == before);
}
