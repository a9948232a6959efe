#include "audit/outcome_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/hex.h"

namespace generion::audit {
namespace {

std::string text(const Receipt& receipt) {
  std::string out(code_name(receipt.code));
  if (receipt.code != Code::ok) out += fmt::format(" at operation {}", receipt.failed_operation);
  if (!receipt.new_ids.empty()) out += fmt::format(", new ids {}", fmt::join(receipt.new_ids, " "));
  return out + fmt::format(", transaction hash {}", to_hex(receipt.tx_hash));
}

std::string text(const SystemReceipt& receipt) {
  return fmt::format("{} of {}: {}", due_name(receipt.kind), receipt.id, code_name(receipt.code));
}

std::string text(bool skipped) {
  return skipped ? "skipped" : "executed";
}

std::optional<Fault> check_skipped(const CheckedBlock& block,
                                   const ledger::ExecutedBlock& executed) {
  const ledger::SkippedBits published(block.block.skipped);
  for (std::uint32_t place = 0; place < executed.batch.ids.size(); ++place) {
    if (published[place] == executed.skipped[place]) continue;
    return Fault{block.block.header.height,     place,
                 executed.batch.ids[place],     "skipped bit",
                 text(executed.skipped[place]), text(published[place])};
  }
  if (published == executed.skipped) return std::nullopt;
  return block_fault(block.block.header.height, "skipped bits",
                     "no bit beyond the last transaction", "one that is set");
}

// Of the transactions that were not skipped, in their order.
std::optional<Fault> check_receipts(const CheckedBlock& block,
                                    const ledger::ExecutedBlock& executed) {
  const auto& published = block.block.receipts;
  std::size_t number = 0;
  for (std::uint32_t place = 0; place < executed.batch.ids.size(); ++place) {
    if (executed.skipped[place]) continue;
    const Receipt& right = executed.receipts[number];
    const bool is_there = number < published.size();
    if (!is_there || published[number] != right) {
      return Fault{block.block.header.height,
                   place,
                   executed.batch.ids[place],
                   "outcome",
                   text(right),
                   is_there ? text(published[number]) : "no receipt"};
    }
    ++number;
  }
  if (published.size() == number) return std::nullopt;
  return block_fault(block.block.header.height, "receipts", fmt::format("{}", number),
                     fmt::format("{}", published.size()));
}

std::optional<Fault> check_system_receipts(const CheckedBlock& block,
                                           const ledger::ExecutedBlock& executed) {
  const auto& published = block.block.system_receipts;
  const auto& right = executed.system_receipts;
  for (std::size_t i = 0; i < std::max(published.size(), right.size()); ++i) {
    if (i < published.size() && i < right.size() && published[i] == right[i]) continue;
    return block_fault(block.block.header.height, fmt::format("what fell due, number {}", i),
                       i < right.size() ? text(right[i]) : "nothing",
                       i < published.size() ? text(published[i]) : "nothing");
  }
  return std::nullopt;
}

std::optional<Fault> check_header(const BlockHeader& published, const BlockHeader& right) {
  const auto number = [&](std::string_view object, std::uint64_t want, std::uint64_t have) {
    return want == have
               ? std::nullopt
               : std::optional(block_fault(right.height, std::string(object),
                                           fmt::format("{}", want), fmt::format("{}", have)));
  };
  const auto hash = [&](std::string_view object, const Hash& want, const Hash& have) {
    return want == have ? std::nullopt
                        : std::optional(block_fault(right.height, std::string(object), to_hex(want),
                                                    to_hex(have)));
  };
  std::optional<Fault> out;
  if (!out) out = number("number of transactions", right.tx_count, published.tx_count);
  if (!out) out = hash("transaction root", right.tx_root, published.tx_root);
  if (!out) out = hash("receipt root", right.receipt_root, published.receipt_root);
  if (!out) out = number("number of objects", right.object_count, published.object_count);
  if (!out) out = hash("state root", right.state_root, published.state_root);
  if (!out) {
    out = hash("next validator set", right.next_validator_set_hash,
               published.next_validator_set_hash);
  }
  if (!out) out = hash("block hash", block_hash(right), block_hash(published));
  return out;
}

}  // namespace

std::optional<Fault> check_outcome(const CheckedBlock& block,
                                   const ledger::ExecutedBlock& executed) {
  const BlockHeader& published = block.block.header;
  if (published.time != executed.header.time) {
    return block_fault(
        published.height, "time",
        fmt::format("{} ms, of the batch or after the parent's", executed.header.time.value()),
        fmt::format("{} ms", published.time.value()));
  }
  if (auto fault = check_skipped(block, executed)) return fault;
  if (auto fault = check_system_receipts(block, executed)) return fault;
  if (auto fault = check_receipts(block, executed)) return fault;
  return check_header(published, executed.header);
}

}  // namespace generion::audit
