#include "checker.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/limits.h"
#include "broken.h"
#include "contract/objects.h"
#include "crypto/merkle.h"
#include "trace.h"
#include "types/proof.h"

namespace generion::sim {
namespace {

template <class Key, class Value>
bool is_new_or_same(std::map<Key, Value>& said, const Key& key, const Value& value) {
  return said.try_emplace(key, value).first->second == value;
}

template <class Key, class Value>
bool holds(const std::map<Key, Value>& said, const Key& key, const Value& value) {
  const auto found = said.find(key);
  return found != said.end() && found->second == value;
}

}  // namespace

bool is_certified(const ValidatorSet& set, const CertifiedHeader& certified) {
  if (certified.certificate.block_hash != block_hash(certified.header)) return false;
  std::set<PublicKey> sealers;
  for (const Certificate::Signer& signer : certified.certificate.signers) {
    if (!set.index_of(signer.key)) return false;
    const Bytes message = seal_message(certified.certificate.block_hash);
    if (!crypto::verify_signature(signer.key, kSealTag, message, signer.signature)) return false;
    sealers.insert(signer.key);
  }
  return 2 * sealers.size() > set.size() + faulty_max(set.size());
}

Checker::Checker(const World& world, std::vector<bool> honest)
    : world_(world), honest_(std::move(honest)), epochs_{{Epoch(0), world.members}} {}

void Checker::broken(std::size_t member, const std::string& what) const {
  throw Broken(fmt::format("{} ms, {}: {}", now_ms_, static_cast<char>('A' + member), what));
}

void Checker::durable(std::size_t member, const consensus::JournalEntry& entry) {
  if (const auto* vote = std::get_if<consensus::OwnVote>(&entry)) note(member, vote->message);
  if (const auto* leads = std::get_if<consensus::Leads>(&entry)) {
    std::optional<View>& highest = said_[{member, leads->epoch}].leads;
    highest = std::max(highest.value_or(View(0)), leads->view);
  }
}

void Checker::note(std::size_t member, const Message& message) {
  check_epoch(member, message);
  Said& said = said_[{member, consensus::epoch_of(message)}];
  bool is_consistent = true;
  if (const auto* prepare = std::get_if<Prepare>(&message)) {
    is_consistent =
        prepare->view >= said.left &&
        is_new_or_same(said.prepares, std::pair(prepare->view, prepare->height), prepare->digest);
  } else if (const auto* commit = std::get_if<Commit>(&message)) {
    is_consistent =
        commit->view >= said.left &&
        is_new_or_same(said.commits, std::pair(commit->view, commit->height), commit->digest);
  } else if (const auto* seal = std::get_if<SealVote>(&message)) {
    is_consistent = is_new_or_same(said.seals, seal->seal.height, seal->seal.block_hash);
  } else if (const auto* complaint = std::get_if<Complaint>(&message)) {
    said.complaints.insert(complaint->view);
  } else if (const auto* change = std::get_if<ViewChange>(&message)) {
    note_view_change(member, said, *change);
  } else if (const auto* new_view = std::get_if<NewView>(&message)) {
    is_consistent = is_new_or_same(said.new_views, new_view->view,
                                   signed_part(world_.members.chain, *new_view).bytes);
  }
  if (!is_consistent) {
    broken(member, "contradicts what it has said: " + describe(message, world_));
  }
}

// It must carry a certificate for each COMMIT that it has said above its stable height, of that
// view or a later one: the others rely on it.
void Checker::note_view_change(std::size_t member, Said& said, const ViewChange& message) {
  if (!is_new_or_same(said.view_changes, message.view,
                      signed_part(world_.members.chain, message).bytes)) {
    broken(member, "says two VIEW-CHANGEs: " + describe(Message(message), world_));
  }
  said.left = std::max(said.left, message.view);
  const Height start = epochs_.at(message.epoch).start;
  const Height stable = message.stable ? message.stable->header.height : start;
  for (const auto& [at, digest] : said.commits) {
    const auto& [view, height] = at;
    if (height <= stable || view >= message.view) continue;
    const bool is_carried = std::any_of(
        message.prepared.begin(), message.prepared.end(), [&](const PreparedCertificate& held) {
          return held.height == height &&
                 (held.view > view || (held.view == view && held.digest == digest));
        });
    if (!is_carried) {
      broken(member, fmt::format("its VIEW-CHANGE to {} lacks the certificate of its COMMIT of "
                                 "height {} in view {}",
                                 message.view.value(), height.value(), view.value()));
    }
  }
  check_justified(member, message);
}

// One faulty member alone makes nobody leave a view, unless it is its primary.
void Checker::check_justified(std::size_t member, const ViewChange& message) const {
  std::set<PublicKey> complainers;
  bool is_restart = false;
  for (const Complaint& complaint : message.justification) {
    if (complaint.epoch != message.epoch) {
      broken(member, "leaves a view for a complaint of another epoch");
    }
    complainers.insert(complaint.sender);
    is_restart |= complaint.reason == ComplaintReason::restarted_primary;
  }
  if (message.proof) {
    if (honest_[world_.member_of(message.proof->sender)])
      broken(member, "has proof against an honest primary");
    return;
  }
  if (is_restart || complainers.size() > faulty_max(epochs_.at(message.epoch).set.size())) return;
  broken(member, fmt::format("leaves for view {} with {} complaints", message.view.value(),
                             complainers.size()));
}

bool Checker::was_said(const Said& said, const Message& message) const {
  if (const auto* prepare = std::get_if<Prepare>(&message)) {
    return holds(said.prepares, std::pair(prepare->view, prepare->height), prepare->digest);
  }
  if (const auto* commit = std::get_if<Commit>(&message)) {
    return holds(said.commits, std::pair(commit->view, commit->height), commit->digest);
  }
  if (const auto* seal = std::get_if<SealVote>(&message)) {
    return holds(said.seals, seal->seal.height, seal->seal.block_hash);
  }
  if (const auto* complaint = std::get_if<Complaint>(&message)) {
    return said.complaints.contains(complaint->view);
  }
  if (const auto* change = std::get_if<ViewChange>(&message)) {
    return holds(said.view_changes, change->view, signed_part(world_.members.chain, *change).bytes);
  }
  if (const auto* new_view = std::get_if<NewView>(&message)) {
    return holds(said.new_views, new_view->view,
                 signed_part(world_.members.chain, *new_view).bytes);
  }
  return true;
}

void Checker::sent(std::size_t member, const Message& message, std::optional<View> led) {
  const PublicKey& key = world_.key(member);
  const auto verified = consensus::verify_message(members_of(member, message), message, key);
  const std::string what = describe(message, world_);
  if (!verified)
    broken(member, "sends what nobody takes: " + what + ": " + verified.error().message);
  if (consensus::sender_of(message) != key) return;
  Said& said = said_[{member, consensus::epoch_of(message)}];
  if (const auto* proposal = std::get_if<PrePrepare>(&message)) {
    const Hash digest = batch_digest(world_.members.chain, proposal->batch);
    if (!is_new_or_same(said.pre_prepares, std::pair(proposal->view, proposal->batch.height),
                        digest)) {
      broken(member, "proposes two batches: " + what);
    }
    if (!said.leads || *said.leads < proposal->view)
      broken(member, "proposes before it is durable: " + what);
    if (led != proposal->view) broken(member, "proposes in a view of an earlier life: " + what);
  } else if (!was_said(said, message)) {
    broken(member, "sends what is not durable: " + what);
  }
}

void Checker::asked(std::size_t member, const Message& vote, const consensus::Status& status) {
  const auto check_height = [&](Height height) {
    if (height > status.stable.plus(limits::kLogHeights)) {
      broken(member, "votes above its high watermark: " + describe(vote, world_));
    }
  };
  if (const auto* prepare = std::get_if<Prepare>(&vote)) check_height(prepare->height);
  if (const auto* commit = std::get_if<Commit>(&vote)) check_height(commit->height);
}

// What an honest primary proposes is good for every honest backup, whatever that has executed.
void Checker::refused(std::size_t member, const Batch& batch) const {
  if (!honest_[world_.member_of(batch.proposer)]) return;
  broken(member, "refuses what an honest primary has proposed: " + describe(batch, world_));
}

void Checker::executed(std::size_t member, const ledger::ExecutedBlock& block,
                       const std::vector<TransactionPtr>& bodies) {
  const Height height = block.header.height;
  for (const TransactionPtr& body : bodies) {
    if (!verify_transaction(*body)) {
      broken(member, "executes a body without a valid signature: " + world_.name_of(body->id));
    }
  }
  const auto held = blocks_.find(height);
  if (held != blocks_.end()) {
    if (held->second->header == block.header) return;
    const bool is_same_batch = held->second->header.batch_digest == block.header.batch_digest;
    broken(member,
           fmt::format("executes another {} at height {}: {}", is_same_batch ? "outcome" : "batch",
                       height.value(), describe(block.batch, world_)));
  }
  check_header(member, block.header);
  blocks_[height] = std::make_shared<const ledger::ExecutedBlock>(block);
  note_epoch(block);
  for (std::size_t place = 0; place < block.batch.ids.size(); ++place) {
    if (block.skipped[place]) continue;
    const TxId& id = block.batch.ids[place];
    if (!world_.places.contains(id) && !world_.reform_names.contains(id)) {
      broken(member, fmt::format("executes {}, which no client has sent", world_.name_of(id)));
    }
    if (!executed_.try_emplace(id, height).second) {
      broken(member, fmt::format("executes {} a second time", world_.name_of(id)));
    }
  }
  const std::uint64_t latest = kWallStart + now_ms_ + skew_ms_ + limits::kDriftAheadMs;
  if (block.header.time.value() > latest + height.value()) {
    broken(member, fmt::format("the block of height {} is {} ms ahead of all clocks",
                               height.value(), block.header.time.value() - latest));
  }
}

void Checker::stable(std::size_t member, const CertifiedHeader& certified) {
  const Height height = certified.header.height;
  const auto members = epochs_.find(certified.header.epoch);
  if (members == epochs_.end() || !is_certified(members->second.set, certified)) {
    broken(member, fmt::format("takes height {} for certified without q seals", height.value()));
  }
  const auto held = blocks_.find(height);
  if (held == blocks_.end() || held->second->header != certified.header) {
    broken(member, fmt::format("another block of height {} is certified", height.value()));
  }
  if (last_height(certified.header.epoch) == height) {
    has_ended_.emplace(member, certified.header.epoch);
  }
}

void Checker::evidence(std::size_t member, const consensus::Evidence& evidence) const {
  const std::size_t culprit = world_.member_of(evidence.culprit);
  if (!honest_[culprit]) return;
  broken(member, fmt::format("has evidence against {}: {} and {}", static_cast<char>('A' + culprit),
                             describe(evidence.first, world_), describe(evidence.second, world_)));
}

void Checker::status(std::size_t member, const consensus::Status& status) const {
  if (may_stop_) return;
  if (status.has_lost_votes) broken(member, "says that its journal is older than its votes");
  if (status.divergence) {
    broken(member, fmt::format("says that it has diverged at height {}",
                               status.divergence->height.value()));
  }
}

void Checker::told(const TxId& id, const Hash& block, Height height) {
  told_.try_emplace(id, height, block);
}

void Checker::forgery_accepted(const Message& message) const {
  throw Broken(fmt::format("{} ms: a forged message passes verification: {}", now_ms_,
                           describe(message, world_)));
}

void Checker::finish(const std::vector<const MemoryLedger*>& ledgers) const {
  for (const MemoryLedger* ledger : ledgers) {
    const BlockHeader& tip = ledger->header();
    const auto agreed = blocks_.find(tip.height);
    if (agreed != blocks_.end() && agreed->second->header != tip) {
      throw Broken(fmt::format("two states at height {}", tip.height.value()));
    }
    const Bytes key = contract::counters_key();
    const auto proof = ledger->prove(key);
    if (!proof || !crypto::verify_merkle_path(object_leaf(key, proof->value), proof->slot.value(),
                                              tip.object_count, proof->path, tip.state_root)) {
      throw Broken("the state root is not the state's");
    }
    for (const auto& [id, where] : told_) {
      const auto found = ledger->find(id);
      if (where.first <= tip.height && (!found || !*found || (*found)->height != where.first)) {
        throw Broken(fmt::format("a client was told of {} at height {}; it is not there",
                                 world_.name_of(id), where.first.value()));
      }
    }
  }
  for (const auto& [id, where] : told_) {
    const auto found = blocks_.find(where.first);
    if (found == blocks_.end() || found->second->hash != where.second) {
      throw Broken(fmt::format("a client was told of {} in a block that is not in the chain",
                               world_.name_of(id)));
    }
  }
}

}  // namespace generion::sim
