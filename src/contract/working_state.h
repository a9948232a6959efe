// The state as a block changes it: an overlay over the state before. Transactions are applied to it
// one after the other; each ends in commit() or rollback(), and finish() yields what is to be
// written, each object encoded once.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "contract/epoch_objects.h"
#include "contract/governance_objects.h"
#include "contract/lookups.h"
#include "contract/market_objects.h"
#include "contract/object_table.h"
#include "contract/objects.h"
#include "contract/state.h"
#include "contract/statistics.h"

namespace generion::contract {

class WorkingState {
 public:
  // `reader` shows the state after the block before, and outlives this object. `parameters` are
  // that state's; null: they are read from it.
  explicit WorkingState(const StateReader& reader,
                        std::shared_ptr<const Parameters> parameters = nullptr);

  const StateReader& before() const { return reader_; }
  const Parameters& parameters() const { return *parameters_; }
  const Counters& counters() const { return counters_; }
  // Numbers of objects are kept by the create functions; tokens are the caller's.
  Counters& change_counters() { return counters_; }

  Identity identify(const PublicKey& key);
  // nobody (monostate) takes the row away.
  void set_identity(const PublicKey& key, const Identity& identity);

  // Ids that identify() or an object yielded; they always exist.
  const User& user(UserId id);
  const Institution& institution(InstitutionId id);
  // nullptr: there is none with this id.
  const Record* find_record(RecordId id);
  const Share* find_share(ShareId id);
  const Order* find_order(OrderId id);
  const Proposal* find_proposal(ProposalId id);
  const Validators& validators();
  const EpochObject& epoch();  // of this block

  // Of what exists.
  User& change_user(UserId id);
  Institution& change_institution(InstitutionId id);
  Record& change_record(RecordId id);
  Share& change_share(ShareId id);
  Order& change_order(OrderId id);
  Proposal& change_proposal(ProposalId id);
  Validators& change_validators();
  EpochObject& change_epoch();
  // Made with zeros if there is none.
  Cell& change_cell(const CellName& name);

  // These number the object, raise the counts in the objects it refers to, and add it to the lists.
  UserId create_user(User user);
  InstitutionId create_institution(Institution institution);
  RecordId create_record(Record record);
  ShareId create_share(Share share);
  OrderId create_order(Order order);
  ProposalId create_proposal(Proposal proposal);
  EvidenceId create_evidence(EvidenceObject evidence);

  // Moves the order from one list to the other. Nothing else follows.
  void set_order_status(OrderId id, Order::Status status);
  // Marked deleted, and its data is to be erased. Nothing else follows.
  void delete_record(RecordId id);
  // Of one that lives: it leaves the look-ups of living and expiring ones, its opaque data is to be
  // erased, and its record has one living share less.
  void close_share(ShareId id, Share::Status status, TimeMs now);
  void erase(const AttachmentId& id) { erasures_.push_back(id); }

  // Not before the block's time, or again what was due and is not done with yet.
  void add_due(const Due& due) { put_row(due_key(due), Bytes()); }
  void remove_due(const Due& due) { remove_row(due_key(due)); }

  void add_history(RecordId id, const HistoryEntry& entry);
  void add_account(const Account& account, const AccountEntry& entry);

  // A look-up's row, as changed by now.
  std::optional<Bytes> find_row(const Bytes& key);
  void put_row(const Bytes& key, Bytes value);
  void remove_row(const Bytes& key);

  // At the end of an epoch's last block, when no transaction can be taken back any more: epoch()
  // and parameters() are the next ones from then on.
  void begin_epoch(EpochObject next);
  void set_parameters(Parameters parameters);

  // Every change since the last of these two stays, or is taken back without a trace.
  void commit();
  void rollback();

  BlockWrites finish() &&;

 private:
  using CreatedId = std::variant<UserId, InstitutionId, RecordId, ShareId, OrderId, ProposalId,
                                 CellName, Epoch, EvidenceId>;

  // What rollback() cuts back to.
  struct Mark {
    Counters counters;
    std::size_t created = 0;
    std::size_t appended = 0;
    std::size_t erasures = 0;
  };

  // A row that nothing reads before the block is done.
  void append_row(Bytes key, Bytes value);
  void add_to_list(IdList list, std::uint64_t of, std::uint64_t member);
  ObjectWrite created_write(const CreatedId& id) const;

  const StateReader& reader_;
  std::shared_ptr<const Parameters> parameters_;
  bool parameters_changed_ = false;
  const Counters counters_before_;

  Counters counters_;
  ObjectTable<UserId, User> users_;
  ObjectTable<InstitutionId, Institution> institutions_;
  ObjectTable<RecordId, Record> records_;
  ObjectTable<ShareId, Share> shares_;
  ObjectTable<OrderId, Order> orders_;
  ObjectTable<ProposalId, Proposal> proposals_;
  ObjectTable<SingleObject, Validators> validators_;
  ObjectTable<CellName, Cell> cells_;
  ObjectTable<Epoch, EpochObject> epochs_;
  ObjectTable<EvidenceId, EvidenceObject> evidence_;
  ObjectTable<Bytes, std::optional<Bytes>> rows_;  // those that execution reads
  std::vector<CreatedId> created_;                 // in the order of their slots
  std::vector<LookupWrite> appended_;
  std::vector<AttachmentId> erasures_;
  Mark mark_;
};

}  // namespace generion::contract
