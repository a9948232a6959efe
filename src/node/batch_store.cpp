#include "node/batch_store.h"

namespace generion::node {

std::vector<TxId> BatchStore::begin_epoch(Epoch epoch) {
  std::vector<TxId> out = release_from(Height(0));
  entries_.clear();
  epoch_ = epoch;
  return out;
}

void BatchStore::put(const Hash& digest, Bodies bodies) {
  const Key key(bodies.batch->height, digest);
  const bool was_stored = is_stored(key.first, digest);
  entries_.insert_or_assign(key, Entry{std::move(bodies), /*holds=*/true, was_stored});
}

const Bodies* BatchStore::find(Height height, const Hash& digest) {
  const auto place = entries_.find({height, digest});
  return place != entries_.end() ? &place->second.bodies : load(height, digest);
}

const Bodies* BatchStore::load(Height height, const Hash& digest) {
  const auto keep = [&](Bodies bodies, bool is_stored) {
    Entry entry{std::move(bodies), /*holds=*/false, is_stored};
    return &entries_.emplace(Key(height, digest), std::move(entry)).first->second.bodies;
  };
  const Batch null = null_batch(epoch_, height);
  if (digest == batch_digest(ledger_.chain(), null)) {
    return keep({std::make_shared<const Batch>(null), {}}, false);
  }
  auto stored = ledger_.bodies(height, digest);
  if (!stored) return nullptr;
  Bodies bodies{std::make_shared<const Batch>(std::move(stored->batch)), {}};
  for (SignedTransaction& envelope : stored->transactions) {
    auto transaction = check_transaction(std::move(envelope), Attachments::may_be_erased);
    if (!transaction) return nullptr;
    bodies.transactions.push_back(std::make_shared<const Transaction>(std::move(*transaction)));
  }
  return keep(std::move(bodies), true);
}

bool BatchStore::is_stored(Height height, const Hash& digest) const {
  const auto place = entries_.find({height, digest});
  return place != entries_.end() && place->second.is_stored;
}

void BatchStore::mark_stored(Height height, const Hash& digest) {
  const auto place = entries_.find({height, digest});
  if (place != entries_.end()) place->second.is_stored = true;
}

void BatchStore::erase(Height height, const Hash& digest) {
  entries_.erase({height, digest});
}

std::vector<TxId> BatchStore::erase_up_to(Height height) {
  std::vector<TxId> out;
  while (!entries_.empty() && entries_.begin()->first.first <= height) {
    const Entry& entry = entries_.begin()->second;
    if (entry.holds) {
      out.insert(out.end(), entry.bodies.batch->ids.begin(), entry.bodies.batch->ids.end());
    }
    entries_.erase(entries_.begin());
  }
  return out;
}

std::vector<TxId> BatchStore::release_from(Height height) {
  std::vector<TxId> out;
  for (auto place = entries_.lower_bound({height, Hash()}); place != entries_.end(); ++place) {
    Entry& entry = place->second;
    if (!entry.holds) continue;
    entry.holds = false;
    out.insert(out.end(), entry.bodies.batch->ids.begin(), entry.bodies.batch->ids.end());
  }
  return out;
}

}  // namespace generion::node
