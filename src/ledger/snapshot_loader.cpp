#include "ledger/snapshot_loader.h"

#include <fmt/core.h>
#include <rocksdb/write_batch.h>

#include <algorithm>

#include "base/assert.h"
#include "base/file.h"
#include "ledger/chain_keys.h"
#include "ledger/join_files.h"
#include "ledger/state_keys.h"

namespace generion::ledger {
namespace {

namespace fs = std::filesystem;

// Of the state database under way, in kStateMeta; none of them is there in a finished one.
constexpr ByteView kTargetKey = "join/header";
constexpr ByteView kPartPrefix = "join/part/";
constexpr ByteView kReceiptsKey = "join/receipts";
constexpr ByteView kIndexedKey = "join/indexed";
constexpr ByteView kWindowKey = "join/window";

constexpr std::size_t kPartsPerFlush = 16;  // what a crash takes back
constexpr std::size_t kRowsPerWrite = 10'000;
constexpr std::uint64_t kCacheBytes = 32 * 1024 * 1024;

rocksdb::Slice slice(ByteView bytes) {
  return {bytes.data(), bytes.size()};
}

Bytes part_key(std::uint64_t number) {
  return Bytes(kPartPrefix) + number_key(number);
}

Result<std::unique_ptr<Database>> open_state(const fs::path& joining, const Hash& chain) {
  auto form = state_form(joining / kStateDirectory, chain, Database::make_cache(kCacheBytes));
  form.format = 2;
  return Database::open(form);
}

Result<std::optional<BlockHeader>> stored_target(const Database& database) {
  const auto stored = database.get(kStateMeta, kTargetKey);
  if (!stored) return fail(stored.error());
  if (!stored->has_value()) return std::nullopt;
  const auto header = decode_header(**stored);
  if (!header) return fail(Code::damaged, "the header of a join: " + header.error().message);
  return *header;
}

TimeMs valid_until(const TxId& id) {
  return TimeMs(ByteReader(id.view()).u48());
}

}  // namespace

Result<std::optional<BlockHeader>> SnapshotLoader::under_way(const fs::path& data,
                                                             const Hash& chain) {
  std::error_code error;
  if (!fs::exists(data / kJoinDirectory / kStateDirectory, error)) return std::nullopt;
  const auto database = open_state(data / kJoinDirectory, chain);
  if (!database) return fail(database.error());
  return stored_target(**database);
}

void SnapshotLoader::drop(const fs::path& data) {
  std::error_code ignored;
  fs::remove_all(data / kJoinDirectory, ignored);
}

Result<std::unique_ptr<SnapshotLoader>> SnapshotLoader::open(const fs::path& data,
                                                             const Genesis& genesis,
                                                             const BlockHeader& header) {
  const fs::path joining = data / kJoinDirectory;
  const auto known = under_way(data, header.chain_id);
  if (!known || *known != header) drop(data);
  std::error_code error;
  if (!fs::exists(joining, error)) {
    if (auto done = create_private_directory(joining); !done) return fail(done.error());
  }
  auto database = open_state(joining, header.chain_id);
  if (!database) return fail(database.error());
  std::unique_ptr<SnapshotLoader> out(
      new SnapshotLoader(joining, genesis, header, std::move(*database)));
  if (auto done = out->load(); !done) return fail(done.error());
  return out;
}

SnapshotLoader::SnapshotLoader(fs::path directory, const Genesis& genesis,
                               const BlockHeader& header, std::unique_ptr<Database> database)
    : directory_(std::move(directory)),
      genesis_window_ms_(genesis.parameters.tx_window_ms),
      genesis_due_(genesis.parameters.due_per_block),
      header_(header),
      database_(std::move(database)) {}

Result<void> SnapshotLoader::load() {
  const auto target = stored_target(*database_);
  if (!target) return fail(target.error());
  if (!*target) {
    rocksdb::WriteBatch batch;
    batch.Put(database_->column(kStateMeta), slice(kTargetKey), encode_header(header_));
    if (auto done = database_->write(batch, Database::Durability::memory); !done) return done;
    if (auto done = database_->flush(true); !done) return done;
  }
  for (std::uint64_t number = 0; number < parts(); ++number) missing_.insert(number);
  const auto held = database_->keys(kStateMeta, kPartPrefix);
  if (!held) return fail(held.error());
  for (const Bytes& key : *held) {
    missing_.erase(ByteReader(ByteView(key).substr(kPartPrefix.size())).u64());
  }
  const auto indexed = database_->get(kStateMeta, kIndexedKey);
  if (!indexed) return fail(indexed.error());
  if (!indexed->has_value()) return {};
  is_indexed_ = true;
  auto rebuild = rebuilt(false);
  if (!rebuild) return fail(rebuild.error());
  const auto window = database_->get(kStateMeta, kWindowKey);
  if (!window) return fail(window.error());
  ByteReader in(window->has_value() ? **window : ByteView());
  window_.reset();
  if (in.u8() == 0 && in.ok()) return {};
  const Height height(in.u64());
  window_ = Wanted{height, in.fixed<Hash>()};
  if (!in.done()) return fail(Code::damaged, "the window of a join cannot be read");
  return {};
}

Result<void> SnapshotLoader::add(std::uint64_t number, ByteView part) {
  if (!missing_.contains(number)) return {};
  rocksdb::WriteBatch batch;
  if (number == 0) {
    const auto receipts = verify_receipts(part, header_);
    if (!receipts) return fail(receipts.error());
    batch.Put(database_->column(kStateMeta), slice(kReceiptsKey), slice(part));
  } else {
    const auto chunk = verify_chunk(part, number - 1, header_);
    if (!chunk) return fail(chunk.error());
    for (std::size_t i = 0; i < chunk->objects.size(); ++i) {
      const SnapshotObject& object = chunk->objects[i];
      batch.Put(database_->column(kObjects), object.key,
                number_key(chunk->first_slot + i) + object.value);
    }
    for (std::size_t first = 0; first < chunk->leaves.size(); first += TreePage::kFanOut) {
      TreePage page;
      const std::size_t end = std::min(first + TreePage::kFanOut, chunk->leaves.size());
      for (std::size_t i = first; i < end; ++i) page.set(i - first, chunk->leaves[i]);
      page.rehash();
      const std::uint64_t page_number = (chunk->first_slot + first) / TreePage::kFanOut;
      batch.Put(database_->column(kTree), page_key(page_number), page.encode());
      batch.Put(database_->column(kTree), page_root_key(page_number), slice(page.root().view()));
    }
  }
  batch.Put(database_->column(kStateMeta), part_key(number), rocksdb::Slice());
  if (auto done = database_->write(batch, Database::Durability::memory); !done) return done;
  missing_.erase(number);
  if (++unflushed_ < kPartsPerFlush && !missing_.empty()) return {};
  unflushed_ = 0;
  return database_->flush(true);
}

Result<std::vector<SystemReceipt>> SnapshotLoader::handled() const {
  const auto part = database_->get(kStateMeta, kReceiptsKey);
  if (!part) return fail(part.error());
  return verify_receipts(part->has_value() ? **part : ByteView(), header_);
}

Result<void> SnapshotLoader::write_rows(std::vector<contract::LookupRebuild::Row> rows) {
  std::sort(rows.begin(), rows.end());
  rocksdb::WriteBatch batch;
  for (const auto& [key, value] : rows) batch.Put(database_->column(kIndex), key, value);
  return database_->write(batch, Database::Durability::memory);
}

// Reads all objects, or, without writing, only those that tell of epochs.
Result<contract::LookupRebuild> SnapshotLoader::rebuilt(bool writes_rows) {
  const auto receipts = handled();
  if (!receipts) return fail(receipts.error());
  contract::LookupRebuild out(header_.time, *receipts, genesis_due_);
  const Bytes epochs = contract::epoch_key(Epoch(0)).substr(0, 1);
  const Bytes proposals = contract::proposal_key(ProposalId(0)).substr(0, 1);
  const std::vector<Bytes> prefixes =
      writes_rows ? std::vector<Bytes>{Bytes()}
                  : std::vector<Bytes>{contract::parameters_key(), proposals, epochs};
  for (const Bytes& prefix : prefixes) {
    Bytes after;
    while (true) {
      const auto some = database_->scan(kObjects, prefix, after, kRowsPerWrite);
      if (!some) return fail(some.error());
      if (some->empty()) break;
      for (const auto& [key, stored] : *some) {
        if (auto ok = out.add(key, ByteView(stored).substr(kSlotBytes)); !ok) {
          return fail(ok.error());
        }
      }
      if (writes_rows) {
        if (auto done = write_rows(out.take()); !done) return fail(done.error());
      }
      after = some->back().first;
    }
  }
  if (auto ok = out.finish(); !ok) return fail(ok.error());
  if (out.epoch().first != header_.height.next()) {
    return fail(Code::damaged, "the snapshot is not of an epoch's end");
  }
  for (const auto& [number, epoch] : out.epochs()) {
    if (epoch.last && *epoch.last <= header_.height) epoch_ends_[number] = *epoch.last;
  }
  tx_windows_ = out.tx_windows(genesis_window_ms_);
  return out;
}

Result<void> SnapshotLoader::index() {
  GENERION_ASSERT(missing_.empty());
  if (is_indexed_) return {};
  auto rebuild = rebuilt(true);
  if (!rebuild) return fail(rebuild.error());
  auto rows = rebuild->take();
  // All that was due before the block's time is done.
  rows.emplace_back(contract::due_done_key(), contract::due_from(header_.time));
  if (auto done = write_rows(std::move(rows)); !done) return done;
  window_ = Wanted{header_.height, block_hash(header_)};
  rocksdb::WriteBatch batch;
  batch.Put(database_->column(kStateMeta), slice(kIndexedKey), rocksdb::Slice());
  batch.Put(database_->column(kStateMeta), slice(kWindowKey),
            ByteWriter().u8(1).u64(window_->height.value()).fixed(window_->hash).bytes());
  if (auto done = database_->write(batch, Database::Durability::memory); !done) return done;
  is_indexed_ = true;
  return database_->flush(true);
}

std::optional<SnapshotLoader::Wanted> SnapshotLoader::window() const {
  return window_;
}

std::uint64_t SnapshotLoader::tx_window_of(Height height) const {
  const auto after = tx_windows_.upper_bound(height);
  return after == tx_windows_.begin() ? genesis_window_ms_ : std::prev(after)->second;
}

// As execution chose: an id counts at its first place in time. Going downwards, that is the one
// written last.
Result<void> SnapshotLoader::add_window(const std::vector<WindowBlock>& blocks) {
  rocksdb::WriteBatch batch;
  std::optional<Wanted> wanted = window_;
  std::uint64_t widest = genesis_window_ms_;
  for (const auto& [first, window] : tx_windows_) widest = std::max(widest, window);
  for (const WindowBlock& block : blocks) {
    if (!wanted) break;
    const BlockHeader& header = block.header;
    if (block_hash(header) != wanted->hash || header.height != wanted->height ||
        batch_digest(header_.chain_id, block.batch) != header.batch_digest) {
      return fail(Code::bad_proof, fmt::format("block {} is not the one that the next one follows",
                                               wanted->height.value()));
    }
    const std::uint64_t latest = header.time.value() + tx_window_of(header.height);
    for (std::size_t place = block.batch.ids.size(); place-- > 0;) {
      const TxId& id = block.batch.ids[place];
      if (valid_until(id) < header_.time || valid_until(id).value() > latest) continue;
      batch.Put(
          database_->column(kTransactions), slice(id.view()),
          ByteWriter().u64(header.height.value()).u32(static_cast<std::uint32_t>(place)).bytes());
    }
    const bool is_last =
        header.height <= Height(1) || header.time.value() + widest < header_.time.value();
    wanted = is_last ? std::nullopt
                     : std::optional(Wanted{Height(header.height.value() - 1), header.parent_hash});
  }
  batch.Put(database_->column(kStateMeta), slice(kWindowKey),
            wanted ? ByteWriter().u8(1).u64(wanted->height.value()).fixed(wanted->hash).bytes()
                   : ByteWriter().u8(0).bytes());
  if (auto done = database_->write(batch, Database::Durability::memory); !done) return done;
  window_ = wanted;
  return window_ ? Result<void>{} : database_->flush(true);
}

Result<void> SnapshotLoader::complete(const std::vector<EpochEnd>& ends) {
  GENERION_ASSERT(missing_.empty() && is_indexed_ && !window_);
  bool are_these = ends.size() == epoch_ends_.size() && !ends.empty() &&
                   block_hash(ends.back().header) == block_hash(header_);
  for (std::size_t i = 0; are_these && i < ends.size(); ++i) {
    const auto at = epoch_ends_.find(Epoch(i));
    are_these = at != epoch_ends_.end() && at->second == ends[i].header.height;
  }
  if (!are_these) {
    return fail(Code::bad_proof, "the last blocks of the epochs are not those of the state");
  }
  rocksdb::WriteBatch batch;
  batch.Put(database_->column(kStateMeta), slice(kTipKey), encode_header(header_));
  if (auto done = database_->write(batch, Database::Durability::memory); !done) return done;
  if (auto done = database_->flush(true); !done) return done;
  if (auto done = make_joined_chain(directory_, header_, ends); !done) return done;
  database_.reset();
  return mark_join_complete(directory_);
}

}  // namespace generion::ledger
