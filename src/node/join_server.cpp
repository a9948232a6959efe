#include "node/join_server.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>

#include "base/limits.h"
#include "base/snapshot_limits.h"
#include "contract/epoch_queries.h"
#include "node/clock.h"

namespace generion::node {
namespace {

constexpr std::size_t kWaitingMax = 256;
constexpr std::uint64_t kBytesPerSecond = 64 * 1024 * 1024;  // to all who join

std::uint64_t now_ms() {
  return read_clocks().monotonic.value();
}

std::optional<EpochEnd> end_of(const ledger::Ledger& ledger, const ledger::StateVersion& state,
                               Epoch number) {
  const auto epoch = contract::find_epoch(state, number);
  const auto next = contract::find_epoch(state, number.next());
  if (!epoch || !next || !epoch->epoch.last) return std::nullopt;
  const auto header = ledger.header(*epoch->epoch.last);
  auto certificate = ledger.certificate(*epoch->epoch.last);
  if (!header || !certificate) return std::nullopt;
  return EpochEnd{*header, std::move(*certificate), next->epoch.validators};
}

}  // namespace

SnapshotListReply answer_snapshots(const ledger::Ledger& ledger,
                                   const ledger::Snapshots& snapshots) {
  SnapshotListReply out;
  for (const BlockHeader& header : snapshots.list()) {
    auto certificate = ledger.certificate(header.height);
    if (!certificate || certificate->block_hash != block_hash(header)) continue;
    out.snapshots.push_back({header, std::move(*certificate)});
    if (out.snapshots.size() == limits::kSnapshotsListedMax) break;
  }
  return out;
}

EpochEndsReply answer_epoch_ends(const ledger::Ledger& ledger, const EpochEndsRequest& request) {
  EpochEndsReply out{request.first, {}};
  try {
    const auto state = ledger.tip();
    for (Epoch number = request.first; out.ends.size() < limits::kEpochEndsPerReplyMax;
         number = number.next()) {
      auto end = end_of(ledger, *state, number);
      if (!end) break;
      out.ends.push_back(std::move(*end));
    }
  } catch (const ledger::StorageFailure&) {
    return out;  // whoever writes finds out, and stops the node
  }
  return out;
}

SnapshotPartReply answer_part(ledger::Snapshots& snapshots, const SnapshotPartRequest& request,
                              std::uint64_t now_ms) {
  SnapshotPartReply out{request.block, request.part, request.offset, 0, {}};
  const auto part = snapshots.part(request.block, request.part, now_ms);
  if (!part || request.offset >= part->size() || part->size() > limits::kSnapshotPartBytesMax) {
    return out;
  }
  out.size = part->size();
  out.bytes = part->substr(request.offset, limits::kPeerReplyBytes);
  return out;
}

WindowReply answer_window(const ledger::Ledger& ledger, const WindowRequest& request) {
  WindowReply out{request.height, {}};
  std::size_t bytes = 0;
  for (Height height = std::min(request.height, ledger.stable());
       height > Height(0) && height == Height(request.height.value() - out.blocks.size()) &&
       out.blocks.size() < limits::kWindowBlocksPerReplyMax && bytes < limits::kPeerReplyBytes;
       height = Height(height.value() - 1)) {
    auto block = ledger.block(height);
    if (!block) break;
    bytes += block->batch.ids.size() * TxId::size() + limits::kHelloBytesMax / 8;
    out.blocks.push_back({block->header, std::move(block->batch)});
  }
  return out;
}

JoinServer::JoinServer(const ledger::Ledger& ledger, ledger::Snapshots& snapshots, Send send)
    : ledger_(ledger), snapshots_(snapshots), send_(std::move(send)), thread_([this] { run(); }) {
  pthread_setname_np(thread_.native_handle(), "join-server");
}

JoinServer::~JoinServer() {
  inbox_.close();
  thread_.join();
}

void JoinServer::serve(const PublicKey& peer, Request request, std::shared_ptr<const void> hold) {
  if (inbox_.size() < kWaitingMax) inbox_.push({peer, request, std::move(hold)});
}

std::size_t JoinServer::answer(const Job& job) {
  if (const auto* part = std::get_if<SnapshotPartRequest>(&job.request)) {
    auto reply = answer_part(snapshots_, *part, now_ms());
    const std::size_t bytes = reply.bytes.size();
    send_(job.peer, std::move(reply));
    return bytes;
  }
  if (const auto* ends = std::get_if<EpochEndsRequest>(&job.request)) {
    send_(job.peer, answer_epoch_ends(ledger_, *ends));
  } else if (const auto* window = std::get_if<WindowRequest>(&job.request)) {
    send_(job.peer, answer_window(ledger_, *window));
    return limits::kPeerReplyBytes;
  } else {
    send_(job.peer, answer_snapshots(ledger_, snapshots_));
  }
  return 0;
}

// A second's bytes may come at once; then each answer waits for its time.
void JoinServer::run() {
  using std::chrono::steady_clock;
  auto paid_until = steady_clock::now();
  while (auto jobs = inbox_.take()) {
    for (const Job& job : *jobs) {
      const std::size_t bytes = answer(job);
      const auto now = steady_clock::now();
      paid_until = std::max(paid_until, now) +
                   std::chrono::microseconds(bytes * 1'000'000 / kBytesPerSecond);
      if (paid_until > now + std::chrono::seconds(1)) {
        std::this_thread::sleep_until(paid_until - std::chrono::seconds(1));
      }
    }
  }
}

}  // namespace generion::node
