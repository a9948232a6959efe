#include "node/block_sync.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/hex.h"
#include "node/peer_checks.h"

namespace generion::node {
namespace {

using consensus::Monotonic;

constexpr std::uint64_t kAnswerMs = 5'000;
constexpr std::uint64_t kPauseMs = 200;       // nobody has what is wanted
constexpr std::uint32_t kRangeBlocks = 64;    // of one request
constexpr std::size_t kBlocksAheadMax = 256;  // checked, not executed yet
constexpr std::size_t kChecksMax = 2;         // ranges that are being checked at once

Result<std::vector<SyncBlock>> check_range(std::vector<CertifiedBlock> blocks, Height from,
                                           const Hash& chain, const ValidatorSet& set) {
  if (auto ok = check_blocks(blocks, from, chain, set); !ok) return fail(ok.error());
  std::vector<SyncBlock> out;
  for (CertifiedBlock& block : blocks) {
    auto batch = std::make_shared<const Batch>(std::move(block.batch));
    auto transactions = check_bodies(batch->ids, 0, std::move(block.transactions));
    if (!transactions) return fail(transactions.error());
    if (transactions->size() != batch->ids.size()) {
      return fail(Code::bad_proof, "a block without all of its transactions");
    }
    out.push_back({std::move(block.certified), {std::move(batch), std::move(*transactions)}});
  }
  return out;
}

}  // namespace

void BlockSync::on_tip(const PublicKey& peer, Height stable) {
  Height& held = tips_[peer];
  held = std::max(held, stable);
  hurry(stable);
}

void BlockSync::begin_epoch(Epoch epoch, ValidatorSet validators, Height handed) {
  settings_.epoch = epoch;
  settings_.validators = std::move(validators);
  start_again(handed.next());
  deadline_ = now_;
}

void BlockSync::on_disconnected(const PublicKey& peer) {
  tips_.erase(peer);
  if (awaited_ == peer) awaited_.reset();
}

void BlockSync::want(Height up_to) {
  wanted_ = std::max(wanted_, up_to);
  hurry(up_to);
}

// There is something new to ask for: the pause is over.
void BlockSync::hurry(Height known) {
  if (!awaited_ && known >= next_) deadline_ = now_;
}

// Those who say that they have the next block, in turn; all, if one is known to exist.
std::optional<PublicKey> BlockSync::choose_peer() {
  if (tips_.empty()) return std::nullopt;
  auto turn = last_asked_ ? tips_.upper_bound(*last_asked_) : tips_.begin();
  for (std::size_t i = 0; i < tips_.size(); ++i, ++turn) {
    if (turn == tips_.end()) turn = tips_.begin();
    if (turn->second >= next_) return turn->first;
  }
  if (wanted_ < next_) return std::nullopt;
  turn = last_asked_ ? tips_.upper_bound(*last_asked_) : tips_.begin();
  return turn == tips_.end() ? tips_.begin()->first : turn->first;
}

void BlockSync::ask() {
  const auto peer = choose_peer();
  if (!peer) {
    deadline_ = now_.plus(kPauseMs);
    return;
  }
  last_asked_ = awaited_ = *peer;
  deadline_ = now_.plus(kAnswerMs);
  const auto first =
      partial_ ? static_cast<std::uint32_t>(partial_->transactions.size()) : std::uint32_t{0};
  links_.send(*peer, BlockRequest{next_, first, kRangeBlocks});
}

void BlockSync::tick(Monotonic now, Height handed) {
  now_ = now;
  checked_.erase(checked_.begin(), checked_.upper_bound(handed));
  const bool is_idle = !awaited_ && checking_ == 0 && unproven_.empty() && !partial_;
  const bool has_gap = is_idle && next_ > handed.next() && !checked_.contains(handed.next());
  if (next_ <= handed || has_gap) start_again(handed.next());
  if (awaited_ && deadline_ <= now) {
    tips_[*awaited_] = Height(0);  // until it says more
    awaited_.reset();
  }
  const bool is_full = checked_.size() >= kBlocksAheadMax || checking_ >= kChecksMax;
  if (!awaited_ && !is_full && deadline_ <= now) ask();
}

std::optional<Monotonic> BlockSync::next_deadline() const {
  if (awaited_) return deadline_;
  const bool is_pausing = wanted_ >= next_ && deadline_ > now_;
  return is_pausing ? std::optional(deadline_) : std::nullopt;
}

void BlockSync::on_reply(const PublicKey& from, BlockReply reply) {
  if (awaited_ != from || reply.from != next_) return;
  awaited_.reset();
  deadline_ = now_;
  std::vector<CertifiedBlock>& blocks = reply.blocks;
  const std::size_t first = partial_ ? partial_->transactions.size() : 0;
  if (blocks.empty() || blocks.front().first != first) {
    tips_[from] = Height(next_.value() - 1);
    deadline_ = now_.plus(kPauseMs);
    return;
  }
  if (partial_) {
    std::vector<SignedTransaction>& held = partial_->transactions;
    auto& more = blocks.front().transactions;
    held.insert(held.end(), std::make_move_iterator(more.begin()),
                std::make_move_iterator(more.end()));
    more = std::move(held);
    partial_.reset();
  }
  for (const CertifiedBlock& block : blocks) {
    // A part of another block than the one before is found out when all of it is checked.
    if (block.transactions.size() > block.batch.ids.size()) return start_again(next_);
  }
  leave_to_next_epoch(blocks);
  if (blocks.empty()) return;
  if (blocks.back().transactions.size() < blocks.back().batch.ids.size()) {
    partial_ = std::move(blocks.back());
    blocks.pop_back();
  }
  next_ = next_.plus(blocks.size());
  unproven_.insert(unproven_.end(), std::make_move_iterator(blocks.begin()),
                   std::make_move_iterator(blocks.end()));
  check(from);
}

// Blocks of another epoch can be judged only when this one is over; until then they are asked for
// again from time to time, since it may also be a lie.
void BlockSync::leave_to_next_epoch(std::vector<CertifiedBlock>& blocks) {
  const auto other = std::find_if(blocks.begin(), blocks.end(), [this](const auto& block) {
    return block.certified.header.epoch != settings_.epoch;
  });
  if (other == blocks.end()) return;
  blocks.erase(other, blocks.end());
  deadline_ = now_.plus(kPauseMs);
}

// What the last certificate that has come vouches for.
void BlockSync::check(const PublicKey& from) {
  const auto last = std::find_if(unproven_.rbegin(), unproven_.rend(), [](const auto& block) {
    return !block.certified.certificate.signers.empty();
  });
  if (last == unproven_.rend()) {
    if (unproven_.size() > kBlocksAheadMax) start_again(Height(next_.value() - unproven_.size()));
    return;
  }
  ++checking_;
  const Height height(next_.value() - unproven_.size());
  std::vector<CertifiedBlock> blocks(std::make_move_iterator(unproven_.begin()),
                                     std::make_move_iterator(last.base()));
  unproven_.erase(unproven_.begin(), last.base());
  verify_([from, height, round = round_, settings = settings_,
           blocks = std::move(blocks)]() mutable -> Task {
    auto checked = check_range(std::move(blocks), height, settings.chain, settings.validators);
    return [from, height, round, checked = std::move(checked)](BlockSync& sync) mutable {
      --sync.checking_;
      if (round == sync.round_) sync.on_checked(from, height, std::move(checked));
    };
  });
}

void BlockSync::on_checked(const PublicKey& from, Height from_height,
                           Result<std::vector<SyncBlock>> blocks) {
  if (blocks) {
    for (SyncBlock& block : *blocks) {
      checked_.insert_or_assign(block.certified.header.height, std::move(block));
    }
    return;
  }
  spdlog::warn("catching up: {} sent blocks from {} that do not hold: {}", to_hex(from),
               from_height.value(), blocks.error().message);
  links_.punish(from, blocks.error().message);
  start_again(from_height);
}

void BlockSync::start_again(Height height) {
  ++round_;
  partial_.reset();
  unproven_.clear();
  awaited_.reset();
  next_ = height;
  checked_.erase(checked_.lower_bound(height), checked_.end());
}

std::optional<SyncBlock> BlockSync::take(Height height) {
  checked_.erase(checked_.begin(), checked_.lower_bound(height));
  if (checked_.empty() || checked_.begin()->first != height) return std::nullopt;
  auto out = std::move(checked_.begin()->second);
  checked_.erase(checked_.begin());
  return out;
}

}  // namespace generion::node
