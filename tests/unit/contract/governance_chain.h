// A test chain with validators, and what they do.
#pragma once

#include "contract/account_queries.h"
#include "contract/due.h"
#include "test_chain.h"

namespace generion::contract {

constexpr std::uint64_t kLifetime = 1'209'600'000;  // of proposals: the parameters' defaults
constexpr std::uint64_t kDelay = 172'800'000;
constexpr std::uint64_t kSuspension = 604'800'000;

inline PublicKey validator(std::uint8_t number) {
  return *PublicKey::from(Bytes(31, 'v') + static_cast<char>(number));
}
inline PublicKey governor(std::uint8_t number) {
  return *PublicKey::from(Bytes(31, 'g') + static_cast<char>(number));
}

inline Genesis governed_by(
    std::uint8_t validators, const std::function<void(Parameters&)>& change = [](Parameters&) {}) {
  Genesis genesis = with_parameters(change);
  for (std::uint8_t n = 1; n <= validators; ++n) {
    genesis.validators.push_back({validator(n), governor(n), "v" + std::to_string(n)});
  }
  return genesis;
}

inline ProposalId propose(TestChain& chain, std::uint8_t by, GovernanceAction action) {
  const auto ids = chain.must(governor(by), {Propose{std::move(action)}});
  REQUIRE(ids.size() == 1);
  return ProposalId(ids.front());
}

inline void vote(TestChain& chain, std::uint8_t by, ProposalId id, bool yes = true) {
  CHECK(chain.must(governor(by), {Vote{id, yes}}).empty());
}

// What the first validators want together.
inline ProposalId decide(TestChain& chain, std::uint8_t votes, GovernanceAction action) {
  const ProposalId id = propose(chain, 1, std::move(action));
  for (std::uint8_t n = 2; n <= votes; ++n) vote(chain, n, id);
  return id;
}

inline Proposal proposal_of(const TestChain& chain, ProposalId id) {
  const auto found = find_proposal(chain.state, id);
  REQUIRE(found.has_value());
  return found->proposal;
}

inline Institution institution_of(const TestChain& chain, const Address& address) {
  const auto found = find_institution(chain.state, address);
  REQUIRE(found.has_value());
  return found->institution;
}

// A later block without transactions.
inline std::vector<SystemReceipt> wait(TestChain& chain, std::uint64_t ms) {
  chain.time = chain.time.plus(ms);
  BlockExecution block(chain.state, chain.next_block());
  const auto receipts = block.handle_due();
  chain.last_writes = std::move(block).finish();
  chain.state.apply(chain.last_writes);
  chain.height = chain.height.next();
  return receipts;
}

// Later blocks without transactions, at the same time; the last one's writes.
inline BlockWrites pass_blocks(TestChain& chain, std::uint64_t count) {
  for (std::uint64_t n = 0; n < count; ++n) wait(chain, 0);
  return chain.last_writes;
}

inline void check_code(TestChain& chain, const Address& sender, const Operation& operation,
                       Code code) {
  INFO("expected " << code_name(code));
  const MemoryState before = chain.state;
  const Receipt receipt = chain.run(sender, {operation});
  INFO(chain.last_message);
  CHECK(receipt.code == code);
  CHECK(chain.state == before);
}

}  // namespace generion::contract
