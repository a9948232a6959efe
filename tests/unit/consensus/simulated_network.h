// Replicas in one process, on virtual time, driven by a seed: messages are delayed, reordered and
// lost, links cut, machines crash with the loss of what was not durable and start again. Byzantine
// members are twins: two replicas with one key, each honest by itself, which together equivocate in
// every phase. Checks after each step that no two honest replicas execute different batches, and
// that none contradicts itself, across restarts too.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "consensus/replica.h"

namespace generion::consensus::testing {

// SplitMix64: the same numbers on every machine.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  bool chance(std::uint64_t percent) { return below(100) < percent; }

 private:
  std::uint64_t state_;
};

inline constexpr std::uint64_t kWallStart = 1'700'000'000'000;

enum class Faulty { none, silent, twins };

struct Scenario {
  std::uint64_t seed = 1;
  std::size_t members = 4;
  Faulty faulty = Faulty::none;  // what f of the members are
  std::uint64_t chaos_ms = 2'500;
  std::uint64_t drop_percent = 5;
  std::uint64_t crash_percent = 40;  // of each 500 ms, one replica; 0: none
  std::uint64_t transactions = 20;
};

template <class Key, class Value>
bool is_new_or_same(std::map<Key, Value>& said, const Key& key, const Value& value) {
  return said.try_emplace(key, value).first->second == value;
}

class Network {
 public:
  explicit Network(const Scenario& scenario);

  // Chaos, then healing, until every honest replica has executed every transaction. Throws
  // std::runtime_error that says what broke, also if that takes more than two minutes of virtual
  // time.
  void run();

  std::uint64_t evidence() const { return evidence_; }
  std::uint64_t restarts() const { return restarts_; }
  View highest_view() const;
  Height executed() const;

 private:
  struct BlockOp {
    BlockHeader header;
    BatchPtr batch;
  };
  using DiskOp = std::variant<Persist, CertifiedHeader, BlockOp>;

  // What survives a crash.
  struct Disk {
    std::vector<JournalEntry> journal;
    std::optional<CertifiedHeader> stable;
    std::map<Height, BlockHeader> blocks;
    std::map<Hash, Batch> batches;
  };

  struct Machine {
    std::size_t member = 0;
    bool is_honest = true;
    std::int64_t skew_ms = 0;
    Disk disk;
    std::unique_ptr<Replica> replica;  // null while down
    std::uint64_t life = 0;            // events of an earlier life are void
    std::deque<DiskOp> writing;
    std::deque<Execute> executing;
    std::map<Height, BlockHeader> chain;  // as executed, durable or not
    std::set<TxId> done;
    std::set<TxId> in_flight;  // proposed by it in `view`
    View view;
    bool told_work = false;
    std::optional<Monotonic> timer;
    std::optional<std::uint64_t> ticked_at;
  };

  // What a member has said, for the checker.
  struct Said {
    std::map<std::pair<View, Height>, Hash> pre_prepares, prepares, commits;
    std::map<Height, Hash> seals;
    std::map<View, Bytes> view_changes, new_views;
    View left;
  };

  using VerifiedPtr = std::shared_ptr<const Verified<Message>>;
  using Event = std::function<void()>;

  void at(std::uint64_t delay, Event event) {
    events_.emplace(std::pair(now_ + delay, ++order_), std::move(event));
  }
  void later(Machine& machine, std::uint64_t delay, std::function<void(Machine&)> event);
  Now clock(const Machine& machine) const;
  bool is_chaos() const { return now_ < scenario_.chaos_ms; }

  void boot(Machine& machine);
  void crash(Machine& machine);
  void input(Machine& machine, const std::function<Actions(Replica&)>& call);
  void carry_out(Machine& machine, Actions actions);
  void try_propose(Machine& machine);
  void flush(Machine& machine, std::size_t count);
  void write(Machine& machine, const DiskOp& op);
  void acknowledge(Machine& machine, const DiskOp& op);
  Message sign(Message message) const;
  void broadcast(Machine& from, const Message& message);
  void send_to(Machine& from, const PublicKey& member, const Message& message);
  void send(Machine& from, Machine& to, const VerifiedPtr& message);
  void fetch(Machine& machine, const Fetch& wanted);
  void fetch_batch(Machine& machine, const FetchBatch& wanted);
  void fetch_blocks(Machine& machine, Height up_to);
  void execute(Machine& machine);
  std::uint64_t arrived() const;  // of the transactions, so far
  std::vector<TxId> pending(const Machine& machine) const;
  void extend(Machine& machine, const BlockHeader& header);
  void note(Machine& machine, const Message& message);
  void check_repeats(const Machine& machine, const Message& message);
  void make_trouble();
  bool is_done() const;
  [[noreturn]] void broken(const Machine& machine, const std::string& what) const;

  Scenario scenario_;
  Random random_;
  Membership members_;
  std::vector<Machine> machines_;
  std::set<std::pair<std::size_t, std::size_t>> cut_;
  std::map<std::pair<std::uint64_t, std::uint64_t>, Event> events_;
  std::uint64_t now_ = 0;
  std::uint64_t order_ = 0;
  std::vector<TxId> transactions_;
  std::map<PublicKey, Said> said_;
  std::map<Height, Hash> agreed_;  // executed by an honest replica
  std::map<Height, BlockHeader> blocks_;
  std::map<Height, CertifiedHeader> certified_;  // seen by an honest replica
  std::map<Hash, Batch> proposed_;
  std::uint64_t evidence_ = 0;
  std::uint64_t restarts_ = 0;
};

}  // namespace generion::consensus::testing
