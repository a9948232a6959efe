// Brings together the transactions of batches that other validators proposed or prepared: from the
// mempool, as they arrive there, else from peers, one after the other until they are all here or
// nobody wants them any more. Belongs to the replica thread.
//
//   fetcher.check(check_batch, now);   fetcher.fetch(fetch_batch, now);
//   fetcher.on_transaction(transaction);  fetcher.on_reply(peer, reply);  fetcher.tick(now);
//   for (auto& ready : fetcher.take_ready()) ...
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "consensus/replica.h"
#include "node/batch_store.h"
#include "node/epoch_state.h"
#include "node/mempool.h"
#include "node/peer_links.h"

namespace generion::node {

class BatchFetcher {
 public:
  struct Settings {
    Hash chain;
    PublicKey self;
  };
  // Runs the job on a verify thread, and what it returns on the replica thread afterwards.
  using Task = std::move_only_function<void(BatchFetcher&)>;
  using Verify = std::function<void(std::move_only_function<Task()>)>;

  BatchFetcher(Settings settings, EpochRulesPtr rules, const Mempool& mempool,
               const PeerLinks& links, Verify verify)
      : settings_(std::move(settings)),
        rules_(std::move(rules)),
        mempool_(mempool),
        links_(links),
        verify_(std::move(verify)) {}

  // A batch of which all transactions are here, or that will never be acceptable.
  struct Ready {
    enum class For : std::uint8_t { check, fetch };
    For wanted_for = For::check;
    Hash digest;
    Bodies bodies;
    consensus::BatchVerdict verdict = consensus::BatchVerdict::valid;
  };

  // Nothing is gathered any more of the epoch before.
  void begin_epoch(EpochRulesPtr rules);

  // Each replaces what was checked for the same height before: a newer view proposes something
  // else.
  void check(const consensus::CheckBatch& wanted, consensus::Monotonic now);
  void fetch(const consensus::FetchBatch& wanted, consensus::Monotonic now);

  // A checked transaction has come, by whatever way.
  void on_transaction(const TransactionPtr& transaction);
  void on_reply(const PublicKey& from, TransactionReply reply);
  void on_reply(const PublicKey& from, BatchReply reply);

  // Whether transactions of peers wait here for their signature check.
  enum class Arrivals : std::uint8_t { none, being_checked };

  // Asks again, or the next peer; for the first time a little later while what lacks may be among
  // the arrivals, since what is fetched is checked twice. When it wants to be called at the latest:
  // next_deadline.
  void tick(consensus::Monotonic now, Arrivals arrivals);
  std::optional<consensus::Monotonic> next_deadline() const;

  // These heights are settled.
  void forget_up_to(Height height);

  std::vector<Ready> take_ready() { return std::exchange(ready_, {}); }
  std::size_t waiting() const { return gatherings_.size(); }

 private:
  struct Gathering {
    Ready::For wanted_for = Ready::For::check;
    consensus::BatchPtr batch;  // null: the ids are not known yet
    std::vector<TransactionPtr> found;
    std::size_t missing = 0;
    std::vector<PublicKey> peers;  // in the order in which they are asked
    std::size_t asked = 0;         // so many times a peer was asked
    std::optional<PublicKey> awaited;
    consensus::Monotonic begun;
    consensus::Monotonic deadline;  // then the next peer is asked
  };
  struct Key {
    Height height;
    Ready::For wanted_for = Ready::For::check;
    Hash digest;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  using Gatherings = std::map<Key, Gathering>;

  std::vector<PublicKey> peers_after(std::vector<PublicKey> first) const;
  void begin(const Key& key, Gathering gathering);
  void set_batch(const Key& key, Gathering& gathering, consensus::BatchPtr batch);
  static void place(Gathering& gathering, std::size_t at, const TransactionPtr& transaction);
  void ask(const Key& key, Gathering& gathering);
  void ask_more(const Key& key, bool was_useful);
  void on_bodies(const Key& key, std::size_t first, const std::vector<TransactionPtr>& bodies);
  void finish_complete();

  const Settings settings_;
  EpochRulesPtr rules_;
  const Mempool& mempool_;
  const PeerLinks& links_;
  const Verify verify_;
  Gatherings gatherings_;
  std::unordered_multimap<TxId, std::pair<Key, std::size_t>, FixedBytesHash> missing_;
  std::vector<Ready> ready_;
  consensus::Monotonic now_;
};

}  // namespace generion::node
