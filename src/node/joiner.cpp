#include "node/joiner.h"

#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/hex.h"
#include "base/snapshot_limits.h"
#include "types/address.h"

namespace generion::node {
namespace {

using consensus::Monotonic;

constexpr std::uint64_t kRestMs = 20'000;        // for so long
constexpr std::uint64_t kSecondListMs = 3'000;   // wait for the list of a second node
constexpr std::uint64_t kBlocksWaitMs = 10'000;  // for somebody's snapshot
constexpr std::uint64_t kGivenUpMs = 60'000;     // before it is tried again

}  // namespace

rpc::JoinProgress Joiner::progress() const {
  rpc::JoinProgress out;
  out.stage = stage_ == Stage::epochs ? "epochs" : stage_ == Stage::parts ? "parts" : "window";
  if (target_) out.height = target_->header.height;
  if (loader_) {
    out.parts = loader_->parts();
    out.parts_held = loader_->parts() - loader_->missing().size();
    if (stage_ == Stage::parts && loader_->missing().empty()) out.stage = "index";
  }
  out.bytes = bytes_;
  for (const auto& [key, peer] : peers_) out.peers += serves(peer) ? 1 : 0;
  return out;
}

bool Joiner::pauses_blocks() const {
  if (is_joining()) return true;
  if (settings_.own > Height(0)) return false;
  if (stage_ == Stage::idle) return peers_.empty();
  return stage_ == Stage::looking && looking_since_.plus(kBlocksWaitMs) > now_;
}

void Joiner::on_tip(const PublicKey& peer, Height stable) {
  if (liars_.contains(peer)) return;
  Height& tip = peers_[peer].tip;
  tip = std::max(tip, stable);
}

void Joiner::on_disconnected(const PublicKey& peer) {
  peers_.erase(peer);
  std::erase_if(fetches_, [&](const auto& fetch) { return fetch.second.from == peer; });
  if (question_ && question_->to == peer) question_.reset();
}

void Joiner::on_message(const PublicKey& from, Reply reply) {
  if (!peers_.contains(from) || failure_) return;
  std::visit([&](auto& held) { take(from, std::move(held)); }, reply);
}

void Joiner::tick(Monotonic now) {
  now_ = now;
  expire();
  switch (stage_) {
    case Stage::idle:
    case Stage::looking:
      return look();
    case Stage::epochs:
      return follow();
    case Stage::parts:
      return fetch_parts();
    case Stage::window:
      return fetch_window();
    case Stage::complete:
    case Stage::failed:
      return;
  }
}

// What was asked and not answered in time.
void Joiner::expire() {
  if (question_ && question_->deadline <= now_) rest(question_->to);
  std::vector<PublicKey> silent;
  for (const auto& [number, fetch] : fetches_) {
    if (fetch.deadline <= now_) silent.push_back(fetch.from);
  }
  for (const PublicKey& peer : silent) rest(peer);
}

void Joiner::rest(const PublicKey& key) {
  if (question_ && question_->to == key) question_.reset();
  std::erase_if(fetches_, [&](const auto& fetch) { return fetch.second.from == key; });
  const auto peer = peers_.find(key);
  if (peer == peers_.end()) return;
  peer->second.asked = 0;
  peer->second.rests_to = now_.plus(kRestMs);
  spdlog::warn("joining: {} does not answer", address_text(key));
}

void Joiner::drop(const PublicKey& key, const std::string& why) {
  spdlog::warn("joining: {} sent what does not hold: {}", address_text(key), why);
  links_.punish(key, why);
  liars_.insert(key);
  on_disconnected(key);
}

void Joiner::fail_with(Error error) {
  failure_ = std::move(error);
  stage_ = Stage::failed;
  loader_.reset();
}

// --- which snapshots there are ---

void Joiner::look() {
  const Height worth(settings_.own.value() + settings_.behind_blocks);
  const bool is_behind = std::any_of(peers_.begin(), peers_.end(),
                                     [&](const auto& peer) { return peer.second.tip >= worth; });
  if (settings_.behind_blocks == 0 || !is_behind) {
    stage_ = Stage::idle;
    return;
  }
  if (stage_ == Stage::idle) {
    stage_ = Stage::looking;
    looking_since_ = now_;
    asked_lists_ = Monotonic();
  }
  const bool again = asked_lists_.value() == 0 || asked_lists_.plus(kListsAgainMs) <= now_;
  if (again) asked_lists_ = now_;
  for (auto& [key, peer] : peers_) {
    if (peer.was_asked && !again) continue;
    peer.was_asked = true;
    links_.send(key, SnapshotListRequest{});
  }
  choose();
}

void Joiner::take(const PublicKey& from, SnapshotListReply reply) {
  Peer& peer = peers_[from];
  peer.has_answered = true;
  peer.snapshots = std::move(reply.snapshots);
  if (stage_ == Stage::looking) choose();
}

std::optional<CertifiedHeader> Joiner::newest_listed() const {
  std::optional<CertifiedHeader> out;
  for (const auto& [key, peer] : peers_) {
    for (const CertifiedHeader& snapshot : peer.snapshots) {
      const auto refused = given_up_.find(block_hash(snapshot.header));
      if (refused != given_up_.end() && refused->second > now_) continue;
      const bool is_worth =
          snapshot.header.height.value() >= settings_.own.value() + settings_.behind_blocks;
      if (is_worth && (!out || snapshot.header.height > out->header.height)) out = snapshot;
    }
  }
  return out;
}

// Of the lists of two nodes, if there are two in time. What was under way before a crash goes on.
void Joiner::choose() {
  const auto lists = std::count_if(peers_.begin(), peers_.end(),
                                   [](const auto& peer) { return peer.second.has_answered; });
  if (lists == 0 || (lists < 2 && looking_since_.plus(kSecondListMs) > now_)) return;
  target_ = newest_listed();
  if (!target_) return;
  const auto known = ledger::SnapshotLoader::under_way(settings_.data_dir, anchor_.chain_id);
  if (!known) return fail_with(known.error());
  for (const auto& [key, peer] : peers_) {
    for (const CertifiedHeader& snapshot : peer.snapshots) {
      if (*known && snapshot.header == **known) target_ = snapshot;
    }
  }
  spdlog::info("joining by the snapshot of block {}, the end of epoch {}: {} objects in {} parts",
               target_->header.height.value(), target_->header.epoch.value(),
               target_->header.object_count, ledger::snapshot_parts(target_->header.object_count));
  served_at_ = now_;
  stage_ = Stage::epochs;
  follow();
}

bool Joiner::serves(const Peer& peer) const {
  return target_ && std::any_of(peer.snapshots.begin(), peer.snapshots.end(),
                                [&](const CertifiedHeader& snapshot) {
                                  return snapshot.header == target_->header;
                                });
}

// In turn; those who are silent are left out.
std::optional<PublicKey> Joiner::someone(bool must_serve) {
  if (peers_.empty()) return std::nullopt;
  auto turn = last_asked_ ? peers_.upper_bound(*last_asked_) : peers_.begin();
  for (std::size_t i = 0; i < peers_.size(); ++i, ++turn) {
    if (turn == peers_.end()) turn = peers_.begin();
    if (turn->second.rests_to > now_ || (must_serve && !serves(turn->second))) continue;
    last_asked_ = turn->first;
    return turn->first;
  }
  return std::nullopt;
}

// --- the epochs, from genesis on ---

void Joiner::follow() {
  if (question_) return;
  if (anchor_.epoch > target_->header.epoch) return begin_parts();
  const auto peer = someone(true);
  if (!peer) {
    if (served_at_.plus(kUnservedMs) <= now_) start_again("nobody tells of its epoch");
    return;
  }
  question_ = Question{*peer, now_.plus(kAnswerMs)};
  links_.send(*peer, EpochEndsRequest{anchor_.epoch});
}

void Joiner::take(const PublicKey& from, EpochEndsReply reply) {
  if (!question_ || question_->to != from || reply.first != anchor_.epoch ||
      stage_ == Stage::parts) {
    return;
  }
  question_.reset();
  if (reply.ends.empty()) return rest(from);
  for (EpochEnd& end : reply.ends) {
    if (anchor_.epoch > target_->header.epoch) break;
    auto next = follow_epochs(anchor_, {end});
    if (!next) return drop(from, next.error().message);
    anchors_.push_back(std::exchange(anchor_, std::move(*next)));
    ends_.push_back(std::move(end));
    ends_from_.push_back(from);
  }
  served_at_ = now_;
  if (stage_ == Stage::epochs) follow();
  if (stage_ == Stage::window) try_complete();
}

// Every listed snapshot is certified by its epoch's members; of one height there is one.
Result<void> Joiner::check_lists() {
  std::map<Height, std::pair<Hash, PublicKey>> seen;
  std::map<PublicKey, std::string> liars;
  for (const auto& [key, peer] : peers_) {
    for (const CertifiedHeader& snapshot : peer.snapshots) {
      const std::uint64_t epoch = snapshot.header.epoch.value();
      if (epoch >= anchors_.size()) continue;
      if (auto ok = verify_header(snapshot.header, snapshot.certificate, anchors_[epoch]); !ok) {
        liars[key] = ok.error().message;
        continue;
      }
      const Hash hash = block_hash(snapshot.header);
      const auto [at, is_new] = seen.emplace(snapshot.header.height, std::pair(hash, key));
      if (is_new || at->second.first == hash) continue;
      return fail(Code::fork,
                  fmt::format("two certificates of block {} contradict each other: {} from {}, {} "
                              "from {}. Compare the genesis file and the head aloud with the other "
                              "operators before you trust either",
                              snapshot.header.height.value(), to_hex(at->second.first),
                              address_text(at->second.second), to_hex(hash), address_text(key)));
    }
  }
  for (const auto& [key, why] : liars) drop(key, why);
  return {};
}

void Joiner::start_again(const std::string& why) {
  spdlog::warn("joining: the snapshot of block {} is given up: {}", target_->header.height.value(),
               why);
  loader_.reset();
  ledger::SnapshotLoader::drop(settings_.data_dir);
  fetches_.clear();
  question_.reset();
  given_up_[block_hash(target_->header)] = now_.plus(kGivenUpMs);
  target_.reset();
  ends_.clear();
  ends_from_.clear();
  anchors_.clear();
  anchor_ = start_anchor();
  for (auto& [key, peer] : peers_) {
    peer.snapshots.clear();
    peer.has_answered = peer.was_asked = false;
    peer.asked = 0;
  }
  stage_ = Stage::idle;
}

}  // namespace generion::node
