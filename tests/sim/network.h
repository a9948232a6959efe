// A whole network in one thread, from a seed: machines, links, clients, trouble. The same plan
// gives the same run. First everything goes wrong that the plan allows, then the network is well
// again and all that clients have sent must be executed everywhere.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "adversary.h"
#include "checker.h"
#include "events.h"
#include "machine.h"
#include "plan.h"

namespace generion::sim {

struct Outcome {
  std::optional<std::string> broken;  // what does not hold; nullopt: everything does
  std::uint64_t end_ms = 0;
  Height height;
  View view;  // the highest at the end
  std::uint64_t restarts = 0;
};

class Network final : public Surroundings, public AdversaryLinks {
 public:
  explicit Network(const Plan& plan, Trace trace = {});

  // From start to end; does not throw.
  Outcome run();

  // For fixed cases, before run(). Which messages between machines pass, by the places of the
  // members that send and receive them; and what else happens, when.
  using Filter = std::function<bool(std::size_t from, std::size_t to, const Message& message)>;
  void filter(Filter filter) { filter_ = std::move(filter); }
  void at(std::uint64_t at_ms, std::function<void()> action) { after(at_ms, std::move(action)); }
  Machine& machine(std::size_t party) { return *machines_[party]; }
  // The first machine of that member; null: it has none.
  Machine* machine_of(std::size_t member);
  // Its power goes off, for some time at most Plan::down_ms.
  void crash(Machine& machine);

  // Step by step instead of run(): these throw Broken. All links are as the plan has them in chaos.
  void begin();
  void run_until(std::uint64_t at_ms);
  // Nothing reaches that member, nothing comes from it, until heal().
  void cut_off(std::size_t member);
  void heal() { cut_.clear(); }
  // Over the channel of a member whose key the caller has.
  void say_as(std::size_t from, std::size_t to, const Message& message);

  // Surroundings
  std::uint64_t now_ms() const override { return events_.now(); }
  Random& random() override { return random_; }
  const World& world() const override { return world_; }
  const Plan& plan() const override { return plan_; }
  const Trace& trace() const override { return trace_; }
  Checker& checker() override { return checker_; }
  void after(std::uint64_t delay_ms, std::function<void()> action) override;
  void broadcast(Machine& from, const Message& message) override;
  void send_to(Machine& from, const PublicKey& member, const Message& message) override;
  void forward(Machine& from, const TransactionPtr& transaction) override;
  void forward_to(Machine& from, const PublicKey& member,
                  const TransactionPtr& transaction) override;
  TransactionPtr ask_transaction(Machine& from, const PublicKey& member, const TxId& id) override;
  std::optional<StoredBatch> ask_batch(Machine& from, const PublicKey& member,
                                       const Hash& digest) override;
  Machine* reach_any(Machine& from) override;
  Machine* reach_member(Machine& from, const PublicKey& member) override;
  bool strikes(Machine& machine) override;
  void told(const TxId& id, Height height, const Hash& block) override;

  // AdversaryLinks
  void send_to(const Adversary& from, std::size_t member, const Message& message,
               Truth truth) override;
  const consensus::Membership& newest() const override { return checker_.newest(); }

 private:
  struct Pending {  // a client's transaction
    std::size_t number = 0;
    bool is_told = false;
  };

  bool is_chaos() const { return now_ms() < plan_.chaos_ms; }
  void add_member(std::size_t member, std::optional<Fault> fault);
  std::size_t parties() const { return machines_.size() + adversaries_.size(); }
  Machine* reach(Machine& from, std::size_t member);
  Adversary* adversary(std::size_t member);
  bool passes(std::size_t from, std::size_t to);
  std::uint64_t delay();
  void deliver(Machine& from, const Message& message, std::optional<std::size_t> only_to);
  void transmit(const EnvelopePtr& envelope, Machine& to);
  void show(const std::string& from, const std::string& to, const Message& message) const;
  void submit(std::size_t number);
  void submit_reform();
  bool is_reformed() const;
  bool is_settled(const Machine& machine) const;
  void make_trouble();
  void cut_links();
  void isolate(std::size_t party);
  void repeat();
  void act(Adversary& adversary);
  bool is_done() const;
  void run_until_done();
  void finish() const;
  std::string state_of_all() const;

  Plan plan_;
  Trace trace_;
  const World& world_;
  Random random_;
  Events events_;
  Checker checker_;
  std::vector<std::unique_ptr<Machine>> machines_;
  std::vector<std::unique_ptr<Adversary>> adversaries_;  // parties after all machines
  std::vector<bool> selective_;                          // by member
  std::set<std::pair<std::size_t, std::size_t>> cut_;    // from one party to another
  std::vector<Pending> clients_;
  std::size_t reform_step_ = 0;  // the next one that is not executed
  bool loses_journal_ = false;   // the next machine that crashes
  Filter filter_;                // empty: all pass
  std::uint64_t restarts_ = 0;
};

}  // namespace generion::sim
