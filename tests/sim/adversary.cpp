// What an adversary hears, and which misdeed comes next.
#include "adversary.h"

#include <algorithm>

#include "consensus/quorum.h"

namespace generion::sim {
namespace {

constexpr std::size_t kHeardMax = 200;
constexpr std::size_t kKeptMax = 40;

}  // namespace

Adversary::Adversary(const World& world, Random& random, AdversaryLinks& links, std::size_t member)
    : world_(world),
      random_(random),
      links_(links),
      member_(member),
      signer_(world.signers[member]) {}

bool Adversary::leads(View view) const {
  return consensus::primary_of(members().set, members().epoch, view) == key();
}

void Adversary::send_some(const Message& message, bool to_upper_half) {
  for (std::size_t to = 0; to < world_.signers.size(); ++to) {
    const bool is_upper = (to + member_) % 2 == 0;
    if (is_upper == to_upper_half || random_.chance(10)) {
      links_.send_to(*this, to, message, AdversaryLinks::Truth::allowed_by_its_key);
    }
  }
}

void Adversary::learn(View view, Height height) {
  view_ = std::max(view_, view);
  height_ = std::max(height_, height);
}

// Views begin anew; what it has heard may be said again nevertheless.
void Adversary::follow_epoch() {
  if (epoch_ == members().epoch) return;
  epoch_ = members().epoch;
  prepares_.clear();
  view_changes_.clear();
  complaints_.clear();
  prepared_.clear();
  certified_.clear();
  view_ = View(0);
}

void Adversary::hear(const Message& message) {
  follow_epoch();
  if (consensus::sender_of(message) == key()) return;
  heard_.push_back(message);
  if (heard_.size() > kHeardMax) heard_.pop_front();
  if (consensus::epoch_of(message) == epoch_) learn(message);
}

void Adversary::learn(const Message& message) {
  if (const auto* proposal = std::get_if<PrePrepare>(&message)) {
    learn(proposal->view, proposal->batch.height);
    batches_.push_back(proposal->batch);
    if (batches_.size() > kKeptMax) batches_.erase(batches_.begin());
  } else if (const auto* prepare = std::get_if<Prepare>(&message)) {
    learn(prepare->view, prepare->height);
    auto& signers = prepares_[{prepare->view, prepare->height}][prepare->digest];
    signers[prepare->sender] = prepare->signature;
    if (signers.size() != quorum_size(members().set.size())) return;
    PreparedCertificate made{prepare->epoch, prepare->view, prepare->height, prepare->digest, {}};
    for (const auto& [signer, signature] : signers) made.signers.push_back({signer, signature});
    prepared_.push_back(std::move(made));
  } else if (const auto* complaint = std::get_if<Complaint>(&message)) {
    complaints_.insert_or_assign(complaint->sender, *complaint);
  } else if (const auto* change = std::get_if<ViewChange>(&message)) {
    learn(*change);
  } else if (const auto* new_view = std::get_if<NewView>(&message)) {
    learn(new_view->view, Height(0));
    for (const ViewChange& held : new_view->view_changes) learn(held);
  }
}

void Adversary::learn(const ViewChange& message) {
  learn(message.view, Height(0));
  view_changes_[message.view].insert_or_assign(message.sender, message);
  if (message.stable && certified_.size() < kKeptMax) certified_.push_back(*message.stable);
  for (const PreparedCertificate& held : message.prepared) {
    if (prepared_.size() < kKeptMax) prepared_.push_back(held);
  }
  for (const Complaint& held : message.justification) {
    complaints_.insert_or_assign(held.sender, held);
  }
}

void Adversary::act(std::uint64_t wall_ms) {
  follow_epoch();
  if (!members().set.index_of(key())) return repeat_old();
  if (leads(view_) && random_.chance(60)) {
    if (random_.chance(40)) return lead_twice();
    return propose_twice(wall_ms);
  }
  switch (random_.below(9)) {
    case 0:
      return vote_for_both();
    case 1:
      return vote_at_random();
    case 2:
      return seal_wrongly();
    case 3:
      return complain();
    case 4:
      return change_view();
    case 5:
      return repeat_old();
    case 6:
      return report_falsely();
    default:
      return forge();
  }
}

TransactionPtr Adversary::transaction(const TxId& id) const {
  const bool is_signed = random_.chance(50);
  const auto found = world_.places.find(id);
  if (is_signed && found != world_.places.end()) return world_.transactions[found->second];
  for (const TransactionPtr& held : world_.unsigned_bodies) {
    if (held->id == id) return held;
  }
  return nullptr;
}

std::optional<Batch> Adversary::batch(const Hash& digest) const {
  for (const Batch& held : batches_) {
    if (random_.chance(70) && batch_digest(chain(), held) == digest) return held;
  }
  if (batches_.empty()) return std::nullopt;
  return batches_[random_.below(batches_.size())];
}

}  // namespace generion::sim
