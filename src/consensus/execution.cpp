// From committed to stable: execution in order, SEALs (the paper's CHECKPOINT, one for each block),
// certificates, and what is done when blocks differ.
#include <algorithm>

#include "base/assert.h"
#include "consensus/replica.h"

namespace generion::consensus {

void Replica::execute_ready() {
  while (!divergence_) {
    const Height height = execute_asked_.next();
    const auto found = slots_.find(height);
    if (found == slots_.end() || !found->second.committed) return;
    const Hash& digest = *found->second.committed;
    if (!found->second.has_bodies(digest)) return;
    out_.execute.push_back({found->second.candidate(digest)->batch, digest});
    execute_asked_ = height;
    behind_deadline_.reset();
  }
}

Actions Replica::executed(const BlockHeader& header) {
  if (header.height <= executed_) {
    const Slot* slot = find_slot(header.height);
    const bool differs = slot != nullptr && slot->header && *slot->header != header;
    if (differs) diverge(Divergence::Kind::own_header_differs, header.height);
    return finish();
  }
  Slot* slot = slot_at(header.height);
  GENERION_ASSERT(header.height == executed_.next() && header.height <= execute_asked_);
  GENERION_ASSERT(slot != nullptr && slot->committed == header.batch_digest);
  executed_ = header.height;
  slot->header = header;
  slot->block = block_hash(header);
  in_flight_.erase(header.height);
  view_timer_.on_execution();
  seal(header.height, *slot);
  count_seals(header.height);
  if (certified_ahead_ && certified_ahead_->header.height == header.height) {
    learn_certified(CertifiedHeader(*certified_ahead_));
  }
  accept_proposals();
  return finish();
}

// Own seals are never signed differently: one that the journal kept decides what this block must
// be.
void Replica::seal(Height height, Slot& slot) {
  if (const auto own = slot.seals.find(settings_.self); own != slot.seals.end()) {
    if (own->second.block_hash != slot.block) {
      diverge(Divergence::Kind::own_header_differs, height);
    }
    return;
  }
  if (slot.seal_asked) return;
  slot.seal_asked = true;
  ask_vote(SealVote{settings_.members.epoch, Seal{height, slot.block, settings_.self, {}}});
}

void Replica::on_message(const SealVote& message) {
  Slot* slot = slot_at(message.seal.height);
  if (slot == nullptr) return;
  const auto [held, is_new] = slot->seals.try_emplace(message.seal.signer, message.seal);
  if (!is_new) {
    if (held->second.block_hash == message.seal.block_hash) return;
    return report(message.seal.signer, SealVote{settings_.members.epoch, held->second}, message);
  }
  count_seals(message.seal.height);
}

void Replica::count_seals(Height height) {
  const Slot* slot = find_slot(height);
  if (slot == nullptr || divergence_) return;
  const auto block = slot->sealed_block(quorum());
  if (!block) {
    if (slot->is_split(settings_.members.set.size(), quorum())) {
      diverge(Divergence::Kind::seals_split, height);
    }
    return;
  }
  certified_ = std::max(certified_, height);
  if (!slot->header) return;
  if (*block != slot->block) return diverge(Divergence::Kind::own_header_differs, height);
  make_stable({*slot->header, slot->seals_of(*block)});
}

void Replica::learn_certified(const CertifiedHeader& certified) {
  const Height height = certified.header.height;
  certified_ = std::max(certified_, height);
  if (height > executed_) {
    if (!certified_ahead_ || certified_ahead_->header.height < height) certified_ahead_ = certified;
    return;
  }
  if (height < stable_height() || divergence_) return;
  if (height == stable_height()) {
    const bool differs =
        stable_ && stable_->certificate.block_hash != certified.certificate.block_hash;
    if (differs) diverge(Divergence::Kind::own_header_differs, height);
    return;
  }
  const Slot* slot = find_slot(height);
  GENERION_ASSERT(slot != nullptr && slot->header);
  if (slot->block != certified.certificate.block_hash) {
    return diverge(Divergence::Kind::own_header_differs, height);
  }
  make_stable(certified);
}

void Replica::make_stable(CertifiedHeader certified) {
  const Height height = certified.header.height;
  certified_ = std::max(certified_, height);
  if (const Slot* slot = find_slot(height)) {
    const auto own = slot->seals.find(settings_.self);
    if (own != slot->seals.end()) stable_seal_ = own->second;
  }
  stable_ = std::move(certified);
  slots_.erase(slots_.begin(), slots_.upper_bound(height));
  in_flight_.erase(in_flight_.begin(), in_flight_.upper_bound(height));
  out_.stable.push_back(*stable_);
  apply_plan();
  accept_proposals();
}

Actions Replica::synced(const CertifiedHeader& certified) {
  const Height height = certified.header.height;
  if (divergence_) return finish();
  if (height <= executed_) {
    learn_certified(certified);
    return finish();
  }
  executed_ = height;
  execute_asked_ = std::max(execute_asked_, height);
  view_timer_.on_execution();
  make_stable(certified);
  advance_all();
  return finish();
}

}  // namespace generion::consensus
