#include "ledger/execute.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "base/assert.h"
#include "crypto/merkle.h"

namespace generion::ledger {
namespace {

// Which transactions of a batch are not executed: those whose window does not hold the block's
// time, and those whose id was executed before, in an earlier block or earlier in this one.
Result<SkippedBits> choose_skipped(const ExecutionState& state, const ExecutionRules& rules,
                                   TimeMs time,
                                   const std::vector<std::shared_ptr<const Transaction>>& txs) {
  SkippedBits skipped(txs.size());
  std::unordered_set<TxId, FixedBytesHash> here;
  for (std::size_t place = 0; place < txs.size(); ++place) {
    const Transaction& transaction = *txs[place];
    const TimeMs valid_until = transaction.body.valid_until;
    if (valid_until < time || valid_until > time.plus(rules.parameters->tx_window_ms)) {
      skipped.set(place);
      continue;
    }
    const auto before = state.find(transaction.id);
    if (!before) return fail(before.error());
    if (before->has_value() || !here.insert(transaction.id).second) skipped.set(place);
  }
  return skipped;
}

Hash root_of(const std::vector<Hash>& leaves) {
  return crypto::merkle_root(leaves);
}

}  // namespace

ExecutionRules execution_rules(const Hash& chain, contract::EpochRules epoch, const Hash& base) {
  ExecutionRules out;
  out.chain = chain;
  out.validator_set_hash = validator_set_hash(epoch.validators);
  out.epoch = std::make_shared<const contract::EpochRules>(std::move(epoch));
  out.parameters = {out.epoch, &out.epoch->parameters};
  out.epoch_base = base;
  return out;
}

BlockHeader genesis_header(const Hash& chain, const Genesis& genesis, const StateTree& tree) {
  ValidatorSet validators;
  for (const GenesisValidator& validator : genesis.validators) {
    validators.keys.push_back(validator.key);
  }
  BlockHeader header;
  header.chain_id = chain;
  header.time = genesis.time;
  header.tx_root = header.receipt_root = root_of({});
  header.state_root = tree.root();
  header.object_count = tree.size();
  header.validator_set_hash = header.next_validator_set_hash = validator_set_hash(validators);
  return header;
}

TimeMs block_time(const BlockHeader& parent, const Batch& batch) {
  return std::max(batch.time, parent.time.next());
}

Result<std::shared_ptr<const ExecutedBlock>> execute_batch(
    const ExecutionState& state, const ExecutionRules& rules, const Batch& batch,
    const std::vector<std::shared_ptr<const Transaction>>& transactions) {
  const auto parent = state.tip();
  GENERION_ASSERT(batch.height == parent->height().next());
  GENERION_ASSERT(transactions.size() == batch.ids.size());
  auto out = std::make_shared<ExecutedBlock>();
  const TimeMs time = block_time(parent->header(), batch);
  auto skipped = choose_skipped(state, rules, time, transactions);
  if (!skipped) return fail(skipped.error());
  out->batch = batch;
  out->skipped = std::move(*skipped);

  std::vector<Hash> tx_leaves;
  std::vector<Hash> receipt_leaves;
  try {
    contract::BlockExecution block(*parent,
                                   {batch.height, time, rules.parameters, rules.epoch_base});
    out->system_receipts = block.handle_due();
    for (const SystemReceipt& receipt : out->system_receipts) {
      receipt_leaves.push_back(crypto::merkle_leaf(encode_system_receipt(receipt)));
    }
    for (std::uint32_t place = 0; place < transactions.size(); ++place) {
      GENERION_ASSERT(transactions[place]->id == batch.ids[place]);
      if (out->skipped[place]) continue;
      out->receipts.push_back(block.apply(*transactions[place], place));
      tx_leaves.push_back(crypto::merkle_leaf(transactions[place]->hash.view()));
      receipt_leaves.push_back(crypto::merkle_leaf(encode_receipt(out->receipts.back())));
    }
    out->writes = std::move(block).finish();
    out->pending = state.prepare(out->writes);
  } catch (const StorageFailure& failure) {
    return fail(failure.error());
  }

  BlockHeader& header = out->header;
  header.chain_id = rules.chain;
  header.epoch = rules.epoch->number;
  header.height = batch.height;
  header.parent_hash = parent->hash();
  header.time = time;
  header.batch_digest = batch_digest(rules.chain, batch);
  header.tx_count = out->receipts.size();
  header.tx_root = root_of(tx_leaves);
  header.receipt_root = root_of(receipt_leaves);
  header.state_root = out->pending->tree.root();
  header.object_count = out->pending->tree.size();
  header.validator_set_hash = rules.validator_set_hash;
  const auto& next = out->writes.next_epoch;
  header.next_validator_set_hash =
      next ? validator_set_hash(next->validators) : rules.validator_set_hash;
  out->hash = block_hash(header);
  return out;
}

}  // namespace generion::ledger
