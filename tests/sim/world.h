// What all runs of one size share and none changes: keys, genesis, transactions.
#pragma once

#include <map>
#include <vector>

#include "consensus/verified.h"
#include "memory_ledger.h"
#include "signatures.h"

namespace generion::sim {

inline constexpr std::uint64_t kWallStart = 1'700'000'000'000;

struct World {
  Signing signing = Signing::by_table;
  std::vector<Signer> signers;    // of the members, in the order of the set
  consensus::Membership members;  // of epoch 0
  Genesis genesis;
  ledger::ExecutionRules rules;

  // Which clients send, in this order. Some are refused by the contract, some are valid for a short
  // time only.
  std::vector<TransactionPtr> transactions;
  // The same bodies with another valid signature each; empty with real signatures.
  std::vector<TransactionPtr> signed_again;
  // Bodies whose signatures do not hold, those of `transactions` first, then some that no client
  // has sent: no honest machine takes one.
  std::vector<TransactionPtr> unsigned_bodies;
  std::map<TxId, std::size_t> places;  // in `transactions`

  const PublicKey& key(std::size_t member) const { return members.set.keys[member]; }
  std::size_t member_of(const PublicKey& key) const;
  // "t3"; "x41" for one that no client has sent.
  std::string name_of(const TxId& id) const;
  bool is_short_lived(const TxId& id) const;
};

// Made at the first call for a size, then the same. Any thread.
const World& world(std::size_t members, Signing signing);

}  // namespace generion::sim
