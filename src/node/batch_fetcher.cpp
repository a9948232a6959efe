#include "node/batch_fetcher.h"

#include <algorithm>

#include "node/peer_checks.h"

namespace generion::node {
namespace {

using consensus::BatchVerdict;
using consensus::Monotonic;

// Votes overtake transactions on the way, so what a proposal lacks is mostly about to arrive.
constexpr std::uint64_t kGraceMs = 10;
constexpr std::uint64_t kBusyGraceMs = 250;  // while some wait for their check
constexpr std::uint64_t kRetryMs = 250;
constexpr std::size_t kVerifyChunk = 64;  // transactions that one verify thread checks in a row

// Cuts a reply's transactions into parts for several verify threads.
template <class Part>
void in_chunks(std::vector<SignedTransaction> transactions, const Part& part) {
  for (std::size_t begin = 0; begin < transactions.size(); begin += kVerifyChunk) {
    const auto from = transactions.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto to =
        from + static_cast<std::ptrdiff_t>(std::min(kVerifyChunk, transactions.size() - begin));
    part(begin, std::vector<SignedTransaction>(std::make_move_iterator(from),
                                               std::make_move_iterator(to)));
  }
}

}  // namespace

std::vector<PublicKey> BatchFetcher::peers_after(std::vector<PublicKey> first) const {
  std::erase(first, settings_.self);
  for (const PublicKey& member : rules_->validators.keys) {
    const bool is_there = std::find(first.begin(), first.end(), member) != first.end();
    if (!is_there && member != settings_.self) first.push_back(member);
  }
  return first;
}

void BatchFetcher::begin_epoch(EpochRulesPtr rules) {
  rules_ = std::move(rules);
  gatherings_.clear();
  missing_.clear();
  ready_.clear();
}

void BatchFetcher::check(const consensus::CheckBatch& wanted, Monotonic now) {
  now_ = now;
  const Height height = wanted.batch->height;
  const Key key{height, Ready::For::check, wanted.digest};
  if (gatherings_.contains(key)) return;
  std::erase_if(gatherings_, [&](const auto& held) {
    return held.first.height == height && held.first.wanted_for == Ready::For::check;
  });
  Gathering gathering;
  gathering.batch = wanted.batch;
  gathering.peers = peers_after({wanted.primary});
  gathering.begun = now;
  gathering.deadline = now.plus(kGraceMs);
  begin(key, std::move(gathering));
}

void BatchFetcher::fetch(const consensus::FetchBatch& wanted, Monotonic now) {
  now_ = now;
  const Key key{wanted.height, Ready::For::fetch, wanted.digest};
  if (gatherings_.contains(key)) return;
  Gathering gathering;
  gathering.wanted_for = Ready::For::fetch;
  gathering.batch = wanted.batch;
  gathering.peers = peers_after(wanted.holders);
  gathering.deadline = now;
  begin(key, std::move(gathering));
}

void BatchFetcher::begin(const Key& key, Gathering gathering) {
  Gathering& held = gatherings_[key] = std::move(gathering);
  if (held.batch) set_batch(key, held, held.batch);
  finish_complete();
}

void BatchFetcher::set_batch(const Key& key, Gathering& gathering, consensus::BatchPtr batch) {
  gathering.batch = std::move(batch);
  const std::vector<TxId>& ids = gathering.batch->ids;
  gathering.found.assign(ids.size(), nullptr);
  gathering.missing = ids.size();
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (const TransactionPtr here = mempool_.find(ids[i])) {
      place(gathering, i, here);
    } else {
      missing_.emplace(ids[i], std::pair(key, i));
    }
  }
}

void BatchFetcher::place(Gathering& gathering, std::size_t at, const TransactionPtr& transaction) {
  if (gathering.found[at]) return;
  gathering.found[at] = transaction;
  --gathering.missing;
}

void BatchFetcher::on_transaction(const TransactionPtr& transaction) {
  const auto [begin, end] = missing_.equal_range(transaction->id);
  if (begin == end) return;
  for (auto waiting = begin; waiting != end; ++waiting) {
    const auto& [key, at] = waiting->second;
    const auto gathering = gatherings_.find(key);
    if (gathering != gatherings_.end()) place(gathering->second, at, transaction);
  }
  missing_.erase(begin, end);
  finish_complete();
}

void BatchFetcher::finish_complete() {
  for (auto next = gatherings_.begin(); next != gatherings_.end();) {
    const auto current = next++;
    Gathering& gathering = current->second;
    if (!gathering.batch || gathering.missing > 0) continue;
    Ready ready{
        gathering.wanted_for, current->first.digest, {gathering.batch, std::move(gathering.found)}};
    if (ready.wanted_for == Ready::For::check && !check_batch(ready.bodies, rules_->parameters)) {
      ready.verdict = BatchVerdict::invalid;
    }
    ready_.push_back(std::move(ready));
    gatherings_.erase(current);
  }
}

