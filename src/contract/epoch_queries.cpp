#include "contract/epoch_queries.h"

#include "contract/lookups.h"
#include "contract/queries.h"
#include "contract/read_objects.h"

namespace generion::contract {
namespace {

// A set changes seldom: a page holds the changes of years.
constexpr std::size_t kPage = 1'000;

}  // namespace

FoundEpoch current_epoch(const StateReader& state) {
  const Epoch number(read_counters(state).epoch);
  return {number, read_existing(state, epoch_key(number), decode_epoch)};
}

std::optional<FoundEpoch> find_epoch(const StateReader& state, Epoch number) {
  auto epoch = read(state, epoch_key(number), decode_epoch);
  if (!epoch) return std::nullopt;
  return FoundEpoch{number, std::move(*epoch)};
}

std::vector<SetHandover> set_handovers(const StateReader& state, Epoch epoch) {
  std::vector<SetHandover> out;
  Bytes after;
  while (true) {
    const auto rows = state.scan(set_change_prefix(), after, kPage);
    for (const auto& [key, value] : rows) {
      const Epoch before = parse_set_change_key(key);
      if (before >= epoch) return out;
      const auto next = read_existing(state, epoch_key(before.next()), decode_epoch);
      out.push_back({Height(next.first.value() - 1), next.validators});
    }
    if (rows.size() < kPage) return out;
    after = rows.back().first;
  }
}

std::optional<FoundEvidence> find_evidence(const StateReader& state, EvidenceId id) {
  auto evidence = read(state, evidence_key(id), decode_evidence);
  if (!evidence) return std::nullopt;
  return FoundEvidence{id, std::move(*evidence)};
}

std::vector<FoundEvidence> evidence_list(const StateReader& state, EvidenceId after,
                                         std::size_t limit) {
  const std::uint64_t count = read_counters(state).evidence;
  std::vector<FoundEvidence> out;
  for (std::uint64_t n = after.value(); n < count && out.size() < limit; ++n) {
    const EvidenceId id(n + 1);
    out.push_back({id, read_existing(state, evidence_key(id), decode_evidence)});
  }
  return out;
}

}  // namespace generion::contract
