// What can be asked about accounts, and about the validators and what they propose: as queries.h.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "contract/governance_objects.h"
#include "contract/lookups.h"
#include "contract/state.h"

namespace generion::contract {

// Whose account an address has: a user's or an institution's; nullopt for anybody else's.
std::optional<Account> find_account(const StateReader& state, const Address& address);

// A user's tokens, in the smallest unit; nullopt if the address is no user's. What is held for a
// purchase is not among them.
std::optional<std::uint64_t> find_balance(const StateReader& state, const Address& address);

// Where a page of an account ended.
struct AccountPlace {
  Position position;
  std::uint32_t sequence = 0;
};

// An entry with the address that its other party has now.
struct FoundEntry {
  AccountEntry entry;
  std::optional<Address> other;
  friend bool operator==(const FoundEntry&, const FoundEntry&) = default;
};

// What an account sent, got and paid, in order: transactions that took effect, and what fell due.
std::vector<FoundEntry> account_entries(const StateReader& state, const Account& account,
                                        std::optional<AccountPlace> after, std::size_t limit);

struct FoundProposal {
  ProposalId id;
  Proposal proposal;
  friend bool operator==(const FoundProposal&, const FoundProposal&) = default;
};

// One that awaits an epoch is decided, and takes force with the next epoch.
std::optional<FoundProposal> find_proposal(const StateReader& state, ProposalId id);
std::vector<FoundProposal> proposals(const StateReader& state, ProposalId after, std::size_t limit);

// The set in force.
Validators read_validators(const StateReader& state);

}  // namespace generion::contract
