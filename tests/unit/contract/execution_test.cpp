// Whole transactions and whole blocks: all or nothing, determinism, what is written.
#include "contract/execution.h"

#include "base/hex.h"
#include "test_chain.h"

using namespace generion;
using namespace generion::contract;

TEST_CASE("genesis: counters, parameters, institutions in the order of the file") {
  const TestChain chain;
  CHECK(chain.state.slots() ==
        std::vector<Bytes>{counters_key(), parameters_key(), validators_key(), epoch_key(Epoch(0)),
                           institution_key(InstitutionId(1)), institution_key(InstitutionId(2))});
  CHECK(read_counters(chain.state) == Counters{0, 2, 0, 0});
  CHECK(read_parameters(chain.state) == test_genesis().parameters);
  const auto first = find_institution(chain.state, hospital(1));
  REQUIRE(first.has_value());
  CHECK(first->id == InstitutionId(1));
  CHECK(first->institution.name == "First");
  CHECK(first->institution.data_source_url == "https://first.example");
  CHECK(first->institution.status == Institution::Status::accredited);
  CHECK(first->institution.since == test_genesis().time);
}

TEST_CASE("genesis without institutions") {
  Genesis genesis = test_genesis();
  genesis.institutions.clear();
  TestChain chain(genesis);
  CHECK(read_counters(chain.state) == Counters{});
  CHECK(chain.run(hospital(1), {AdmitUser{{person(1)}}}).code == Code::not_admitted);
}

TEST_CASE("several operations: one receipt with the new ids in order") {
  TestChain chain;
  // A user that a record admits on the way has no place in new_ids.
  CHECK(chain.must(hospital(1), {record_for(person(1)), AdmitUser{{person(2), person(3)}},
                                 record_for(person(2)), record_for(person(4))}) ==
        std::vector<std::uint64_t>{1, 2, 3, 2, 3});
  CHECK(find_user(chain.state, person(1))->id == UserId(1));
  CHECK(find_user(chain.state, person(4))->id == UserId(4));
  // Each record has its own attachment, numbered within the transaction.
  for (std::uint32_t i = 0; i < 3; ++i) {
    CHECK(find_record(chain.state, RecordId(i + 1))->attachment ==
          AttachmentId{chain.height, 0, i});
  }
}

TEST_CASE("all or nothing: whatever an operation did is undone by a later refusal") {
  TestChain chain;
  chain.must(hospital(1), {record_for(person(1)), record_for(person(1))});
  const MemoryState before = chain.state;
  const Operation bad = DeleteRecord{RecordId(99)};
  const Receipt by_user =
      chain.run(person(1), {SetUserPubKey{reader_key('a')}, record_for(person(1)),
                            VerifyRecord{{RecordId(1)}}, DeleteRecord{RecordId(2)}, bad, bad});
  CHECK(by_user.code == Code::record_not_found);
  CHECK(by_user.failed_operation == 4);
  const Receipt by_hospital =
      chain.run(hospital(1), {AdmitUser{{person(5)}}, record_for(person(6)),
                              DeleteRecord{RecordId(1)}, DeleteRecord{RecordId(3)}, bad});
  CHECK(by_hospital.code == Code::record_not_found);
  CHECK(by_hospital.failed_operation == 4);
  CHECK(chain.state == before);
}

TEST_CASE("a refused transaction leaves no trace among others of its block") {
  const std::vector<Transaction> good = {
      make_transaction(hospital(1), {record_for(person(1)), AdmitUser{{person(2)}}}, 1),
      make_transaction(person(1), {VerifyRecord{{RecordId(1)}}}, 2),
      make_transaction(person(2), {record_for(person(2)), SetUserPubKey{reader_key('a')}}, 3),
  };
  const Operation bad = VerifyRecord{{RecordId(77)}};
  const std::vector<Transaction> refused = {
      make_transaction(hospital(1), {record_for(person(1)), record_for(person(9)), bad}, 4),
      make_transaction(person(1), {SetUserPubKey{reader_key('z')}, DeleteRecord{RecordId(1)}, bad},
                       5),
      make_transaction(hospital(2), {AdmitUser{{person(9)}}, record_for(person(2)), bad}, 6),
      make_transaction(person(2), {record_for(person(2)), DeleteRecord{RecordId(2)}, bad}, 7),
  };
  TestChain alone;
  TestChain mixed;
  BlockExecution plain(alone.state, alone.next_block());
  BlockExecution disturbed(mixed.state, mixed.next_block());
  // The places in the batch are the same in both; the refused ones have their own.
  for (std::uint32_t i = 0; i < good.size(); ++i) {
    for (std::uint32_t k = 0; k < refused.size(); ++k) {
      CHECK(disturbed.apply(refused[k], 100 + k).code != Code::ok);
    }
    const Receipt receipt = plain.apply(good[i], i);
    CHECK(receipt.code == Code::ok);
    CHECK(disturbed.apply(good[i], i) == receipt);
  }
  for (std::uint32_t k = 0; k < refused.size(); ++k) {
    CHECK(disturbed.apply(refused[k], 100 + k).code != Code::ok);
  }
  const BlockWrites expected = std::move(plain).finish();
  const BlockWrites writes = std::move(disturbed).finish();
  CHECK(writes.erasures == expected.erasures);
  alone.state.apply(expected);
  mixed.state.apply(writes);
  CHECK(alone.state == mixed.state);
  CHECK(writes.objects.size() == expected.objects.size());
}

