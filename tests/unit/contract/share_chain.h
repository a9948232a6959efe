// A chain with records to share, and what tests of shares and of what falls due have in common.
#pragma once

#include "contract/share_queries.h"
#include "test_chain.h"

namespace generion::contract {

inline Lock lock_of(char byte) {
  return *Lock::from(Bytes(64, byte));
}

inline CreateRecord capsule_for(const Address& owner) {
  CreateRecord op = record_for(owner);
  op.lock = lock_of('l');
  return op;
}

// As it fits capsule_for; execution does not look at the proof.
inline Relocking relocking(char lock = 'm') {
  return {reader_key('k'), lock_of('l'), lock_of(lock), RelockProof()};
}

inline ShareRecord share_capsule(std::uint64_t record, const Address& grantee,
                                 std::optional<TimeMs> expires_at = std::nullopt) {
  return {RecordId(record), grantee, reader_key('g'), relocking(), expires_at};
}

inline ShareRecord share_opaque(std::uint64_t record, const Address& grantee,
                                std::optional<TimeMs> expires_at = std::nullopt) {
  return {RecordId(record), grantee, reader_key('g'),
          AttachmentRef{crypto::blake2b256({"for another"}), 11}, expires_at};
}

// Users 1 to 3 are persons 1 to 3. Record 1 is a capsule and 2 opaque, both of person(1); 3 is a
// capsule that hospital(1) made for person(1), 4 one of person(2).
inline TestChain chain_to_share(const Genesis& genesis = test_genesis()) {
  TestChain chain(genesis);
  chain.admit({person(1), person(2), person(3)});
  chain.must(person(1), {capsule_for(person(1)), record_for(person(1), "Condition")});
  chain.must(hospital(1), {capsule_for(person(1))});
  chain.must(person(2), {capsule_for(person(2))});
  return chain;
}

struct Refused {
  Address sender;
  Operation operation;
  Code code;
};

inline void check_refusals(TestChain& chain, const std::vector<Refused>& rows) {
  for (const Refused& row : rows) {
    INFO("expected " << code_name(row.code));
    const MemoryState before = chain.state;
    const Receipt receipt = chain.run(row.sender, {row.operation});
    INFO(chain.last_message);
    CHECK(receipt.code == row.code);
    CHECK(chain.state == before);
  }
}

// One block at this time, with what is due by then and no transaction.
inline std::vector<SystemReceipt> due_block(TestChain& chain, TimeMs time) {
  chain.time = time;
  BlockExecution block(chain.state, chain.next_block());
  auto receipts = block.handle_due();
  chain.last_writes = std::move(block).finish();
  chain.height = chain.height.next();
  chain.state.apply(chain.last_writes);
  return receipts;
}

inline TimeMs later(std::uint64_t ms) {
  return TimeMs(kTestTime + ms);
}

}  // namespace generion::contract
