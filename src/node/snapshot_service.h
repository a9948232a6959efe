// What a node has to do with snapshots: it makes and serves them, and may join by one.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "node/config.h"
#include "node/join_server.h"
#include "node/joiner_thread.h"
#include "node/snapshot_maker.h"

namespace generion::node {

class SnapshotService {
 public:
  // Errors as ledger::Snapshots::open. `failed`: the disk refused, or a fork showed.
  // `has_caught_up` as SnapshotMaker's.
  static Result<std::unique_ptr<SnapshotService>> open(const Config& config, const Genesis& genesis,
                                                       ledger::Ledger& ledger,
                                                       std::function<void(Error)> failed,
                                                       std::function<bool()> has_caught_up);

  // Executor thread, after each block was applied.
  void on_applied(const ledger::ExecutedBlock& block) { maker_->on_applied(block); }

  bool withholds_attachments() const { return maker_->withholds_attachments(); }

  // Before anything comes in: `pause_blocks` tells whether blocks are fetched, `complete` that
  // the ledger is to be opened anew.
  void start(const PeerLinks& links, std::function<void(bool)> pause_blocks,
             std::function<void()> complete);

  // Any thread, after `start`.
  JoinServer& server() { return *server_; }
  JoinerThread* joiner() { return joiner_.get(); }  // null: this node does not join
  std::optional<rpc::JoinProgress> progress() const;

  // Ends its threads.
  void stop();

 private:
  SnapshotService(const Config& config, const Genesis& genesis, ledger::Ledger& ledger,
                  std::function<void(Error)> failed)
      : config_(config), genesis_(genesis), ledger_(ledger), failed_(std::move(failed)) {}
  bool may_join() const;

  const Config config_;
  const Genesis& genesis_;
  ledger::Ledger& ledger_;
  const std::function<void(Error)> failed_;
  std::unique_ptr<ledger::Snapshots> snapshots_;
  std::unique_ptr<SnapshotMaker> maker_;
  std::unique_ptr<JoinServer> server_;
  std::unique_ptr<JoinerThread> joiner_;
};

}  // namespace generion::node
