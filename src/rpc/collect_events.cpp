#include "rpc/collect_events.h"

#include <algorithm>
#include <set>
#include <span>

#include "base/limits.h"
#include "contract/market_objects.h"
#include "contract/queries.h"
#include "contract/read_objects.h"

namespace generion::rpc {
namespace {

using contract::read;
using contract::RecordChange;

// What one block did, operation by operation.
class Collect {
 public:
  Collect(BlockEvents& out, const contract::StateReader& state)
      : out_(out), state_(state), time_(out.block.header.time) {}

  void due(const SystemReceipt& receipt) {
    cause_.reset();
    if (receipt.code != Code::ok) return;
    if (receipt.kind == DueKind::share_expiry) {
      add_share(ShareId(receipt.id), RecordChange::share_expired);
    } else if (receipt.kind == DueKind::order_deadline) {
      add_order(OrderId(receipt.id), RecordChange::refunded);
    }
  }

  // A transaction that took effect; `new_ids` are those of the objects that it made.
  void transaction(std::size_t place, const TransactionBody& body,
                   std::span<const std::uint64_t> new_ids) {
    cause_ = place;
    new_ids_ = new_ids;
    for (const Operation& operation : body.operations) std::visit(*this, operation);
  }

  void operator()(const AdmitUser& op) {
    new_ids_ = new_ids_.subspan(std::min(new_ids_.size(), op.usr_adr.size()));
  }
  void operator()(const CreateRecord&) { add_record(RecordId(next_id()), RecordChange::created); }
  void operator()(const VerifyRecord& op) {
    for (const RecordId id : op.record_id) add_record(id, RecordChange::verified);
  }
  void operator()(const DeleteRecord& op) {
    add_record(op.record_id, RecordChange::deleted);
    end_shares(op.record_id);
    end_orders(op.record_id);
  }
  void operator()(const RelockRecord& op) {
    for (const RecordRelocking& one : op.records) add_record(one.record_id, RecordChange::relocked);
  }
  void operator()(const ShareRecord&) { add_share(ShareId(next_id()), RecordChange::shared); }
  void operator()(const RevokeShare& op) { add_share(op.share_id, RecordChange::share_revoked); }
  void operator()(const CreateOrder&) { add_order(OrderId(next_id()), RecordChange::offered); }
  void operator()(const DeleteOrder& op) { add_order(op.order_id, RecordChange::withdrawn); }
  void operator()(const PurchaseData& op) { add_order(op.order_id, RecordChange::purchased); }
  void operator()(const DeliverOrder& op) { add_order(op.order_id, RecordChange::delivered); }
  // The others change no record, share or order.
  void operator()(const SetUserPubKey&) {}
  void operator()(const Transfer&) {}
  void operator()(const SetRecoveryKey&) {}
  void operator()(const MoveUser&) {}
  void operator()(const CancelMove&) {}
  void operator()(const Propose&) {}
  void operator()(const Vote&) {}
  void operator()(const SuspendInstitution&) {}
  void operator()(const AnchorLog&) {}
  void operator()(const EndEpoch&) {}
  void operator()(const ReportReady&) {}
  void operator()(const ReportEvidence&) {}

 private:
  // 0, which no object has, if the receipt names too few.
  std::uint64_t next_id() {
    if (new_ids_.empty()) return 0;
    const std::uint64_t out = new_ids_.front();
    new_ids_ = new_ids_.subspan(1);
    return out;
  }

  void add_record(RecordId id, RecordChange change, std::uint64_t about = 0) {
    const auto record = read(state_, contract::record_key(id), contract::decode_record);
    if (record) out_.records.push_back({cause_, record->owner, id, change, about});
  }

  void add_share(ShareId id, RecordChange change) {
    const auto share = read(state_, contract::share_key(id), contract::decode_share);
    if (!share) return;
    out_.shares.push_back({cause_, id, share->record, share->owner, share->grantee, change});
    out_.records.push_back({cause_, share->owner, share->record, change, id.value()});
  }

  void add_order(OrderId id, RecordChange change) {
    auto order = read(state_, contract::order_key(id), contract::decode_order);
    if (!order) return;
    if (change == RecordChange::withdrawn) withdrawn_.insert(id);
    for (const RecordId record : order->records)
      out_.records.push_back({cause_, order->seller, record, change, id.value()});
    const bool has_buyer = change != RecordChange::offered && change != RecordChange::withdrawn;
    out_.orders.push_back({cause_, id, change, order->seller, order->price,
                           std::move(order->records), std::move(order->types),
                           has_buyer ? order->buyer : std::nullopt});
  }

  // The shares that die with their record: the contract closes them later, bit by bit.
  void end_shares(RecordId record) {
    for_each(contract::IdList::record_shares, record, [&](std::uint64_t id) {
      const auto share = read(state_, contract::share_key(ShareId(id)), contract::decode_share);
      if (!share || share->created_at > time_) return;
      const bool ended_before =
          share->closed_at && share->status != contract::Share::Status::record_deleted;
      if (ended_before && *share->closed_at <= time_) return;
      out_.shares.push_back(
          {cause_, ShareId(id), record, share->owner, share->grantee, RecordChange::deleted});
    });
  }

  // The open orders that are withdrawn when one of their records is deleted.
  void end_orders(RecordId record) {
    for_each(contract::IdList::record_orders, record, [&](std::uint64_t id) {
      const auto order = read(state_, contract::order_key(OrderId(id)), contract::decode_order);
      const bool is_withdrawn_now =
          order && order->status == contract::Order::Status::withdrawn && order->closed_at == time_;
      if (is_withdrawn_now && !withdrawn_.contains(OrderId(id)))
        add_order(OrderId(id), RecordChange::withdrawn);
    });
  }

  template <class Visit>
  void for_each(contract::IdList list, RecordId record, Visit visit) {
    std::vector<std::uint64_t> page;
    do {
      page = contract::list_members(state_, list, record.value(), page.empty() ? 0 : page.back(),
                                    limits::kPageMax);
      for (const std::uint64_t id : page) visit(id);
    } while (page.size() == limits::kPageMax);
  }

  BlockEvents& out_;
  const contract::StateReader& state_;
  const TimeMs time_;
  Cause cause_;
  std::span<const std::uint64_t> new_ids_;  // of the transaction, not used up yet
  std::set<OrderId> withdrawn_;             // in this block
};

}  // namespace

void collect_events(BlockEvents& out, const std::vector<TransactionBody>& bodies,
                    const contract::StateReader& state) {
  Collect collect(out, state);
  for (const SystemReceipt& receipt : out.block.system_receipts) collect.due(receipt);
  auto skipped = out.block.skipped.begin();
  for (std::uint32_t place = 0; place < bodies.size(); ++place) {
    if (skipped != out.block.skipped.end() && *skipped == place) {
      ++skipped;
      continue;
    }
    const std::size_t index = out.transactions.size();
    const Receipt& receipt = out.block.receipts[index];
    out.transactions.push_back({index, out.block.tx_ids[place], bodies[place].sender});
    if (receipt.code == Code::ok) collect.transaction(index, bodies[place], receipt.new_ids);
  }
}

}  // namespace generion::rpc
