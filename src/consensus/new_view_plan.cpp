#include "consensus/new_view_plan.h"

#include <map>

#include "base/mutant.h"

namespace generion::consensus {
namespace {

bool is_better(const CertifiedHeader& left, const CertifiedHeader& right) {
  if (left.header.height != right.header.height) return left.header.height > right.header.height;
  // Two certified blocks of one height mean more than f faulty members; all must still choose the
  // same.
  return left.certificate.block_hash < right.certificate.block_hash;
}

bool is_better(const PreparedCertificate& left, const PreparedCertificate& right) {
  if (GENERION_MUTANT(lowest_prepared_view_wins)) return left.view < right.view;
  if (left.view != right.view) return left.view > right.view;
  return left.digest < right.digest;  // as above
}

}  // namespace

Height height_of(const std::optional<CertifiedHeader>& stable, Height start) {
  return stable ? stable->header.height : start;
}

NewViewPlan new_view_plan(const Membership& members, const std::vector<ViewChange>& view_changes) {
  NewViewPlan plan;
  for (const ViewChange& change : view_changes) {
    if (!change.stable) continue;
    if (!plan.stable || is_better(*change.stable, *plan.stable)) plan.stable = change.stable;
  }
  const Height base = height_of(plan.stable, members.start);
  std::map<Height, const PreparedCertificate*> best;
  for (const ViewChange& change : view_changes) {
    for (const PreparedCertificate& prepared : change.prepared) {
      if (prepared.height <= base) continue;
      const PreparedCertificate*& held = best[prepared.height];
      if (held == nullptr || is_better(prepared, *held)) held = &prepared;
    }
  }
  if (best.empty()) return plan;
  const Height last = best.rbegin()->first;
  for (Height height = base.next(); height <= last; height = height.next()) {
    const auto found = best.find(height);
    if (found == best.end()) {
      const Batch null = null_batch(members.epoch, height);
      plan.batches.push_back({height, batch_digest(members.chain, null), {}});
      continue;
    }
    Prescribed prescribed{height, found->second->digest, {}};
    for (const Certificate::Signer& signer : found->second->signers) {
      prescribed.holders.push_back(signer.key);
    }
    plan.batches.push_back(std::move(prescribed));
  }
  return plan;
}

}  // namespace generion::consensus
