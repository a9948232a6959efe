// What all runs of one size share and none changes: keys, genesis, transactions.
#pragma once

#include <map>
#include <vector>

#include "consensus/verified.h"
#include "memory_ledger.h"
#include "signatures.h"

namespace generion::sim {

inline constexpr std::uint64_t kWallStart = 1'700'000'000'000;

// How the members change their epochs and their set.
enum class Reform : std::uint8_t {
  none,
  rotate,  // endEpoch, twice
  remove,  // the last member; then endEpoch
  add      // the joiner; then the last member is removed; then endEpoch
};

// What validators send for a reform: each when the one before is executed.
struct ReformStep {
  TransactionPtr transaction;
  Epoch from;  // not before the chain is there
};

struct World {
  Signing signing = Signing::by_table;
  std::vector<Signer> signers;    // of the members, in the order of epoch 0's set; then the joiner
  consensus::Membership members;  // of epoch 0
  Genesis genesis;

  // Which clients send, in this order. Some are refused by the contract, some are valid for a short
  // time only.
  std::vector<TransactionPtr> transactions;
  // The same bodies with another valid signature each; empty with real signatures.
  std::vector<TransactionPtr> signed_again;
  // Bodies whose signatures do not hold, those of `transactions` first, then some that no client
  // has sent: no honest machine takes one.
  std::vector<TransactionPtr> unsigned_bodies;
  std::map<TxId, std::size_t> places;  // in `transactions`
  std::map<Reform, std::vector<ReformStep>> reforms;
  std::map<TxId, std::string> reform_names;

  std::size_t joiner() const { return signers.size() - 1; }
  const PublicKey& key(std::size_t member) const { return signers[member].key(); }
  std::size_t member_of(const PublicKey& key) const;
  // "t3"; "endEpoch" and so on for those of reforms; "x41" for one that no client has sent.
  std::string name_of(const TxId& id) const;
  bool is_short_lived(const TxId& id) const;
};

// Made at the first call for a size, then the same. Any thread.
const World& world(std::size_t members, Signing signing);

}  // namespace generion::sim
