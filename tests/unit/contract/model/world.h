// What the reference model knows: bare facts in plain lists, number n at n - 1. Nothing is kept
// that can be counted anew: counts, lists and statistics are made by expected.h.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "contract/epoch_objects.h"
#include "contract/governance_objects.h"
#include "contract/lookups.h"
#include "contract/market_objects.h"
#include "contract/objects.h"

namespace generion::contract::model {

// nullptr: there is none with this number.
template <class List>
auto at(List& list, std::uint64_t number) {
  return number >= 1 && number <= list.size() ? &list[number - 1] : nullptr;
}

// The fields of objects that are counts of others are left zero here.
struct World {
  std::vector<User> users;
  std::vector<Institution> institutions;
  std::vector<Record> records;
  std::vector<Share> shares;
  std::vector<Order> orders;
  std::vector<Proposal> proposals;
  std::vector<EvidenceObject> evidence;
  std::vector<EpochObject> epochs;  // number n at n
  Validators validators;
  Parameters parameters;

  std::uint64_t version = 1;                    // of the protocol
  std::uint64_t validators_ever = 0;            // those that were removed included
  std::map<PublicKey, ValidatorId> node_keys;   // now or before
  std::map<std::uint64_t, TimeMs> verified_at;  // records of institutions
  std::map<std::uint64_t, TimeMs> deleted_at;   // records
  std::map<std::uint64_t, TimeMs> closing_at;   // deleted records: when their shares are closed
  std::set<std::uint64_t> retention_over;       // orders
  std::uint64_t mint_period = 0;                // number of the last period with a mint
  std::uint64_t minted_in_period = 0;
  std::vector<Bytes> slots;  // keys of all that was made, in order; without cells

  User& user(UserId id) { return users.at(id.value() - 1); }
  const User& user(UserId id) const { return users.at(id.value() - 1); }
  Institution& institution(InstitutionId id) { return institutions.at(id.value() - 1); }
  const Institution& institution(InstitutionId id) const { return institutions.at(id.value() - 1); }

  Record* record(RecordId id) { return at(records, id.value()); }
  const Record* record(RecordId id) const { return at(records, id.value()); }
  Share* share(ShareId id) { return at(shares, id.value()); }
  const Share* share(ShareId id) const { return at(shares, id.value()); }
  Order* order(OrderId id) { return at(orders, id.value()); }
  const Order* order(OrderId id) const { return at(orders, id.value()); }
  Proposal* proposal(ProposalId id) { return at(proposals, id.value()); }
  const Proposal* proposal(ProposalId id) const { return at(proposals, id.value()); }

  EpochObject& epoch() { return epochs.back(); }
  const EpochObject& epoch() const { return epochs.back(); }
  Epoch epoch_number() const { return Epoch(epochs.size() - 1); }

  // The keys of the nodes in force, ascending.
  ValidatorSet members() const;

  // Whose key it is, by looking at everybody.
  Identity whose(const PublicKey& key) const;
  // The one in force whose node has this key; nullptr: there is none.
  const Validator* validator_of(const PublicKey& key) const;

  // Counted by looking at everything.
  std::uint64_t records_of(UserId owner) const;
  std::uint64_t living_shares_of(RecordId id) const;
  std::vector<OrderId> open_orders_with(RecordId id) const;
  std::uint64_t open_orders_of(UserId seller) const;
  std::uint64_t open_proposals_of(ValidatorId id) const;
  std::uint64_t minted() const;
  std::uint64_t escrowed() const;
  // The latest time until which a sale holds the record.
  TimeMs held_until(RecordId id) const;
};

bool holds(const Order& order, RecordId id);
bool has_voted(const Proposal& proposal, ValidatorId id);
// Decided, but not in force: it waits for an epoch, or for its joiner.
bool awaits(const Proposal& proposal);
// Those that the action makes a validator's, or nothing.
std::vector<PublicKey> validator_keys_of(const GovernanceAction& action);

}  // namespace generion::contract::model
