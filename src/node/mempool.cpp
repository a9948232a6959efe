#include "node/mempool.h"

#include <fmt/core.h>

namespace generion::node {
namespace {

constexpr std::size_t kQueueSlack = 1'024;  // ids that are gone, before they are cleared out

std::size_t size_of(const Transaction& transaction) {
  std::size_t size = transaction.envelope.body.size();
  for (const Bytes& attachment : transaction.envelope.attachments) size += attachment.size();
  return size;
}

}  // namespace

Result<void> Mempool::add(TransactionPtr transaction) {
  if (entries_.contains(transaction->id)) {
    return fail(Code::duplicate, "this transaction is already waiting to be ordered");
  }
  const std::size_t size = size_of(*transaction);
  if (entries_.size() >= limits_.transactions_max) {
    return fail(Code::overloaded, fmt::format("{} transactions wait already, the most this node "
                                              "takes; send the same bytes again later",
                                              entries_.size()));
  }
  if (bytes_ + size > limits_.bytes_max) {
    return fail(Code::overloaded,
                fmt::format("{} bytes of transactions wait already, at most {} are taken; send the "
                            "same bytes again later",
                            bytes_, limits_.bytes_max));
  }
  std::size_t& of_sender = by_sender_[transaction->body.sender];
  if (of_sender >= limits_.per_sender_max) {
    return fail(Code::overloaded,
                fmt::format("{} transactions of this sender wait already, the most this node takes "
                            "of one; send the same bytes again later",
                            of_sender));
  }
  ++of_sender;
  bytes_ += size;
  ++available_;
  queue_.push_back(transaction->id);
  const TxId id = transaction->id;
  entries_.emplace(id, Entry{std::move(transaction), false});
  pending_.add(id);
  return {};
}

TransactionPtr Mempool::find(const TxId& id) const {
  const auto place = entries_.find(id);
  return place == entries_.end() ? nullptr : place->second.transaction;
}

std::vector<TransactionPtr> Mempool::choose(std::size_t count_max, std::size_t body_bytes_max,
                                            TimeMs now) {
  std::vector<TransactionPtr> out;
  std::size_t bytes = 0;
  std::vector<TxId> expired;
  while (!queue_.empty() && out.size() < count_max) {
    const auto place = entries_.find(queue_.front());
    if (place == entries_.end() || place->second.chosen) {
      queue_.pop_front();
      continue;
    }
    Entry& entry = place->second;
    if (entry.transaction->body.valid_until < now) {
      expired.push_back(queue_.front());
      queue_.pop_front();
      continue;
    }
    const std::size_t size = entry.transaction->envelope.body.size();
    if (bytes + size > body_bytes_max) break;
    bytes += size;
    entry.chosen = true;
    --available_;
    out.push_back(entry.transaction);
    queue_.pop_front();
  }
  queue_.insert(queue_.begin(), expired.begin(), expired.end());
  return out;
}

void Mempool::give_back(const std::vector<TxId>& ids) {
  for (auto id = ids.rbegin(); id != ids.rend(); ++id) {
    const auto place = entries_.find(*id);
    if (place == entries_.end() || !place->second.chosen) continue;
    place->second.chosen = false;
    ++available_;
    queue_.push_front(*id);
  }
}

void Mempool::erase(std::unordered_map<TxId, Entry, FixedBytesHash>::iterator place) {
  bytes_ -= size_of(*place->second.transaction);
  const auto of_sender = by_sender_.find(place->second.transaction->body.sender);
  if (--of_sender->second == 0) by_sender_.erase(of_sender);
  if (!place->second.chosen) --available_;
  pending_.remove(place->first);
  entries_.erase(place);
}

void Mempool::remove(const std::vector<TxId>& ids) {
  for (const TxId& id : ids) {
    const auto place = entries_.find(id);
    if (place != entries_.end()) erase(place);
  }
  forget_removed();
}

// A backup never chooses, so ids that are gone would pile up in its queue.
void Mempool::forget_removed() {
  if (queue_.size() <= 2 * available_ + kQueueSlack) return;
  std::erase_if(queue_, [&](const TxId& id) {
    const auto place = entries_.find(id);
    return place == entries_.end() || place->second.chosen;
  });
}

std::vector<TransactionPtr> Mempool::remove_expired(TimeMs now) {
  std::vector<TransactionPtr> out;
  for (auto place = entries_.begin(); place != entries_.end();) {
    const auto next = std::next(place);
    if (!place->second.chosen && place->second.transaction->body.valid_until < now) {
      out.push_back(place->second.transaction);
      pending_.add_expired(place->first);
      erase(place);
    }
    place = next;
  }
  return out;
}

}  // namespace generion::node
