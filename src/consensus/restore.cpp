// A restart: the replica stands again where its durable entries left it, repeats itself word for
// word, and never says anything that contradicts them.
#include <algorithm>

#include "base/assert.h"
#include "base/mutant.h"
#include "consensus/replica.h"

namespace generion::consensus {

void Replica::restore(const Restored& restored) {
  stable_ = restored.stable;
  executed_ = stable_height();
  certified_ = executed_;
  for (const BlockHeader& header : restored.executed) {
    GENERION_ASSERT(header.height == executed_.next());
    executed_ = header.height;
    Slot& slot = slots_[executed_];
    slot.header = header;
    slot.block = block_hash(header);
  }
  execute_asked_ = executed_;
  due_as_of_ = executed_;
  for (const Batch& batch : restored.batches) {
    if (batch.height <= stable_height()) continue;
    const Hash digest = batch_digest(settings_.members.chain, batch);
    slots_[batch.height].candidates[digest] = {std::make_shared<const Batch>(batch), true};
  }
  for (const JournalEntry& entry : restored.entries) {
    std::visit([&](const auto& held) { restore_entry(held); }, entry);
  }
  led_before_start_ = leads_asked_;
}

void Replica::restore_entry(const Leads& entry) {
  if (GENERION_MUTANT(leads_forgotten)) return;
  if (entry.epoch != settings_.members.epoch) return;
  leads_asked_ = std::max(leads_asked_.value_or(View(0)), entry.view);
}

void Replica::restore_entry(const EnteredView& entry) {
  restore_view(entry.new_view);
}

void Replica::restore_entry(const Prepared& entry) {
  if (GENERION_MUTANT(prepared_lost_in_restart)) return;
  const PreparedCertificate& certificate = entry.certificate;
  if (certificate.epoch != settings_.members.epoch) return;
  if (certificate.height <= stable_height()) return;
  Slot& slot = slots_[certificate.height];
  if (!slot.prepared || slot.prepared->view < certificate.view) slot.prepared = certificate;
}

void Replica::restore_entry(const OwnVote& entry) {
  if (epoch_of(entry.message) != settings_.members.epoch) return;
  GENERION_ASSERT(sender_of(entry.message) == settings_.self);
  std::visit([&](const auto& vote) { restore_vote(vote); }, entry.message);
}

// Votes above the high watermark are kept too: the stable height may have been higher before the
// crash.
void Replica::restore_vote(const Prepare& vote) {
  if (GENERION_MUTANT(prepare_forgotten_in_restart)) return;
  if (vote.height <= stable_height()) return;
  Slot& slot = slots_[vote.height];
  const auto [held, is_new] = slot.prepares.try_emplace(vote.sender, vote);
  if (!is_new && held->second.view < vote.view) held->second = vote;
  slot.prepare_asked = held->second.view;
}

void Replica::restore_vote(const Commit& vote) {
  if (vote.height <= stable_height()) return;
  Slot& slot = slots_[vote.height];
  const auto [held, is_new] = slot.commits.try_emplace(vote.sender, vote);
  if (!is_new && held->second.view < vote.view) held->second = vote;
  slot.commit_asked = held->second.view;
}

void Replica::restore_vote(const SealVote& vote) {
  if (vote.seal.height == stable_height()) stable_seal_ = vote.seal;
  if (vote.seal.height <= stable_height()) return;
  Slot& slot = slots_[vote.seal.height];
  slot.seals.try_emplace(vote.seal.signer, vote.seal);
  slot.seal_asked = true;
}

void Replica::restore_vote(const Complaint& vote) {
  const auto [held, is_new] = complaints_.try_emplace(vote.sender, vote);
  if (!is_new && held->second.view <= vote.view) held->second = vote;
  complaint_asked_ = held->second.view;
}

void Replica::restore_vote(const ViewChange& vote) {
  if (GENERION_MUTANT(view_change_forgotten_in_restart)) return;
  view_changes_.insert_or_assign(vote.sender, vote);
  if (vote.view <= view_) return;
  view_ = vote.view;
  is_active_ = false;
  new_view_.reset();
  plan_ = {};
}

void Replica::restore_vote(const NewView& vote) {
  restore_view(vote);
}

void Replica::restore_vote(const PrePrepare&) {
  GENERION_ASSERT(!"a PRE-PREPARE is no vote and is never journalled");
}

void Replica::restore_vote(const StatusReport&) {
  GENERION_ASSERT(!"a STATUS is no vote and is never journalled");
}

void Replica::restore_vote(const Echo&) {
  GENERION_ASSERT(!"an ECHO is no vote and is never journalled");
}

void Replica::restore_vote(const StableReport&) {
  GENERION_ASSERT(!"a STABLE is no vote and is never journalled");
}

void Replica::restore_view(const NewView& new_view) {
  if (new_view.epoch != settings_.members.epoch || new_view.view < view_) return;
  view_ = new_view.view;
  is_active_ = true;
  new_view_ = new_view;
  plan_ = new_view_plan(settings_.members, new_view.view_changes);
}

// Everybody hears its votes again by their own STATUS.
void Replica::resume() {
  is_resumed_ = true;
  for (auto& [height, slot] : slots_) {
    if (slot.header) seal(height, slot);
    const auto own = slot.prepares.find(settings_.self);
    if (is_active_ && own != slot.prepares.end() && own->second.view == view_ &&
        slot.settled().value_or(own->second.digest) == own->second.digest) {
      slot.choice = Choice{own->second.digest, Choice::Basis::prescribed, true};
    }
    if (is_active_ && slot.prepared && slot.prepared->view == view_) {
      follow_certificate(height, slot);
    }
  }
  if (plan_.stable) learn_certified(CertifiedHeader(*plan_.stable));
  for (Height height = stable_height().next(); height <= executed_; height = height.next()) {
    count_seals(height);
  }
  apply_plan();
  advance_all();
  if (is_primary() && led_before_start_ == view_) {
    complain(ComplaintReason::restarted_primary);
  } else if (is_primary() && is_active_ && view_ == View(0)) {
    lead();
  }
  count_complaints();
  count_view_changes();
}

std::vector<JournalEntry> Replica::journal_checkpoint() const {
  std::vector<JournalEntry> out;
  const auto& self = settings_.self;
  if (leads_asked_) out.push_back(Leads{settings_.members.epoch, *leads_asked_});
  if (const auto own = complaints_.find(self); own != complaints_.end()) {
    out.push_back(OwnVote{own->second});
  }
  if (const auto own = view_changes_.find(self); own != view_changes_.end()) {
    out.push_back(OwnVote{own->second});
  }
  if (new_view_ && new_view_->sender == self) out.push_back(OwnVote{*new_view_});
  if (new_view_ && new_view_->sender != self) out.push_back(EnteredView{*new_view_});
  if (stable_seal_) out.push_back(OwnVote{SealVote{settings_.members.epoch, *stable_seal_}});
  for (const auto& [height, slot] : slots_) {
    if (GENERION_MUTANT(new_segment_forgets_votes)) break;
    if (slot.prepared) out.push_back(Prepared{*slot.prepared});
    if (const auto own = slot.prepares.find(self); own != slot.prepares.end()) {
      out.push_back(OwnVote{own->second});
    }
    if (const auto own = slot.commits.find(self); own != slot.commits.end()) {
      out.push_back(OwnVote{own->second});
    }
    if (const auto own = slot.seals.find(self); own != slot.seals.end()) {
      out.push_back(OwnVote{SealVote{settings_.members.epoch, own->second}});
    }
  }
  return out;
}

}  // namespace generion::consensus
