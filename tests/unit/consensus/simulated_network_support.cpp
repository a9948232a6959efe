// The events, the links, the trouble, and the checks.
#include <fmt/core.h>

#include <algorithm>

#include "simulated_network.h"

namespace generion::consensus::testing {
namespace {

constexpr std::uint64_t kPatienceMs = 120'000;

}  // namespace

Network::Network(const Scenario& scenario) : scenario_(scenario), random_(scenario.seed) {
  members_.chain = crypto::blake2b256({"simulated chain"});
  for (std::size_t i = 0; i < scenario.members; ++i) {
    members_.set.keys.push_back(
        *PublicKey::from(crypto::blake2b256({"member", std::to_string(i)}).view()));
  }
  std::sort(members_.set.keys.begin(), members_.set.keys.end());
  std::set<std::size_t> faulty;
  if (scenario.faulty != Faulty::none) {
    while (faulty.size() < faulty_max(scenario.members)) {
      faulty.insert(random_.below(scenario.members));
    }
  }
  for (std::size_t i = 0; i < scenario.members; ++i) {
    const bool is_faulty = faulty.contains(i);
    if (is_faulty && scenario.faulty == Faulty::silent) continue;
    for (int copy = 0; copy < (is_faulty ? 2 : 1); ++copy) {
      Machine machine;
      machine.member = i;
      machine.is_honest = !is_faulty;
      machine.skew_ms = static_cast<std::int64_t>(random_.below(1'000)) - 500;
      machines_.push_back(std::move(machine));
    }
  }
  for (std::uint64_t i = 0; i < scenario.transactions; ++i) {
    transactions_.push_back(
        *TxId::from(crypto::blake2b256({"transaction", std::to_string(i)}).view()));
  }
}

void Network::run() {
  for (Machine& machine : machines_) boot(machine);
  at(100, [this] { make_trouble(); });
  while (!events_.empty()) {
    const auto next = events_.begin();
    now_ = next->first.first;
    const Event event = std::move(next->second);
    events_.erase(next);
    event();
    if (!is_chaos() && is_done()) return;
    if (now_ > scenario_.chaos_ms + kPatienceMs) {
      std::string text = fmt::format("seed {}: no end after two minutes:", scenario_.seed);
      for (const Machine& machine : machines_) {
        if (!machine.replica) continue;
        const Status& status = machine.replica->status();
        text += fmt::format(" [member {} view {}{} stable {} executed {} certified {} done {}]",
                            machine.member, status.view.value(), status.active ? "" : " changing",
                            status.stable.value(), status.executed.value(),
                            status.certified.value(), machine.done.size());
      }
      throw std::runtime_error(text);
    }
  }
}

void Network::broken(const Machine& machine, const std::string& what) const {
  throw std::runtime_error(
      fmt::format("seed {}, {} ms, member {}: {}", scenario_.seed, now_, machine.member, what));
}

Now Network::clock(const Machine& machine) const {
  const auto wall = static_cast<std::int64_t>(kWallStart + now_) + machine.skew_ms;
  return {TimeMs(static_cast<std::uint64_t>(wall)), Monotonic(now_ + 1)};
}

void Network::later(Machine& machine, std::uint64_t delay, std::function<void(Machine&)> event) {
  at(delay, [&machine, life = machine.life, event = std::move(event)] {
    if (machine.life == life && machine.replica) event(machine);
  });
}

void Network::broadcast(Machine& from, const Message& message) {
  if (const auto* proposal = std::get_if<PrePrepare>(&message)) {
    proposed_.try_emplace(batch_digest(members_.chain, proposal->batch), proposal->batch);
  }
  check_repeats(from, message);
  const auto shared = std::make_shared<const Verified<Message>>(
      Verified<Message>::unverified_for_simulation(message));
  for (Machine& to : machines_) {
    if (&to != &from) send(from, to, shared);
  }
}

void Network::send_to(Machine& from, const PublicKey& member, const Message& message) {
  const Message signed_message =
      std::holds_alternative<PrePrepare>(message) ? sign(message) : message;
  check_repeats(from, signed_message);
  const auto shared = std::make_shared<const Verified<Message>>(
      Verified<Message>::unverified_for_simulation(signed_message));
  for (Machine& to : machines_) {
    if (&to != &from && members_.set.keys[to.member] == member) send(from, to, shared);
  }
}

void Network::send(Machine& from, Machine& to, const VerifiedPtr& message) {
  if (!to.replica) return;
  const std::pair<std::size_t, std::size_t> link =
      std::minmax(static_cast<std::size_t>(&from - machines_.data()),
                  static_cast<std::size_t>(&to - machines_.data()));
  std::uint64_t delay = 1 + random_.below(5);
  if (is_chaos()) {
    if (cut_.contains(link) || random_.chance(scenario_.drop_percent)) return;
    delay = 1 + random_.below(random_.chance(5) ? 1'000 : 40);
  }
  later(to, delay, [this, message](Machine& machine) {
    input(machine, [&](Replica& replica) { return replica.step(*message); });
  });
}

// What has become durable, in the journal's order: the promise that a restart must keep.
void Network::note(Machine& machine, const Message& message) {
  if (!machine.is_honest) return;
  Said& said = said_[members_.set.keys[machine.member]];
  bool holds = true;
  if (const auto* prepare = std::get_if<Prepare>(&message)) {
    holds =
        prepare->view >= said.left &&
        is_new_or_same(said.prepares, std::pair(prepare->view, prepare->height), prepare->digest);
  } else if (const auto* commit = std::get_if<Commit>(&message)) {
    holds = commit->view >= said.left &&
            is_new_or_same(said.commits, std::pair(commit->view, commit->height), commit->digest);
  } else if (const auto* seal = std::get_if<SealVote>(&message)) {
    holds = is_new_or_same(said.seals, seal->seal.height, seal->seal.block_hash);
  } else if (const auto* change = std::get_if<ViewChange>(&message)) {
    holds =
        is_new_or_same(said.view_changes, change->view, signed_part(members_.chain, *change).bytes);
    said.left = std::max(said.left, change->view);
  } else if (const auto* new_view = std::get_if<NewView>(&message)) {
    holds = is_new_or_same(said.new_views, new_view->view,
                           signed_part(members_.chain, *new_view).bytes);
  }
  if (!holds) broken(machine, "contradicts what it has said");
}

// What leaves is either durable already or a proposal, and the same as ever.
void Network::check_repeats(const Machine& machine, const Message& message) {
  if (!machine.is_honest || sender_of(message) != members_.set.keys[machine.member]) return;
  Said& said = said_[members_.set.keys[machine.member]];
  bool holds = true;
  if (const auto* proposal = std::get_if<PrePrepare>(&message)) {
    const Hash digest = batch_digest(members_.chain, proposal->batch);
    holds = is_new_or_same(said.pre_prepares, std::pair(proposal->view, proposal->batch.height),
                           digest);
    const auto& journal = machine.disk.journal;
    holds &= std::any_of(journal.begin(), journal.end(), [&](const JournalEntry& entry) {
      const auto* leads = std::get_if<Leads>(&entry);
      return leads != nullptr && leads->view >= proposal->view;
    });
  } else if (const auto* prepare = std::get_if<Prepare>(&message)) {
    const auto found = said.prepares.find({prepare->view, prepare->height});
    holds = found != said.prepares.end() && found->second == prepare->digest;
  } else if (const auto* commit = std::get_if<Commit>(&message)) {
    const auto found = said.commits.find({commit->view, commit->height});
    holds = found != said.commits.end() && found->second == commit->digest;
  } else if (const auto* seal = std::get_if<SealVote>(&message)) {
    const auto found = said.seals.find(seal->seal.height);
    holds = found != said.seals.end() && found->second == seal->seal.block_hash;
  }
  if (!holds) broken(machine, "sends what contradicts its word or is not durable");
}

void Network::make_trouble() {
  cut_.clear();
  if (!is_chaos()) {
    for (Machine& machine : machines_) {
      if (!machine.replica) boot(machine);
    }
    return;
  }
  const std::uint64_t cut_percent = random_.chance(50) ? 0 : random_.below(40);
  for (std::size_t i = 0; i < machines_.size(); ++i) {
    for (std::size_t j = i + 1; j < machines_.size(); ++j) {
      if (random_.chance(cut_percent)) cut_.emplace(i, j);
    }
  }
  if (random_.chance(scenario_.crash_percent)) {
    const bool is_power_cut = random_.chance(10);
    const std::size_t chosen = random_.below(machines_.size());
    for (std::size_t i = 0; i < machines_.size(); ++i) {
      if ((is_power_cut || i == chosen) && machines_[i].replica) crash(machines_[i]);
    }
  }
  at(200 + random_.below(500), [this] { make_trouble(); });
}

bool Network::is_done() const {
  return std::all_of(machines_.begin(), machines_.end(), [&](const Machine& machine) {
    return !machine.is_honest || (machine.replica && machine.done.size() == transactions_.size());
  });
}

View Network::highest_view() const {
  View highest;
  for (const Machine& machine : machines_) {
    if (machine.is_honest && machine.replica) {
      highest = std::max(highest, machine.replica->status().view);
    }
  }
  return highest;
}

Height Network::executed() const {
  return agreed_.empty() ? Height(0) : agreed_.rbegin()->first;
}

}  // namespace generion::consensus::testing
