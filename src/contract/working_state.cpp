#include "contract/working_state.h"

#include <utility>

#include "base/assert.h"
#include "contract/queries.h"

namespace generion::contract {
namespace {

// An object that must exist: its number is at most the count of its kind.
template <class Object>
Object load(const StateReader& reader, const Bytes& key, Result<Object> (*decode)(ByteView)) {
  const auto value = reader.object(key);
  GENERION_ASSERT(value.has_value());
  auto object = decode(*value);
  GENERION_ASSERT(object.has_value());
  return std::move(*object);
}

// nullptr if the number is above the count.
template <class Id, class Object>
const Object* find_numbered(ObjectTable<Id, Object>& table, const StateReader& reader, Id id,
                            std::uint64_t count, Bytes (*key)(Id),
                            Result<Object> (*decode)(ByteView)) {
  if (id == Id(0) || id.value() > count) return nullptr;
  if (const Object* known = table.find(id)) return known;
  return &table.add_loaded(id, load(reader, key(id), decode));
}

}  // namespace

WorkingState::WorkingState(const StateReader& reader, std::shared_ptr<const Parameters> parameters)
    : reader_(reader),
      parameters_(parameters ? std::move(parameters)
                             : std::make_shared<const Parameters>(read_parameters(reader))),
      counters_before_(read_counters(reader)),
      counters_(counters_before_) {
  mark_.counters = counters_;
}

Identity WorkingState::identify(const PublicKey& key) {
  const auto row = find_row(identity_key(key));
  return row ? parse_identity(*row) : Identity();
}

void WorkingState::set_identity(const PublicKey& key, const Identity& identity) {
  if (std::holds_alternative<std::monostate>(identity)) {
    remove_row(identity_key(key));
  } else {
    put_row(identity_key(key), identity_value(identity));
  }
}

const User& WorkingState::user(UserId id) {
  const User* user = find_numbered(users_, reader_, id, counters_.users, user_key, decode_user);
  GENERION_ASSERT(user != nullptr);
  return *user;
}

const Institution& WorkingState::institution(InstitutionId id) {
  const Institution* institution = find_numbered(institutions_, reader_, id, counters_.institutions,
                                                 institution_key, decode_institution);
  GENERION_ASSERT(institution != nullptr);
  return *institution;
}

const Record* WorkingState::find_record(RecordId id) {
  return find_numbered(records_, reader_, id, counters_.records, record_key, decode_record);
}

const Share* WorkingState::find_share(ShareId id) {
  return find_numbered(shares_, reader_, id, counters_.shares, share_key, decode_share);
}

const Order* WorkingState::find_order(OrderId id) {
  return find_numbered(orders_, reader_, id, counters_.orders, order_key, decode_order);
}

const Proposal* WorkingState::find_proposal(ProposalId id) {
  return find_numbered(proposals_, reader_, id, counters_.proposals, proposal_key, decode_proposal);
}

const Validators& WorkingState::validators() {
  if (const Validators* known = validators_.find(SingleObject::validators)) return *known;
  return validators_.add_loaded(SingleObject::validators,
                                load(reader_, validators_key(), decode_validators));
}

const EpochObject& WorkingState::epoch() {
  const Epoch number(counters_.epoch);
  if (const EpochObject* known = epochs_.find(number)) return *known;
  return epochs_.add_loaded(number, load(reader_, epoch_key(number), decode_epoch));
}

User& WorkingState::change_user(UserId id) {
  user(id);
  return users_.change(id);
}

Institution& WorkingState::change_institution(InstitutionId id) {
  institution(id);
  return institutions_.change(id);
}

Record& WorkingState::change_record(RecordId id) {
  GENERION_ASSERT(find_record(id) != nullptr);
  return records_.change(id);
}

Share& WorkingState::change_share(ShareId id) {
  GENERION_ASSERT(find_share(id) != nullptr);
  return shares_.change(id);
}

Order& WorkingState::change_order(OrderId id) {
  GENERION_ASSERT(find_order(id) != nullptr);
  return orders_.change(id);
}

Proposal& WorkingState::change_proposal(ProposalId id) {
  GENERION_ASSERT(find_proposal(id) != nullptr);
  return proposals_.change(id);
}

Validators& WorkingState::change_validators() {
  validators();
  return validators_.change(SingleObject::validators);
}

EpochObject& WorkingState::change_epoch() {
  epoch();
  return epochs_.change(Epoch(counters_.epoch));
}

Cell& WorkingState::change_cell(const CellName& name) {
  if (cells_.find(name) == nullptr) {
    if (const auto value = reader_.object(cell_key(name))) {
      auto cell = decode_cell(*value);
      GENERION_ASSERT(cell.has_value());
      cells_.add_loaded(name, *cell);
    } else {
      cells_.create(name, Cell());
      created_.emplace_back(name);
      append_row(cell_row_key(name), Bytes());
    }
  }
  return cells_.change(name);
}

std::optional<Bytes> WorkingState::find_row(const Bytes& key) {
  if (const auto* known = rows_.find(key)) return *known;
  return rows_.add_loaded(key, reader_.lookup(key));
}

void WorkingState::put_row(const Bytes& key, Bytes value) {
  find_row(key);
  rows_.change(key) = std::move(value);
}

void WorkingState::remove_row(const Bytes& key) {
  find_row(key);
  rows_.change(key) = std::nullopt;
}

void WorkingState::append_row(Bytes key, Bytes value) {
  appended_.push_back({std::move(key), std::move(value)});
}

void WorkingState::commit() {
  users_.commit();
  institutions_.commit();
  records_.commit();
  shares_.commit();
  orders_.commit();
  proposals_.commit();
  validators_.commit();
  cells_.commit();
  epochs_.commit();
  evidence_.commit();
  rows_.commit();
  mark_ = {counters_, created_.size(), appended_.size(), erasures_.size()};
}

void WorkingState::rollback() {
  users_.rollback();
  institutions_.rollback();
  records_.rollback();
  shares_.rollback();
  orders_.rollback();
  proposals_.rollback();
  validators_.rollback();
  cells_.rollback();
  epochs_.rollback();
  evidence_.rollback();
  rows_.rollback();
  counters_ = mark_.counters;
  created_.resize(mark_.created);
  appended_.resize(mark_.appended);
  erasures_.resize(mark_.erasures);
}

}  // namespace generion::contract
