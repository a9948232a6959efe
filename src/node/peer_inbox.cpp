#include "node/peer_inbox.h"

#include <algorithm>

#include "node/clock.h"
#include "node/peer_checks.h"

namespace generion::node {
namespace {

constexpr std::size_t kBundlePart = 32;  // transactions that one verify thread checks in a row

// What a correct node never sends, whatever it has and has not heard.
bool is_misbehaviour(Code code) {
  switch (code) {
    case Code::bad_signature:
    case Code::bad_proof:
    case Code::malformed:
    case Code::too_many:
      return true;
    default:
      return false;  // of another epoch, say
  }
}

}  // namespace

void PeerInbox::on_received(const PublicKey& peer, PeerMessage message,
                            std::shared_ptr<const void> hold) {
  std::visit([&](auto& held) { on(peer, std::move(held), std::move(hold)); }, message);
}

void PeerInbox::begin_epoch(const EpochState& epoch) {
  auto rules = std::make_shared<const Rules>(
      Rules{membership(parts_.ledger.chain(), *epoch.rules), epoch.rules});
  const std::lock_guard lock(rules_mutex_);
  rules_ = std::move(rules);
}

PeerInbox::RulesPtr PeerInbox::rules() const {
  const std::lock_guard lock(rules_mutex_);
  return rules_;
}

PeerCounters PeerInbox::counters() const {
  PeerCounters out;
  out.votes_checked = votes_checked_;
  out.votes_passed_over = votes_passed_over_;
  out.votes_refused = votes_refused_;
  out.transactions = transactions_;
  out.transactions_known = known_;
  out.transactions_refused = refused_;
  out.transactions_dropped = dropped_;
  return out;
}

void PeerInbox::on(const PublicKey& peer, Message message, Hold hold) {
  if (!parts_.votes.is_wanted(message)) {
    ++votes_passed_over_;
    return;
  }
  parts_.pool.submit(Urgency::vote,
                     [this, peer, message = std::move(message), hold = std::move(hold)]() mutable {
                       verify_vote(peer, std::move(message), std::move(hold));
                     });
}

void PeerInbox::verify_vote(const PublicKey& peer, Message message, Hold hold) {
  // It may have become superfluous while it waited.
  if (!parts_.votes.is_wanted(message)) {
    ++votes_passed_over_;
    return;
  }
  const RulesPtr rules = this->rules();
  const auto* report = std::get_if<StatusReport>(&message);
  if (report != nullptr && report->epoch < rules->members.epoch) {
    return parts_.server.serve(peer, EpochEndRequest{report->epoch}, std::move(hold));
  }
  ++votes_checked_;
  auto verified = consensus::verify_message(rules->members, std::move(message), peer);
  if (verified) {
    return parts_.replica.post(
        [held = std::move(*verified)](ReplicaRunner& runner) { runner.on_message(held); });
  }
  ++votes_refused_;
  if (is_misbehaviour(verified.error().code)) parts_.punish(peer, verified.error().message);
}

void PeerInbox::on(const PublicKey& peer, TransactionBundle bundle, const Hold& hold) {
  auto& all = bundle.transactions;
  for (std::size_t begin = 0; begin < all.size(); begin += kBundlePart) {
    const auto from = all.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto to = from + static_cast<std::ptrdiff_t>(std::min(kBundlePart, all.size() - begin));
    std::vector<SignedTransaction> part(std::make_move_iterator(from), std::make_move_iterator(to));
    const std::size_t count = part.size();
    const bool taken = parts_.pool.submit(Urgency::transaction,
                                          [this, peer, part = std::move(part), hold]() mutable {
                                            check_bundle(peer, std::move(part));
                                          });
    if (!taken) dropped_ += count;
  }
}

bool PeerInbox::is_known(const Transaction& transaction) const {
  if (parts_.pending.contains(transaction.id)) return true;
  const auto executed = parts_.ledger.find(transaction.id);
  return executed && executed->has_value();
}

void PeerInbox::check_bundle(const PublicKey& peer, std::vector<SignedTransaction> part) {
  std::vector<TransactionPtr> good;
  std::vector<TxId> known;
  const EpochRulesPtr epoch = rules()->epoch;
  const TimeMs now = read_clocks().wall;
  const Height looked_up = parts_.ledger.tip()->height();
  for (SignedTransaction& envelope : part) {
    auto transaction =
        check_peer_shape(std::move(envelope), parts_.ledger.chain(), epoch->parameters);
    if (transaction && is_known(**transaction)) {
      ++known_;
      known.push_back((*transaction)->id);
      continue;
    }
    const TimeMs latest = now.plus(epoch->parameters.tx_window_ms + limits::kDriftAheadMs);
    if (!transaction || (*transaction)->body.valid_until < now ||
        (*transaction)->body.valid_until > latest || !check_peer_signatures(**transaction)) {
      ++refused_;
      continue;
    }
    ++transactions_;
    good.push_back(std::move(*transaction));
  }
  if (good.empty() && known.empty()) return;
  // The pool wakes the replica when no other check waits.
  parts_.replica.post_lazily([peer, looked_up, good = std::move(good),
                              known = std::move(known)](ReplicaRunner& runner) mutable {
    runner.on_transactions(peer, looked_up, good, std::move(known));
  });
}

template <class T>
void PeerInbox::post(const PublicKey& peer, T message, Hold hold) {
  parts_.replica.post(
      [peer, message = std::move(message), hold = std::move(hold)](ReplicaRunner& runner) mutable {
        runner.on_peer(peer, std::move(message));
      });
}

void PeerInbox::on(const PublicKey& peer, TransactionAck ack, Hold hold) {
  post(peer, std::move(ack), std::move(hold));
}

void PeerInbox::on(const PublicKey& peer, TransactionRequest request, Hold hold) {
  post(peer, std::move(request), std::move(hold));
}

void PeerInbox::on(const PublicKey& peer, TransactionReply reply, Hold hold) {
  post(peer, std::move(reply), std::move(hold));
}

void PeerInbox::on(const PublicKey& peer, BatchReply reply, Hold hold) {
  post(peer, std::move(reply), std::move(hold));
}

void PeerInbox::on(const PublicKey& peer, BlockReply reply, Hold hold) {
  post(peer, std::move(reply), std::move(hold));
}

void PeerInbox::on(const PublicKey& peer, Tip tip, Hold hold) {
  if (parts_.joiner != nullptr) {
    parts_.joiner->on_tip(peer, tip.stable ? tip.stable->header.height : Height(0));
  }
  post(peer, std::move(tip), std::move(hold));
}

void PeerInbox::on(const PublicKey& peer, BatchRequest request, Hold hold) {
  parts_.server.serve(peer, request, std::move(hold));
}

void PeerInbox::on(const PublicKey& peer, BlockRequest request, Hold hold) {
  parts_.server.serve(peer, request, std::move(hold));
}

void PeerInbox::on(const PublicKey& peer, SnapshotListRequest request, Hold hold) {
  parts_.join_server.serve(peer, request, std::move(hold));
}

void PeerInbox::on(const PublicKey& peer, EpochEndsRequest request, Hold hold) {
  parts_.join_server.serve(peer, request, std::move(hold));
}

void PeerInbox::on(const PublicKey& peer, SnapshotPartRequest request, Hold hold) {
  parts_.join_server.serve(peer, request, std::move(hold));
}

void PeerInbox::on(const PublicKey& peer, WindowRequest request, Hold hold) {
  parts_.join_server.serve(peer, request, std::move(hold));
}

// One that nobody waits for is dropped.
void PeerInbox::join(const PublicKey& peer, Joiner::Reply reply, Hold hold) {
  if (parts_.joiner != nullptr) parts_.joiner->on_message(peer, std::move(reply), std::move(hold));
}

void PeerInbox::on(const PublicKey& peer, SnapshotListReply reply, Hold hold) {
  join(peer, std::move(reply), std::move(hold));
}

void PeerInbox::on(const PublicKey& peer, EpochEndsReply reply, Hold hold) {
  join(peer, std::move(reply), std::move(hold));
}

void PeerInbox::on(const PublicKey& peer, SnapshotPartReply reply, Hold hold) {
  join(peer, std::move(reply), std::move(hold));
}

void PeerInbox::on(const PublicKey& peer, WindowReply reply, Hold hold) {
  join(peer, std::move(reply), std::move(hold));
}

}  // namespace generion::node
