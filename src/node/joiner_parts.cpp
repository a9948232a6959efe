// The joiner's other half: the parts of the snapshot, and the window.
#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/snapshot_limits.h"
#include "node/joiner.h"

namespace generion::node {
namespace {

constexpr std::size_t kPartsPerPeer = 2;  // under way

bool is_lie(Code code) {
  return code == Code::bad_proof || code == Code::malformed || code == Code::wrong_chain;
}

}  // namespace

void Joiner::begin_parts() {
  if (auto ok = check_lists(); !ok) return fail_with(ok.error());
  const bool is_listed = std::any_of(peers_.begin(), peers_.end(),
                                     [&](const auto& peer) { return serves(peer.second); });
  if (!is_listed) return start_again("nobody whose word holds has it");
  auto loader =
      ledger::SnapshotLoader::open(settings_.data_dir, settings_.genesis, target_->header);
  if (!loader) return fail_with(loader.error());
  loader_ = std::move(*loader);
  stage_ = Stage::parts;
  spdlog::info("joining: {} epochs followed from genesis; {} of {} parts are here", ends_.size(),
               loader_->parts() - loader_->missing().size(), loader_->parts());
  fetch_parts();
}

// The first that nobody is asked for.
void Joiner::ask_part(const PublicKey& key, Peer& peer) {
  const auto& missing = loader_->missing();
  const auto part = std::find_if(missing.begin(), missing.end(),
                                 [&](std::uint64_t number) { return !fetches_.contains(number); });
  if (part == missing.end()) return;
  ++peer.asked;
  fetches_[*part] = Fetch{key, 0, {}, now_.plus(kAnswerMs)};
  links_.send(key, SnapshotPartRequest{block_hash(target_->header), *part, 0});
}

void Joiner::fetch_parts() {
  if (loader_->missing().empty()) return begin_window();
  bool is_served = !fetches_.empty();
  // One from each, then one more from each.
  for (std::size_t share = 1; share <= kPartsPerPeer; ++share) {
    for (auto& [key, peer] : peers_) {
      if (peer.rests_to > now_ || !serves(peer)) continue;
      is_served = true;
      if (peer.asked < share) ask_part(key, peer);
    }
  }
  if (asked_lists_.plus(kListsAgainMs) <= now_) {
    asked_lists_ = now_;
    for (const auto& [key, peer] : peers_) links_.send(key, SnapshotListRequest{});
  }
  if (is_served) served_at_ = now_;
  if (served_at_.plus(kUnservedMs) <= now_) start_again("nobody serves it any more");
}

void Joiner::take(const PublicKey& from, SnapshotPartReply reply) {
  if (stage_ != Stage::parts || reply.block != block_hash(target_->header)) return;
  const auto at = fetches_.find(reply.part);
  if (at == fetches_.end() || at->second.from != from || at->second.held.size() != reply.offset) {
    return;
  }
  Fetch& fetch = at->second;
  if (reply.size == 0) {  // it has let go of the snapshot
    peers_[from].snapshots.clear();
    std::erase_if(fetches_, [&](const auto& other) { return other.second.from == from; });
    peers_[from].asked = 0;
    return;
  }
  const bool is_sound = !reply.bytes.empty() && reply.size <= limits::kSnapshotPartBytesMax &&
                        (fetch.size == 0 || fetch.size == reply.size) &&
                        fetch.held.size() + reply.bytes.size() <= reply.size;
  if (!is_sound) return drop(from, "a part of a snapshot that contradicts itself");
  bytes_ += reply.bytes.size();
  fetch.size = reply.size;
  fetch.held += reply.bytes;
  fetch.deadline = now_.plus(kAnswerMs);
  if (fetch.held.size() < fetch.size) {
    links_.send(from, SnapshotPartRequest{reply.block, reply.part, fetch.held.size()});
    return;
  }
  Fetch whole = std::move(fetch);
  fetches_.erase(at);
  --peers_[from].asked;
  on_part(reply.part, std::move(whole));
}

void Joiner::on_part(std::uint64_t number, Fetch fetch) {
  if (auto done = loader_->add(number, fetch.held); !done) {
    if (!is_lie(done.error().code)) return fail_with(done.error());
    return drop(fetch.from, done.error().message);
  }
  const std::size_t missing = loader_->missing().size();
  const std::size_t step = std::max<std::size_t>(loader_->parts() / 10, 1);
  if (missing % step == 0) {
    spdlog::info("joining: {} of {} parts are here", loader_->parts() - missing, loader_->parts());
  }
  fetch_parts();
}

// --- the window ---

void Joiner::begin_window() {
  spdlog::info("joining: all parts are here; the look-ups are made");
  if (auto done = loader_->index(); !done) {
    if (done.error().code != Code::damaged) return fail_with(done.error());
    // Certified, and yet no state to go on from: another snapshot has to do.
    const PublicKey from = ends_from_.back();
    const std::string why = done.error().message;
    start_again(why);
    return drop(from, why);
  }
  stage_ = Stage::window;
  fetch_window();
}

void Joiner::fetch_window() {
  if (question_) return;
  const auto wanted = loader_->window();
  if (!wanted) return try_complete();
  const auto peer = someone(false);
  if (!peer) return;
  question_ = Question{*peer, now_.plus(kAnswerMs)};
  links_.send(*peer, WindowRequest{wanted->height});
}

void Joiner::take(const PublicKey& from, WindowReply reply) {
  if (stage_ != Stage::window || !question_ || question_->to != from) return;
  const auto wanted = loader_->window();
  if (!wanted || reply.height != wanted->height) return;
  question_.reset();
  if (reply.blocks.empty()) return rest(from);
  if (auto done = loader_->add_window(reply.blocks); !done) {
    if (!is_lie(done.error().code)) return fail_with(done.error());
    drop(from, done.error().message);
  }
  fetch_window();
}

// Where the set of validators stayed, an earlier block of an epoch could pass for its last; now the
// state tells which that is.
void Joiner::try_complete() {
  if (question_) return;
  const auto& heights = loader_->epoch_ends();
  std::size_t right = 0;
  while (right < ends_.size() && right < heights.size() &&
         heights.at(Epoch(right)) == ends_[right].header.height) {
    ++right;
  }
  if (right < ends_.size()) {
    const PublicKey liar = ends_from_[right];
    anchor_ = anchors_[right];
    anchors_.resize(right);
    ends_.resize(right);
    ends_from_.resize(right);
    drop(liar, "the last block of an epoch that is not the last");
  }
  if (right < heights.size()) {
    const auto peer = someone(false);
    if (!peer) return;
    question_ = Question{*peer, now_.plus(kAnswerMs)};
    links_.send(*peer, EpochEndsRequest{anchor_.epoch});
    return;
  }
  if (auto done = loader_->complete(ends_); !done) return fail_with(done.error());
  loader_.reset();
  stage_ = Stage::complete;
  spdlog::info("joining: the snapshot of block {} is complete", target_->header.height.value());
}

}  // namespace generion::node
