// What an adversary's key allows although the protocol forbids it.
#include <algorithm>

#include "adversary.h"
#include "consensus/new_view_plan.h"
#include "consensus/quorum.h"

namespace generion::sim {

using Truth = AdversaryLinks::Truth;

void Adversary::propose_twice(std::uint64_t wall_ms) {
  const Height height(height_.value() + random_.below(2));
  if (height == Height(0)) return;
  for (const bool upper : {true, false}) {
    Batch batch{members().epoch, height, key(), TimeMs(wall_ms + random_.below(50)), {}};
    if (random_.chance(25)) batch.time = TimeMs(wall_ms + random_.below(100'000));
    const std::size_t count = random_.between(1, 2);
    for (std::size_t i = 0; i < count; ++i) {
      const bool is_invented = random_.chance(10);  // the last ones: no client has sent them
      const auto& from = is_invented ? world_.unsigned_bodies : world_.transactions;
      const std::size_t place = random_.below(random_.chance(50) ? 8 : from.size());
      batch.ids.push_back(from[is_invented ? from.size() - 1 - place % 4 : place]->id);
    }
    batches_.push_back(batch);
    send_some(sign(PrePrepare{view_, batch, key(), {}}), upper);
    const Hash digest = batch_digest(chain(), batch);
    send_some(sign(Prepare{members().epoch, view_, height, digest, key(), {}}), upper);
    if (random_.chance(50)) {
      send_some(Commit{members().epoch, view_, height, digest, key()}, upper);
    }
  }
}

// PREPARE and COMMIT for whatever others have PREPAREd: to each half for another one.
void Adversary::vote_for_both() {
  if (prepares_.empty()) return;
  bool upper = random_.chance(50);
  for (auto at = prepares_.rbegin(); at != prepares_.rend(); ++at) {
    const auto& [view, height] = at->first;
    for (const auto& [digest, signers] : at->second) {
      send_some(sign(Prepare{members().epoch, view, height, digest, key(), {}}), upper);
      send_some(Commit{members().epoch, view, height, digest, key()}, upper);
      upper = !upper;
    }
    if (random_.chance(60)) return;
  }
}

void Adversary::vote_at_random() {
  const Hash digest = crypto::blake2b256({"invented", std::to_string(random_.next())});
  const Height height(height_.value() + random_.below(3));
  send_some(sign(Prepare{members().epoch, view_, height, digest, key(), {}}), random_.chance(50));
  send_some(Commit{members().epoch, view_, height, digest, key()}, random_.chance(50));
}

void Adversary::seal_wrongly() {
  std::vector<SealVote> seals;
  for (const Message& message : heard_) {
    if (const auto* seal = std::get_if<SealVote>(&message)) seals.push_back(*seal);
  }
  if (seals.empty()) return;
  SealVote seal = random_.one_of(seals);
  seal.seal.signer = key();
  send_some(sign(seal), true);
  seal.seal.block_hash = crypto::blake2b256({"invented", std::to_string(random_.next())});
  send_some(sign(seal), false);
}

void Adversary::complain() {
  const auto reason = leads(view_) && random_.chance(20) ? ComplaintReason::restarted_primary
                                                         : ComplaintReason::no_progress;
  const View view(view_.value() + random_.below(2));
  if (reason == ComplaintReason::restarted_primary && !leads(view)) return;
  send_some(sign(Complaint{members().epoch, view, reason, key(), {}}), random_.chance(50));
}

// Hides some of the certificates that it knows, and its newest stable height.
void Adversary::change_view() {
  const View view(view_.value() + random_.below(2));
  if (view == View(0)) return;
  std::vector<Complaint> justification;
  for (const auto& [sender, held] : complaints_) {
    if (held.view.value() + 1 >= view.value()) justification.push_back(held);
  }
  for (const bool upper : {true, false}) {
    ViewChange out{members().epoch, view, std::nullopt, {}, justification, std::nullopt, key(), {}};
    if (!certified_.empty() && random_.chance(70)) out.stable = random_.one_of(certified_);
    const Height stable = consensus::height_of(out.stable, members().start);
    std::map<Height, PreparedCertificate> chosen;
    for (const PreparedCertificate& held : prepared_) {
      if (held.height <= stable || held.view >= view || random_.chance(50)) continue;
      // Of two views the older one: it may bring back what was given up.
      chosen.try_emplace(held.height, held);
    }
    for (const auto& [height, held] : chosen) out.prepared.push_back(held);
    const Message message = sign(out);
    view_changes_[view].insert_or_assign(key(), std::get<ViewChange>(message));
    send_some(message, upper);
  }
}

// Two NEW-VIEWs of one view, each of another quorum.
void Adversary::lead_twice() {
  const auto found = view_changes_.find(view_);
  const std::size_t quorum = quorum_size(members().set.size());
  if (found == view_changes_.end() || found->second.size() < quorum) return;
  for (const bool upper : {true, false}) {
    std::vector<ViewChange> chosen;
    for (const auto& [sender, held] : found->second) chosen.push_back(held);
    while (chosen.size() > quorum) {
      chosen.erase(chosen.begin() + static_cast<std::ptrdiff_t>(random_.below(chosen.size())));
    }
    send_some(sign(NewView{members().epoch, view_, std::move(chosen), key(), {}}), upper);
  }
}

// What it holds, as it likes: nothing, so that all is sent to it again, or more than there is.
void Adversary::report_falsely() {
  StatusReport out;
  out.epoch = members().epoch;
  out.view = View(view_.value() + random_.below(2));
  out.has_new_view = random_.chance(50);
  out.stable = Height(random_.below(height_.value() + 1));
  out.executed = out.stable;
  if (random_.chance(30)) out.recovering_since = TimeMs(random_.below(1'000));
  out.sender = key();
  send_some(out, random_.chance(50));
}

void Adversary::repeat_old() {
  if (heard_.empty()) return;
  const Message& message = heard_[random_.below(heard_.size())];
  links_.send_to(*this, random_.below(world_.signers.size()), message, Truth::allowed_by_its_key);
}

}  // namespace generion::sim
