#include "memory_ledger.h"

#include "base/assert.h"
#include "broken.h"
#include "contract/epoch.h"

namespace generion::sim {

MemoryLedger::MemoryLedger(const Genesis& genesis) {
  const contract::BlockWrites writes = contract::genesis_writes(genesis);
  const auto pending = prepare(writes);
  write(writes, *pending);
  const Hash chain = chain_id(genesis);
  header_ = ledger::genesis_header(chain, genesis, pending->tree);
  hash_ = block_hash(header_);
  rules_ = ledger::execution_rules(chain, contract::read_rules(*this), hash_);
}

ExecutedBlockPtr MemoryLedger::execute(const Batch& batch,
                                       const std::vector<TransactionPtr>& transactions) const {
  auto block = ledger::execute_batch(*this, rules_, batch, transactions);
  if (!block) throw Broken("execution fails: " + block.error().message);
  return *block;
}

void MemoryLedger::apply(const ledger::ExecutedBlock& block) {
  GENERION_ASSERT(block.header.height == height().next());
  write(block.writes, *block.pending);
  for (std::uint32_t place = 0; place < block.batch.ids.size(); ++place) {
    if (!block.skipped[place]) executed_[block.batch.ids[place]] = {block.header.height, place};
  }
  header_ = block.header;
  hash_ = block.hash;
  if (const auto& next = block.writes.next_epoch) {
    rules_ = ledger::execution_rules(rules_.chain, *next, hash_);
  }
}

void MemoryLedger::write(const contract::BlockWrites& writes, const ledger::PendingState& pending) {
  for (std::size_t i = 0; i < writes.objects.size(); ++i) {
    objects_[writes.objects[i].key] = {pending.slots[i], writes.objects[i].value};
  }
  for (const contract::LookupWrite& entry : writes.lookups) {
    if (entry.value) {
      lookups_[entry.key] = *entry.value;
    } else {
      lookups_.erase(entry.key);
    }
  }
  for (const auto& page : pending.pages) pages_[page.number] = page.page;
  tree_ = pending.tree;
}

// Nobody keeps it longer than the ledger.
std::shared_ptr<const ledger::StateVersion> MemoryLedger::tip() const {
  return {std::shared_ptr<const ledger::StateVersion>(), this};
}

Result<std::optional<ledger::TransactionPlace>> MemoryLedger::find(const TxId& id) const {
  const auto found = executed_.find(id);
  if (found == executed_.end()) return std::nullopt;
  return found->second;
}

std::shared_ptr<const ledger::PendingState> MemoryLedger::prepare(
    const contract::BlockWrites& writes) const {
  return ledger::prepare_state(
      tree_, writes,
      [this](ByteView key) {
        const auto found = objects_.find(key);
        GENERION_ASSERT(found != objects_.end());
        return found->second.slot;
      },
      [this](std::uint64_t number) { return pages_.at(number); });
}

Result<ledger::ObjectProof> MemoryLedger::prove(ByteView key) const {
  const auto found = objects_.find(key);
  if (found == objects_.end()) return fail(Code::not_found, "there is no such object");
  const auto pages = [this](std::uint64_t number) { return pages_.at(number); };
  return ledger::ObjectProof{found->second.value, found->second.slot,
                             tree_.path(found->second.slot, pages)};
}

std::optional<Bytes> MemoryLedger::object(ByteView key) const {
  const auto found = objects_.find(key);
  if (found == objects_.end()) return std::nullopt;
  return found->second.value;
}

std::optional<Bytes> MemoryLedger::lookup(ByteView key) const {
  const auto found = lookups_.find(key);
  if (found == lookups_.end()) return std::nullopt;
  return found->second;
}

std::vector<contract::StateReader::Entry> MemoryLedger::scan(ByteView prefix, ByteView after,
                                                             std::size_t limit) const {
  auto at = after.empty() ? lookups_.lower_bound(prefix) : lookups_.upper_bound(after);
  std::vector<Entry> out;
  for (; at != lookups_.end() && at->first.starts_with(prefix) && out.size() < limit; ++at) {
    out.push_back(*at);
  }
  return out;
}

}  // namespace generion::sim
