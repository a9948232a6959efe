// A machine of the simulated network: the real replica, and around it a model of what a node does
// for it: journal, bodies, executor, mempool. Everything else is asked of Surroundings.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "checker.h"
#include "consensus/censorship.h"
#include "consensus/replica.h"
#include "plan.h"
#include "random.h"
#include "trace.h"

namespace generion::sim {

// A message on its way; verified once for all who get it.
struct Envelope {
  Message message;
  std::size_t from = 0;  // the sending party
  PublicKey channel;     // the member at the sending end
  bool is_forged = false;
  std::optional<Result<consensus::Verified<Message>>> verified;
};
using EnvelopePtr = std::shared_ptr<Envelope>;

struct StoredBatch {
  Batch batch;
  std::vector<TransactionPtr> transactions;
};

// What survives a crash.
struct Disk {
  std::vector<consensus::JournalEntry> journal;
  std::optional<CertifiedHeader> stable;
  std::map<Height, ExecutedBlockPtr> blocks;
  std::map<Hash, StoredBatch> batches;           // by digest
  std::optional<MemoryLedger> state;             // of some height at most that of the last block
  std::map<Epoch, CertifiedHeader> last_blocks;  // of the epochs that are over
  // The journal is lost, or older than its votes: no vote before that epoch, once it is known.
  bool is_journal_lost = false;
  std::optional<Epoch> listens_until;
};

class Machine;

// What a machine knows of the world, and can do to it.
class Surroundings {
 public:
  virtual ~Surroundings() = default;
  virtual std::uint64_t now_ms() const = 0;
  virtual Random& random() = 0;
  virtual const World& world() const = 0;
  virtual const Plan& plan() const = 0;
  virtual const Trace& trace() const = 0;
  virtual Checker& checker() = 0;
  virtual void after(std::uint64_t delay_ms, std::function<void()> action) = 0;
  virtual void broadcast(Machine& from, const Message& message) = 0;
  virtual void send_to(Machine& from, const PublicKey& member, const Message& message) = 0;
  virtual void forward(Machine& from, const TransactionPtr& transaction) = 0;
  virtual void forward_to(Machine& from, const PublicKey& member,
                          const TransactionPtr& transaction) = 0;
  // What that member answers, if it has it and can be reached.
  virtual TransactionPtr ask_transaction(Machine& from, const PublicKey& member,
                                         const TxId& id) = 0;
  virtual std::optional<StoredBatch> ask_batch(Machine& from, const PublicKey& member,
                                               const Hash& digest) = 0;
  // Any other machine that can be reached now, or that member's; null: none.
  virtual Machine* reach_any(Machine& from) = 0;
  virtual Machine* reach_member(Machine& from, const PublicKey& member) = 0;
  // It is about to sync; true: its power goes off instead.
  virtual bool strikes(Machine& machine) = 0;
  virtual void told(const TxId& id, Height height, const Hash& block) = 0;
};

class Machine {
 public:
  struct Identity {
    std::size_t party = 0;   // its place among all parties of the network
    std::size_t member = 0;  // its place in World::signers
    bool is_honest = true;
    bool is_censor = false;  // does not take every third transaction
    bool is_wrong = false;   // its execution gives other blocks than that of all others
    std::string name;        // "A", and "A'" for a twin
    std::int64_t skew_ms = 0;
  };

  Machine(Surroundings& surroundings, Identity identity);

  void boot();
  // What was being written survives up to some point, and was acknowledged to nobody.
  void crash();
  bool is_up() const { return is_up_; }
  void slow_disk_until(std::uint64_t at_ms) { slow_disk_until_ms_ = at_ms; }
  void set_skew(std::int64_t skew_ms) { identity_.skew_ms = skew_ms; }
  // Of a machine that is down: another disk's contents.
  void put_disk(Disk disk) { disk_ = std::move(disk); }
  void lose_journal();

  void receive(const EnvelopePtr& envelope);
  void submit(const TransactionPtr& transaction);  // by a client, who waits for the outcome
  void offer(const TransactionPtr& transaction, const PublicKey& ingress);  // by another machine
  void repeat();  // offers its transactions to the primary again

  // What it serves to others; null: it has not got it.
  const StoredBatch* batch(const Hash& digest) const;
  TransactionPtr transaction(const TxId& id) const;

