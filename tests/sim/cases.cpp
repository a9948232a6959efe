#include "cases.h"

#include <functional>

#include "message_parts.h"

namespace generion::sim {
namespace {

constexpr std::size_t kA = 0, kB = 1;
constexpr std::uint64_t kHealedMs = 5'000;

bool passes_in_view_0(std::size_t from, std::size_t to, const Message& message) {
  if (std::holds_alternative<Prepare>(message)) return to == kA;
  if (std::holds_alternative<PrePrepare>(message)) return true;
  return std::holds_alternative<Complaint>(message) && from != kA && to != kA;
}

bool passes_in_view_1(std::size_t from, std::size_t to, const Message& message) {
  if (std::holds_alternative<Complaint>(message)) return from != kB && from != kA;
  if (from == kA || to == kA) return false;
  return !std::holds_alternative<Commit>(message) || to == kB;
}

}  // namespace

Outcome withheld_digest() {
  Plan plan;
  plan.chaos_ms = kHealedMs;
  plan.batch_max = 1;
  plan.window = 1;
  plan.transactions = 3;
  Network network(plan);
  network.filter([&network](std::size_t from, std::size_t to, const Message& message) {
    if (network.now_ms() >= kHealedMs || std::holds_alternative<Echo>(message)) return true;
    if (const auto* report = std::get_if<StatusReport>(&message)) {
      return report->recovering_since.has_value();
    }
    const auto view = view_of(message);
    if (!view) return false;  // SEALs, certificates
    if (*view == View(0)) return passes_in_view_0(from, to, message);
    if (*view == View(1)) return passes_in_view_1(from, to, message);
    return from != kB && to != kB;
  });
  return network.run();
}

Outcome lost_seals() {
  constexpr std::uint64_t kLostMs = 300'000;
  Plan plan;
  plan.chaos_ms = kLostMs;
  Network network(plan);
  network.filter([&network](std::size_t, std::size_t, const Message& message) {
    return network.now_ms() >= kLostMs || !std::holds_alternative<SealVote>(message);
  });
  return network.run();
}

Outcome last_block_alone() {
  Plan plan;
  plan.chaos_ms = 12'000;
  plan.reform = Reform::rotate;
  Network network(plan);
  bool is_alone = false;
  network.filter([&](std::size_t from, std::size_t to, const Message& message) {
    if (network.now_ms() >= 12'000) return true;
    const auto last = network.checker().last_height(Epoch(0));
    is_alone |= last && network.machine(kA).height() >= *last;
    if (is_alone) return from != kA && to != kA;
    const bool is_about_last = last && height_of(message) == last;
    return !is_about_last || !std::holds_alternative<Commit>(message) || to == kA;
  });
  return network.run();
}

Outcome journal_lost_at_end() {
  constexpr std::size_t kD = 3;
  Plan plan;
  plan.chaos_ms = 30'000;
  plan.reform = Reform::rotate;
  plan.is_journal_lost = true;
  plan.down_ms = 40;
  Network network(plan);
  Machine& loser = network.machine(kD);
  bool is_lost = false;
  network.filter([&](std::size_t, std::size_t to, const Message& message) {
    const auto last = network.checker().last_height(Epoch(0));
    if (to == kD || (is_lost && (loser.disk().listens_until || !loser.disk().is_journal_lost))) {
      return true;
    }
    if (const auto* report = std::get_if<StableReport>(&message)) {
      return !last || report->stable.header.height < *last;
    }
    return !last || height_of(message) != last || !std::holds_alternative<SealVote>(message);
  });
  std::function<void()> watch = [&] {
    is_lost = loser.is_up() && loser.epoch() == Epoch(1);
    if (is_lost) return network.crash(loser);
    network.at(1, watch);
  };
  network.at(1, watch);
  return network.run();
}

}  // namespace generion::sim
