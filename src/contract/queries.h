// What can be asked of the state: pure functions over one version of it.
//
//   const auto user = find_user(state, address);
//   auto page = records_of(state, user->id, RecordId(0), 100);  // then after page.back().id
//
// Lists go in ascending order of what their `after` names, begin behind it (0: at the first) and
// have at most `limit` entries; fewer mean that the list ends.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "contract/lookups.h"
#include "contract/objects.h"
#include "contract/state.h"

namespace generion::contract {

struct FoundUser {
  UserId id;
  User user;
  std::optional<Address> admitted_by;  // the institution's address
  friend bool operator==(const FoundUser&, const FoundUser&) = default;
};

struct FoundInstitution {
  InstitutionId id;
  Institution institution;
  friend bool operator==(const FoundInstitution&, const FoundInstitution&) = default;
};

// A record with the addresses that it refers to.
struct FoundRecord {
  RecordId id;
  Record record;
  Address owner;
  Address creator;  // the owner, or the institution if record.creator is set
  // record.filed, while the record is not deleted.
  std::optional<AttachmentId> attachment;
  friend bool operator==(const FoundRecord&, const FoundRecord&) = default;
};

struct ListedUser {
  std::uint64_t ordinal = 0;  // dense, from 1, in the order of the users' first records
  UserId id;
  Address address;
  friend bool operator==(const ListedUser&, const ListedUser&) = default;
};

// The members of a list, ascending, after the given one.
std::vector<std::uint64_t> list_members(const StateReader& state, IdList list, std::uint64_t of,
                                        std::uint64_t after, std::size_t limit);

// Whose key it is.
Identity find_identity(const StateReader& state, const PublicKey& key);

// nullopt: nobody was admitted with this address.
std::optional<UserId> find_user_id(const StateReader& state, const Address& address);
std::optional<FoundUser> find_user(const StateReader& state, const Address& address);
std::optional<FoundUser> find_user(const StateReader& state, UserId id);

std::optional<FoundInstitution> find_institution(const StateReader& state, const Address& address);
std::optional<FoundInstitution> find_institution(const StateReader& state, InstitutionId id);
std::vector<FoundInstitution> institutions(const StateReader& state, InstitutionId after,
                                           std::size_t limit);

// Deleted records are found too, marked so.
std::optional<FoundRecord> find_record(const StateReader& state, RecordId id);
std::vector<FoundRecord> records_of(const StateReader& state, UserId owner, RecordId after,
                                    std::size_t limit);
std::vector<RecordId> record_ids_of(const StateReader& state, UserId owner, RecordId after,
                                    std::size_t limit);

// Users that have had a record.
std::vector<ListedUser> users_with_records(const StateReader& state, std::uint64_t after_ordinal,
                                           std::size_t limit);

// Where a page of a record's history ended.
struct HistoryPlace {
  Position position;
  RecordChange change = RecordChange::created;
};

// Every change of the record; empty if there is no such record.
std::vector<HistoryEntry> record_history(const StateReader& state, RecordId id,
                                         std::optional<HistoryPlace> after, std::size_t limit);

// The state of every chain has these from genesis on.
Parameters read_parameters(const StateReader& state);
Counters read_counters(const StateReader& state);

}  // namespace generion::contract
