#include "contract/queries.h"

#include "contract/read_objects.h"

namespace generion::contract {
namespace {

FoundRecord found_record(const StateReader& state, RecordId id, Record record,
                         const Address& owner) {
  FoundRecord out{id, std::move(record), owner, owner, std::nullopt};
  if (out.record.creator) out.creator = institution_address(state, *out.record.creator);
  if (!out.record.deleted) out.attachment = out.record.filed;
  return out;
}

}  // namespace

std::vector<std::uint64_t> list_members(const StateReader& state, IdList list, std::uint64_t of,
                                        std::uint64_t after, std::size_t limit) {
  const Bytes from = after == 0 ? Bytes() : list_key(list, of, after);
  std::vector<std::uint64_t> out;
  for (const auto& [key, value] : state.scan(list_prefix(list, of), from, limit)) {
    out.push_back(parse_list_key(key));
  }
  return out;
}

Identity find_identity(const StateReader& state, const PublicKey& key) {
  const auto row = state.lookup(identity_key(key));
  return row ? parse_identity(*row) : Identity();
}

std::optional<UserId> find_user_id(const StateReader& state, const Address& address) {
  const Identity identity = find_identity(state, address);
  if (const UserId* user = std::get_if<UserId>(&identity)) return *user;
  return std::nullopt;
}

std::optional<FoundUser> find_user(const StateReader& state, const Address& address) {
  const auto id = find_user_id(state, address);
  return id ? find_user(state, *id) : std::nullopt;
}

std::optional<FoundUser> find_user(const StateReader& state, UserId id) {
  auto user = read(state, user_key(id), decode_user);
  if (!user) return std::nullopt;
  FoundUser out{id, std::move(*user), std::nullopt};
  if (out.user.admitted_by) out.admitted_by = institution_address(state, *out.user.admitted_by);
  return out;
}

std::optional<FoundInstitution> find_institution(const StateReader& state, const Address& address) {
  const Identity identity = find_identity(state, address);
  const auto* institution = std::get_if<InstitutionId>(&identity);
  return institution != nullptr ? find_institution(state, *institution) : std::nullopt;
}

std::optional<FoundInstitution> find_institution(const StateReader& state, InstitutionId id) {
  auto institution = read(state, institution_key(id), decode_institution);
  if (!institution) return std::nullopt;
  return FoundInstitution{id, std::move(*institution)};
}

std::vector<FoundInstitution> institutions(const StateReader& state, InstitutionId after,
                                           std::size_t limit) {
  const std::uint64_t count = read_counters(state).institutions;
  std::vector<FoundInstitution> out;
  for (std::uint64_t n = after.value(); n < count && out.size() < limit; ++n) {
    const InstitutionId id(n + 1);
    out.push_back({id, read_existing(state, institution_key(id), decode_institution)});
  }
  return out;
}

std::optional<FoundRecord> find_record(const StateReader& state, RecordId id) {
  auto record = read(state, record_key(id), decode_record);
  if (!record) return std::nullopt;
  const Address owner = user_address(state, record->owner);
  return found_record(state, id, std::move(*record), owner);
}

std::vector<RecordId> record_ids_of(const StateReader& state, UserId owner, RecordId after,
                                    std::size_t limit) {
  std::vector<RecordId> out;
  for (const std::uint64_t id :
       list_members(state, IdList::owner_records, owner.value(), after.value(), limit)) {
    out.push_back(RecordId(id));
  }
  return out;
}

std::vector<FoundRecord> records_of(const StateReader& state, UserId owner, RecordId after,
                                    std::size_t limit) {
  std::vector<FoundRecord> out;
  const auto ids = record_ids_of(state, owner, after, limit);
  if (ids.empty()) return out;
  const Address address = user_address(state, owner);
  for (const RecordId id : ids) {
    Record record = read_existing(state, record_key(id), decode_record);
    out.push_back(found_record(state, id, std::move(record), address));
  }
  return out;
}

std::vector<ListedUser> users_with_records(const StateReader& state, std::uint64_t after_ordinal,
                                           std::size_t limit) {
  const Bytes from = after_ordinal == 0 ? Bytes() : listed_user_key(after_ordinal);
  std::vector<ListedUser> out;
  for (const auto& [key, value] : state.scan(listed_user_prefix(), from, limit)) {
    const UserId id(parse_number(value));
    out.push_back({parse_listed_user_key(key), id, user_address(state, id)});
  }
  return out;
}

std::vector<HistoryEntry> record_history(const StateReader& state, RecordId id,
                                         std::optional<HistoryPlace> after, std::size_t limit) {
  const Bytes from = after ? history_key(id, after->position, after->change) : Bytes();
  std::vector<HistoryEntry> out;
  for (const auto& [key, value] : state.scan(history_prefix(id), from, limit)) {
    out.push_back(parse_history(key, value));
  }
  return out;
}

Parameters read_parameters(const StateReader& state) {
  return read_existing(state, parameters_key(), decode_parameters);
}

Counters read_counters(const StateReader& state) {
  return read_existing(state, counters_key(), decode_counters);
}

}  // namespace generion::contract
