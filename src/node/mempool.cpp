#include "node/mempool.h"

#include <fmt/core.h>

#include <algorithm>

#include "contract/check_proofs.h"

namespace generion::node {
namespace {

constexpr std::size_t kQueueSlack = 1'024;  // ids that are gone, before they are cleared out
constexpr std::size_t kProofWeight = 10;

std::size_t size_of(const Transaction& transaction) {
  std::size_t size = transaction.envelope.body.size();
  for (const Bytes& attachment : transaction.envelope.attachments) size += attachment.size();
  return size;
}

bool is_timely(const TransactionBody& body, const BatchBounds& bounds) {
  return body.valid_until >= bounds.time &&
         body.valid_until <= bounds.time.plus(bounds.tx_window_ms);
}

}  // namespace

std::size_t verification_weight(const Transaction& transaction) {
  return 1 + kProofWeight * contract::count_proofs(transaction.body);
}

Result<void> Mempool::check_share(const Transaction& transaction, const PublicKey& ingress) const {
  const auto place = ingresses_.find(ingress);
  if (place == ingresses_.end()) return {};  // an empty share takes any transaction
  const Ingress& held = place->second;
  const std::size_t parts = std::max<std::size_t>(limits_.ingresses, 1);
  if (held.weight + verification_weight(transaction) > limits_.weight_max / parts) {
    return fail(Code::overloaded,
                fmt::format("{} transactions wait already, of the verification weight {}; this "
                            "node's share is {}; send the same bytes again later",
                            held.count, held.weight, limits_.weight_max / parts));
  }
  if (held.bytes + size_of(transaction) > limits_.bytes_max / parts) {
    return fail(Code::overloaded,
                fmt::format("{} bytes of transactions wait already, this node's share is {}; send "
                            "the same bytes again later",
                            held.bytes, limits_.bytes_max / parts));
  }
  return {};
}

Result<void> Mempool::add(TransactionPtr transaction, const PublicKey& ingress,
                          consensus::Monotonic now) {
  if (entries_.contains(transaction->id)) {
    return fail(Code::duplicate, "this transaction is already waiting to be ordered");
  }
  if (auto ok = check_share(*transaction, ingress); !ok) return ok;
  std::size_t& of_sender = by_sender_[transaction->body.sender];
  if (of_sender >= limits_.per_sender_max) {
    return fail(Code::overloaded,
                fmt::format("{} transactions of this sender wait already, the most this node takes "
                            "of one; send the same bytes again later",
                            of_sender));
  }
  ++of_sender;
  Ingress& share = ingresses_[ingress];
  const std::size_t size = size_of(*transaction);
  ++share.count;
  share.weight += verification_weight(*transaction);
  share.bytes += size;
  bytes_ += size;
  ++available_;
  const TxId id = transaction->id;
  share.queue.push_back(id);
  entries_.emplace(id, Entry{std::move(transaction), ingress, now});
  pending_.add(id);
  return {};
}

double Mempool::fullest_share() const {
  const auto parts = static_cast<double>(std::max<std::size_t>(limits_.ingresses, 1));
  double out = 0;
  for (const auto& [node, held] : ingresses_) {
    const auto of = [&](std::size_t used, std::size_t max) {
      return static_cast<double>(used) * parts / static_cast<double>(max);
    };
    out = std::max({out, of(held.weight, limits_.weight_max), of(held.bytes, limits_.bytes_max)});
  }
  return std::min(out, 1.0);
}

TransactionPtr Mempool::find(const TxId& id) const {
  const auto place = entries_.find(id);
  return place == entries_.end() ? nullptr : place->second.transaction;
}

// The next of this ingress that fits; nullptr if there is none.
TransactionPtr Mempool::take_next(Ingress& ingress, const BatchBounds& bounds, std::size_t bytes,
                                  std::vector<TxId>& untimely) {
  while (!ingress.queue.empty()) {
    const TxId id = ingress.queue.front();
    const auto place = entries_.find(id);
    if (place == entries_.end() || place->second.batches > 0) {
      ingress.queue.pop_front();
      continue;
    }
    Entry& entry = place->second;
    if (!is_timely(entry.transaction->body, bounds)) {
      untimely.push_back(id);
      ingress.queue.pop_front();
      continue;
    }
    if (bytes + entry.transaction->envelope.body.size() > bounds.body_bytes_max) return nullptr;
    ++entry.batches;
    --available_;
    ingress.queue.pop_front();
    return entry.transaction;
  }
  return nullptr;
}

std::vector<TransactionPtr> Mempool::choose(const BatchBounds& bounds) {
  std::vector<TransactionPtr> out;
  std::size_t bytes = 0;
  std::map<PublicKey, std::vector<TxId>> untimely;
  auto turn = ingresses_.upper_bound(last_turn_);
  std::size_t without = 0;  // so many ingresses in a row had nothing that fits
  while (out.size() < bounds.count_max && without < ingresses_.size()) {
    if (turn == ingresses_.end()) turn = ingresses_.begin();
    auto taken = take_next(turn->second, bounds, bytes, untimely[turn->first]);
    if (taken) {
      bytes += taken->envelope.body.size();
      out.push_back(std::move(taken));
      last_turn_ = turn->first;
      without = 0;
    } else {
      ++without;
    }
    ++turn;
  }
  for (const auto& [ingress, ids] : untimely) {
    auto& queue = ingresses_.at(ingress).queue;
    queue.insert(queue.begin(), ids.begin(), ids.end());
  }
  return out;
}

void Mempool::hold(const std::vector<TxId>& ids) {
  for (const TxId& id : ids) {
    const auto place = entries_.find(id);
    if (place != entries_.end() && place->second.batches++ == 0) --available_;
  }
}

void Mempool::give_back(const std::vector<TxId>& ids) {
  for (auto id = ids.rbegin(); id != ids.rend(); ++id) {
    const auto place = entries_.find(*id);
    if (place == entries_.end() || place->second.batches == 0) continue;
    if (--place->second.batches > 0) continue;
    ++available_;
    ingresses_.at(place->second.ingress).queue.push_front(*id);
  }
}

void Mempool::erase(Entries::iterator place) {
  const Entry& entry = place->second;
  const std::size_t size = size_of(*entry.transaction);
  bytes_ -= size;
  const auto share = ingresses_.find(entry.ingress);
  --share->second.count;
  share->second.weight -= verification_weight(*entry.transaction);
  share->second.bytes -= size;
  if (share->second.count == 0) ingresses_.erase(share);
  const auto of_sender = by_sender_.find(entry.transaction->body.sender);
  if (--of_sender->second == 0) by_sender_.erase(of_sender);
  if (entry.batches == 0) --available_;
  pending_.remove(place->first);
  entries_.erase(place);
}

void Mempool::remove(const std::vector<TxId>& ids) {
  for (const TxId& id : ids) {
    const auto place = entries_.find(id);
    if (place != entries_.end()) erase(place);
  }
  for (auto& [key, ingress] : ingresses_) forget_removed(ingress);
}

// Whoever never chooses would pile up ids that are gone.
void Mempool::forget_removed(Ingress& ingress) {
  if (ingress.queue.size() <= 2 * ingress.count + kQueueSlack) return;
  std::unordered_set<TxId, FixedBytesHash> seen;
  std::erase_if(ingress.queue, [&](const TxId& id) {
    const auto place = entries_.find(id);
    return place == entries_.end() || place->second.batches > 0 || !seen.insert(id).second;
  });
}

std::vector<TransactionPtr> Mempool::remove_expired(TimeMs now) {
  std::vector<TransactionPtr> out;
  for (auto place = entries_.begin(); place != entries_.end();) {
    const auto next = std::next(place);
    if (place->second.batches == 0 && place->second.transaction->body.valid_until < now) {
      out.push_back(place->second.transaction);
      pending_.add_expired(place->first);
      erase(place);
    }
    place = next;
  }
  return out;
}

std::vector<TransactionPtr> Mempool::waiting_since(consensus::Monotonic before,
                                                   std::size_t max) const {
  std::vector<TransactionPtr> out;
  for (const auto& [key, ingress] : ingresses_) {
    for (const TxId& id : ingress.queue) {
      if (out.size() == max) return out;
      const auto place = entries_.find(id);
      if (place == entries_.end() || place->second.batches > 0) continue;
      if (place->second.arrived > before) break;
      out.push_back(place->second.transaction);
    }
  }
  return out;
}

std::vector<TransactionPtr> Mempool::of_ingress(const PublicKey& ingress, std::size_t max) const {
  std::vector<TransactionPtr> out;
  for (auto place = entries_.begin(); place != entries_.end() && out.size() < max; ++place) {
    if (place->second.ingress == ingress) out.push_back(place->second.transaction);
  }
  return out;
}

}  // namespace generion::node
