#include "audit/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "audit/replay.h"
#include "audit/work_directory.h"
#include "base/hex.h"

namespace generion::audit {
namespace {

using wire::ArchivedBlock;

Result<std::optional<ArchivedBlock>> next_block(BlockSource& source) {
  while (true) {
    auto entry = source.next();
    if (!entry) return fail(entry.error());
    if (!entry->has_value()) return std::nullopt;
    if (auto* block = std::get_if<ArchivedBlock>(&**entry)) return std::move(*block);
  }
}

std::optional<Difference> differ(std::string_view object, const std::string& first,
                                 const std::string& second) {
  if (first == second) return std::nullopt;
  return Difference{std::string(object), first, second};
}

std::optional<Difference> compare_headers(const BlockHeader& a, const BlockHeader& b) {
  const auto number = [](auto value) { return fmt::format("{}", value); };
  std::optional<Difference> out;
  const auto add = [&](std::string_view object, const std::string& first,
                       const std::string& second) {
    if (!out) out = differ(object, first, second);
  };
  add("height", number(a.height.value()), number(b.height.value()));
  add("parent", to_hex(a.parent_hash), to_hex(b.parent_hash));
  add("time", number(a.time.value()), number(b.time.value()));
  add("batch digest", to_hex(a.batch_digest), to_hex(b.batch_digest));
  add("number of transactions", number(a.tx_count), number(b.tx_count));
  add("transaction root", to_hex(a.tx_root), to_hex(b.tx_root));
  add("receipt root", to_hex(a.receipt_root), to_hex(b.receipt_root));
  add("number of objects", number(a.object_count), number(b.object_count));
  add("state root", to_hex(a.state_root), to_hex(b.state_root));
  add("validator set", to_hex(a.validator_set_hash), to_hex(b.validator_set_hash));
  add("next validator set", to_hex(a.next_validator_set_hash), to_hex(b.next_validator_set_hash));
  add("block hash", to_hex(block_hash(a)), to_hex(block_hash(b)));
  return out;
}

std::string id_at(const ArchivedBlock& block, std::size_t place) {
  return place < block.batch.ids.size() ? to_hex(block.batch.ids[place]) : "nothing";
}

std::string outcome_at(const ArchivedBlock& block, std::size_t number) {
  return number < block.receipts.size() ? to_hex(encode_receipt(block.receipts[number]))
                                        : "nothing";
}

std::optional<Difference> compare_transactions(const ArchivedBlock& a, const ArchivedBlock& b) {
  const std::size_t places = std::max(a.batch.ids.size(), b.batch.ids.size());
  for (std::size_t place = 0; place < places; ++place) {
    const auto found =
        differ(fmt::format("transaction {} of the batch", place), id_at(a, place), id_at(b, place));
    if (found) return found;
  }
  const std::size_t receipts = std::max(a.receipts.size(), b.receipts.size());
  for (std::size_t number = 0; number < receipts; ++number) {
    const auto found =
        differ(fmt::format("receipt {}", number), outcome_at(a, number), outcome_at(b, number));
    if (found) return found;
  }
  return std::nullopt;
}

std::optional<Difference> compare_writes(const contract::BlockWrites& a,
                                         const contract::BlockWrites& b) {
  std::map<Bytes, std::pair<const Bytes*, const Bytes*>> keys;
  for (const contract::ObjectWrite& write : a.objects) keys[write.key].first = &write.value;
  for (const contract::ObjectWrite& write : b.objects) keys[write.key].second = &write.value;
  const auto text = [](const Bytes* value) { return value ? to_hex(*value) : "unchanged"; };
  for (const auto& [key, values] : keys) {
    const auto found = differ("object " + to_hex(key), text(values.first), text(values.second));
    if (found) return found;
  }
  return std::nullopt;
}

// What executing the block's batch on the replay's state gives.
Result<std::shared_ptr<const ledger::ExecutedBlock>> execute(const Replay& replay,
                                                             ArchivedBlock block) {
  auto checked = check_alone(std::move(block), replay.tip()->header().chain_id);
  for (const std::optional<Fault>& fault : checked->faults) {
    if (fault) return fail(Code::bad_proof, fault_text(*fault));
  }
  if (checked->transactions.size() != checked->block.batch.ids.size()) {
    return fail(Code::bad_proof, "a block does not have one body for each id of its batch");
  }
  return replay.execute(*checked);
}

Result<std::optional<Difference>> compare_states(BlockSource& source, Height same,
                                                 const Genesis& genesis,
                                                 const std::filesystem::path& directory,
                                                 const ArchivedBlock& a, const ArchivedBlock& b) {
  auto replay = Replay::begin(directory, genesis, false);
  if (!replay) return fail(replay.error());
  while ((*replay)->tip()->height() < same) {
    auto block = next_block(source);
    if (!block) return fail(block.error());
    if (!block->has_value()) return fail(Code::damaged, "the first chain ends too soon");
    const auto fault = (*replay)->apply(*check_alone(std::move(**block), chain_id(genesis)));
    if (!fault) return fail(fault.error());
    if (fault->has_value()) return fail(Code::bad_proof, fault_text(**fault));
  }
  // Of another height than the next one, a batch cannot be executed on this state.
  if (a.batch.height != same.next() || b.batch.height != same.next()) return std::nullopt;
  const auto first = execute(**replay, a);
  if (!first) return fail(first.error());
  const auto second = execute(**replay, b);
  if (!second) return fail(second.error());
  return compare_writes((*first)->writes, (*second)->writes);
}

}  // namespace

Result<Comparison> compare(const OpenSource& first, const OpenSource& second,
                           const Genesis& genesis, const std::filesystem::path& work) {
  auto a = first(Height(1));
  if (!a) return fail(a.error());
  auto b = second(Height(1));
  if (!b) return fail(b.error());
  Comparison out;
  while (true) {
    const auto one = next_block(**a);
    if (!one) return fail(one.error());
    const auto other = next_block(**b);
    if (!other) return fail(other.error());
    out.first_ends = !one->has_value();
    out.second_ends = !other->has_value();
    if (out.first_ends || out.second_ends) return out;
    if ((*one)->header == (*other)->header) {
      out.same = (*one)->header.height;
      continue;
    }
    out.block = compare_headers((*one)->header, (*other)->header);
    out.transaction = compare_transactions(**one, **other);
    auto directory = WorkDirectory::reserve(work);
    if (!directory) return fail(directory.error());
    a->reset();  // a node's directory can be opened once
    auto again = first(Height(1));
    if (!again) return fail(again.error());
    auto key = compare_states(**again, out.same, genesis, work, **one, **other);
    if (!key) return fail(key.error());
    out.key = std::move(*key);
    return out;
  }
}

}  // namespace generion::audit
