#include "rpc/block_events.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/limits.h"
#include "contract/queries.h"

namespace generion::rpc {
namespace {

// Adds the events of one operation that took effect.
class Collect {
 public:
  // `ids` are those of the objects that the transaction made.
  Collect(BlockEvents& out, const contract::StateReader& state, std::size_t transaction,
          const std::vector<std::uint64_t>& ids)
      : out_(out), state_(state), transaction_(transaction), next_id_(ids.data()) {}

  void operator()(const SetUserPubKey&) {}
  void operator()(const AdmitUser& operation) { next_id_ += operation.usr_adr.size(); }
  void operator()(const CreateRecord&) { add(RecordId(*next_id_++), "createRecord"); }
  void operator()(const VerifyRecord& operation) {
    for (const RecordId id : operation.record_id) add(id, "verifyRecord");
  }
  void operator()(const DeleteRecord& operation) { add(operation.record_id, "deleteRecord"); }
  void operator()(const RelockRecord& operation) {
    for (const RecordRelocking& item : operation.records) add(item.record_id, "relockRecord");
  }
  void operator()(const ShareRecord&) { ++next_id_; }
  void operator()(const CreateOrder&) { ++next_id_; }
  void operator()(const Propose&) { ++next_id_; }
  template <class Op>
  void operator()(const Op&) {}

 private:
  void add(RecordId id, std::string_view operation) {
    // Who owns a record never changes, so any state that has it will do.
    const auto record = contract::find_record(state_, id);
    if (record) out_.records.push_back({transaction_, record->record.owner, id, operation});
  }

  BlockEvents& out_;
  const contract::StateReader& state_;
  const std::size_t transaction_;
  const std::uint64_t* next_id_;
};

void add_operations(BlockEvents& out, const std::vector<TransactionBody>& bodies,
                    const contract::StateReader& state) {
  auto skipped = out.block.skipped.begin();
  for (std::uint32_t place = 0; place < bodies.size(); ++place) {
    if (skipped != out.block.skipped.end() && *skipped == place) {
      ++skipped;
      continue;
    }
    const std::size_t index = out.transactions.size();
    const Receipt& receipt = out.block.receipts[index];
    out.transactions.push_back({index, out.block.tx_ids[place], bodies[place].sender});
    if (receipt.code != Code::ok) continue;
    Collect collect(out, state, index, receipt.new_ids);
    for (const Operation& operation : bodies[place].operations) std::visit(collect, operation);
  }
}

}  // namespace

std::shared_ptr<const BlockEvents> BlockReader::find(Height height, Detail detail) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(kept_.begin(), kept_.end(), [&](const Kept& kept) {
    return kept.height == height && kept.detail >= detail;
  });
  return found == kept_.end() ? nullptr : found->events;
}

Result<std::shared_ptr<const BlockEvents>> BlockReader::load(Height height, Detail detail) const {
  auto block = backend_.block(height);
  if (!block) return fail(block.error());
  auto out = std::make_shared<BlockEvents>();
  out->block = std::move(*block);
  if (detail == Detail::block) return out;
  try {
    const auto bodies = backend_.bodies(height);
    if (!bodies) return fail(bodies.error());
    const auto version = backend_.version(std::nullopt);
    if (!version) return fail(version.error());
    add_operations(*out, *bodies, (*version)->state());
  } catch (const std::exception& failure) {
    // Reading the state has no other way to say that the disk failed.
    return fail(Code::io_error,
                fmt::format("block {} could not be read: {}", height.value(), failure.what()));
  }
  return out;
}

Result<std::shared_ptr<const BlockEvents>> BlockReader::read(Height height, Detail detail) {
  if (auto known = find(height, detail)) return known;
  auto events = load(height, detail);
  if (!events) return fail(events.error());
  const std::lock_guard lock(mutex_);
  if (kept_.size() == limits::kBlockEventsKept) kept_.pop_front();
  kept_.push_back({height, detail, *events});
  return events;
}

}  // namespace generion::rpc
