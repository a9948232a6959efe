// ChainStore's writing half: what becomes durable, what becomes stable, what is erased.
#include <fmt/format.h>
#include <rocksdb/write_batch.h>

#include <algorithm>

#include "base/assert.h"
#include "base/hex.h"
#include "ledger/chain_keys.h"
#include "ledger/chain_store.h"
#include "wire/messages.h"
#include "wire/storage.h"

namespace generion::ledger {
namespace {

rocksdb::Slice slice(ByteView bytes) {
  return {bytes.data(), bytes.size()};
}

Bytes encode_block(const ExecutedBlock& block, const std::optional<Seal>& own_seal) {
  wire::StoredBlock out;
  out.header = block.header;
  out.batch = block.batch;
  out.skipped = block.skipped.bytes();
  out.system_receipts = block.system_receipts;
  out.receipts = block.receipts;
  for (const contract::AttachmentId& id : block.writes.erasures) {
    out.erasures.push_back({id.height, id.transaction, id.number});
  }
  if (own_seal) out.own_seal = {own_seal->signer, own_seal->signature};
  return wire::encode_stored_block(out);
}

Bytes encode_bodies(const PutBatch& put) {
  wire::StoredBodies out;
  out.batch = put.batch;
  out.envelopes.reserve(put.transactions.size());
  for (const auto& transaction : put.transactions) {
    const SignedTransaction& envelope = transaction->envelope;
    out.envelopes.push_back({envelope.body, envelope.signature,
                             static_cast<std::uint32_t>(envelope.attachments.size())});
  }
  return wire::encode_stored_bodies(out);
}

std::unexpected<Error> other_block(Height height, const Hash& here, const Hash& other) {
  return fail(Code::diverged,
              fmt::format("block {} is {} here and {} elsewhere: this node's state differs from "
                          "its peers'; keep the data for comparison",
                          height.value(), to_hex(here), to_hex(other)));
}

}  // namespace

// Deletions of attachments that belong to one write.
struct ChainStore::Erasing {
  rocksdb::WriteBatch batch;
  std::uint64_t count = 0;
  Height low{UINT64_MAX};
  Height high;

