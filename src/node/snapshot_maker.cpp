#include "node/snapshot_maker.h"

#include <pthread.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>

#include "base/snapshot_limits.h"
#include "contract/rebuild.h"
#include "ledger/object_rows.h"
#include "ledger/snapshot_format.h"
#include "node/backup_request.h"
#include "node/clock.h"

namespace generion::node {
namespace {

constexpr std::chrono::seconds kPause{1};    // between looks at what may go, and what is asked for
constexpr std::uint64_t kCaughtUpLooks = 5;  // so often in a row it counts as caught up

}  // namespace

Result<Height> prunable(const ledger::Ledger& ledger, std::uint64_t blocks, Height older_snapshot) {
  const Height stable = std::min(ledger.stable(), ledger.tip()->height());
  if (older_snapshot == Height(0) || stable.value() <= blocks) return Height(0);
  Height out = std::min(Height(stable.value() - blocks), Height(older_snapshot.value() - 1));
  const auto snapshot = ledger.header(older_snapshot);
  if (!snapshot) return fail(snapshot.error());
  const std::uint64_t window = ledger.epoch()->parameters.tx_window_ms;
  // Who joins by that snapshot has to know the ids that were valid still. Blocks' times ascend, so
  // the last that is too old is found by halving.
  Height low = ledger.base();
  Height high = out;
  while (low < high) {
    const Height middle(low.value() + (high.value() - low.value() + 1) / 2);
    const auto header = ledger.header(middle);
    if (!header) return fail(header.error());
    const bool is_old = header->time.value() + window < snapshot->time.value();
    (is_old ? low : high) = is_old ? middle : Height(middle.value() - 1);
  }
  return low;
}

SnapshotMaker::SnapshotMaker(ledger::Ledger& ledger, ledger::Snapshots& snapshots,
                             Settings settings)
    : ledger_(ledger),
      snapshots_(snapshots),
      settings_(std::move(settings)),
      due_per_block_(ledger.epoch()->parameters.due_per_block),
      is_restored_(is_restored(settings_.data_dir)),
      thread_([this] { run(); }) {
  pthread_setname_np(thread_.native_handle(), "snapshots");
}

SnapshotMaker::~SnapshotMaker() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  snapshots_.stop();
  changed_.notify_all();
  thread_.join();
}

// Which blocks have a snapshot is a function of the chain, the same on every node: an epoch's last,
// unless something due was left over, or its receipts are too many to be told.
void SnapshotMaker::on_applied(const ledger::ExecutedBlock& block) {
  const auto& next = block.writes.next_epoch;
  if (!next) return;
  const std::uint64_t limit = std::exchange(due_per_block_, next->parameters.due_per_block);
  Bytes receipts = ledger::encode_receipts(block.system_receipts, block.receipts);
  const bool is_fit = limit == due_per_block_ &&
                      contract::is_due_done(block.system_receipts, limit) &&
                      receipts.size() <= limits::kSnapshotPartBytesMax;
  if (!is_fit) {
    spdlog::info("epoch {} ends with block {}, which leaves work behind: no snapshot",
                 block.header.epoch.value(), block.header.height.value());
    return;
  }
  auto state = ledger_.at(block.header.height);
  if (!state) return;  // further on already
  {
    const std::lock_guard lock(mutex_);
    wanted_ = Wanted{block.header, std::move(*state), std::move(receipts)};
  }
  changed_.notify_all();
}

void SnapshotMaker::take(const Wanted& wanted) {
  const auto began = std::chrono::steady_clock::now();
  const auto done = snapshots_.take(wanted.header, *ledger::object_rows(wanted.state),
                                    wanted.receipts, read_clocks().monotonic.value());
  if (!done) {
    if (done.error().code == Code::cancelled) return;
    return settings_.failed(done.error());
  }
  const auto took = std::chrono::steady_clock::now() - began;
  spdlog::info("the snapshot of block {} is made: {} objects in {} ms",
               wanted.header.height.value(), wanted.header.object_count,
               std::chrono::duration_cast<std::chrono::milliseconds>(took).count());
}

Result<void> SnapshotMaker::prune() {
  if (settings_.storage.keeps == Storage::archive) return {};
  const auto height = prunable(ledger_, settings_.storage.blocks, snapshots_.older_kept());
  if (!height) return fail(height.error());
  if (*height <= ledger_.base()) return {};
  if (auto done = ledger_.prune(*height); !done) return done;
  spdlog::info("the blocks up to {} are let go of", height->value());
  return {};
}

// What was deleted after the backup was taken has been executed by now: its bytes go too.
Result<void> SnapshotMaker::end_restore() {
  if (!is_restored_) return {};
  caught_up_looks_ = settings_.has_caught_up() ? caught_up_looks_ + 1 : 0;
  if (caught_up_looks_ < kCaughtUpLooks) return {};
  if (auto done = ledger_.compact_erased(); !done) return done;
  if (auto done = forget_restored(settings_.data_dir); !done) return done;
  is_restored_ = false;
  spdlog::info("the restored node has caught up, and has erased what was deleted meanwhile");
  return {};
}

void SnapshotMaker::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    changed_.wait_for(lock, kPause, [&] { return stopping_ || wanted_; });
    if (stopping_) return;
    const auto wanted = std::exchange(wanted_, std::nullopt);
    lock.unlock();
    if (wanted) take(*wanted);
    snapshots_.forget_old(read_clocks().monotonic.value());
    answer_backup_request(ledger_, settings_.data_dir);
    for (const auto& done : {prune(), end_restore()}) {
      if (!done) return settings_.failed(done.error());
    }
    lock.lock();
  }
}

}  // namespace generion::node
