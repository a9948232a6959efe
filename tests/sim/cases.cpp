#include "cases.h"

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

}  // namespace generion::sim
