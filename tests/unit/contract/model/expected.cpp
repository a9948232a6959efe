#include "expected.h"

#include <limits>

#include "contract/statistics.h"

namespace generion::contract::model {
namespace {

using Objects = std::map<Bytes, Bytes>;

void add_users(Objects& out, const World& world) {
  std::vector<User> users = world.users;
  const auto at = [&users](UserId id) -> User& { return users.at(id.value() - 1); };
  for (const Record& record : world.records) ++at(record.owner).record_count;
  for (const Share& share : world.shares) {
    ++at(share.owner).share_count;
    ++at(share.grantee).granted_count;
  }
  for (const Order& order : world.orders) {
    ++at(order.seller).order_count;
    if (order.status == Order::Status::open) ++at(order.seller).open_order_count;
    if (order.buyer) ++at(*order.buyer).purchase_count;
  }
  for (std::size_t i = 0; i < users.size(); ++i) {
    out[user_key(UserId(i + 1))] = encode_user(users[i]);
  }
}

void add_records(Objects& out, const World& world) {
  std::vector<Record> records = world.records;
  const auto at = [&records](RecordId id) -> Record& { return records.at(id.value() - 1); };
  for (const Share& share : world.shares) {
    ++at(share.record).share_count;
    if (share.status == Share::Status::living) ++at(share.record).living_shares;
  }
  for (std::size_t i = 0; i < world.orders.size(); ++i) {
    for (const RecordId id : world.orders[i].records) {
      ++at(id).order_count;
      if (world.orders[i].status == Order::Status::open) at(id).open_orders.emplace_back(i + 1);
    }
  }
  for (std::size_t i = 0; i < records.size(); ++i) {
    records[i].deleted = world.deleted_at.contains(i + 1);
    records[i].held_until = world.held_until(RecordId(i + 1));
    out[record_key(RecordId(i + 1))] = encode_record(records[i]);
  }
}

class Cells {
 public:
  explicit Cells(const World& world) : world_(world) {}

  Cell& of(RecordId id, TimeMs time) {
    const Record& record = *world_.record(id);
    return cells_[{month_of(time), record.creator.value_or(InstitutionId(0)), record.type}];
  }

  void add_sale(const Order& order) {
    const std::uint64_t each = order.price / order.records.size();
    const std::uint64_t rest = order.price % order.records.size();
    for (std::size_t i = 0; i < order.records.size(); ++i) {
      Cell& cell = of(order.records[i], *order.closed_at);
      ++cell.sold;
      const std::uint64_t value = each + (i == 0 ? rest : 0);
      const std::uint64_t room = std::numeric_limits<std::uint64_t>::max() - cell.value;
      cell.value += std::min(value, room);
    }
  }

  const std::map<CellName, Cell>& all() const { return cells_; }

 private:
  const World& world_;
  std::map<CellName, Cell> cells_;
};

void add_cells(Objects& out, const World& world) {
  Cells cells(world);
  for (std::size_t i = 0; i < world.records.size(); ++i) {
    ++cells.of(RecordId(i + 1), world.records[i].created_at).created;
  }
  for (const auto& [id, time] : world.verified_at) ++cells.of(RecordId(id), time).verified;
  for (const auto& [id, time] : world.deleted_at) ++cells.of(RecordId(id), time).deleted;
  for (const Share& share : world.shares) ++cells.of(share.record, share.created_at).shared;
  for (const Order& order : world.orders) {
    for (const RecordId id : order.records) ++cells.of(id, order.created_at).offered;
    if (order.status == Order::Status::delivered) cells.add_sale(order);
  }
  for (const auto& [name, cell] : cells.all()) out[cell_key(name)] = encode_cell(cell);
}

Counters counters_of(const World& world) {
  Counters out;
  out.users = world.users.size();
  out.institutions = world.institutions.size();
  out.records = world.records.size();
  std::set<UserId> owners;
  for (const Record& record : world.records) owners.insert(record.owner);
  out.listed_users = owners.size();
  out.shares = world.shares.size();
  out.orders = world.orders.size();
  out.proposals = world.proposals.size();
  out.validators = world.validators_ever;
  out.minted = world.minted();
  out.escrowed = world.escrowed();
  out.mint_period = world.mint_period;
  out.minted_in_period = world.minted_in_period;
  out.epoch = world.epoch_number().value();
  out.evidence = world.evidence.size();
  return out;
}

}  // namespace

std::map<Bytes, Bytes> expected_objects(const World& world) {
  Objects out;
  out[counters_key()] = encode_counters(counters_of(world));
  out[parameters_key()] = encode_parameters(world.parameters);
  out[validators_key()] = encode_validators(world.validators);
  for (std::size_t i = 0; i < world.institutions.size(); ++i) {
    out[institution_key(InstitutionId(i + 1))] = encode_institution(world.institutions[i]);
  }
  add_users(out, world);
  add_records(out, world);
  for (std::size_t i = 0; i < world.shares.size(); ++i) {
    out[share_key(ShareId(i + 1))] = encode_share(world.shares[i]);
  }
  for (std::size_t i = 0; i < world.orders.size(); ++i) {
    out[order_key(OrderId(i + 1))] = encode_order(world.orders[i]);
  }
  for (std::size_t i = 0; i < world.proposals.size(); ++i) {
    out[proposal_key(ProposalId(i + 1))] = encode_proposal(world.proposals[i]);
  }
  for (std::size_t i = 0; i < world.evidence.size(); ++i) {
    out[evidence_key(EvidenceId(i + 1))] = encode_evidence(world.evidence[i]);
  }
  for (std::size_t i = 0; i < world.epochs.size(); ++i) {
    out[epoch_key(Epoch(i))] = encode_epoch(world.epochs[i]);
  }
  add_cells(out, world);
  return out;
}

}  // namespace generion::contract::model
