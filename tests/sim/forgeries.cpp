// What an adversary's key does not allow: each of these must be refused by whoever verifies it.
#include <algorithm>

#include "adversary.h"
#include "consensus/quorum.h"

namespace generion::sim {
namespace {

using Truth = AdversaryLinks::Truth;

Hash changed(Hash hash) {
  hash.data()[0] ^= 1;
  return hash;
}

struct Alter {
  void operator()(PrePrepare& m) const { m.batch.time = m.batch.time.next(); }
  void operator()(Prepare& m) const { m.digest = changed(m.digest); }
  void operator()(Commit&) const {}
  void operator()(SealVote& m) const { m.seal.block_hash = changed(m.seal.block_hash); }
  void operator()(Complaint& m) const { m.view = m.view.next(); }
  void operator()(ViewChange& m) const {
    if (m.prepared.empty()) {
      m.view = m.view.next();
    } else {
      m.prepared.pop_back();
    }
  }
  void operator()(NewView& m) const {
    m.view = View(m.view.value() + 1);
    for (ViewChange& change : m.view_changes) change.view = m.view;
  }
  // Reports have no signature: another's come over the wrong channel.
  void operator()(StatusReport& m) const { m.view = m.view.next(); }
  void operator()(Echo&) const {}
  void operator()(StableReport& m) const { m.stable.header.time = m.stable.header.time.next(); }
};

}  // namespace

void Adversary::forge() {
  Message message = in_anothers_name();
  switch (random_.below(7)) {
    case 0:
      if (!heard_.empty()) message = altered(heard_[random_.below(heard_.size())]);
      break;
    case 1:
      message = forged_prepared();
      break;
    case 2:
      message = forged_stable();
      break;
    case 3:
      message = doubled_complaints();
      break;
    case 4:
      message = doubled_view_changes();
      break;
    case 5:
      message = invented_echo();
      break;
    default:
      break;
  }
  for (std::size_t to = 0; to < world_.signers.size(); ++to) {
    links_.send_to(*this, to, message, Truth::forged);
  }
}

// Another's words, changed; the signature stays. A COMMIT has none, and comes over the wrong
// channel.
Message Adversary::altered(Message message) {
  std::visit(Alter{}, message);
  return message;
}

Message Adversary::in_anothers_name() {
  const std::size_t other =
      (member_ + 1 + random_.below(world_.signers.size() - 1)) % world_.signers.size();
  const Hash digest = crypto::blake2b256({"invented", std::to_string(random_.next())});
  Message own = sign(Prepare{members().epoch, view_, height_.next(), digest, key(), {}});
  if (random_.chance(30)) {
    own = sign(Complaint{members().epoch, view_, ComplaintReason::no_progress, key(), {}});
    std::get<Complaint>(own).sender = world_.key(other);
    return own;
  }
  if (random_.chance(30)) {
    return Commit{members().epoch, view_, height_, digest, world_.key(other)};
  }
  std::get<Prepare>(own).sender = world_.key(other);
  return own;
}

// A VIEW-CHANGE whose justification holds if any that it has heard of does.
ViewChange Adversary::unfounded_view_change() const {
  ViewChange out{members().epoch, view_.next(), std::nullopt, {}, {}, std::nullopt, key(), {}};
  for (const auto& [view, changes] : view_changes_) {
    for (const auto& [sender, held] : changes) {
      out.view = held.view;
      out.justification = held.justification;
    }
  }
  return out;
}

Message Adversary::forged_prepared() {
  ViewChange out = unfounded_view_change();
  const std::size_t quorum = quorum_size(members().set.size());
  PreparedCertificate forged{members().epoch,
                             View(0),
                             height_.next(),
                             crypto::blake2b256({"invented", std::to_string(random_.next())}),
                             {}};
  if (!prepared_.empty() && random_.chance(40)) {
    forged = random_.one_of(prepared_);
    if (random_.chance(50)) {
      forged.digest = changed(forged.digest);
    } else {
      forged.signers.pop_back();
    }
  } else {
    const Message own =
        sign(Prepare{forged.epoch, forged.view, forged.height, forged.digest, key(), {}});
    forged.signers.assign(quorum, {key(), std::get<Prepare>(own).signature});
  }
  out.prepared = {forged};
  return sign(out);
}

Message Adversary::forged_stable() {
  ViewChange out = unfounded_view_change();
  CertifiedHeader forged;
  if (!certified_.empty()) forged = random_.one_of(certified_);
  forged.header.chain_id = chain();
  forged.header.height = height_.plus(random_.between(1, 20));
  forged.header.validator_set_hash = validator_set_hash(members().set);
  forged.header.epoch = members().epoch;
  forged.certificate.block_hash = block_hash(forged.header);
  const Signature own = signer_.sign(kSealTag, seal_message(forged.certificate.block_hash));
  forged.certificate.signers.assign(quorum_size(members().set.size()), {key(), own});
  out.stable = forged;
  return sign(out);
}

Message Adversary::doubled_complaints() {
  ViewChange out{members().epoch, view_.next(), std::nullopt, {}, {}, std::nullopt, key(), {}};
  const Message own =
      sign(Complaint{members().epoch, view_, ComplaintReason::no_progress, key(), {}});
  out.justification.assign(consensus::honest_quorum(members().set.size()),
                           std::get<Complaint>(own));
  return sign(out);
}

// That another has cast a vote which it never cast.
Message Adversary::invented_echo() {
  Echo out;
  out.epoch = members().epoch;
  out.of = world_.key((member_ + 1) % world_.signers.size());
  for (const Message& held : heard_) {
    const auto* report = std::get_if<StatusReport>(&held);
    if (report == nullptr || !report->recovering_since) continue;
    out.of = report->sender;
    out.recovering_since = *report->recovering_since;
  }
  const Hash digest = crypto::blake2b256({"invented", std::to_string(random_.next())});
  out.prepares = {{members().epoch, view_, height_.next(), digest, out.of, {}}};
  out.prepares[0].signature =
      std::get<Prepare>(sign(Prepare{members().epoch, view_, height_.next(), digest, key(), {}}))
          .signature;
  out.sender = key();
  return out;
}

Message Adversary::doubled_view_changes() {
  View view = view_.next();
  while (!leads(view)) view = view.next();
  ViewChange change = unfounded_view_change();
  for (const auto& [at, changes] : view_changes_) {
    if (leads(at) && changes.contains(key())) {
      view = at;
      change = changes.at(key());
    }
  }
  change.view = view;
  const Message own = sign(change);
  NewView out{members().epoch, view, {}, key(), {}};
  out.view_changes.assign(quorum_size(members().set.size()), std::get<ViewChange>(own));
  return sign(out);
}

}  // namespace generion::sim
