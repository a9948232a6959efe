#include "ledger/snapshots.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/file.h"
#include "base/snapshot_limits.h"

namespace generion::ledger {
namespace {

namespace fs = std::filesystem;

// Sorts as its number does.
std::string name_of(Height height) {
  return fmt::format("{:020}", height.value());
}

}  // namespace

Result<std::unique_ptr<Snapshots>> Snapshots::open(const fs::path& directory, const Hash& chain) {
  std::error_code error;
  if (!fs::exists(directory, error)) {
    if (auto done = create_private_directory(directory); !done) return fail(done.error());
  }
  std::unique_ptr<Snapshots> out(new Snapshots(directory, chain));
  if (auto done = out->load(); !done) return fail(done.error());
  return out;
}

Result<void> Snapshots::load() {
  std::error_code error;
  std::vector<fs::path> found;
  for (fs::directory_iterator it(directory_, error), end; !error && it != end;
       it.increment(error)) {
    found.push_back(it->path());
  }
  if (error) return file_error(directory_, "cannot be listed", error.value());
  for (const fs::path& path : found) {
    auto snapshot = Snapshot::open(path, chain_);
    if (snapshot) {
      entries_.push_back({std::move(*snapshot), path});
    } else if (snapshot.error().code == Code::locked) {
      return fail(snapshot.error());
    } else {
      fs::remove_all(path, error);
    }
  }
  std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
    return a.snapshot->header().height > b.snapshot->header().height;
  });
  return {};
}

Result<void> Snapshots::take(const BlockHeader& header, const ObjectRows& rows, ByteView receipts,
                             std::uint64_t now_ms) {
  for (const BlockHeader& known : list()) {
    if (known == header) return {};
  }
  const fs::path path = directory_ / name_of(header.height);
  std::error_code ignored;
  fs::remove_all(path, ignored);
  if (auto done = Snapshot::make(path, header, rows, receipts, stopping_); !done) {
    fs::remove_all(path, ignored);
    return done;
  }
  auto snapshot = Snapshot::open(path, chain_);
  if (!snapshot) return fail(snapshot.error());
  {
    const std::lock_guard lock(mutex_);
    entries_.insert(entries_.begin(), {std::move(*snapshot), path});
  }
  forget_old(now_ms);
  return {};
}

std::vector<BlockHeader> Snapshots::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<BlockHeader> out;
  for (const Entry& entry : entries_) out.push_back(entry.snapshot->header());
  return out;
}

Result<Bytes> Snapshots::part(const Hash& block, std::uint64_t number, std::uint64_t now_ms) {
  std::shared_ptr<const Snapshot> snapshot;
  {
    const std::lock_guard lock(mutex_);
    for (Entry& entry : entries_) {
      if (entry.snapshot->hash() != block) continue;
      snapshot = entry.snapshot;
      entry.asked_ms = std::max<std::uint64_t>(now_ms, 1);
    }
  }
  if (!snapshot) return fail(Code::not_found, "there is no snapshot of that block here");
  return snapshot->part(number);
}

void Snapshots::forget_old(std::uint64_t now_ms) {
  const std::lock_guard lock(mutex_);
  for (std::size_t i = entries_.size(); i-- > kKept;) {
    Entry& entry = entries_[i];
    const bool is_asked_for =
        entry.asked_ms != 0 && entry.asked_ms + limits::kSnapshotServedMs >= now_ms;
    const bool is_in_use = entry.snapshot.use_count() > 1;  // a part is being read
    if (is_in_use || (is_asked_for && i < limits::kSnapshotsListedMax)) continue;
    const fs::path path = entry.directory;
    entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(i));
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
}

Height Snapshots::older_kept() const {
  const std::lock_guard lock(mutex_);
  return entries_.size() < kKept ? Height(0) : entries_[kKept - 1].snapshot->header().height;
}

}  // namespace generion::ledger
