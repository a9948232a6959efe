// The state as a block changes it: an overlay over the state before. Transactions are applied to it
// one after the other; each ends in commit() or rollback(), and finish() yields what is to be
// written, each object encoded once.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "contract/lookups.h"
#include "contract/object_table.h"
#include "contract/objects.h"
#include "contract/state.h"

namespace generion::contract {

// Who has an address: nobody, a user or an institution.
using Identity = std::variant<std::monostate, UserId, InstitutionId>;

class WorkingState {
 public:
  // `reader` shows the state after the block before, and outlives this object. `parameters` are
  // that state's; null: they are read from it.
  explicit WorkingState(const StateReader& reader,
                        std::shared_ptr<const Parameters> parameters = nullptr);

  const Parameters& parameters() const { return *parameters_; }
  const Counters& counters() const { return counters_; }

  Identity identify(const Address& address);

  // Ids that identify() or a record yielded; they always exist.
  const User& user(UserId id);
  const Institution& institution(InstitutionId id);
  // nullptr: there is no record with this id.
  const Record* find_record(RecordId id);

  User& change_user(UserId id);
  Institution& change_institution(InstitutionId id);
  Record& change_record(RecordId id);

  // These number the object and keep the look-ups that follow from it.
  UserId create_user(User user);
  // The owner's count rises; with the first record he is listed.
  RecordId create_record(Record record);
  // Its attachment is to be erased.
  void delete_record(RecordId id);

  void add_history(RecordId id, const HistoryEntry& entry);

  // Every change since the last of these two stays, or is taken back without a trace.
  void commit();
  void rollback();

  BlockWrites finish() &&;

 private:
  using CreatedId = std::variant<UserId, RecordId>;

  // What rollback() cuts back to.
  struct Mark {
    Counters counters;
    std::size_t created = 0;
    std::size_t lookups = 0;
    std::size_t erasures = 0;
  };

  ObjectWrite created_write(const CreatedId& id) const;

  const StateReader& reader_;
  const std::shared_ptr<const Parameters> parameters_;
  const Counters counters_before_;

  Counters counters_;
  ObjectTable<UserId, User> users_;
  ObjectTable<InstitutionId, Institution> institutions_;
  ObjectTable<RecordId, Record> records_;
  std::map<Address, Identity> identities_;  // those asked for in this block
  std::vector<CreatedId> created_;          // in the order of their slots
  std::vector<LookupWrite> lookups_;
  std::vector<AttachmentId> erasures_;
  Mark mark_;
};

}  // namespace generion::contract
