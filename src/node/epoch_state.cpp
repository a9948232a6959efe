#include "node/epoch_state.h"

#include <fmt/core.h>

#include "base/assert.h"
#include "contract/epoch_queries.h"

namespace generion::node {
namespace {

Height block_before(const contract::EpochRules& rules) {
  return Height(rules.first.value() - 1);
}

EpochState read_state(const ledger::Ledger& ledger) {
  const EpochRulesPtr next = ledger.epoch();
  const auto tip = ledger.tip();
  // Where the state is past the last block of an epoch, and the certificate of that block is not
  // here yet, the epoch goes on. Nothing is proposed in it that its parameters could refuse.
  const bool is_between = ledger.stable() < block_before(*next);
  const Epoch number(next->number.value() - (is_between ? 1 : 0));
  const auto found = contract::find_epoch(*tip, number);
  GENERION_ASSERT(found.has_value());
  EpochState out;
  out.rules = next;
  if (is_between) {
    out.rules = std::make_shared<const contract::EpochRules>(
        contract::EpochRules{number, found->epoch.first, found->epoch.validators, next->parameters,
                             found->epoch.version});
  }
  out.start_time = found->epoch.since;
  out.last_height = found->epoch.last;
  if (number > Epoch(0)) {
    out.before = contract::find_epoch(*tip, Epoch(number.value() - 1))->epoch.validators;
  }
  return out;
}

}  // namespace

Result<EpochState> epoch_state(const ledger::Ledger& ledger) {
  try {
    return read_state(ledger);
  } catch (const ledger::StorageFailure& failure) {
    return fail(failure.error());
  }
}

Result<void> check_version(const contract::EpochRules& rules) {
  if (rules.version <= contract::kProtocolVersion) return {};
  return fail(
      Code::newer_format,
      fmt::format("epoch {} goes by version {} of the protocol; this program knows it up to "
                  "{}: install a newer one, the data stay as they are",
                  rules.number.value(), rules.version, contract::kProtocolVersion));
}

consensus::Membership membership(const Hash& chain, const contract::EpochRules& rules) {
  return {chain, rules.number, rules.validators, block_before(rules)};
}

consensus::Settings replica_settings(consensus::Settings own, const Hash& chain,
                                     const EpochState& epoch) {
  own.members = membership(chain, *epoch.rules);
  own.start_time = epoch.start_time;
  own.last_height = epoch.last_height.value_or(consensus::kOpenEnd);
  own.heartbeat_ms = epoch.rules->parameters.heartbeat_ms;
  own.empty_gap_ms = epoch.rules->parameters.heartbeat_ms / 2;
  return own;
}

}  // namespace generion::node
