// Catching up: final blocks from peers, in ranges, for a node that others have left behind or that
// only follows. Belongs to the replica thread.
//
// One peer is asked at a time, each range of another while the one before is being checked and
// executed. A peer that lies is punished, one that is silent or has nothing is passed over.
//
//   sync.on_tip(peer, height);  sync.want(height);
//   sync.on_reply(peer, reply);  sync.tick(now);
//   while (auto block = sync.take(height)) ...
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "node/batch_store.h"
#include "node/mempool.h"
#include "node/peer_links.h"

namespace generion::node {

// A final block, ready to be executed again. Erased attachments are absent.
struct SyncBlock {
  CertifiedHeader certified;  // without signers where only a later block's certificate is held
  Bodies bodies;
};

class BlockSync {
 public:
  struct Settings {
    Hash chain;
    Epoch epoch;  // only its blocks are taken, since only its members are known
    ValidatorSet validators;
  };
  using Task = std::move_only_function<void(BlockSync&)>;
  // As BatchFetcher::Verify.
  using Verify = std::function<void(std::move_only_function<Task()>)>;

  // `handed` is the newest height that the executor has, or will have without this.
  BlockSync(Settings settings, const PeerLinks& links, Verify verify, Height handed)
      : settings_(std::move(settings)),
        links_(links),
        verify_(std::move(verify)),
        next_(handed.next()) {}

  // `handed` is the last block of the epoch before.
  void begin_epoch(Epoch epoch, ValidatorSet validators, Height handed);

  // The peer says that it holds final blocks up to this height.
  void on_tip(const PublicKey& peer, Height stable);
  void on_disconnected(const PublicKey& peer);

  // Blocks up to here exist and are wanted.
  void want(Height up_to);

  void on_reply(const PublicKey& from, BlockReply reply);

  // `handed` as above: what the normal case has brought is not fetched.
  void tick(consensus::Monotonic now, Height handed);
  // When it wants to be called at the latest, if nothing comes before.
  std::optional<consensus::Monotonic> next_deadline() const;

  // The checked block of this height, if it is here. Those below are forgotten.
  std::optional<SyncBlock> take(Height height);

  bool is_syncing() const { return awaited_.has_value() || !checked_.empty() || checking_ > 0; }

 private:
  void ask();
  void hurry(Height known);
  void leave_to_next_epoch(std::vector<CertifiedBlock>& blocks);
  std::optional<PublicKey> choose_peer();
  void check(const PublicKey& from);
  void on_checked(const PublicKey& from, Height from_height, Result<std::vector<SyncBlock>> blocks);
  void start_again(Height height);

  Settings settings_;
  const PeerLinks& links_;
  const Verify verify_;

  std::map<PublicKey, Height> tips_;  // of connected peers
  std::optional<PublicKey> last_asked_;
  std::optional<PublicKey> awaited_;
  consensus::Monotonic deadline_;  // of the answer, or of the next try
  consensus::Monotonic now_;
  Height wanted_;
  Height next_;                            // to be asked for
  std::optional<CertifiedBlock> partial_;  // of height next_: the rest of its transactions lacks
  std::vector<CertifiedBlock> unproven_;   // complete, below next_: no certificate above them yet
  std::map<Height, SyncBlock> checked_;
  std::size_t checking_ = 0;
  std::uint64_t round_ = 0;  // answers to what was asked in an earlier one are void
};

}  // namespace generion::node
