// A light client: believes of a node only what certificates and proofs show.
//
//   auto light = LightClient::open({.genesis = genesis, .memory = path}, {{node, url}});
//   const auto head = (*light)->refresh(now);      // asks two nodes, remembers the highest head
//   if (auto ok = head->check_fresh(); !ok) ...    // older than an idle chain can be
//   const auto record = (*light)->object(contract::record_key(RecordId(7)));
//
// It starts from a genesis file or from a trusted block, and never goes back behind what it has
// seen: the memory file keeps the highest head with the changes of the set that lead to it. Two
// certified blocks that exclude each other are the error fork; both are written to
// <memory>.fork, and no light client with this memory goes on until a person has removed that file.
//
// Blocking; one thread at a time.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/list_proof.h"
#include "client/rpc_client.h"
#include "client/set_chain.h"
#include "types/genesis.h"

namespace generion::client {

// How many heartbeats without a new block are no longer chance.
inline constexpr std::uint64_t kHeartbeatsMax = 4;
// Of how many nodes the head is asked.
inline constexpr std::size_t kHeadPeers = 2;

struct LightPeer {
  Rpc* rpc = nullptr;  // must outlive the client
  std::string name;    // for messages: its URL
};

struct LightOptions {
  std::optional<Genesis> genesis{};       // where to begin: one of these,
  std::optional<TrustedBlock> trusted{};  // this one if both are given
  std::filesystem::path memory{};         // mode 0600; empty: nothing is remembered
};

// The highest certified block that the asked nodes showed.
struct LightHead {
  CertifiedHeader block;
  std::size_t validators = 0;  // that agree on it
  std::size_t peers = 0;       // that were asked and showed one chain
  std::uint64_t heartbeat_ms = 0;
  std::uint64_t age_ms = 0;  // by the caller's clock; 0 if that is behind

  // Error stale: older than kHeartbeatsMax heartbeats.
  Result<void> check_fresh() const;
};

class LightClient {
 public:
  // Reads the memory; a trusted block that it does not have is fetched from a peer. Errors: usage
  // (nothing to begin with, no peer); fork (the memory has seen one); damaged, or bad_proof: the
  // memory is not of this chain; bad_file_mode; io_error; unreachable; bad_proof: no peer knows the
  // trusted block.
  static Result<std::unique_ptr<LightClient>> open(LightOptions options,
                                                   std::vector<LightPeer> peers);

  // Asks the first kHeadPeers peers that answer, compares what they show with each other and with
  // what was seen, and remembers it. Errors: stale: no peer's head reaches what was seen before;
  // fork; bad_proof and wrong_chain name the peer; unreachable if no peer answers.
  Result<LightHead> refresh(TimeMs now);

  // Whether a header, with the certificate and changes that a proof brings, is of this chain.
  // Errors: wrong_chain, bad_proof, fork.
  Result<void> check(const BlockHeader& header, const Certificate& certificate,
                     const std::vector<SetChange>& changes);
  // The same of a whole proof.
  Result<void> check(const Proof& proof);
  // And that its block is not below what was seen: for what is to hold now. Error stale besides.
  Result<void> check_current(const BlockHeader& header) const;

  // Asks the peer with the highest head (before a refresh the first), and checks what it shows.
  // Errors besides those of check: the node's; stale, without `height`, if its block is below what
  // was seen.
  Result<Proof> object(ByteView key, std::optional<Height> height = std::nullopt);
  // A receipt says how the transaction with this hash ended.
  Result<Proof> outcome(const TxId& tx_id, const Hash& tx_hash);
  // The counters, by which there is no such record, share, order or proposal.
  Result<Proof> absent(const contract::ObjectName& id);
  Result<ProvenList> list(const ListQuestion& question);

  const SetChain& chain() const { return chain_; }

 private:
  LightClient(LightOptions options, std::vector<LightPeer> peers, SetChain chain, bool saved);

  Result<CertifiedHeader> head_of(const LightPeer& peer);
  Result<void> compare(const LightPeer& higher, Height height, const LightPeer& lower);
  Result<std::uint64_t> heartbeat(const LightPeer& peer, const BlockHeader& head);
  Result<void> remember();
  // Writes a fork down; passes errors on.
  Result<void> noted(Result<void> result);

  LightOptions options_;
  std::vector<LightPeer> peers_;
  SetChain chain_;
  Rpc* reader_;    // of the peer that objects are asked of
  Height seen_{};  // the head when it was opened or last refreshed
  std::optional<std::pair<Epoch, std::uint64_t>> heartbeat_;
  Hash saved_{};  // block hash of the head in the memory file
};

}  // namespace generion::client
