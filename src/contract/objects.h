// The objects of the state, their keys and their canonical bytes: docs/protocol/state.md.
//
// A key is one byte for the kind, then big-endian numbers. A value is in the canonical shape of
// types/canonical.h, with the schema in proto/generion/v1/state.proto.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "base/error.h"
#include "contract/state.h"
#include "types/genesis.h"
#include "types/ids.h"
#include "types/transaction.h"

namespace generion::contract {

// Dense, from 1, in the order of the genesis file.
using InstitutionId = StrongId<struct InstitutionIdTag>;

// Objects made so far, deleted ones included: an id above its count does not exist.
struct Counters {
  std::uint64_t users = 0;
  std::uint64_t institutions = 0;
  std::uint64_t records = 0;
  std::uint64_t listed_users = 0;  // users that have had a record
  friend bool operator==(const Counters&, const Counters&) = default;
};

// What was used of a day's allowance. A day that is over counts as nothing used.
struct Budget {
  std::uint64_t day = 0;  // days since 1970-01-01 UTC, by block time
  std::uint64_t operations = 0;
  std::uint64_t admissions = 0;  // of an institution
  friend bool operator==(const Budget&, const Budget&) = default;
};

struct User {
  Address address;
  std::optional<ReaderKey> reader_key;
  std::optional<InstitutionId> admitted_by;  // absent for one who came by himself
  TimeMs first_seen;
  std::uint64_t record_count = 0;  // ever, deleted ones included
  Budget budget;
  friend bool operator==(const User&, const User&) = default;
};

struct Institution {
  enum class Status : std::uint8_t { accredited = 0, suspended = 1, withdrawn = 2 };

  Address address;
  std::string name;
  std::string kind;
  std::string data_source_url;  // empty: it has none
  Status status = Status::accredited;
  TimeMs since;  // of the status
  Budget budget;
  friend bool operator==(const Institution&, const Institution&) = default;
};

// "accredited", "suspended", "withdrawn".
std::string_view status_name(Institution::Status status);

struct Record {
  UserId owner;
  std::optional<InstitutionId> creator;  // absent: the owner made it himself
  ReaderKey data_pub_key;
  std::optional<Lock> lock;  // of a capsule; opaque data has none
  AttachmentRef data;        // the sealed meta of a capsule, else the whole of data_encr
  std::optional<Hash> document;
  std::string type;  // empty: not told
  std::optional<RecordId> replaces;
  bool verified = false;  // made or confirmed by the owner
  bool deidentified = false;
  TimeMs created_at;
  AttachmentId filed;  // where the bytes of `data` are; erased once the record is deleted
  bool deleted = false;
  friend bool operator==(const Record&, const Record&) = default;
};

Bytes counters_key();
Bytes parameters_key();  // the value is encode_parameters of types/genesis.h
Bytes user_key(UserId id);
Bytes institution_key(InstitutionId id);
Bytes record_key(RecordId id);

// What a key names: an institution, a user or a record, or one of the two single objects.
enum class SingleObject : std::uint8_t { counters, parameters };
using ObjectName = std::variant<SingleObject, InstitutionId, UserId, RecordId>;

// nullopt for a key that no object can have.
std::optional<ObjectName> parse_object_key(ByteView key);

Bytes encode_counters(const Counters& counters);
Bytes encode_user(const User& user);
Bytes encode_institution(const Institution& institution);
Bytes encode_record(const Record& record);

// Errors: malformed, not_canonical. What these accept, encoding gives back byte for byte.
Result<Counters> decode_counters(ByteView bytes);
Result<User> decode_user(ByteView bytes);
Result<Institution> decode_institution(ByteView bytes);
Result<Record> decode_record(ByteView bytes);

}  // namespace generion::contract
