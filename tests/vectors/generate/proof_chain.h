// A chain whose validators changed twice, and what it can prove.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "list_chain.h"
#include "types/genesis.h"
#include "types/proof.h"

namespace generion::vectors {

// Validators are letters, each with a key of its own. n agree at first, n + 1 above block 40, n
// again above block 80. Block 95 has the state of client::ListChain, and transactions; block 99 is
// the head.
class ProofChain {
 public:
  explicit ProofChain(std::size_t n);

  const Genesis& genesis() const { return genesis_; }
  // Of the epochs 0, 1 and 2.
  const std::string& set(std::size_t epoch) const { return sets_[epoch]; }

  // The blocks 40 and 80, and the head.
  const std::vector<ChainLink>& changes() const { return changes_; }
  const ChainLink& head() const { return head_; }
  // All there is to follow: changes and head.
  std::vector<ChainLink> links() const;

  // Of block 95, sealed by its quorum, without changes of the set.
  Proof object(const Bytes& key) const;
  ObjectsProof objects(const std::vector<Bytes>& keys) const;
  // Of the transaction at this place: 0 and 2 were executed, 1 was refused.
  Proof receipt(std::size_t place) const;
  Hash tx_hash(std::size_t place) const;

  // A block of some epoch in another history, or another place.
  BlockHeader header(std::uint64_t epoch, std::uint64_t height, std::string_view set,
                     std::string_view next) const;
  const BlockHeader& state_header() const { return state_; }

  static std::vector<crypto::SigningKey> keys_of(std::string_view names);
  static ValidatorSet set_of(std::string_view names);
  static Certificate sealed(const BlockHeader& header, std::string_view by);
  static ChainLink link(const BlockHeader& header, std::string_view by, std::string_view next);
  // The first q names.
  static std::string quorum(std::string_view set);

 private:
  Genesis genesis_;
  std::vector<std::string> sets_;
  std::vector<ChainLink> changes_;
  ChainLink head_;
  client::ListChain state_objects_;
  std::vector<Receipt> receipts_;
  BlockHeader state_;
};

}  // namespace generion::vectors
