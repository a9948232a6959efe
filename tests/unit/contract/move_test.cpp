// Recovery keys, and users who move to another key.
#include "contract/due.h"
#include "share_chain.h"

using namespace generion;
using namespace generion::contract;

namespace {

constexpr std::uint64_t kDelay = 2 * kTestDay;

// By number, apart from those of people in test chains.
Address key(std::uint8_t number) {
  return person(static_cast<std::uint8_t>(100 + number));
}

SetRecoveryKey recovery(std::uint8_t number, std::uint64_t delay = kDelay) {
  return {key(number), delay};
}

MoveUser move(const Address& from, const Address& to) {
  return {from, to, Signature()};  // check_operations looks at the signature
}

User user_of(const TestChain& chain, const Address& address) {
  const auto found = find_user(chain.state, address);
  REQUIRE(found.has_value());
  return found->user;
}

std::vector<AccountEntry> account(const TestChain& chain, UserId user) {
  std::vector<AccountEntry> out;
  for (const auto& [row, value] : chain.state.scan(account_prefix(user), {}, 1'000)) {
    out.push_back(parse_account(row, value));
  }
  return out;
}

// chain_to_share, whose person(1) has key(1) for recovery.
TestChain chain_with_recovery(const Genesis& genesis = test_genesis()) {
  TestChain chain = chain_to_share(genesis);
  chain.must(person(1), {recovery(1)});
  return chain;
}

}  // namespace

TEST_CASE("a recovery key is set, renewed, and its delay changed") {
  TestChain chain = chain_with_recovery();
  CHECK(find_identity(chain.state, key(1)) == Identity(RecoveryOf{UserId(1)}));
  CHECK(user_of(chain, person(1)).recovery == User::Recovery{key(1), kDelay});
  chain.must(person(1), {recovery(1, kTestDay)});
  CHECK(user_of(chain, person(1)).recovery == User::Recovery{key(1), kTestDay});
  chain.must(person(1), {recovery(2)});
  CHECK(find_identity(chain.state, key(1)) == Identity());
  CHECK(find_identity(chain.state, key(2)) == Identity(RecoveryOf{UserId(1)}));
  CHECK(chain.run(key(1), {move(person(1), key(9))}).code == Code::not_admitted);
  // The one that was given up is free for anybody.
  chain.must(person(2), {recovery(1)});
}

TEST_CASE("setRecoveryKey: refusals") {
  TestChain chain = chain_with_recovery();
  const auto set = [](const Address& key) { return SetRecoveryKey{key, kDelay}; };
  check_refusals(chain, {
                            {hospital(1), recovery(2), Code::is_institution},
                            {key(1), recovery(2), Code::wrong_key},
                            {person(1), set(person(1)), Code::address_taken},
                            {person(1), set(person(2)), Code::address_taken},
                            {person(1), set(hospital(1)), Code::address_taken},
                            {person(2), recovery(1), Code::address_taken},
                        });
}

TEST_CASE("a recovery key can do nothing else, and nobody can be admitted with it") {
  TestChain chain = chain_with_recovery();
  check_refusals(chain, {
                            {key(1), SetUserPubKey{reader_key('x')}, Code::wrong_key},
                            {key(1), record_for(key(1)), Code::wrong_key},
                            {key(1), CancelMove{}, Code::wrong_key},
                            {hospital(1), AdmitUser{{key(1)}}, Code::address_taken},
                            {hospital(1), record_for(key(1)), Code::address_taken},
                        });
}

TEST_CASE("a user moves at once, with all that is his") {
  TestChain chain = chain_with_recovery();
  chain.must(person(1), {share_capsule(1, person(2)), SetUserPubKey{reader_key('n')}});
  chain.must(person(2), {share_capsule(4, person(1))});
  User expected = user_of(chain, person(1));
  CHECK(chain.must(person(1), {move(person(1), key(9))}).empty());
  expected.address = key(9);
  expected.budget.operations += 1;
  CHECK(user_of(chain, key(9)) == expected);
  CHECK(find_user(chain.state, key(9))->id == UserId(1));
  CHECK_FALSE(find_user(chain.state, person(1)).has_value());
  CHECK(account(chain, UserId(1)).back().change == AccountChange::moved);
  CHECK(find_record(chain.state, RecordId(1))->owner == key(9));
  CHECK(find_share(chain.state, ShareId(1))->owner == key(9));
  CHECK(find_share(chain.state, ShareId(2))->grantee == key(9));
  CHECK(users_with_records(chain.state, 0, 1).front().address == key(9));

  CHECK(chain.run(person(1), {RevokeShare{ShareId(1)}}).code == Code::not_admitted);
  chain.must(key(9), {RevokeShare{ShareId(1)}, record_for(key(9))});
  // The recovery key stays.
  chain.must(key(1), {move(key(9), key(8))});
  // And he may go back.
  chain.must(key(9), {move(key(9), person(1))});
  CHECK(find_user(chain.state, person(1))->id == UserId(1));
}

TEST_CASE("moveUser by the user: refusals") {
  TestChain chain = chain_with_recovery();
  check_refusals(chain, {
                            {hospital(1), move(hospital(1), key(9)), Code::is_institution},
                            {person(9), move(person(9), key(9)), Code::not_admitted},
                            {person(1), move(person(2), key(9)), Code::wrong_key},
                            {person(1), move(key(1), key(9)), Code::wrong_key},
                            {person(1), move(person(1), person(1)), Code::address_taken},
                            {person(1), move(person(1), person(2)), Code::address_taken},
                            {person(1), move(person(1), hospital(1)), Code::address_taken},
                            {person(1), move(person(1), key(1)), Code::address_taken},
                        });
}

TEST_CASE("operations after a move in its transaction are still the user's own") {
  TestChain chain = chain_with_recovery();
  const MemoryState before = chain.state;
  for (const Address& from : {person(1), key(9)}) {
    const Receipt twice = chain.run(person(1), {move(person(1), key(9)), move(from, key(8))});
    CHECK(twice.code == Code::wrong_key);
    CHECK(twice.failed_operation == 1);
    CHECK(chain.state == before);
  }
  // The old key is free by then, for himself too.
  chain.must(person(1), {move(person(1), key(9)), SetUserPubKey{reader_key('n')},
                         SetRecoveryKey{person(1), kDelay}});
  CHECK(user_of(chain, key(9)).reader_key == reader_key('n'));
  CHECK(find_identity(chain.state, person(1)) == Identity(RecoveryOf{UserId(1)}));
}

TEST_CASE("the recovery key moves the user after its delay") {
  TestChain chain = chain_with_recovery();
  CHECK(chain.must(key(1), {move(person(1), key(9))}).empty());
  const TimeMs due = later(kDelay);
  CHECK(user_of(chain, person(1)).pending_move == User::Move{key(9), due});
  CHECK(next_due(chain.state) == due);
  // Meanwhile the user goes on as before, and the new key is nobody's.
  CHECK_FALSE(find_user(chain.state, key(9)).has_value());
  chain.must(person(1), {record_for(person(1))});

  CHECK(due_block(chain, TimeMs(due.value() - 1)).empty());
  const User before = user_of(chain, person(1));
  CHECK(due_block(chain, due) == std::vector<SystemReceipt>{{DueKind::user_move, 1, Code::ok}});
  User expected = before;
  expected.address = key(9);
  expected.pending_move.reset();
  CHECK(user_of(chain, key(9)) == expected);
  CHECK_FALSE(find_user(chain.state, person(1)).has_value());
  AccountEntry entry;
  entry.position = {chain.height, kSystemPlace, 0};
  entry.change = AccountChange::moved;
  entry.time = due;
  CHECK(account(chain, UserId(1)).back() == entry);
  chain.must(key(9), {record_for(key(9))});
  CHECK(chain.run(person(1), {record_for(person(1))}).code == Code::not_admitted);
}

TEST_CASE("moveUser by the recovery key: refusals") {
  TestChain chain = chain_with_recovery();
  chain.must(person(2), {recovery(2)});
  check_refusals(chain, {
                            {key(1), move(person(2), key(9)), Code::wrong_key},
                            {key(1), move(key(1), key(9)), Code::wrong_key},
                            {key(1), move(person(1), person(2)), Code::address_taken},
                            {key(1), move(person(1), person(1)), Code::address_taken},
                            {key(1), move(person(1), key(1)), Code::address_taken},
                        });
  chain.must(key(1), {move(person(1), key(9))});
  CHECK(chain.run(key(1), {move(person(1), key(8))}).code == Code::move_pending);
  // Two users may be on their way to one key; the first takes it.
  chain.must(key(2), {move(person(2), key(9))});
  CHECK(due_block(chain, later(kDelay)) ==
        std::vector<SystemReceipt>{{DueKind::user_move, 1, Code::ok},
                                   {DueKind::user_move, 2, Code::address_taken}});
  CHECK(find_user(chain.state, key(9))->id == UserId(1));
  CHECK(find_user(chain.state, person(2))->id == UserId(2));
}

TEST_CASE("twice in one transaction") {
  TestChain chain = chain_with_recovery();
  const Receipt receipt = chain.run(key(1), {move(person(1), key(9)), move(person(1), key(8))});
  CHECK(receipt.code == Code::move_pending);
  CHECK(receipt.failed_operation == 1);
  CHECK_FALSE(next_due(chain.state).has_value());
}

TEST_CASE("the user cancels a move that he does not want") {
  TestChain chain = chain_with_recovery();
  CHECK(chain.run(person(1), {CancelMove{}}).code == Code::no_move_pending);
  CHECK(chain.run(hospital(1), {CancelMove{}}).code == Code::is_institution);
  chain.must(key(1), {move(person(1), key(9))});
  CHECK(chain.run(person(2), {CancelMove{}}).code == Code::no_move_pending);
  // The recovery key that did it can be replaced; the move stands until it is cancelled.
  chain.must(person(1), {recovery(2)});
  CHECK(user_of(chain, person(1)).pending_move.has_value());
  chain.must(person(1), {CancelMove{}});
  CHECK_FALSE(user_of(chain, person(1)).pending_move.has_value());
  CHECK_FALSE(next_due(chain.state).has_value());
  CHECK(due_block(chain, later(kDelay)).empty());
  CHECK(chain.run(person(1), {CancelMove{}}).code == Code::no_move_pending);
  // Asked for again, it takes the whole delay again.
  chain.must(key(2), {move(person(1), key(9))});
  CHECK(next_due(chain.state) == later(2 * kDelay));
}

TEST_CASE("a user's own move cancels the one under way") {
  TestChain chain = chain_with_recovery();
  chain.must(key(1), {move(person(1), key(9))});
  chain.must(person(1), {move(person(1), key(8))});
  CHECK_FALSE(user_of(chain, key(8)).pending_move.has_value());
  CHECK_FALSE(next_due(chain.state).has_value());
  // To the very key that it would have been.
  chain.must(key(1), {move(key(8), key(9))});
  chain.must(key(8), {move(key(8), key(9))});
  CHECK(due_block(chain, later(kDelay)).empty());
}

TEST_CASE("the new key was taken meanwhile: the move is dropped, and can be asked for again") {
  TestChain chain = chain_with_recovery();
  chain.must(key(1), {move(person(1), key(9))});
  chain.must(hospital(1), {AdmitUser{{key(9)}}});
  CHECK(due_block(chain, later(kDelay)) ==
        std::vector<SystemReceipt>{{DueKind::user_move, 1, Code::address_taken}});
  CHECK_FALSE(user_of(chain, person(1)).pending_move.has_value());
  CHECK_FALSE(next_due(chain.state).has_value());
  CHECK(find_user(chain.state, key(9))->id == UserId(4));
  CHECK(due_block(chain, later(kDelay + 1)).empty());
  chain.must(key(1), {move(person(1), key(8))});
  due_block(chain, later(2 * kDelay + 1));
  CHECK(find_user(chain.state, key(8))->id == UserId(1));
}

TEST_CASE("the old address is nobody's: whoever is admitted with it is another user") {
  TestChain chain = chain_with_recovery();
  chain.must(person(1), {share_capsule(1, person(2))});
  chain.must(person(1), {move(person(1), key(9))});
  CHECK(chain.run(person(1), {SetUserPubKey{reader_key('x')}}).code == Code::not_admitted);
  CHECK(chain.run(person(2), {share_capsule(4, person(1))}).code == Code::user_not_found);
  CHECK(chain.run(key(9), {record_for(person(1))}).code == Code::not_institution);

  // An institution that knows the old address only makes its record for a new, empty user.
  CHECK(chain.must(hospital(2), {capsule_for(person(1))}) == std::vector<std::uint64_t>{5});
  const auto fresh = find_user(chain.state, person(1));
  REQUIRE(fresh.has_value());
  CHECK(fresh->id == UserId(4));
  CHECK(fresh->user.record_count == 1);
  CHECK_FALSE(fresh->user.recovery.has_value());
  // Neither reaches what is the other's.
  check_refusals(chain, {
                            {person(1), DeleteRecord{RecordId(1)}, Code::not_owner},
                            {person(1), RevokeShare{ShareId(1)}, Code::not_owner},
                            {person(1), share_capsule(1, person(3)), Code::not_owner},
                            {key(9), VerifyRecord{{RecordId(5)}}, Code::not_owner},
                            {key(1), move(person(1), key(8)), Code::wrong_key},
                            {key(9), move(key(9), person(1)), Code::address_taken},
                        });
  CHECK(record_ids_of(chain.state, UserId(1), RecordId(0), 9).size() == 3);
  // The two may share with each other: they are different users.
  chain.must(key(9), {share_capsule(1, person(1))});
}

TEST_CASE("with open admission, the old key begins anew as another user") {
  TestChain chain = chain_with_recovery(with_parameters(
      [](Parameters& parameters) { parameters.user_admission = Parameters::UserAdmission::open; }));
  chain.must(person(1), {move(person(1), key(9))});
  chain.must(person(1), {SetUserPubKey{reader_key('x')}});
  CHECK(find_user(chain.state, person(1))->id == UserId(4));
  CHECK(user_of(chain, person(1)).budget.operations == 1);
  CHECK_FALSE(user_of(chain, key(9)).reader_key.has_value());
}

TEST_CASE("moves: whatever was done is undone by a later refusal, in one block too") {
  TestChain chain = chain_with_recovery();
  chain.must(key(1), {move(person(1), key(7))});
  const MemoryState before = chain.state;
  const Receipt receipt =
      chain.run(person(1), {recovery(2), move(person(1), key(9)), recovery(3), CancelMove{}});
  CHECK(receipt.code == Code::no_move_pending);
  CHECK(receipt.failed_operation == 3);
  CHECK(chain.state == before);

  // After the refusal the block still knows him by his old key, and after the move by the new one.
  BlockExecution block(chain.state, chain.next_block());
  auto apply = [&block, n = 900U](const Address& sender, std::vector<Operation> ops) mutable {
    ++n;
    return block.apply(make_transaction(sender, std::move(ops), n), n).code;
  };
  CHECK(apply(person(1), {move(person(1), key(9)), RevokeShare{ShareId(7)}}) ==
        Code::share_not_found);
  CHECK(apply(key(9), {record_for(key(9))}) == Code::not_admitted);
  CHECK(apply(person(1), {move(person(1), key(9))}) == Code::ok);
  CHECK(apply(person(1), {record_for(person(1))}) == Code::not_admitted);
  CHECK(apply(key(9), {record_for(key(9))}) == Code::ok);
  chain.state.apply(std::move(block).finish());
  CHECK(find_user(chain.state, key(9))->user.record_count == 4);
  CHECK_FALSE(next_due(chain.state).has_value());
}
