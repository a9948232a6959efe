#include "node/snapshot_service.h"

namespace generion::node {
namespace {

constexpr const char* kSnapshotDirectory = "snapshots";  // inside data

}  // namespace

Result<std::unique_ptr<SnapshotService>> SnapshotService::open(
    const Config& config, const Genesis& genesis, ledger::Ledger& ledger,
    std::function<void(Error)> failed, std::function<bool()> has_caught_up) {
  auto snapshots = ledger::Snapshots::open(config.data_dir / kSnapshotDirectory, ledger.chain());
  if (!snapshots) return fail(snapshots.error());
  std::unique_ptr<SnapshotService> out(
      new SnapshotService(config, genesis, ledger, std::move(failed)));
  out->snapshots_ = std::move(*snapshots);
  out->maker_ = std::make_unique<SnapshotMaker>(
      ledger, *out->snapshots_,
      SnapshotMaker::Settings{config.data_dir, config.storage, out->failed_,
                              std::move(has_caught_up)});
  return out;
}

// Only where no blocks are lost by it: an archive that has some fetches the others, unless it was
// joining already when it got them.
bool SnapshotService::may_join() const {
  const auto under_way = ledger::SnapshotLoader::under_way(config_.data_dir, ledger_.chain());
  const bool is_joining = under_way && under_way->has_value();
  const bool has_blocks = ledger_.stored() > Height(0) && !is_joining;
  const bool would_lose = has_blocks && config_.storage.keeps == Storage::archive;
  return config_.join.snapshot_behind_blocks > 0 && !would_lose;
}

void SnapshotService::start(const PeerLinks& links, std::function<void(bool)> pause_blocks,
                            std::function<void()> complete) {
  server_ = std::make_unique<JoinServer>(ledger_, *snapshots_, links.send);
  if (!may_join()) return;
  JoinerThread::Handlers handlers;
  handlers.own = [this] { return ledger_.stable(); };
  handlers.pause_blocks = std::move(pause_blocks);
  handlers.complete = std::move(complete);
  handlers.failed = failed_;
  joiner_ = std::make_unique<JoinerThread>(
      Joiner::Settings{config_.data_dir, genesis_, config_.join.snapshot_behind_blocks,
                       ledger_.stable()},
      links, std::move(handlers));
}

std::optional<rpc::JoinProgress> SnapshotService::progress() const {
  return joiner_ ? joiner_->progress() : std::nullopt;
}

void SnapshotService::stop() {
  joiner_.reset();
  maker_.reset();
  server_.reset();
}

}  // namespace generion::node
