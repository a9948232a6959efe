// What holds for epochs, from the objects alone.
#include <fmt/core.h>

#include <algorithm>

#include "base/limits.h"
#include "invariants.h"
#include "world.h"

namespace generion::contract::model {
namespace {

// The first ones have the numbers of their keys' order; later ones those of the decisions'.
std::map<PublicKey, ValidatorId> node_keys(const Decoded& objects) {
  std::map<PublicKey, ValidatorId> out;
  std::uint64_t ever = 0;
  for (const PublicKey& key : objects.epochs.at(Epoch(0)).validators.keys) {
    out[key] = ValidatorId(++ever);
  }
  for (const auto& [number, epoch] : objects.epochs) {
    for (const ProposalId id : epoch.decided) {
      const Proposal& proposal = objects.proposals.at(id);
      if (proposal.status != Proposal::Status::in_force) continue;
      if (const auto* add = std::get_if<AddValidator>(&proposal.action)) {
        out[add->key] = ValidatorId(++ever);
      } else if (const auto* replace = std::get_if<ReplaceValidatorKey>(&proposal.action)) {
        out[replace->new_key] = out.at(replace->key);
      }
    }
  }
  return out;
}

std::optional<std::string> check_order(const Decoded& objects) {
  const EpochObject* before = nullptr;
  for (const auto& [number, epoch] : objects.epochs) {
    const bool follows = before == nullptr
                             ? epoch.first == Height(1)
                             : before->last && epoch.first == before->last->next() &&
                                   before->since < epoch.since && before->version <= epoch.version;
    if (!follows) return fmt::format("epoch {} does not follow the one before", number.value());
    if (epoch.last && epoch.last->value() - epoch.first.value() < limits::kLogHeights) {
      return fmt::format("epoch {} is shorter than what can be in flight", number.value());
    }
    before = &epoch;
  }
  return std::nullopt;
}

std::optional<std::string> check_waiting(const Decoded& objects) {
  const EpochObject& now = objects.epochs.rbegin()->second;
  std::vector<ProposalId> listed = now.decided;
  listed.insert(listed.end(), now.upgrades.begin(), now.upgrades.end());
  std::sort(listed.begin(), listed.end());
  std::vector<ProposalId> waiting;
  for (const auto& [id, proposal] : objects.proposals) {
    if (proposal.status == Proposal::Status::awaits_epoch) waiting.push_back(id);
  }
  if (listed == waiting) return std::nullopt;
  return "the proposals that wait for an epoch are not those on its list";
}

}  // namespace

std::map<PublicKey, Identity> validator_keys(const Decoded& objects) {
  std::map<PublicKey, Identity> out;
  for (const auto& [key, id] : node_keys(objects)) out[key] = NodeKeyOf{id};
  for (const auto& [id, proposal] : objects.proposals) {
    if (!awaits(proposal)) continue;
    for (const PublicKey& key : validator_keys_of(proposal.action)) out[key] = ReservedFor{id};
  }
  return out;
}

std::optional<std::string> check_epochs(const Decoded& objects) {
  if (auto breach = check_order(objects)) return breach;
  if (auto breach = check_waiting(objects)) return breach;
  const auto keys = node_keys(objects);
  std::uint64_t ever = 0;
  for (const auto& [key, id] : keys) ever = std::max(ever, id.value());
  if (objects.counters.validators != ever) return "another number of validators is counted";
  std::vector<PublicKey> members;
  for (const Validator& validator : objects.validators.members) {
    const auto known = keys.find(validator.key);
    if (known == keys.end() || known->second != validator.id) {
      return fmt::format("no decision gave validator {} its key", validator.id.value());
    }
    members.push_back(validator.key);
  }
  std::sort(members.begin(), members.end());
  if (members == objects.epochs.rbegin()->second.validators.keys) return std::nullopt;
  return "the epoch's members are not the validators";
}

}  // namespace generion::contract::model
