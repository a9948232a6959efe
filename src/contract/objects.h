// The objects of the state, their keys and their canonical bytes: docs/protocol/state.md.
//
// A key is one byte for the kind, then big-endian numbers. A value is in the canonical shape of
// types/canonical.h, with the schema in proto/generion/v1/state.proto.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/error.h"
#include "contract/state.h"
#include "types/genesis.h"
#include "types/ids.h"
#include "types/transaction.h"

namespace generion::contract {

// Dense, from 1, first in the order of the genesis file.
using InstitutionId = StrongId<struct InstitutionIdTag>;
using ValidatorId = StrongId<struct ValidatorIdTag>;
using EvidenceId = StrongId<struct EvidenceIdTag>;

// Objects made so far, deleted ones included: an id above its count does not exist.
struct Counters {
  std::uint64_t users = 0;
  std::uint64_t institutions = 0;
  std::uint64_t records = 0;
  std::uint64_t listed_users = 0;  // users that have had a record
  std::uint64_t shares = 0;
  std::uint64_t orders = 0;
  std::uint64_t proposals = 0;
  std::uint64_t validators = 0;
  std::uint64_t minted = 0;       // all tokens there are: the sum of the balances, and what is held
  std::uint64_t escrowed = 0;     // the sum of the purchased orders' prices
  std::uint64_t mint_period = 0;  // number of the period that minted_in_period is for
  std::uint64_t minted_in_period = 0;
  std::uint64_t epoch = 0;  // the number of the one that the next block belongs to
  std::uint64_t evidence = 0;
  friend bool operator==(const Counters&, const Counters&) = default;
};

// What was used of a day's allowance. A day that is over counts as nothing used.
struct Budget {
  std::uint64_t day = 0;  // days since 1970-01-01 UTC, by block time
  std::uint64_t operations = 0;
  std::uint64_t admissions = 0;  // of an institution
  friend bool operator==(const Budget&, const Budget&) = default;
};

// Counts of what a user has ever had make lists provable: n distinct, proven ones are all.
struct User {
  // The key that may move the user to another one, after its delay.
  struct Recovery {
    PublicKey key;
    std::uint64_t delay_ms = 0;
    friend bool operator==(const Recovery&, const Recovery&) = default;
  };
  struct Move {
    Address new_key;
    TimeMs due;
    friend bool operator==(const Move&, const Move&) = default;
  };

  Address address;
  std::optional<ReaderKey> reader_key;
  std::optional<InstitutionId> admitted_by;  // absent for one who came by himself
  TimeMs first_seen;
  std::uint64_t record_count = 0;  // ever, deleted ones included
  Budget budget;
  std::uint64_t balance = 0;
  std::uint64_t open_order_count = 0;   // as the seller, now
  std::uint64_t order_count = 0;        // as the seller, ever
  std::uint64_t purchase_count = 0;     // as the buyer, ever
  std::uint64_t share_count = 0;        // given, ever
  std::uint64_t granted_count = 0;      // received, ever
  std::uint64_t failed_deliveries = 0;  // purchases refunded because this seller did not deliver
  std::optional<Recovery> recovery;
  std::optional<Move> pending_move;  // asked for by the recovery key
  friend bool operator==(const User&, const User&) = default;
};

// A validator's wish that an institution be suspended; counts for Parameters::proposal_lifetime_ms.
struct SuspensionVote {
  ValidatorId validator;
  TimeMs time;
  friend bool operator==(const SuspensionVote&, const SuspensionVote&) = default;
};

struct AnchoredLog {
  Hash root;
  std::uint64_t count = 0;
  TimeMs time;
  friend bool operator==(const AnchoredLog&, const AnchoredLog&) = default;
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
  std::optional<TimeMs> suspended_until;
  std::vector<SuspensionVote> suspension_votes;  // ascending by validator, none twice
  std::optional<AnchoredLog> log;                // of its data source's accesses
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
  std::uint64_t share_count = 0;     // ever
  std::uint64_t living_shares = 0;   // not closed; dead all the same once the record is deleted
  std::vector<OrderId> open_orders;  // that hold it, ascending
  std::uint64_t order_count = 0;     // that held it, ever
  TimeMs held_until;  // of purchased orders: the deadline, then the end of the retention
  friend bool operator==(const Record&, const Record&) = default;
};

// A statistics cell: what happened in a month to records of a type that an institution made.
struct CellName {
  std::uint32_t month = 0;    // year * 12 + (month - 1), UTC, by block time
  InstitutionId institution;  // 0: made by their owners
  std::string type;           // empty: not told
  friend auto operator<=>(const CellName&, const CellName&) = default;
};

// --- keys ---

Bytes counters_key();
Bytes parameters_key();  // the value is encode_parameters of types/genesis.h
Bytes user_key(UserId id);
Bytes institution_key(InstitutionId id);
Bytes record_key(RecordId id);
Bytes share_key(ShareId id);
Bytes order_key(OrderId id);
Bytes proposal_key(ProposalId id);
Bytes validators_key();
Bytes cell_key(const CellName& name);
Bytes epoch_key(Epoch number);  // from 0
Bytes evidence_key(EvidenceId id);

// What a key names: one of the single objects, a numbered one, or a statistics cell.
enum class SingleObject : std::uint8_t { counters, parameters, validators };
using ObjectName = std::variant<SingleObject, InstitutionId, UserId, RecordId, ShareId, OrderId,
                                ProposalId, CellName, Epoch, EvidenceId>;

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
