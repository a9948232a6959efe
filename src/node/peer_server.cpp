#include "node/peer_server.h"

#include <pthread.h>

#include <algorithm>

#include "base/limits.h"
#include "contract/epoch_queries.h"

namespace generion::node {
namespace {

// A request costs its sender next to nothing, so only so many wait; a peer asks again.
constexpr std::size_t kWaitingMax = 1'024;

std::size_t size_of(const SignedTransaction& envelope) {
  std::size_t out = envelope.body.size() + Signature::size();
  for (const Bytes& attachment : envelope.attachments) out += attachment.size();
  return out;
}

// Those from place `first` on that fit; at least one, if there is one. Returns the bytes.
std::size_t take_from(std::vector<SignedTransaction>& from, std::size_t first, std::size_t bytes,
                      std::vector<SignedTransaction>& to) {
  for (std::size_t i = first; i < from.size(); ++i) {
    if (bytes >= limits::kPeerReplyBytes) break;
    bytes += size_of(from[i]);
    to.push_back(std::move(from[i]));
  }
  return bytes;
}

std::size_t size_of(const Batch& batch) {
  return batch.ids.size() * TxId::size();
}

}  // namespace

BlockReply answer_blocks(const ledger::Ledger& ledger, const BlockRequest& request) {
  BlockReply out{request.from, {}};
  const std::size_t count_max =
      std::min<std::size_t>(request.count_max, limits::kBlocksPerReplyMax);
  const Height stable = ledger.stable();
  std::size_t bytes = 0;
  std::size_t first = request.first;
  for (Height height = request.from;
       height > Height(0) && height <= stable && out.blocks.size() < count_max &&
       bytes < limits::kPeerReplyBytes;
       height = height.next(), first = 0) {
    auto block = ledger.block(height);
    auto bodies = ledger.bodies(height);
    if (!block || !bodies) break;
    CertifiedBlock one;
    one.certified.header = block->header;
    if (auto certificate = ledger.certificate(height)) {
      one.certified.certificate = std::move(*certificate);
    } else {
      one.certified.certificate.block_hash = block->hash;
    }
    one.batch = std::move(block->batch);
    one.first = static_cast<std::uint32_t>(first);
    bytes += size_of(one.batch);
    bytes = take_from(bodies->transactions, first, bytes, one.transactions);
    const bool is_whole = first + one.transactions.size() >= one.batch.ids.size();
    out.blocks.push_back(std::move(one));
    if (!is_whole) break;
  }
  return out;
}

BatchReply answer_batch(const ledger::Ledger& ledger, const BatchRequest& request) {
  BatchReply out{request.height, request.digest, std::nullopt, request.first, {}};
  auto held = ledger.bodies(request.height, request.digest);
  if (!held) return out;
  take_from(held->transactions, request.first, size_of(held->batch), out.transactions);
  if (request.first == 0) out.batch = std::move(held->batch);
  return out;
}

std::optional<CertifiedHeader> last_block_of(const ledger::Ledger& ledger, Epoch epoch) {
  std::optional<contract::FoundEpoch> found;
  try {
    found = contract::find_epoch(*ledger.tip(), epoch);
  } catch (const ledger::StorageFailure&) {
    return std::nullopt;  // whoever writes finds out, and stops the node
  }
  if (!found || !found->epoch.last) return std::nullopt;
  const Height last = *found->epoch.last;
  const auto header = ledger.header(last);
  auto certificate = ledger.certificate(last);
  if (!header || !certificate) return std::nullopt;
  return CertifiedHeader{*header, std::move(*certificate)};
}

PeerServer::PeerServer(const ledger::Ledger& ledger, const PublicKey& self, Send send)
    : ledger_(ledger), self_(self), send_(std::move(send)), thread_([this] { run(); }) {
  pthread_setname_np(thread_.native_handle(), "peer-server");
}

PeerServer::~PeerServer() {
  inbox_.close();
  thread_.join();
}

void PeerServer::serve(const PublicKey& peer, BlockRequest request,
                       std::shared_ptr<const void> hold) {
  push({peer, request, std::move(hold)});
}

void PeerServer::serve(const PublicKey& peer, BatchRequest request,
                       std::shared_ptr<const void> hold) {
  push({peer, request, std::move(hold)});
}

void PeerServer::serve(const PublicKey& peer, EpochEndRequest request,
                       std::shared_ptr<const void> hold) {
  push({peer, request, std::move(hold)});
}

void PeerServer::push(Job job) {
  if (inbox_.size() < kWaitingMax) inbox_.push(std::move(job));
}

void PeerServer::run() {
  while (auto jobs = inbox_.take()) {
    for (const Job& job : *jobs) {
      if (const auto* blocks = std::get_if<BlockRequest>(&job.request)) {
        send_(job.peer, answer_blocks(ledger_, *blocks));
      } else if (const auto* batch = std::get_if<BatchRequest>(&job.request)) {
        send_(job.peer, answer_batch(ledger_, *batch));
      } else if (auto last = last_block_of(ledger_, std::get<EpochEndRequest>(job.request).epoch)) {
        send_(job.peer, Message(StableReport{std::move(*last), self_}));
      }
    }
  }
}

}  // namespace generion::node
