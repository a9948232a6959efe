// What must hold of epochs: who speaks in which, and where each ends.
#include <fmt/core.h>

#include "checker.h"
#include "message_parts.h"
#include "trace.h"

namespace generion::sim {

std::optional<Height> Checker::last_height(Epoch epoch) const {
  const auto found = last_heights_.find(epoch);
  return found == last_heights_.end() ? std::nullopt : std::optional(found->second);
}

const consensus::Membership& Checker::members_of(std::size_t member, const Message& message) const {
  const auto found = epochs_.find(consensus::epoch_of(message));
  if (found != epochs_.end()) return found->second;
  broken(member, "speaks in an epoch that does not exist: " + describe(message, world_));
}

// A member votes in its own epochs only, in each only when it can prove that the one before is
// over, and up to its last height. What it asks for in an epoch counts, even if it leaves late.
void Checker::check_epoch(std::size_t member, const Message& message) {
  const consensus::Membership& members = members_of(member, message);
  const std::string what = describe(message, world_);
  if (!members.set.index_of(world_.key(member))) broken(member, "votes without being one: " + what);
  const Epoch epoch = members.epoch;
  if (epoch > Epoch(0) && !has_ended_.contains({member, Epoch(epoch.value() - 1)})) {
    broken(member, "is in an epoch without proof that the one before is over: " + what);
  }
  const auto height = height_of(message);
  const auto last = last_height(epoch);
  if (height && (*height <= members.start || (last && *height > *last))) {
    broken(member, "votes outside of its epoch: " + what);
  }
  const auto silent = silent_to_.find(member);
  if (silent != silent_to_.end() && epoch <= silent->second) {
    broken(member, "has lost its journal and may have voted in this epoch: " + what);
  }
}

void Checker::lost_journal(std::size_t member) {
  for (const auto& [who, said] : said_) {
    if (who.first == member) silent_to_[member] = who.second;
  }
}

void Checker::note_epoch(const ledger::ExecutedBlock& block) {
  const Epoch epoch = block.header.epoch;
  if (block.writes.last_height) last_heights_.try_emplace(epoch, *block.writes.last_height);
  const auto& next = block.writes.next_epoch;
  if (!next) return;
  epochs_[next->number] = {world_.members.chain, next->number, next->validators,
                           block.header.height};
}

// The header names its epoch, that epoch's members, and those who agree on the block above.
void Checker::check_header(std::size_t member, const BlockHeader& header) const {
  const consensus::Membership& members = newest();
  const bool is_last = last_height(members.epoch) == header.height;
  const auto last = last_height(members.epoch);
  if (header.epoch != members.epoch || header.height <= members.start ||
      (last && header.height > *last)) {
    broken(member, fmt::format("a block of height {} in epoch {}, the chain is in epoch {}",
                               header.height.value(), header.epoch.value(), members.epoch.value()));
  }
  const Hash set = validator_set_hash(members.set);
  if (header.validator_set_hash != set || (!is_last && header.next_validator_set_hash != set)) {
    broken(member,
           fmt::format("the header of height {} names other members", header.height.value()));
  }
}

}  // namespace generion::sim
