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

}  // namespace

WorkingState::WorkingState(const StateReader& reader, std::shared_ptr<const Parameters> parameters)
    : reader_(reader),
      parameters_(parameters ? std::move(parameters)
                             : std::make_shared<const Parameters>(read_parameters(reader))),
      counters_before_(read_counters(reader)),
      counters_(counters_before_) {
  mark_.counters = counters_;
}

Identity WorkingState::identify(const Address& address) {
  const auto [at, asked_first] = identities_.try_emplace(address);
  if (!asked_first) return at->second;
  if (const auto user = reader_.lookup(user_by_address_key(address))) {
    at->second = UserId(parse_number(*user));
  } else if (const auto found = reader_.lookup(institution_by_address_key(address))) {
    at->second = InstitutionId(parse_number(*found));
  }
  return at->second;
}

const User& WorkingState::user(UserId id) {
  if (const User* known = users_.find(id)) return *known;
  return users_.add_loaded(id, load(reader_, user_key(id), decode_user));
}

const Institution& WorkingState::institution(InstitutionId id) {
  if (const Institution* known = institutions_.find(id)) return *known;
  return institutions_.add_loaded(id, load(reader_, institution_key(id), decode_institution));
}

const Record* WorkingState::find_record(RecordId id) {
  if (id == RecordId(0) || id.value() > counters_.records) return nullptr;
  if (const Record* known = records_.find(id)) return known;
  return &records_.add_loaded(id, load(reader_, record_key(id), decode_record));
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

UserId WorkingState::create_user(User user) {
  const UserId id(++counters_.users);
  identities_[user.address] = id;
  lookups_.push_back({user_by_address_key(user.address), number_value(id.value())});
  users_.create(id, std::move(user));
  created_.emplace_back(id);
  return id;
}

RecordId WorkingState::create_record(Record record) {
  const UserId owner = record.owner;
  const RecordId id(++counters_.records);
  records_.create(id, std::move(record));
  created_.emplace_back(id);
  if (++change_user(owner).record_count == 1) {
    lookups_.push_back({listed_user_key(++counters_.listed_users), number_value(owner.value())});
  }
  lookups_.push_back({owner_record_key(owner, id), Bytes()});
  return id;
}

void WorkingState::delete_record(RecordId id) {
  Record& record = change_record(id);
  record.deleted = true;
  erasures_.push_back(record.filed);
}

void WorkingState::add_history(RecordId id, const HistoryEntry& entry) {
  lookups_.push_back({history_key(id, entry.position), history_value(entry)});
}

void WorkingState::commit() {
  users_.commit();
  institutions_.commit();
  records_.commit();
  mark_ = {counters_, created_.size(), lookups_.size(), erasures_.size()};
}

void WorkingState::rollback() {
  for (std::size_t i = mark_.created; i < created_.size(); ++i) {
    if (const UserId* id = std::get_if<UserId>(&created_[i])) {
      identities_[users_.find(*id)->address] = Identity();
    }
  }
  users_.rollback();
  institutions_.rollback();
  records_.rollback();
  counters_ = mark_.counters;
  created_.resize(mark_.created);
  lookups_.resize(mark_.lookups);
  erasures_.resize(mark_.erasures);
}

ObjectWrite WorkingState::created_write(const CreatedId& id) const {
  if (const UserId* user = std::get_if<UserId>(&id)) {
    return {user_key(*user), encode_user(*users_.find(*user)), true};
  }
  const RecordId record = std::get<RecordId>(id);
  return {record_key(record), encode_record(*records_.find(record)), true};
}

BlockWrites WorkingState::finish() && {
  rollback();
  BlockWrites out;
  out.objects.reserve(created_.size() + 8);
  for (const CreatedId& id : created_) out.objects.push_back(created_write(id));

  // Ordered by key: the kinds' first bytes ascend in this order, numbers are big-endian.
  if (counters_ != counters_before_) {
    out.objects.push_back({counters_key(), encode_counters(counters_)});
  }
  institutions_.for_each_changed([&out](InstitutionId id, const Institution& institution) {
    out.objects.push_back({institution_key(id), encode_institution(institution)});
  });
  users_.for_each_changed([&out](UserId id, const User& user) {
    out.objects.push_back({user_key(id), encode_user(user)});
  });
  records_.for_each_changed([&out](RecordId id, const Record& record) {
    out.objects.push_back({record_key(id), encode_record(record)});
  });
  out.lookups = std::move(lookups_);
  out.erasures = std::move(erasures_);
  return out;
}

}  // namespace generion::contract
