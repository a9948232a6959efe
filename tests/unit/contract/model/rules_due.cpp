// What falls due by itself, found by looking at everything.
#include <algorithm>

#include "rules.h"

namespace generion::contract::model {
namespace {

bool has_opaque_delivery(const Order& order) {
  return std::any_of(order.deliveries.begin(), order.deliveries.end(), [](const Access& access) {
    return std::holds_alternative<OpaqueAccess>(access);
  });
}

}  // namespace

std::vector<Due> Model::all_due() const {
  std::vector<Due> out;
  for (std::uint64_t n = 1; n <= world.orders.size(); ++n) {
    const Order& order = world.orders[n - 1];
    if (order.status == Order::Status::purchased) {
      out.push_back({*order.deadline, DueKind::order_deadline, n});
    }
    if (has_opaque_delivery(order) && !world.retention_over.contains(n)) {
      out.push_back({*order.retention_end, DueKind::retention_end, n});
    }
  }
  for (std::uint64_t n = 1; n <= world.shares.size(); ++n) {
    const Share& share = world.shares[n - 1];
    if (share.status == Share::Status::living && share.expires_at) {
      out.push_back({*share.expires_at, DueKind::share_expiry, n});
    }
  }
  for (const auto& [record, time] : world.closing_at) {
    out.push_back({time, DueKind::record_shares, record});
  }
  for (std::uint64_t n = 1; n <= world.users.size(); ++n) {
    const auto& move = world.users[n - 1].pending_move;
    if (move) out.push_back({move->due, DueKind::user_move, n});
  }
  for (std::uint64_t n = 1; n <= world.proposals.size(); ++n) {
    const Proposal& proposal = world.proposals[n - 1];
    if (proposal.status == Proposal::Status::open ||
        proposal.status == Proposal::Status::awaits_joiner) {
      out.push_back({proposal.expires_at, DueKind::proposal_lapse, n});
    } else if (proposal.status == Proposal::Status::passed) {
      out.push_back({*proposal.in_force_at, DueKind::proposal_force, n});
    }
  }
  for (std::uint64_t n = 1; n <= world.institutions.size(); ++n) {
    const auto& until = world.institutions[n - 1].suspended_until;
    if (until) out.push_back({*until, DueKind::suspension_end, n});
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::optional<TimeMs> Model::next_due() const {
  const auto due = all_due();
  return due.empty() ? std::nullopt : std::optional(due.front().time);
}

std::set<Bytes> Model::due_rows() const {
  std::set<Bytes> out;
  for (const Due& due : all_due()) out.insert(due_key(due));
  return out;
}

bool Model::is_due(const Due& due) const {
  const auto all = all_due();
  return std::binary_search(all.begin(), all.end(), due);
}

std::vector<SystemReceipt> Model::handle_due() {
  std::vector<SystemReceipt> out;
  place_ = kSystemPlace;
  std::vector<Due> first = all_due();
  if (first.size() > world.parameters.due_per_block) first.resize(world.parameters.due_per_block);
  for (const Due& due : first) {
    if (due.time > now_) break;
    if (!is_due(due)) continue;
    step_ = static_cast<std::uint32_t>(out.size());
    account_rows_ = 0;
    const Code code = handle(due);
    out.push_back({due.kind, due.id, code});
  }
  return out;
}

Code Model::handle(const Due& due) {
  switch (due.kind) {
    case DueKind::order_deadline:
      return refund(due.id);
    case DueKind::retention_end:
      world.retention_over.insert(due.id);
      for (const Access& access : world.orders[due.id - 1].deliveries) {
        if (const auto* data = std::get_if<OpaqueAccess>(&access)) {
          traces_.erasures.push_back(data->filed);
        }
      }
      return Code::ok;
    case DueKind::share_expiry:
      return expire(due.id);
    case DueKind::record_shares:
      return close_shares(due.id);
    case DueKind::user_move:
      return carry_out_move(UserId(due.id));
    case DueKind::proposal_lapse:
      world.proposals[due.id - 1].status = Proposal::Status::lapsed;
      return Code::ok;
    case DueKind::proposal_force:
      return enforce_decided(due.id);
    case DueKind::suspension_end:
      set_status(world.institutions[due.id - 1], Institution::Status::accredited);
      return Code::ok;
  }
  return Code::malformed;
}

Code Model::refund(std::uint64_t number) {
  Order& order = world.orders[number - 1];
  world.user(*order.buyer).balance += order.price;
  end_order(order, Order::Status::refunded);
  ++world.user(order.seller).failed_deliveries;
  for (const RecordId id : order.records) history(id, RecordChange::refunded, number);
  account(*order.buyer, AccountChange::refunded, order.price, order.seller, number);
  account_rows_ = 0;  // both parties' accounts begin at 0
  account(order.seller, AccountChange::refunded, order.price, *order.buyer, number);
  return Code::ok;
}

// All at once: no sequence shares a record with more than the 64 that one block closes.
Code Model::close_shares(std::uint64_t record) {
  std::map<UserId, std::uint64_t> living;  // in the order of their grantees
  for (std::size_t i = 0; i < world.shares.size(); ++i) {
    const Share& share = world.shares[i];
    if (share.record != RecordId(record) || share.status != Share::Status::living) continue;
    living[share.grantee] = i + 1;
  }
  for (const auto& [grantee, number] : living) close_share(number, Share::Status::record_deleted);
  world.closing_at.erase(record);
  return Code::ok;
}

Code Model::expire(std::uint64_t number) {
  const RecordId record = world.shares[number - 1].record;
  if (world.record(record)->deleted) {
    close_share(number, Share::Status::record_deleted);
  } else {
    close_share(number, Share::Status::expired);
    history(record, RecordChange::share_expired, number);
  }
  return Code::ok;
}

Code Model::carry_out_move(UserId id) {
  const Address key = world.user(id).pending_move->new_key;
  if (std::holds_alternative<std::monostate>(world.whose(key))) {
    move(id, key);
    return Code::ok;
  }
  world.user(id).pending_move.reset();
  return Code::address_taken;
}

Code Model::enforce_decided(std::uint64_t number) {
  Proposal& proposal = world.proposals[number - 1];
  enforce(proposal);
  return proposal.obstacle.value_or(Code::ok);
}

}  // namespace generion::contract::model
