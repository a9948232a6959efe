// Joining by a snapshot: finds out which there are, follows the epochs from genesis, fetches the
// parts from several nodes at once, and the ids of the transaction window. A node that lies is
// punished and asked no more, one that is silent is passed over, and a crash loses little.
//
// Belongs to one thread (joiner_thread.h), which is not the replica's: it verifies and writes.
//
//   joiner.on_tip(peer, height);   // tells that there is something to join
//   joiner.on_message(peer, reply);  joiner.tick(now);
//   while (joiner.stage() != Joiner::Stage::complete) ...
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <variant>
#include <vector>

#include "consensus/clock.h"
#include "ledger/snapshot_loader.h"
#include "node/peer_links.h"
#include "rpc/health.h"
#include "types/genesis.h"

namespace generion::node {

class Joiner {
 public:
  struct Settings {
    std::filesystem::path data_dir;
    Genesis genesis;
    std::uint64_t behind_blocks = 0;  // worth a snapshot
    Height own;                       // stable here
  };

  enum class Stage {
    idle,      // nobody is far enough ahead
    looking,   // who has which snapshots
    epochs,    // following the epochs to the snapshot's
    parts,     // of the snapshot
    window,    // ids that must not be executed again
    complete,  // the ledger is to be opened anew
    failed     // see failure()
  };

  using Reply = std::variant<SnapshotListReply, EpochEndsReply, SnapshotPartReply, WindowReply>;

  Joiner(Settings settings, PeerLinks links)
      : settings_(std::move(settings)), links_(std::move(links)), anchor_(start_anchor()) {}

  // The peer says that it holds final blocks up to there.
  void on_tip(const PublicKey& peer, Height stable);
  void on_disconnected(const PublicKey& peer);
  void on_message(const PublicKey& from, Reply reply);
  void tick(consensus::Monotonic now);

  // How far this node is without it.
  void on_own(Height stable) { settings_.own = stable; }

  Stage stage() const { return stage_; }
  bool is_joining() const { return stage_ >= Stage::epochs && stage_ <= Stage::complete; }
  // Whether blocks are not to be fetched meanwhile: also while a node without any finds out whether
  // it needs them, for a while.
  bool pauses_blocks() const;
  rpc::JoinProgress progress() const;
  // Of stage failed: fork (two conflicting certificates), disk_full, io_error, damaged.
  const Error& failure() const { return *failure_; }

 private:
  static constexpr std::uint64_t kAnswerMs = 10'000;     // then a node is passed over
  static constexpr std::uint64_t kListsAgainMs = 5'000;  // between two questions for its list
  static constexpr std::uint64_t kUnservedMs = 60'000;   // nobody serves it any more

  struct Peer {
    Height tip;
    bool was_asked = false;  // for its list
    bool has_answered = false;
    std::vector<CertifiedHeader> snapshots;
    std::size_t asked = 0;          // parts under way
    consensus::Monotonic rests_to;  // it was silent
  };
  // A part under way from one peer.
  struct Fetch {
    PublicKey from;
    std::uint64_t size = 0;
    Bytes held;
    consensus::Monotonic deadline;
  };
  struct Question {
    PublicKey to;
    consensus::Monotonic deadline;
  };

  TrustAnchor start_anchor() const { return trust_anchor(settings_.genesis); }
  // joiner.cpp: which snapshots there are, and the epochs
  void take(const PublicKey& from, SnapshotListReply reply);
  void take(const PublicKey& from, EpochEndsReply reply);
  void look();
  void choose();
  std::optional<CertifiedHeader> newest_listed() const;
  void follow();

  // joiner_parts.cpp: the parts, and the window
  void begin_parts();
  void take(const PublicKey& from, SnapshotPartReply reply);
  void take(const PublicKey& from, WindowReply reply);
  void fetch_parts();
  void ask_part(const PublicKey& key, Peer& peer);
  void on_part(std::uint64_t number, Fetch fetch);
  void begin_window();
  void fetch_window();
  void try_complete();

  // joiner.cpp
  void start_again(const std::string& why);

  Result<void> check_lists();
  bool serves(const Peer& peer) const;
  std::optional<PublicKey> someone(bool must_serve);
  void expire();
  void drop(const PublicKey& peer, const std::string& why);
  void rest(const PublicKey& peer);
  void fail_with(Error error);

  Settings settings_;
  const PeerLinks links_;
  Stage stage_ = Stage::idle;
  std::optional<Error> failure_;
  consensus::Monotonic now_;
  consensus::Monotonic looking_since_;
  consensus::Monotonic asked_lists_;
  std::map<PublicKey, Peer> peers_;
  std::set<PublicKey> liars_;
  std::optional<PublicKey> last_asked_;

  std::optional<CertifiedHeader> target_;
  TrustAnchor anchor_;                // after ends_
  std::vector<EpochEnd> ends_;        // verified
  std::vector<TrustAnchor> anchors_;  // before each of them
  std::vector<PublicKey> ends_from_;
  std::optional<Question> question_;  // for ends or window blocks

  std::unique_ptr<ledger::SnapshotLoader> loader_;
  std::map<std::uint64_t, Fetch> fetches_;
  std::uint64_t bytes_ = 0;
  consensus::Monotonic served_at_;                 // somebody served the target
  std::map<Hash, consensus::Monotonic> given_up_;  // snapshots, and when they may be tried again
};

}  // namespace generion::node
