#include "audit/replay.h"

#include <fmt/format.h>

#include "audit/certificate_check.h"
#include "audit/outcome_check.h"
#include "base/hex.h"
#include "contract/epoch.h"

namespace generion::audit {
namespace {

constexpr std::uint64_t kCacheBytes = 64 * 1024 * 1024;

// Only the tip is read.
ledger::LedgerOptions options() {
  ledger::LedgerOptions out;
  out.kept_blocks = 1;
  out.kept_ms = 0;
  return out;
}

std::optional<Fault> compare(Height height, std::string_view object, const Hash& expected,
                             const Hash& found) {
  if (expected == found) return std::nullopt;
  return block_fault(height, std::string(object), to_hex(expected), to_hex(found));
}

// Of each place: whether the transaction took effect.
std::vector<char> effective(const ledger::ExecutedBlock& executed) {
  std::vector<char> out;
  std::size_t receipt = 0;
  for (std::size_t place = 0; place < executed.batch.ids.size(); ++place) {
    const bool is_effective =
        !executed.skipped[place] && executed.receipts[receipt++].code == Code::ok;
    out.push_back(is_effective ? 1 : 0);
  }
  return out;
}

}  // namespace

Result<std::unique_ptr<Replay>> Replay::begin(const std::filesystem::path& directory,
                                              const Genesis& genesis, bool attachments) {
  auto state = ledger::StateStore::open(directory, chain_id(genesis), options(),
                                        ledger::Database::make_cache(kCacheBytes));
  if (!state) return fail(state.error());
  std::unique_ptr<Replay> out(new Replay(std::move(*state), attachments));
  const auto begun = out->begin_chain(genesis);
  if (!begun) return fail(begun.error());
  if (begun->has_value()) return fail(Code::bad_genesis, fault_text(**begun));
  return out;
}

Result<std::optional<Fault>> Replay::begin_chain(const Genesis& genesis) {
  const Hash chain = chain_id(genesis);
  const contract::BlockWrites writes = contract::genesis_writes(genesis);
  const auto pending = state_->prepare(writes);
  const BlockHeader header = ledger::genesis_header(chain, genesis, pending->tree);
  if (auto done = state_->apply(header, writes, *pending, {}); !done) return fail(done.error());
  count_institutions(statistics_, writes);
  rules_ = ledger::execution_rules(chain, contract::read_rules(*tip()), block_hash(header));
  return supply_.apply(Height(0), writes, nullptr);
}

std::optional<Fault> Replay::check_link(const CheckedBlock& block) const {
  const auto parent = tip();
  const Height height = parent->height().next();
  const BlockHeader& header = block.block.header;
  if (header.height != height) {
    return block_fault(height, "height", fmt::format("{}", height.value()),
                       fmt::format("{}", header.height.value()));
  }
  if (auto fault = compare(height, "chain", rules_.chain, header.chain_id)) return fault;
  if (auto fault = compare(height, "parent", parent->hash(), header.parent_hash)) return fault;
  if (header.epoch != rules_.epoch->number) {
    return block_fault(height, "epoch", fmt::format("{}", rules_.epoch->number.value()),
                       fmt::format("{}", header.epoch.value()));
  }
  return compare(height, "validator set", rules_.validator_set_hash, header.validator_set_hash);
}

// That the batch is the one of the header, and that the block has a body and a bit for each id.
std::optional<Fault> Replay::check_batch(const CheckedBlock& block) const {
  const auto& [header, batch, skipped, due, receipts, envelopes, certificate] = block.block;
  const Height height = header.height;
  const auto wrong = [&](std::string object, std::uint64_t expected, std::uint64_t found) {
    return block_fault(height, std::move(object), fmt::format("{}", expected),
                       fmt::format("{}", found));
  };
  if (batch.height != height) {
    return wrong("height of the batch", height.value(), batch.height.value());
  }
  if (batch.epoch != header.epoch) {
    return wrong("epoch of the batch", header.epoch.value(), batch.epoch.value());
  }
  if (auto fault =
          compare(height, "batch digest", batch_digest(rules_.chain, batch), header.batch_digest)) {
    return fault;
  }
  if (batch.proposer.is_zero() ? batch != null_batch(batch.epoch, height)
                               : !rules_.epoch->validators.index_of(batch.proposer)) {
    return block_fault(height, "proposer", "a validator in force, or an empty batch of nobody",
                       to_hex(batch.proposer));
  }
  if (envelopes.size() != batch.ids.size()) {
    return wrong("number of bodies", batch.ids.size(), envelopes.size());
  }
  if (skipped.size() != (batch.ids.size() + 7) / 8) {
    return wrong("bytes of skipped bits", (batch.ids.size() + 7) / 8, skipped.size());
  }
  return std::nullopt;
}

Result<std::optional<Fault>> Replay::apply(const CheckedBlock& block) {
  if (auto fault = check_link(block)) return fault;
  if (auto fault = check_batch(block)) return fault;
  for (const std::optional<Fault>& fault : block.faults) {
    if (fault) return fault;
  }
  if (block.block.certificate) {
    auto fault = check_certificate(*block.block.certificate, block.seal_holds,
                                   block.block.header.height, block.hash, rules_.epoch->validators);
    if (fault) return fault;
  }
  const auto executed = execute(block);
  if (!executed) return fail(executed.error());
  if (auto fault = check_outcome(block, **executed)) return fault;
  return apply_executed(block, **executed);
}

Result<std::optional<Fault>> Replay::apply_executed(const CheckedBlock& block,
                                                    const ledger::ExecutedBlock& executed) {
  const Height height = block.block.header.height;
  const auto& next = executed.writes.next_epoch;
  if (block.block.certificate) {
    unproven_.reset();
  } else if (next) {
    return block_fault(
        height, "certificate",
        fmt::format("one of its own, as the last block of epoch {}", rules_.epoch->number.value()),
        "none");
  } else if (!unproven_) {
    unproven_ = height;
  }
  if (auto fault = supply_.apply(height, executed.writes, tip().get())) return fault;
  auto attached = attachments_.apply(block, effective(executed), executed.writes.erasures);
  if (!attached || attached->has_value()) return attached;
  count_block(statistics_, block, rules_.epoch->validators);
  count_institutions(statistics_, executed.writes);
  if (auto done = write(executed); !done) return fail(done.error());
  if (!next) return std::nullopt;
  if (next->version > contract::kProtocolVersion) {
    return fail(Code::newer_format,
                fmt::format("above block {} the chain goes by version {} of the protocol; this "
                            "program knows up to {}: use a newer program",
                            height.value(), next->version, contract::kProtocolVersion));
  }
  ++statistics_.epochs;
  if (next->validators != rules_.epoch->validators) ++statistics_.set_changes;
  rules_ = ledger::execution_rules(rules_.chain, *next, executed.hash);
  return std::nullopt;
}

Result<void> Replay::write(const ledger::ExecutedBlock& executed) {
  std::vector<ledger::StateStore::ExecutedId> ids;
  ids.reserve(executed.receipts.size());
  for (std::uint32_t place = 0; place < executed.batch.ids.size(); ++place) {
    if (!executed.skipped[place]) ids.push_back({executed.batch.ids[place], place});
  }
  return state_->apply(executed.header, executed.writes, *executed.pending, ids);
}

std::optional<Fault> Replay::finish() const {
  if (unproven_) {
    return block_fault(*unproven_, "certificate",
                       "one of this block or of a later one of its epoch",
                       fmt::format("none up to the last block, {}", tip()->height().value()));
  }
  return attachments_.finish(tip()->height());
}

}  // namespace generion::audit
