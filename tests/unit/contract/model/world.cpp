#include "world.h"

#include <algorithm>

namespace generion::contract::model {

bool holds(const Order& order, RecordId id) {
  return std::find(order.records.begin(), order.records.end(), id) != order.records.end();
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
