// Blocks, transactions, who may send what, and what stays of it.
#include "rules.h"

#include "setup.h"

namespace generion::contract::model {
namespace {

bool governs(const Operation& operation) {
  return std::holds_alternative<Propose>(operation) || std::holds_alternative<Vote>(operation) ||
         std::holds_alternative<SuspendInstitution>(operation);
}

// What the key of a validator's node may sign too.
bool is_of_node(const Operation& operation) {
  return std::holds_alternative<EndEpoch>(operation) ||
         std::holds_alternative<ReportEvidence>(operation);
}

}  // namespace

Model::Model(const Genesis& genesis) {
  world.parameters = genesis.parameters;
  world.slots = {counters_key(), parameters_key(), validators_key(), epoch_key(Epoch(0))};
  for (const GenesisValidator& given : genesis.validators) {
    const ValidatorId id(world.validators.members.size() + 1);
    world.validators.members.push_back({id, given.key, given.governance_key, given.name});
    world.node_keys[given.key] = id;
  }
  world.validators_ever = world.validators.members.size();
  world.epochs.emplace_back();
  world.epoch().first = Height(1);
  world.epoch().since = genesis.time;
  world.epoch().validators = world.members();
  for (const GenesisInstitution& given : genesis.institutions) {
    Institution institution;
    institution.address = given.address;
    institution.name = given.name;
    institution.kind = given.kind;
    institution.data_source_url = given.data_source_url;
    institution.since = genesis.time;
    world.institutions.push_back(institution);
    world.slots.push_back(institution_key(InstitutionId(world.institutions.size())));
  }
}

void Model::start_block(Height height, TimeMs now) {
  height_ = height;
  now_ = now;
  last_height_ = world.epoch().last;
  traces_ = {};
}

void Model::begin(const Address& sender, std::uint32_t place) {
  world_before_ = world;
  traces_before_ = traces_;
  address_ = sender;
  place_ = place;
  step_ = attachments_ = account_rows_ = 0;
  histories_.clear();
  outcome_ = {};
  outcome_.code = enter();
}

void Model::step(const Operation& operation) {
  if (outcome_.code != Code::ok) return;
  Code code = may(operation);
  if (code == Code::ok) {
    code = std::visit([this](const auto& op) { return rule(op); }, operation);
  }
  outcome_.code = code;
  if (code != Code::ok) outcome_.failed_operation = step_;
  ++step_;
}

void Model::give_up() {
  world = std::move(world_before_);
  traces_ = std::move(traces_before_);
  outcome_.new_ids.clear();
}

Outcome Model::end(const Transaction& transaction) {
  if (outcome_.code != Code::ok) {
    give_up();
    return outcome_;
  }
  for (auto& [record, entry] : histories_) {
    entry.tx_id = transaction.id;
    entry.by = address_;
    traces_.rows[history_key(record, entry.position, entry.change)] = history_value(entry);
  }
  return outcome_;
}

Code Model::enter() {
  sender_ = world.whose(address_);
  if (std::holds_alternative<std::monostate>(sender_)) {
    if (world.parameters.user_admission == Parameters::UserAdmission::institution) {
      return Code::not_admitted;
    }
    sender_ = add_user(address_, std::nullopt);
  }
  if (const auto* id = std::get_if<InstitutionId>(&sender_)) {
    if (world.institution(*id).status != Institution::Status::accredited) {
      return Code::institution_not_accredited;
    }
    account(*id, AccountChange::sent, 0, std::nullopt);
  }
  if (const auto id = user()) account(*id, AccountChange::sent, 0, std::nullopt);
  return Code::ok;
}

Code Model::may(const Operation& operation) {
  const bool is_report = std::holds_alternative<ReportReady>(operation);
  if (std::holds_alternative<ValidatorId>(sender_)) {
    return governs(operation) || is_of_node(operation) ? Code::ok : Code::wrong_key;
  }
  if (std::holds_alternative<NodeKeyOf>(sender_)) {
    return is_of_node(operation) ? Code::ok : Code::wrong_key;
  }
  if (std::holds_alternative<ReservedFor>(sender_)) {
    return is_report ? Code::ok : Code::wrong_key;
  }
  if (governs(operation) || is_of_node(operation)) return Code::not_validator;
  if (is_report) return Code::not_joiner;
  if (std::holds_alternative<RecoveryOf>(sender_)) {
    return std::holds_alternative<MoveUser>(operation) ? Code::ok : Code::wrong_key;
  }
  if (today().operations >= world.parameters.operations_per_day_max) return Code::operation_limit;
  ++today().operations;
  return Code::ok;
}

Budget& Model::today() {
  const auto* institution = std::get_if<InstitutionId>(&sender_);
  Budget& budget =
      institution != nullptr ? world.institution(*institution).budget : world.user(*user()).budget;
  if (budget.day != now_.value() / kDayMs) budget = {now_.value() / kDayMs, 0, 0};
  return budget;
}

UserId Model::add_user(const Address& address, std::optional<InstitutionId> by) {
  User user;
  user.address = address;
  user.admitted_by = by;
  user.first_seen = now_;
  world.users.push_back(user);
  const UserId id(world.users.size());
  world.slots.push_back(user_key(id));
  return id;
}

Code Model::admit(InstitutionId by, const Address& address) {
  if (today().admissions >= world.parameters.admissions_per_day_max) return Code::admission_limit;
  ++today().admissions;
  add_user(address, by);
  return Code::ok;
}

std::optional<UserId> Model::user() const {
  const auto* id = std::get_if<UserId>(&sender_);
  return id != nullptr ? std::optional(*id) : std::nullopt;
}

std::optional<UserId> Model::user_at(const Address& address) const {
  const Identity identity = world.whose(address);
  const auto* id = std::get_if<UserId>(&identity);
  return id != nullptr ? std::optional(*id) : std::nullopt;
}

void Model::history(RecordId id, RecordChange change, std::uint64_t about) {
  HistoryEntry entry;
  entry.position = {height_, place_, step_};
  entry.change = change;
  entry.time = now_;
  entry.about = about;
  if (place_ != kSystemPlace) {
    histories_.emplace_back(id, entry);
  } else {
    traces_.rows[history_key(id, entry.position, change)] = history_value(entry);
  }
}

void Model::account(const Account& of, AccountChange change, std::uint64_t amount,
                    std::optional<UserId> other, std::uint64_t about) {
  AccountEntry entry;
  entry.position = {height_, place_, step_};
  entry.sequence = account_rows_++;
  entry.change = change;
  entry.time = now_;
  entry.amount = amount;
  entry.other = other;
  entry.about = about;
  traces_.rows[account_key(of, entry.position, entry.sequence)] = account_value(entry);
}

}  // namespace generion::contract::model
