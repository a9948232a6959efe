#include "consensus/slot.h"

#include <algorithm>

#include "base/mutant.h"

namespace generion::consensus {

const Candidate* Slot::candidate(const Hash& digest) const {
  const auto found = candidates.find(digest);
  return found == candidates.end() ? nullptr : &found->second;
}

bool Slot::has_bodies(const Hash& digest) const {
  const Candidate* held = candidate(digest);
  return held != nullptr && held->has_bodies;
}

std::optional<Hash> Slot::prepared_digest(View view, std::size_t quorum) const {
  std::map<Hash, std::size_t> counts;
  for (const auto& [sender, vote] : prepares) {
    const bool is_of_view = vote.view == view || GENERION_MUTANT(prepares_of_any_view);
    if (is_of_view && ++counts[vote.digest] >= quorum) return vote.digest;
  }
  return std::nullopt;
}

std::optional<std::pair<View, Hash>> Slot::committed_digest(std::size_t quorum) const {
  std::map<std::pair<View, Hash>, std::size_t> counts;
  for (const auto& [sender, vote] : commits) {
    if (++counts[{vote.view, vote.digest}] >= quorum) return std::pair(vote.view, vote.digest);
  }
  return std::nullopt;
}

std::optional<Hash> Slot::settled() const {
  return header ? header->batch_digest : committed;
}

std::optional<Hash> Slot::sealed_block(std::size_t quorum) const {
  std::map<Hash, std::size_t> counts;
  for (const auto& [signer, seal] : seals) {
    if (GENERION_MUTANT(seals_not_compared) && seals.size() >= quorum) return seal.block_hash;
    if (++counts[seal.block_hash] >= quorum) return seal.block_hash;
  }
  return std::nullopt;
}

bool Slot::is_split(std::size_t validators, std::size_t quorum) const {
  std::map<Hash, std::size_t> counts;
  std::size_t most = 0;
  for (const auto& [signer, seal] : seals) most = std::max(most, ++counts[seal.block_hash]);
  return most + (validators - seals.size()) < quorum;
}

PreparedCertificate Slot::certificate_of(View view, const Hash& digest, Epoch epoch,
                                         Height height) const {
  PreparedCertificate out{epoch, view, height, digest, {}};
  for (const auto& [sender, vote] : prepares) {
    if (vote.view == view && vote.digest == digest) out.signers.push_back({sender, vote.signature});
  }
  return out;
}

Certificate Slot::seals_of(const Hash& block_hash) const {
  Certificate out{block_hash, {}};
  for (const auto& [signer, seal] : seals) {
    if (seal.block_hash == block_hash) out.signers.push_back({signer, seal.signature});
  }
  return out;
}

bool Slot::is_voted_for(const Hash& digest) const {
  const auto names_it = [&](const auto& entry) { return entry.second.digest == digest; };
  return committed == digest || (prepared && prepared->digest == digest) ||
         std::any_of(prepares.begin(), prepares.end(), names_it) ||
         std::any_of(commits.begin(), commits.end(), names_it);
}

void Slot::on_view_moved(View view) {
  choice.reset();
  is_refused = false;
  fetching.clear();
  std::erase_if(proposals, [&](const auto& entry) { return entry.first < view; });
  std::erase_if(candidates, [&](const auto& entry) {
    return !entry.second.has_bodies || !is_voted_for(entry.first);
  });
}

}  // namespace generion::consensus