TEST_CASE("one block or many: the same objects, each written once") {
  const std::vector<Transaction> transactions = {
      make_transaction(hospital(1), {record_for(person(1)), record_for(person(2))}, 1),
      make_transaction(hospital(1), {record_for(person(1))}, 2),
      make_transaction(person(1), {VerifyRecord{{RecordId(1), RecordId(3)}}}, 3),
      make_transaction(person(2), {DeleteRecord{RecordId(2)}}, 4),
      make_transaction(person(2), {SetUserPubKey{reader_key('a')}, record_for(person(2))}, 5),
  };
  TestChain one;
  BlockExecution block(one.state, one.next_block());
  for (std::uint32_t i = 0; i < transactions.size(); ++i) {
    CHECK(block.apply(transactions[i], 7 + i).code == Code::ok);
  }
  const BlockWrites writes = std::move(block).finish();
  one.state.apply(writes);
  // Created: 2 users, 4 records and 2 cells. Changed: counters and the institution.
  CHECK(writes.objects.size() == 10);
  CHECK(writes.erasures == std::vector<AttachmentId>{{Height(1), 7, 1}});

  TestChain many;
  for (std::uint32_t i = 0; i < transactions.size(); ++i) {
    BlockExecution single(many.state, many.next_block());  // the same height and time each
    CHECK(single.apply(transactions[i], 7 + i).code == Code::ok);
    many.state.apply(std::move(single).finish());
  }
  CHECK(one.state == many.state);
}

TEST_CASE("the same input gives the same bytes") {
  const auto run = [] {
    TestChain chain;
    chain.must(hospital(1), {AdmitUser{{person(2), person(1)}}, record_for(person(3))});
    chain.must(person(2), {record_for(person(2)), SetUserPubKey{reader_key('a')}});
    chain.must(person(3), {VerifyRecord{{RecordId(1)}}});
    chain.must(person(2), {DeleteRecord{RecordId(2)}});
    return chain.state;
  };
  const MemoryState first = run();
  CHECK(first == run());
  // Frozen: whoever changes these bytes forks every chain.
  crypto::HashState objects;
  for (const Bytes& key : first.slots()) {
    objects.update(key);
    objects.update(*first.object(key));
  }
  CHECK(to_hex(objects.finish().view()) ==
        "d816443d6baadfc79077be3b1e77364c85e0ee04711109e2c754f8a667591d79");
}

TEST_CASE("a null block and a block of refusals write nothing") {
  TestChain chain;
  BlockExecution empty(chain.state, chain.next_block());
  const BlockWrites writes = std::move(empty).finish();
  CHECK(writes.objects.empty());
  CHECK(writes.lookups.empty());
  CHECK(chain.run(person(1), {record_for(person(1))}).code == Code::not_admitted);
}

TEST_CASE("check_against_state names the operation and changes nothing") {
  TestChain chain;
  chain.admit({person(1)});
  const MemoryState before = chain.state;
  const auto good = make_transaction(person(1), {record_for(person(1))});
  CHECK(check_against_state(chain.state, chain.next_block(), good).has_value());
  const auto bad =
      make_transaction(person(1), {record_for(person(1)), VerifyRecord{{RecordId(1)}}});
  const auto refused = check_against_state(chain.state, chain.next_block(), bad);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == Code::already_verified);
  CHECK(refused.error().message ==
        "operation 1, verifyRecord: record 1 is verified already; leave it out");
  CHECK(chain.state == before);
}

TEST_CASE("256 operations that each need the one before them are one step, or none") {
  // Each record replaces the one before it; then some are shared, revoked and deleted, or offered.
  TestChain chain;
  chain.admit({person(1), person(2)});
  const auto chain_of_records = [](std::size_t operations) {
    std::vector<Operation> out = {record_for(person(1))};
    for (std::uint64_t n = 1; n < operations; ++n) {
      CreateRecord next = record_for(person(1));
      next.replaces = RecordId(n);
      out.emplace_back(next);
    }
    return out;
  };
  auto operations = chain_of_records(120);
  for (std::uint64_t n = 1; n <= 40; ++n) {
    ShareRecord share;
    share.record_id = RecordId(n);
    share.grantee = person(2);
    share.access = AttachmentRef{crypto::blake2b256({"for another"}), 11};
    operations.emplace_back(share);
    operations.emplace_back(RevokeShare{ShareId(n)});
    operations.emplace_back(DeleteRecord{RecordId(n)});
  }
  for (std::uint64_t n = 1; n <= 8; ++n) {
    operations.emplace_back(CreateOrder{{RecordId(40 + n)}, n, std::nullopt});
    operations.emplace_back(DeleteOrder{OrderId(n)});
  }
  REQUIRE(operations.size() == 256);
  const MemoryState before = chain.state;

  auto broken = operations;
  broken.back() = DeleteOrder{OrderId(9)};
  const Receipt refused = chain.run(person(1), broken);
  CHECK(refused.code == Code::order_not_found);
  CHECK(refused.failed_operation == 255);
  CHECK(chain.state == before);

  const auto ids = chain.must(person(1), operations);
  CHECK(ids.size() == 120 + 40 + 8);
  const Counters counters = read_counters(chain.state);
  CHECK(counters.records == 120);
  CHECK(counters.shares == 40);
  CHECK(counters.orders == 8);
  CHECK(find_record(chain.state, RecordId(120))->record.replaces == RecordId(119));
  CHECK(find_record(chain.state, RecordId(40))->record.deleted);
  CHECK_FALSE(find_record(chain.state, RecordId(41))->record.deleted);
  CHECK(find_user(chain.state, person(1))->user.open_order_count == 0);
}
