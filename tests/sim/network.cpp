// The run: links, clients, trouble, the end.
#include "network.h"

#include <fmt/core.h>

#include <algorithm>

#include "broken.h"

namespace generion::sim {
namespace {

constexpr std::uint64_t kPatienceMs = 120'000;
constexpr std::uint64_t kRepeatMs = 250;

std::vector<bool> honest_members(const Plan& plan) {
  std::vector<bool> out(plan.members + 1, true);  // and the joiner
  for (const FaultyMember& one : plan.faulty) out[one.member] = false;
  return out;
}

}  // namespace

Network::Network(const Plan& plan, Trace trace)
    : plan_(possible(plan)),
      trace_(std::move(trace)),
      world_(sim::world(plan.members, plan.signing)),
      random_(plan.is_still ? Random::still() : Random(plan.seed)),
      checker_(world_, honest_members(plan)),
      selective_(plan.members + 1),
      loses_journal_(plan_.is_journal_lost) {
  use_signing(plan.signing);
  checker_.clock_skew(plan.skew_ms);
  for (std::size_t member = 0; member < plan.members; ++member) {
    std::optional<Fault> fault;
    for (const FaultyMember& one : plan.faulty) {
      if (one.member == member) fault = one.fault;
    }
    add_member(member, fault);
  }
  if (plan_.reform == Reform::add) add_member(world_.joiner(), std::nullopt);
  for (std::size_t number = 0; number < plan.transactions; ++number) clients_.push_back({number});
}

void Network::add_member(std::size_t member, std::optional<Fault> fault) {
  if (fault == Fault::silent) return;
  if (fault == Fault::liar) {
    adversaries_.push_back(std::make_unique<Adversary>(world_, random_, *this, member));
    return;
  }
  if (fault == Fault::selective) selective_[member] = true;
  const int copies = fault == Fault::twins ? 2 : 1;
  for (int copy = 0; copy < copies; ++copy) {
    Machine::Identity identity;
    identity.party = machines_.size();
    identity.member = member;
    identity.is_honest = !fault;
    identity.is_censor = fault == Fault::censor;
    identity.is_wrong = fault == Fault::wrong;
    identity.name = static_cast<char>('A' + member) + std::string(copy == 0 ? "" : "2");
    identity.skew_ms = static_cast<std::int64_t>(random_.below(2 * plan_.skew_ms + 1)) -
                       static_cast<std::int64_t>(plan_.skew_ms);
    machines_.push_back(std::make_unique<Machine>(*this, identity));
  }
}

Outcome Network::run() {
  Outcome out;
  try {
    run_until_done();
    finish();
  } catch (const std::exception& failure) {
    out.broken = failure.what();
  }
  out.end_ms = now_ms();
  out.height = checker_.highest();
  out.restarts = restarts_;
  for (const auto& machine : machines_) {
    const consensus::Replica* replica = machine->replica();
    if (replica != nullptr) out.view = std::max(out.view, replica->status().view);
  }
  return out;
}

void Network::begin() {
  for (const auto& machine : machines_) machine->boot();
  events_.after(kRepeatMs, [this] { repeat(); });
}

void Network::run_until(std::uint64_t at_ms) {
  while (!events_.empty() && events_.next() <= at_ms) {
    events_.run_next();
    checker_.clock(now_ms());
  }
  events_.skip_to(at_ms);
  checker_.clock(at_ms);
}

void Network::run_until_done() {
  begin();
  for (const Pending& client : clients_) {
    const std::uint64_t at = client.number * plan_.chaos_ms / (clients_.size() + 1);
    events_.after(at, [this, number = client.number] { submit(number); });
  }
  for (const auto& adversary : adversaries_) act(*adversary);
  if (plan_.reform != Reform::none) events_.after(plan_.chaos_ms / 4, [this] { submit_reform(); });
  events_.after(100, [this] { make_trouble(); });
  while (!is_done()) {
    if (now_ms() > plan_.chaos_ms + kPatienceMs) {
      throw Broken("no end after two minutes of a well network:" + state_of_all());
    }
    events_.run_next();
    checker_.clock(now_ms());
  }
}

bool Network::is_done() const {
  if (is_chaos()) return false;
  for (const Pending& client : clients_) {
    if (!client.is_told && !world_.is_short_lived(world_.transactions[client.number]->id)) {
      return false;
    }
  }
  return is_reformed() && std::all_of(machines_.begin(), machines_.end(), [&](const auto& machine) {
           return !machine->identity().is_honest || is_settled(*machine);
         });
}

bool Network::is_settled(const Machine& machine) const {
  const consensus::Replica* replica = machine.replica();
  return machine.is_idle() && machine.height() == checker_.highest() &&
         machine.epoch() == checker_.newest().epoch &&
         (replica == nullptr || !replica->status().is_recovering);
}

// All steps are executed, and no epoch is about to end.
bool Network::is_reformed() const {
  if (plan_.reform == Reform::none) return true;
  return reform_step_ == world_.reforms.at(plan_.reform).size() &&
         !checker_.last_height(checker_.newest().epoch);
}

// Each step is sent until it is executed, then the next.
void Network::submit_reform() {
  const auto& steps = world_.reforms.at(plan_.reform);
  if (reform_step_ == steps.size()) return;
  const ReformStep& step = steps[reform_step_];
  if (checker_.newest().epoch >= step.from) {
    Machine& chosen = *machines_[random_.below(machines_.size())];
    if (chosen.is_up()) chosen.submit(step.transaction);
  }
  events_.after(random_.between(50, 150), [this] { submit_reform(); });
}

void Network::finish() const {
  std::vector<const MemoryLedger*> ledgers;
  for (const auto& machine : machines_) {
    if (machine->identity().is_honest) ledgers.push_back(&machine->ledger());
  }
  checker_.finish(ledgers);
}

std::string Network::state_of_all() const {
  std::string out;
  for (const auto& machine : machines_) {
    if (machine->replica() == nullptr) {
      out += fmt::format(" [{} {} epoch {} height {}]", machine->identity().name,
                         machine->is_up() ? "follows" : "is down", machine->epoch().value(),
                         machine->height().value());
      continue;
    }
    const consensus::Status& status = machine->replica()->status();
    out += fmt::format(" [{} epoch {} view {}{} stable {} executed {} certified {}]",
                       machine->identity().name, machine->epoch().value(), status.view.value(),
                       status.active ? "" : " changing", status.stable.value(),
                       status.executed.value(), status.certified.value());
  }
  for (const Pending& client : clients_) {
    if (!client.is_told) out += fmt::format(" t{}", client.number);
  }
  return out;
}

// A client sends to a machine that answers, and to another one if it is told nothing.
void Network::submit(std::size_t number) {
  if (clients_[number].is_told) return;
  Machine& chosen = *machines_[random_.below(machines_.size())];
  const bool again = !world_.signed_again.empty() && random_.chance(30);
  const TransactionPtr& transaction =
      again ? world_.signed_again[number] : world_.transactions[number];
  if (chosen.is_up()) chosen.submit(transaction);
  events_.after(random_.between(300, 700), [this, number] { submit(number); });
}

void Network::told(const TxId& id, Height height, const Hash& block) {
  if (trace_.is_on()) {
    trace_.add({now_ms(), "", "",
                fmt::format("a client is told that {} is executed at height {}", world_.name_of(id),
                            height.value())});
  }
  checker_.told(id, block, height);
  if (world_.reform_names.contains(id)) {
    const auto steps = world_.reforms.find(plan_.reform);
    if (steps != world_.reforms.end() && reform_step_ < steps->second.size() &&
        steps->second[reform_step_].transaction->id == id) {
      ++reform_step_;
    }
    return;
  }
  clients_[world_.places.at(id)].is_told = true;
}

bool Network::strikes(Machine& machine) {
  if (!is_chaos() || random_.below(1'000) >= plan_.crash_per_mille) return false;
  crash(machine);
  return true;
}

void Network::crash(Machine& machine) {
  machine.crash();
  ++restarts_;
  if (loses_journal_ && machine.identity().is_honest) {
    loses_journal_ = false;
    machine.lose_journal();
    checker_.lost_journal(machine.identity().member);
  }
  events_.after(random_.between(5, plan_.down_ms), [&machine] {
    if (!machine.is_up()) machine.boot();
  });
}

void Network::cut_links() {
  cut_.clear();
  const std::uint64_t cut_percent = random_.chance(50) ? 0 : random_.below(plan_.cut_percent + 1);
  for (std::size_t i = 0; i < parties(); ++i) {
    for (std::size_t j = i + 1; j < parties(); ++j) {
      if (!random_.chance(cut_percent)) continue;
      const bool is_one_way = random_.chance(30);
      cut_.emplace(i, j);
      if (!is_one_way) cut_.emplace(j, i);
    }
  }
}

void Network::isolate(std::size_t party) {
  for (std::size_t other = 0; other < parties(); ++other) {
    cut_.emplace(party, other);
    cut_.emplace(other, party);
  }
}

void Network::cut_off(std::size_t member) {
  for (const auto& machine : machines_) {
    if (machine->identity().member == member) isolate(machine->identity().party);
  }
}

void Network::make_trouble() {
  cut_.clear();
  if (!is_chaos()) {
    for (const auto& machine : machines_) {
      machine->slow_disk_until(0);
      if (!machine->is_up()) machine->boot();
    }
    return;
  }
  cut_links();
  if (random_.chance(plan_.isolation_percent)) isolate(random_.below(machines_.size()));
  if (random_.chance(plan_.power_cut_percent)) {
    for (const auto& machine : machines_) {
      if (machine->is_up()) crash(*machine);
    }
  } else if (random_.chance(plan_.crash_percent)) {
    Machine& chosen = *machines_[random_.below(machines_.size())];
    if (chosen.is_up()) crash(chosen);
  }
  if (random_.chance(plan_.slow_disk_percent)) {
    machines_[random_.below(machines_.size())]->slow_disk_until(now_ms() + 1'000);
  }
  events_.after(random_.chance(20) ? 1'200 : random_.between(200, 700), [this] { make_trouble(); });
}

void Network::repeat() {
  for (const auto& machine : machines_) {
    if (machine->is_up()) machine->repeat();
  }
  events_.after(kRepeatMs, [this] { repeat(); });
}

void Network::act(Adversary& adversary) {
  adversary.act(kWallStart + now_ms());
  events_.after(random_.between(5, is_chaos() ? 60 : 400), [this, &adversary] { act(adversary); });
}

}  // namespace generion::sim
