// How the parties of a network reach each other.
#include <algorithm>

#include "network.h"

namespace generion::sim {

void Network::after(std::uint64_t delay_ms, std::function<void()> action) {
  events_.after(delay_ms, std::move(action));
}

bool Network::passes(std::size_t from, std::size_t to) {
  if (!is_chaos()) return true;
  return !cut_.contains({from, to}) && !random_.chance(plan_.drop_percent);
}

std::uint64_t Network::delay() {
  if (!is_chaos()) return random_.between(1, 5);
  return random_.between(1, random_.chance(plan_.slow_percent) ? 1'000 : plan_.delay_ms);
}

void Network::show(const std::string& from, const std::string& to, const Message& message) const {
  if (trace_.is_on()) trace_.add({now_ms(), from, to, describe(message, world_)});
}

void Network::transmit(const EnvelopePtr& envelope, Machine& to) {
  const std::size_t from = world_.member_of(envelope->channel);
  if (filter_ && !filter_(from, to.identity().member, envelope->message)) return;
  if (!passes(envelope->from, to.identity().party)) return;
  const int copies = is_chaos() && random_.chance(plan_.duplicate_percent) ? 2 : 1;
  for (int copy = 0; copy < copies; ++copy) {
    events_.after(delay(), [this, envelope, &to] {
      if (!to.is_up()) return;
      show(std::string(1, static_cast<char>('A' + world_.member_of(envelope->channel))),
           to.identity().name, envelope->message);
      to.receive(envelope);
    });
  }
}

void Network::broadcast(Machine& from, const Message& message) {
  deliver(from, message, std::nullopt);
}

void Network::send_to(Machine& from, const PublicKey& member, const Message& message) {
  deliver(from, message, world_.member_of(member));
}

void Network::deliver(Machine& from, const Message& message, std::optional<std::size_t> only_to) {
  const auto envelope = std::make_shared<Envelope>();
  envelope->message = message;
  envelope->from = from.identity().party;
  envelope->channel = from.key();
  const bool is_selective = selective_[from.identity().member];
  for (const auto& to : machines_) {
    if (only_to && to->identity().member != *only_to) continue;
    if (to.get() == &from || (is_selective && random_.chance(40))) continue;
    transmit(envelope, *to);
  }
  for (std::size_t i = 0; i < adversaries_.size(); ++i) {
    Adversary& to = *adversaries_[i];
    if (only_to && to.member() != *only_to) continue;
    if (!passes(from.identity().party, machines_.size() + i)) continue;
    events_.after(delay(), [&to, message] { to.hear(message); });
  }
}

void Network::send_to(const Adversary& from, std::size_t member, const Message& message,
                      Truth truth) {
  const auto place = std::find_if(adversaries_.begin(), adversaries_.end(),
                                  [&](const auto& held) { return held.get() == &from; });
  const auto envelope = std::make_shared<Envelope>();
  envelope->message = message;
  envelope->from = machines_.size() + static_cast<std::size_t>(place - adversaries_.begin());
  envelope->channel = world_.key(from.member());
  envelope->is_forged = truth == Truth::forged;
  for (const auto& to : machines_) {
    if (to->identity().member == member) transmit(envelope, *to);
  }
}

void Network::say_as(std::size_t from, std::size_t to, const Message& message) {
  const auto envelope = std::make_shared<Envelope>();
  envelope->message = message;
  envelope->from = parties();
  envelope->channel = world_.key(from);
  for (const auto& machine : machines_) {
    if (machine->identity().member == to) transmit(envelope, *machine);
  }
}

void Network::forward(Machine& from, const TransactionPtr& transaction) {
  for (std::size_t member = 0; member < world_.signers.size(); ++member) {
    if (member != from.identity().member) forward_to(from, world_.key(member), transaction);
  }
}

void Network::forward_to(Machine& from, const PublicKey& member,
                         const TransactionPtr& transaction) {
  for (const auto& to : machines_) {
    if (to->key() != member || !passes(from.identity().party, to->identity().party)) continue;
    events_.after(delay(), [&machine = *to, transaction, ingress = from.key()] {
      if (machine.is_up()) machine.offer(transaction, ingress);
    });
  }
}

Machine* Network::machine_of(std::size_t member) {
  for (const auto& machine : machines_) {
    if (machine->identity().member == member) return machine.get();
  }
  return nullptr;
}

Machine* Network::reach(Machine& from, std::size_t member) {
  for (const auto& machine : machines_) {
    if (machine->identity().member != member || machine.get() == &from || !machine->is_up()) {
      continue;
    }
    const std::size_t a = from.identity().party;
    const std::size_t b = machine->identity().party;
    if (passes(a, b) && passes(b, a)) return machine.get();
  }
  return nullptr;
}

Adversary* Network::adversary(std::size_t member) {
  for (const auto& held : adversaries_) {
    if (held->member() == member) return held.get();
  }
  return nullptr;
}

Machine* Network::reach_any(Machine& from) {
  return reach(from, random_.below(world_.signers.size()));
}

Machine* Network::reach_member(Machine& from, const PublicKey& member) {
  return reach(from, world_.member_of(member));
}

TransactionPtr Network::ask_transaction(Machine& from, const PublicKey& member, const TxId& id) {
  const std::size_t place = world_.member_of(member);
  if (const Machine* machine = reach(from, place)) return machine->transaction(id);
  const Adversary* liar = adversary(place);
  return liar == nullptr ? nullptr : liar->transaction(id);
}

std::optional<StoredBatch> Network::ask_batch(Machine& from, const PublicKey& member,
                                              const Hash& digest) {
  const std::size_t place = world_.member_of(member);
  if (const Machine* machine = reach(from, place)) {
    const StoredBatch* held = machine->batch(digest);
    if (held == nullptr) return std::nullopt;
    return *held;
  }
  const Adversary* liar = adversary(place);
  const auto given = liar == nullptr ? std::nullopt : liar->batch(digest);
  if (!given) return std::nullopt;
  StoredBatch out{*given, {}};
  for (const TxId& id : given->ids) out.transactions.push_back(liar->transaction(id));
  return out;
}

}  // namespace generion::sim
