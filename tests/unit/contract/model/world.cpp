#include "world.h"

#include <algorithm>

namespace generion::contract::model {

bool holds(const Order& order, RecordId id) {
  return std::find(order.records.begin(), order.records.end(), id) != order.records.end();
}

bool has_voted(const Proposal& proposal, ValidatorId id) {
  return std::count(proposal.yes.begin(), proposal.yes.end(), id) > 0 ||
         std::count(proposal.no.begin(), proposal.no.end(), id) > 0;
}

bool awaits(const Proposal& proposal) {
  return proposal.status == Proposal::Status::awaits_epoch ||
         proposal.status == Proposal::Status::awaits_joiner;
}

std::vector<PublicKey> validator_keys_of(const GovernanceAction& action) {
  if (const auto* add = std::get_if<AddValidator>(&action)) return {add->key, add->governance_key};
  if (const auto* replace = std::get_if<ReplaceValidatorKey>(&action)) return {replace->new_key};
  return {};
}

ValidatorSet World::members() const {
  std::set<PublicKey> keys;
  for (const Validator& validator : validators.members) keys.insert(validator.key);
  return {{keys.begin(), keys.end()}};
}

Identity World::whose(const PublicKey& key) const {
  for (std::size_t i = 0; i < users.size(); ++i) {
    if (users[i].address == key) return UserId(i + 1);
    if (users[i].recovery && users[i].recovery->key == key) return RecoveryOf{UserId(i + 1)};
  }
  for (std::size_t i = 0; i < institutions.size(); ++i) {
    if (institutions[i].address == key) return InstitutionId(i + 1);
  }
  for (const Validator& validator : validators.members) {
    if (validator.governance_key == key) return validator.id;
  }
  if (const auto node = node_keys.find(key); node != node_keys.end())
    return NodeKeyOf{node->second};
  for (std::size_t i = 0; i < proposals.size(); ++i) {
    if (!awaits(proposals[i])) continue;
    for (const PublicKey& reserved : validator_keys_of(proposals[i].action)) {
      if (reserved == key) return ReservedFor{ProposalId(i + 1)};
    }
  }
  return std::monostate();
}

const Validator* World::validator_of(const PublicKey& key) const {
  for (const Validator& validator : validators.members) {
    if (validator.key == key) return &validator;
  }
  return nullptr;
}

std::uint64_t World::records_of(UserId owner) const {
  return static_cast<std::uint64_t>(std::count_if(
      records.begin(), records.end(), [&](const Record& r) { return r.owner == owner; }));
}

std::uint64_t World::living_shares_of(RecordId id) const {
  return static_cast<std::uint64_t>(
      std::count_if(shares.begin(), shares.end(), [&](const Share& share) {
        return share.record == id && share.status == Share::Status::living;
      }));
}

std::vector<OrderId> World::open_orders_with(RecordId id) const {
  std::vector<OrderId> out;
  for (std::size_t i = 0; i < orders.size(); ++i) {
    if (orders[i].status == Order::Status::open && holds(orders[i], id)) out.emplace_back(i + 1);
  }
  return out;
}

std::uint64_t World::open_orders_of(UserId seller) const {
  return static_cast<std::uint64_t>(
      std::count_if(orders.begin(), orders.end(), [&](const Order& order) {
        return order.seller == seller && order.status == Order::Status::open;
      }));
}

std::uint64_t World::open_proposals_of(ValidatorId id) const {
  return static_cast<std::uint64_t>(
      std::count_if(proposals.begin(), proposals.end(), [&](const Proposal& proposal) {
        return proposal.proposer == id && proposal.status == Proposal::Status::open;
      }));
}

std::uint64_t World::minted() const {
  std::uint64_t out = 0;
  for (const Proposal& proposal : proposals) {
    const auto* mint = std::get_if<Mint>(&proposal.action);
    if (mint != nullptr && proposal.status == Proposal::Status::in_force) out += mint->amount;
  }
  return out;
}

std::uint64_t World::escrowed() const {
  std::uint64_t out = 0;
  for (const Order& order : orders) {
    if (order.status == Order::Status::purchased) out += order.price;
  }
  return out;
}

TimeMs World::held_until(RecordId id) const {
  TimeMs out;
  for (const Order& order : orders) {
    if (!holds(order, id)) continue;
    if (order.deadline) out = std::max(out, *order.deadline);
    if (order.retention_end) out = std::max(out, *order.retention_end);
  }
  return out;
}

}  // namespace generion::contract::model