  void add(const Database& database, const Bytes& key) {
    batch.Delete(database.column(kAttachments), key);
    const Height height(ByteReader(ByteView(key).substr(0, 8)).u64());
    ++count;
    low = std::min(low, height);
    high = std::max(high, height);
  }
};

Result<void> ChainStore::write(rocksdb::WriteBatch& batch, Database::Durability durability) {
  if (auto done = database_->write(batch, durability); !done) return done;
  ++writes_;
  bytes_ += batch.GetDataSize();
  if (durability == Database::Durability::synced) ++syncs_;
  return {};
}

Result<void> ChainStore::persist(const ChainWrites& writes) {
  // What becomes stable is looked up in the database, so new blocks are written first. One sync
  // covers both, since the log is one file in order.
  const bool has_new = !writes.batches.empty() || !writes.blocks.empty();
  if (has_new) {
    const auto durability =
        writes.stable.empty() ? Database::Durability::synced : Database::Durability::logged;
    if (auto done = put_new(writes, durability); !done) return done;
  }
  if (!writes.stable.empty()) {
    if (auto done = put_stable(writes.stable); !done) return done;
  }
  stored_ = written_.value();
  return {};
}

Result<void> ChainStore::put_new(const ChainWrites& writes, Database::Durability durability) {
  rocksdb::WriteBatch batch;
  for (const PutBatch& put : writes.batches) {
    // A stable height's attachments may have been erased: they do not come back.
    if (put.batch.height <= stable()) continue;
    const Bytes key = bodies_key(put.batch.height, put.digest);
    batch.Put(database_->column(kBodies), key, encode_bodies(put));
    for (std::uint32_t place = 0; place < put.transactions.size(); ++place) {
      const auto& attachments = put.transactions[place]->envelope.attachments;
      const Bytes prefix = attachments_prefix(put.batch.height, put.digest, place);
      for (std::uint32_t number = 0; number < attachments.size(); ++number) {
        if (attachments[number].empty()) continue;
        batch.Put(database_->column(kAttachments), prefix + ByteWriter().u32(number).bytes(),
                  slice(attachments[number]));
      }
    }
    auto& keys = promised_[put.batch.height];
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
  }
  for (const PutBlock& put : writes.blocks) {
    const auto is_wanted = is_new(put);
    if (!is_wanted) return fail(is_wanted.error());
    if (!*is_wanted) continue;
    const ExecutedBlock& block = *put.block;
    batch.Put(database_->column(kBlocks), number_key(block.header.height.value()),
              encode_block(block, put.own_seal));
    written_ = std::max(written_, block.header.height);
    unstable_[block.header.height] =
        unstable_part(block.hash, block.batch, block.header.batch_digest, block.skipped,
                      block.receipts, block.writes.erasures);
  }
  return write(batch, durability);
}

Result<bool> ChainStore::is_new(const PutBlock& put) const {
  const ExecutedBlock& block = *put.block;
  const Height height = block.header.height;
  GENERION_ASSERT(height <= written_.next());
  if (height > written_) return true;
  const auto known = unstable_.find(height);
  if (known != unstable_.end() && known->second.hash != block.hash) {
    return other_block(height, known->second.hash, block.hash);
  }
  if (Height(stored_.load()) < height) return false;  // twice in this call
  const auto old = this->block(height);
  if (!old) return fail(old.error());
  if (old->hash != block.hash) return other_block(height, old->hash, block.hash);
  return put.own_seal && !old->own_seal;
}

ChainStore::Unstable ChainStore::unstable_part(
    const Hash& hash, const Batch& batch, const Hash& digest, const SkippedBits& skipped,
    const std::vector<Receipt>& receipts, const std::vector<contract::AttachmentId>& erasures) {
  Unstable out{hash, digest, {}, erasures};
  std::size_t receipt = 0;
  for (std::uint32_t place = 0; place < batch.ids.size(); ++place) {
    if (skipped[place] || receipts[receipt].code != Code::ok) out.without_effect.push_back(place);
    if (!skipped[place]) ++receipt;
  }
  return out;
}

Result<const ChainStore::Unstable*> ChainStore::unstable(Height height) {
  const auto known = unstable_.find(height);
  if (known != unstable_.end()) return &known->second;
  const auto stored = block(height);
  if (!stored) return fail(stored.error());
  return &(unstable_[height] =
               unstable_part(stored->hash, stored->batch, stored->header.batch_digest,
                             stored->skipped, stored->receipts, stored->erasures));
}

Result<void> ChainStore::put_stable(std::vector<PutStable> stable) {
  std::sort(stable.begin(), stable.end(),
            [](const PutStable& a, const PutStable& b) { return a.height < b.height; });
  Erasing erasing;
  Height reached = this->stable();
  for (const PutStable& put : stable) {
    if (put.height > written_ || put.height == Height(0)) {
      return fail(Code::not_found, fmt::format("a certificate of block {}, but the blocks here end "
                                               "at {}: execute it first",
                                               put.height.value(), written_.value()));
    }
    Hash here;
    if (put.height > this->stable()) {
      const auto block = unstable(put.height);
      if (!block) return fail(block.error());
      here = (*block)->hash;
    } else {
      const auto old = header(put.height);
      if (!old) return fail(old.error());
      here = block_hash(*old);
    }
    if (here != put.certificate.block_hash) {
      return other_block(put.height, here, put.certificate.block_hash);
    }
    erasing.batch.Put(database_->column(kSeals), number_key(put.height.value()),
                      wire::encode_certificate(put.certificate));
    // A certificate proves its ancestors too: they are final with it.
    while (reached < put.height) {
      reached = reached.next();
      if (auto done = make_stable(reached, erasing); !done) return done;
    }
  }
  if (erasing.count > 0) {
    const Bytes row =
        ByteWriter().u64(erasing.count).u64(erasing.low.value()).u64(erasing.high.value()).bytes();
    erasing.batch.Put(database_->column(kMeta), erased_key(reached), row);
  }
  if (auto done = write(erasing.batch, Database::Durability::synced); !done) return done;
  pending_erasures_ += erasing.count;
  stable_ = reached.value();
  unstable_.erase(unstable_.begin(), unstable_.upper_bound(reached));
  promised_.erase(promised_.begin(), promised_.upper_bound(reached));
  return {};
}

Result<void> ChainStore::make_stable(Height height, Erasing& erasing) {
  const auto block = unstable(height);
  if (!block) return fail(block.error());
  const Bytes stable_key = bodies_key(height, (*block)->digest);
  for (const Bytes& key : promised_[height]) {
    if (key == stable_key) continue;
    erasing.batch.Delete(database_->column(kBodies), key);
    if (auto done = erase_all(key, erasing); !done) return done;
  }
  for (const std::uint32_t place : (*block)->without_effect) {
    const Bytes prefix = attachments_prefix(height, (*block)->digest, place);
    if (auto done = erase_all(prefix, erasing); !done) return done;
  }
  for (const contract::AttachmentId& id : (*block)->erasures) {
    // What this write stores with the block is not found yet.
    const auto known = unstable_.find(id.height);
    const auto key = known == unstable_.end()
                         ? key_of(id)
                         : Result<std::optional<Bytes>>(attachment_key(id, known->second.digest));
    if (!key) return fail(key.error());
    if (!*key) continue;
    if (auto done = erase_all(**key, erasing); !done) return done;
  }
  return {};
}

Result<void> ChainStore::prune(Height height, const std::vector<Height>& ends) {
  rocksdb::WriteBatch batch;
  for (const Height end : ends) {
    const auto last = header(end);
    if (!last) return fail(last.error());
    const auto seals = certificate(end);
    if (!seals) return fail(seals.error());
    batch.Put(database_->column(kMeta), end_key(end), encode_end(*last, *seals));
  }
  batch.Put(database_->column(kMeta), slice(kBaseKey), number_key(height.value()));
  if (auto done = write(batch, Database::Durability::synced); !done) return done;
  base_ = height.value();
  return sweep();
}

// What a crash leaves of it, the next call finds. One by one: a deleted range does not go with the
// hints by which this database inserts.
Result<void> ChainStore::sweep() {
  constexpr std::uint64_t kHeightsPerWrite = 256;
  const auto first = database_->scan(kBlocks, {}, {}, 1);
  if (!first) return fail(first.error());
  if (first->empty()) return {};
  std::uint64_t height = ByteReader(first->front().first).u64();
  while (height <= base_) {
    rocksdb::WriteBatch batch;
    const std::uint64_t end = std::min(height + kHeightsPerWrite, base_ + 1);
    for (; height < end; ++height) {
      const Bytes key = number_key(height);
      const auto bodies = database_->keys(kBodies, key);
      if (!bodies) return fail(bodies.error());
      for (const Bytes& body : *bodies) batch.Delete(database_->column(kBodies), body);
      batch.Delete(database_->column(kSeals), key);
      batch.Delete(database_->column(kBlocks), key);
    }
    if (auto done = write(batch, Database::Durability::logged); !done) return done;
  }
  return {};
}

Result<void> ChainStore::erase_all(ByteView prefix, Erasing& erasing) const {
  const auto keys = database_->keys(kAttachments, prefix);
  if (!keys) return fail(keys.error());
  for (const Bytes& key : *keys) erasing.add(*database_, key);
  return {};
}

Result<void> ChainStore::compact_erased() {
  const std::lock_guard lock(compaction_mutex_);
  const auto rows = database_->scan(kMeta, kErasedPrefix, "", SIZE_MAX);
  if (!rows) return fail(rows.error());
  if (rows->empty()) return {};
  std::uint64_t count = 0;
  std::uint64_t low = UINT64_MAX;
  std::uint64_t high = 0;
  rocksdb::WriteBatch done_rows;
  for (const auto& [key, value] : *rows) {
    ByteReader in(value);
    count += in.u64();
    low = std::min(low, in.u64());
    high = std::max(high, in.u64());
    done_rows.Delete(database_->column(kMeta), key);
  }
  const auto erased = database_->erase_deleted(kAttachments, number_key(low), number_key(high + 1));
  if (!erased) return erased;
  if (auto done = write(done_rows, Database::Durability::synced); !done) return done;
  pending_erasures_ -= count;
  return {};
}

}  // namespace generion::ledger
