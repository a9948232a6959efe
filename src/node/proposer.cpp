#include "node/proposer.h"

#include <algorithm>

namespace generion::node {

using consensus::BatchSize;
using consensus::ProposalWish;

bool Proposer::wants_empty_batch(const consensus::Status& status, TimeMs time,
                                 const AppliedTip& tip) const {
  if (status.is_closing) return true;
  if (tip.height.next() != status.proposal_height) return false;
  if (tip.next_due && *tip.next_due <= time) return true;
  return time >= tip.time.plus(rules_->parameters.heartbeat_ms);
}

std::optional<Proposal> Proposer::choose(const consensus::Status& status, TimeMs wall,
                                         const AppliedTip& tip) {
  if (status.wants_proposal == ProposalWish::none) return std::nullopt;
  // Proposals of this height and above were given up in a view change.
  mempool_.give_back(store_.release_from(status.proposal_height));
  const std::size_t available = mempool_.available();
  const bool is_full = status.is_closing || available >= settings_.batch_fill;
  if (status.wants_proposal == ProposalWish::full_batch && !is_full) return std::nullopt;
  const TimeMs time = std::max(wall, status.proposal_time_min);
  if (available == 0 && !wants_empty_batch(status, time, tip)) return std::nullopt;
  const Parameters& parameters = rules_->parameters;
  auto transactions = mempool_.choose({parameters.batch_transactions_max,
                                       parameters.batch_bytes_max, time, parameters.tx_window_ms});
  // Those that wait have expired, or their time has not come.
  if (transactions.empty() && !wants_empty_batch(status, time, tip)) return std::nullopt;

  Proposal out{status.proposal_height, time, {}, {}};
  out.ids.reserve(transactions.size());
  for (const TransactionPtr& transaction : transactions) out.ids.push_back(transaction->id);
  const bool counts_as_full = status.is_closing || out.ids.size() >= settings_.batch_fill;
  out.size = counts_as_full ? BatchSize::full : BatchSize::below_fill;
  auto batch = std::make_shared<Batch>();
  *batch = {rules_->number, out.height, settings_.self, time, out.ids};
  out.digest = batch_digest(settings_.chain, *batch);
  store_.put(out.digest, {std::move(batch), std::move(transactions)});
  return out;
}

void Proposer::withdraw(const Proposal& proposal) {
  mempool_.give_back(proposal.ids);
  store_.erase(proposal.height, proposal.digest);
}

}  // namespace generion::node