  const Identity& identity() const { return identity_; }
  const PublicKey& key() const { return signer_.key(); }
  const Disk& disk() const { return disk_; }
  const MemoryLedger& ledger() const { return *ledger_; }
  // Null: it is down, no member, or may not vote.
  const consensus::Replica* replica() const { return replica_.get(); }
  Epoch epoch() const { return members_.epoch; }
  bool is_member() const;
  Height height() const { return ledger_->height(); }
  // Whether it has executed everything that it has heard of and that has not expired.
  bool is_idle() const;

 private:
  struct BlockOp {
    ExecutedBlockPtr block;
  };
  struct JournalOp {
    Epoch epoch;  // of the replica that asks
    consensus::Persist persist;
  };
  using DiskOp = std::variant<JournalOp, CertifiedHeader, BlockOp>;

  // machine.cpp: life, inputs, proposals
  consensus::Now clock() const;
  void later(std::uint64_t delay_ms, std::function<void()> action);
  void restore_ledger();
  consensus::Restored restored() const;
  void input(const std::function<consensus::Actions(consensus::Replica&)>& call);
  void after_input();
  void try_propose();
  std::vector<TransactionPtr> choose(TimeMs time) const;
  void hear_of_itself(const Message& message);
  bool take(const TransactionPtr& transaction, const PublicKey& ingress);
  bool is_passed_over(const TxId& id) const;  // by a censor
  void watch_proposal(const Batch& batch);
  void forget(const Batch& batch);
  bool has_work() const;
  void trace(const std::string& text) const;

  // machine_epochs.cpp: which replica, if any
  void know_epochs();
  void note_block(const ledger::ExecutedBlock& block);
  void tell_end(const ledger::ExecutedBlock& block);
  bool may_vote() const;
  consensus::Settings settings() const;
  void enter_epoch();
  void leave_epoch_if_over();
  void follow();
  void decide_listening();
  void answer_old(const StatusReport& asked);

  // machine_actions.cpp: what the replica wants done
  void carry_out(consensus::Actions actions);
  void ask(consensus::Persist persist);
  void set_timer(std::optional<consensus::Monotonic> deadline);
  void schedule_flush();
  void flush();
  void write(const DiskOp& op);
  void write_batch(const consensus::Persist& persist);
  void acknowledge(const DiskOp& op);
  void acknowledge_block(const ledger::ExecutedBlock& block);
  void say(const Message& message);
  void reply(const consensus::Reply& reply);
  Message sign(const Message& message) const;
  void tell_due();
  void execute();
  ExecutedBlockPtr executed(const StoredBatch& bodies) const;
  void trim();

  // machine_fetch.cpp: what it gets from others
  void fetch(const consensus::Fetch& wanted);
  void check_batch(const consensus::CheckBatch& wanted);
  consensus::BatchVerdict judge(const Batch& batch,
                                const std::vector<TransactionPtr>& transactions) const;
  void fetch_batch(const consensus::FetchBatch& wanted, std::size_t attempt);
  bool is_batch(const StoredBatch& given, const Hash& digest) const;
  void fetch_blocks(Height up_to);
  bool sync_from(const Machine& source, Height up_to);
  void execute_theirs(const Machine& source);

  Surroundings& surroundings_;
  Identity identity_;
  Signer signer_;
  Disk disk_;

  bool is_up_ = false;
  std::map<Epoch, consensus::Membership> epochs_;  // as far as it has executed
  std::map<Epoch, Height> last_heights_;           // of those that close or are over
  consensus::Membership members_;  // of the epoch after the last whose end it can prove
  bool is_closing_ = false;        // the replica knows its last height
  std::unique_ptr<consensus::Replica> replica_;
  std::uint64_t life_ = 0;  // what was asked for in an earlier life is void
  std::optional<MemoryLedger> ledger_;
  std::map<Hash, StoredBatch> bodies_;  // at hand, stored or not
  std::map<TxId, TransactionPtr> pool_;
  std::vector<TxId> pool_order_;
  std::optional<consensus::CensorWatch> watch_;
  std::set<TxId> waiting_;    // clients wait for these
  std::set<TxId> in_flight_;  // proposed by it in `view_`
  View view_;
  std::optional<View> led_;
  std::deque<DiskOp> writing_;
  bool is_flush_due_ = false;
  std::deque<consensus::Execute> executing_;
  bool told_work_ = false;
  std::optional<consensus::Monotonic> timer_;
  std::optional<std::uint64_t> ticked_at_;
  std::uint64_t slow_disk_until_ms_ = 0;

  static constexpr std::uint64_t kCensorAfter = 12;
};

}  // namespace generion::sim
