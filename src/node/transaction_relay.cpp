#include "node/transaction_relay.h"

namespace generion::node {
namespace {

constexpr std::uint64_t kRepeatMs = 1'000;
constexpr std::size_t kRepeatMax = 4'096;  // transactions at once

std::size_t size_of(const SignedTransaction& envelope) {
  std::size_t out = envelope.body.size() + Signature::size();
  for (const Bytes& attachment : envelope.attachments) out += attachment.size();
  return out;
}

}  // namespace

void TransactionRelay::add(const TransactionPtr& transaction) {
  added_.push_back(transaction);
}

void TransactionRelay::flush() {
  if (added_.empty()) return;
  send_all(std::nullopt, added_);
  added_.clear();
}

void TransactionRelay::on_connected(const PublicKey& peer) {
  send_all(peer, mempool_.of_ingress(self_, kRepeatMax));
}

void TransactionRelay::on_acknowledged(const PublicKey& primary, const std::vector<TxId>& ids) {
  if (acknowledged_by_ != primary) acknowledged_.clear();
  acknowledged_by_ = primary;
  for (const TxId& id : ids) {
    if (mempool_.find(id) != nullptr) acknowledged_.insert(id);
  }
}

bool TransactionRelay::is_acknowledged(const PublicKey& primary, const TxId& id) const {
  return acknowledged_by_ == primary && acknowledged_.contains(id);
}

std::vector<TransactionPtr> TransactionRelay::repeat(const std::optional<PublicKey>& primary,
                                                     consensus::Monotonic now) {
  if (now.value() < last_repeat_.value() + kRepeatMs) return {};
  last_repeat_ = now;
  if (primary == self_) return {};
  std::erase_if(acknowledged_, [&](const TxId& id) { return mempool_.find(id) == nullptr; });
  const consensus::Monotonic before(now.value() - kRepeatMs);
  std::vector<TransactionPtr> waiting = mempool_.waiting_since(before, kRepeatMax);
  std::vector<TransactionPtr> unknown = waiting;
  if (primary) {
    std::erase_if(unknown, [&](const auto& held) { return is_acknowledged(*primary, held->id); });
  }
  send_all(primary, unknown);
  return waiting;
}

void TransactionRelay::send_all(const std::optional<PublicKey>& to,
                                const std::vector<TransactionPtr>& all) {
  std::vector<SignedTransaction> bundle;
  std::size_t bytes = 0;
  for (const TransactionPtr& transaction : all) {
    const std::size_t size = size_of(transaction->envelope);
    const bool is_full =
        bundle.size() == limits::kBundleTransactionsMax || bytes + size > limits::kPeerReplyBytes;
    if (is_full && !bundle.empty()) {
      send_bundle(to, std::exchange(bundle, {}));
      bytes = 0;
    }
    bundle.push_back(transaction->envelope);
    bytes += size;
  }
  if (!bundle.empty()) send_bundle(to, std::move(bundle));
}

void TransactionRelay::send_bundle(const std::optional<PublicKey>& to,
                                   std::vector<SignedTransaction> bundle) {
  TransactionBundle message{std::move(bundle)};
  to ? links_.send(*to, std::move(message)) : links_.to_validators(std::move(message));
}

}  // namespace generion::node
