// A chain of one block after the other in memory: two hospitals, and users by number.
#pragma once

#include <catch2/catch.hpp>
#include <functional>
#include <initializer_list>

#include "contract/execution.h"
#include "contract/queries.h"
#include "memory_state.h"

namespace generion::contract {

constexpr std::uint64_t kTestTime = 1'700'000'000'000;  // 14 November 2023, 22:13 UTC
constexpr std::uint64_t kTestDay = 86'400'000;

// Addresses are only compared by the contract, so any bytes will do.
inline Address person(std::uint8_t number) {
  return *Address::from(Bytes(31, 'p') + static_cast<char>(number));
}
inline Address hospital(std::uint8_t number) {
  return *Address::from(Bytes(31, 'h') + static_cast<char>(number));
}
inline ReaderKey reader_key(char byte) {
  return *ReaderKey::from(Bytes(32, byte));
}

// hospital(1) and hospital(2) are accredited; few record types.
inline Genesis test_genesis() {
  Genesis genesis;
  genesis.chain_name = "test";
  genesis.time = TimeMs(kTestTime - 1'000);
  genesis.institutions = {{hospital(1), "First", "hospital", "https://first.example"},
                          {hospital(2), "Second", "hospital", ""}};
  genesis.parameters = default_parameters();
  genesis.parameters.record_types = {"Condition", "Observation", "Patient"};
  genesis.parameters.epoch_max_ms = 365 * kTestDay;  // so that waiting alone ends none
  return genesis;
}

inline Genesis with_parameters(const std::function<void(Parameters&)>& change) {
  Genesis genesis = test_genesis();
  change(genesis.parameters);
  return genesis;
}

inline CreateRecord record_for(const Address& owner, std::string type = "Observation") {
  CreateRecord op;
  op.usr_adr = owner;
  op.data_pub_key = reader_key('k');
  op.data = {crypto::blake2b256({"some data"}), 9};
  op.type = std::move(type);
  return op;
}

inline Transaction make_transaction(const Address& sender, std::vector<Operation> operations,
                                    std::uint64_t number = 0) {
  Transaction out;
  out.body.chain_id = crypto::blake2b256({"a chain"});
  out.body.sender = sender;
  std::copy_n(reinterpret_cast<const std::uint8_t*>(&number), sizeof number, out.body.nonce.data());
  out.body.valid_until = TimeMs(kTestTime + kTestDay);
  out.body.operations = std::move(operations);
  out.envelope.body = encode_body(out.body);
  out.hash = transaction_hash(out.envelope.body);
  out.id = transaction_id(out.body.valid_until, out.hash);
  return out;
}

class TestChain {
 public:
  explicit TestChain(const Genesis& genesis = test_genesis()) {
    state.apply(genesis_writes(genesis));
  }

  // One block with one transaction. A refused one must leave no trace, and check_against_state
  // must have foretold the outcome.
  Receipt run(const Address& sender, std::vector<Operation> operations) {
    const Transaction transaction = make_transaction(sender, std::move(operations), ++number);
    const auto foretold = check_against_state(state, next_block(), transaction);
    BlockExecution block(state, next_block());
    Receipt receipt = block.apply(transaction, 0);
    last_writes = std::move(block).finish();
    REQUIRE(receipt.code == (foretold ? Code::ok : foretold.error().code));
    REQUIRE(receipt.tx_hash == transaction.hash);
    last_message = foretold ? "" : foretold.error().message;
    if (receipt.code != Code::ok) {
      REQUIRE(last_writes.objects.empty());
      REQUIRE(last_writes.lookups.empty());
      REQUIRE(last_writes.erasures.empty());
      REQUIRE(receipt.new_ids.empty());
      REQUIRE_FALSE(last_message.empty());
    }
    last_transaction = transaction;
    height = height.next();
    state.apply(last_writes);
    return receipt;
  }

  // As run, for what must succeed.
  std::vector<std::uint64_t> must(const Address& sender, std::vector<Operation> operations) {
    const Receipt receipt = run(sender, std::move(operations));
    INFO(last_message);
    REQUIRE(receipt.code == Code::ok);
    return receipt.new_ids;
  }

  void admit(std::initializer_list<Address> people) {
    must(hospital(1), {AdmitUser{std::vector<Address>(people)}});
  }

  BlockContext next_block() const { return {height.next(), time}; }

  // Until a vote can do it: an institution's status, written over.
  void set_status(const Address& address, Institution::Status status) {
    auto found = find_institution(state, address);
    REQUIRE(found.has_value());
    found->institution.status = status;
    BlockWrites writes;
    writes.objects.push_back({institution_key(found->id), encode_institution(found->institution)});
    state.apply(writes);
  }

  MemoryState state;
  Height height;
  TimeMs time{kTestTime};
  std::uint64_t number = 0;
  BlockWrites last_writes;
  std::string last_message;  // of the last refusal
  Transaction last_transaction;
};

}  // namespace generion::contract