void BatchFetcher::ask(const Key& key, Gathering& gathering) {
  gathering.deadline = now_.plus(kRetryMs);
  if (gathering.peers.empty()) return;
  const PublicKey& peer = gathering.peers[gathering.asked++ % gathering.peers.size()];
  gathering.awaited = peer;
  if (gathering.wanted_for == Ready::For::check) {
    TransactionRequest request;
    for (std::size_t i = 0; i < gathering.found.size(); ++i) {
      if (!gathering.found[i]) request.ids.push_back(gathering.batch->ids[i]);
    }
    links_.send(peer, std::move(request));
    return;
  }
  const auto gap = std::find(gathering.found.begin(), gathering.found.end(), nullptr);
  const auto first = static_cast<std::uint32_t>(gap - gathering.found.begin());
  links_.send(peer, BatchRequest{key.height, key.digest, first});
}

// A peer that sent a part is asked for the rest at once.
void BatchFetcher::ask_more(const Key& key, bool was_useful) {
  const auto held = gatherings_.find(key);
  if (held == gatherings_.end() || !was_useful) return;
  --held->second.asked;
  ask(key, held->second);
}

void BatchFetcher::on_reply(const PublicKey& from, TransactionReply reply) {
  const auto awaiting = std::find_if(gatherings_.begin(), gatherings_.end(), [&](const auto& held) {
    return held.first.wanted_for == Ready::For::check && held.second.awaited == from;
  });
  if (awaiting == gatherings_.end()) return;
  awaiting->second.awaited.reset();
  if (reply.transactions.empty()) return;
  const Key key = awaiting->first;
  auto left =
      std::make_shared<std::size_t>((reply.transactions.size() + kVerifyChunk - 1) / kVerifyChunk);
  in_chunks(std::move(reply.transactions), [&](std::size_t, std::vector<SignedTransaction> chunk) {
    verify_([this, key, left, rules = rules_, chunk = std::move(chunk)]() mutable -> Task {
      std::vector<TransactionPtr> checked;
      for (SignedTransaction& envelope : chunk) {
        auto good = check_peer_shape(std::move(envelope), settings_.chain, rules->parameters);
        if (good && check_peer_signatures(**good)) checked.push_back(std::move(*good));
      }
      return [key, left, checked = std::move(checked)](BatchFetcher& fetcher) {
        for (const TransactionPtr& transaction : checked) fetcher.on_transaction(transaction);
        if (--*left == 0) fetcher.ask_more(key, !checked.empty());
      };
    });
  });
}

void BatchFetcher::on_reply(const PublicKey& from, BatchReply reply) {
  const Key key{reply.height, Ready::For::fetch, reply.digest};
  const auto held = gatherings_.find(key);
  if (held == gatherings_.end() || held->second.awaited != from) return;
  Gathering& gathering = held->second;
  gathering.awaited.reset();
  if (!gathering.batch) {
    if (!reply.batch || batch_digest(settings_.chain, *reply.batch) != reply.digest) return;
    set_batch(key, gathering, std::make_shared<const Batch>(std::move(*reply.batch)));
    if (gathering.missing == 0) return finish_complete();
  }
  auto left =
      std::make_shared<std::size_t>((reply.transactions.size() + kVerifyChunk - 1) / kVerifyChunk);
  in_chunks(std::move(reply.transactions),
            [&](std::size_t begin, std::vector<SignedTransaction> chunk) {
              const std::size_t first = reply.first + begin;
              verify_([key, left, first, batch = gathering.batch,
                       chunk = std::move(chunk)]() mutable -> Task {
                auto checked = check_bodies(batch->ids, first, std::move(chunk));
                return [key, left, first, checked = std::move(checked)](BatchFetcher& fetcher) {
                  if (checked) fetcher.on_bodies(key, first, *checked);
                  if (--*left == 0) fetcher.ask_more(key, checked.has_value());
                };
              });
            });
}

void BatchFetcher::on_bodies(const Key& key, std::size_t first,
                             const std::vector<TransactionPtr>& bodies) {
  const auto held = gatherings_.find(key);
  if (held == gatherings_.end()) return;
  for (std::size_t i = 0; i < bodies.size(); ++i) place(held->second, first + i, bodies[i]);
  finish_complete();
}

void BatchFetcher::tick(Monotonic now, Arrivals arrivals) {
  now_ = now;
  for (auto& [key, gathering] : gatherings_) {
    if (gathering.deadline > now) continue;
    const bool may_come = arrivals == Arrivals::being_checked && gathering.asked == 0 &&
                          gathering.wanted_for == Ready::For::check &&
                          now < gathering.begun.plus(kBusyGraceMs);
    if (may_come) {
      gathering.deadline = now.plus(kGraceMs);
    } else {
      ask(key, gathering);
    }
  }
}

std::optional<Monotonic> BatchFetcher::next_deadline() const {
  std::optional<Monotonic> next;
  for (const auto& [key, gathering] : gatherings_) {
    if (!next || gathering.deadline < *next) next = gathering.deadline;
  }
  return next;
}

void BatchFetcher::forget_up_to(Height height) {
  while (!gatherings_.empty() && gatherings_.begin()->first.height <= height) {
    gatherings_.erase(gatherings_.begin());
  }
  // What nobody waits for any more.
  std::erase_if(missing_,
                [&](const auto& waiting) { return !gatherings_.contains(waiting.second.first); });
}

}  // namespace generion::node
