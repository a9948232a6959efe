#include "rpc/collect_events.h"

#include <catch2/catch.hpp>

#include "contract/market_objects.h"
#include "fake_backend.h"

using namespace generion;
using namespace generion::rpc;
using namespace generion::test;
using contract::IdList;
using contract::RecordChange;

namespace {

constexpr std::uint64_t kNow = 5'000;  // the block's time

// A state as the contract leaves it, and the block that led there.
struct Rig {
  void record(std::uint64_t id, std::uint64_t owner) {
    contract::Record record;
    record.owner = UserId(owner);
    put(contract::record_key(RecordId(id)), contract::encode_record(record));
  }
  void share(std::uint64_t id, std::uint64_t record, std::uint64_t grantee,
             contract::Share::Status status = contract::Share::Status::living,
             std::optional<TimeMs> closed_at = std::nullopt) {
    contract::Share share;
    share.record = RecordId(record);
    share.owner = UserId(1);
    share.grantee = UserId(grantee);
    share.access = Lock();
    share.created_at = TimeMs(1'000);
    share.status = status;
    share.closed_at = closed_at;
    put(contract::share_key(ShareId(id)), contract::encode_share(share));
    row(contract::list_key(IdList::record_shares, record, id));
  }
  void order(std::uint64_t id, std::vector<RecordId> records, contract::Order::Status status,
             std::optional<TimeMs> closed_at = std::nullopt) {
    contract::Order order;
    order.seller = UserId(1);
    order.records = records;
    order.price = 700;
    order.types = {"Observation"};
    order.created_at = TimeMs(1'000);
    order.status = status;
    order.buyer = UserId(3);
    order.buyer_key = ReaderKey();
    order.closed_at = closed_at;
    put(contract::order_key(OrderId(id)), contract::encode_order(order));
    for (const RecordId record : records)
      row(contract::list_key(IdList::record_orders, record.value(), id));
  }
  void put(Bytes key, Bytes value) { state.apply({{{std::move(key), std::move(value)}}, {}, {}}); }
  void row(Bytes key) { state.apply({{}, {{std::move(key), Bytes()}}, {}}); }

  void transaction(std::vector<Operation> operations, std::vector<std::uint64_t> new_ids = {},
                   Code code = Code::ok) {
    TransactionBody body;
    body.sender = key_of('P').public_key();
    body.operations = std::move(operations);
    bodies.push_back(std::move(body));
    events.block.tx_ids.emplace_back();
    Receipt receipt;
    receipt.code = code;
    receipt.new_ids = std::move(new_ids);
    events.block.receipts.push_back(receipt);
  }
  const BlockEvents& collect() {
    events.block.header.time = TimeMs(kNow);
    collect_events(events, bodies, state);
    return events;
  }
  // "change record about" of each.
  std::vector<std::string> records() const {
    std::vector<std::string> out;
    for (const RecordEvent& event : events.records) {
      out.push_back(std::string(contract::change_operation(event.change)) + " " +
                    std::to_string(event.record.value()) + " " + std::to_string(event.about));
    }
    return out;
  }

  MapState state;
  std::vector<TransactionBody> bodies;
  BlockEvents events;
};

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("sharing and revoking are told to the record and the share") {
  Rig rig;
  rig.record(1, 1);
  rig.share(1, 1, 2);
  rig.share(2, 1, 3);
  ShareRecord share;
  share.record_id = RecordId(1);
  rig.transaction({share, RevokeShare{ShareId(1)}}, {2});
  const BlockEvents& events = rig.collect();
  REQUIRE(events.shares.size() == 2);
  CHECK(events.shares[0].share == ShareId(2));
  CHECK(events.shares[0].grantee == UserId(3));
  CHECK(events.shares[0].change == RecordChange::shared);
  CHECK(events.shares[1].share == ShareId(1));
  CHECK(events.shares[1].change == RecordChange::share_revoked);
  CHECK(events.shares[1].cause == 0);
  CHECK(rig.records() == Texts{"shareRecord 1 2", "revokeShare 1 1"});
}

TEST_CASE("an order's life is told to its records") {
  Rig rig;
  rig.record(1, 1);
  rig.record(2, 1);
  rig.order(1, {RecordId(2), RecordId(1)}, contract::Order::Status::delivered, TimeMs(9'000));
  rig.transaction({CreateOrder{{RecordId(2), RecordId(1)}, 700, {}}}, {1});
  rig.transaction({PurchaseData{OrderId(1), {}, 700}});
  rig.transaction({DeliverOrder{OrderId(1), {}, {}}});
  const BlockEvents& events = rig.collect();
  REQUIRE(events.orders.size() == 3);
  CHECK(events.orders[0].change == RecordChange::offered);
  CHECK(!events.orders[0].buyer);  // there was none yet, whatever came later
  CHECK(events.orders[0].price == 700);
  CHECK(events.orders[0].types == Texts{"Observation"});
  CHECK(events.orders[1].buyer == UserId(3));
  CHECK(events.orders[2].cause == 2);
  CHECK(rig.records() == Texts{"createOrder 2 1", "createOrder 1 1", "purchaseData 2 1",
                               "purchaseData 1 1", "deliverOrder 2 1", "deliverOrder 1 1"});
}

TEST_CASE("what falls due by itself comes first and has no cause") {
  Rig rig;
  rig.record(1, 1);
  rig.share(1, 1, 2, contract::Share::Status::expired, TimeMs(kNow));
  rig.order(1, {RecordId(1)}, contract::Order::Status::refunded, TimeMs(kNow));
  rig.events.block.system_receipts = {{DueKind::share_expiry, 1, Code::ok},
                                      {DueKind::order_deadline, 1, Code::ok},
                                      {DueKind::order_deadline, 1, Code::not_found},
                                      {DueKind::user_move, 1, Code::ok}};
  rig.transaction({VerifyRecord{{RecordId(1)}}});
  const BlockEvents& events = rig.collect();
  REQUIRE(events.shares.size() == 1);
  CHECK(!events.shares[0].cause);
  CHECK(events.shares[0].change == RecordChange::share_expired);
  REQUIRE(events.orders.size() == 1);
  CHECK(events.orders[0].change == RecordChange::refunded);
  CHECK(events.orders[0].buyer == UserId(3));
  CHECK(rig.records() == Texts{"expireShare 1 1", "refundOrder 1 1", "verifyRecord 1 0"});
}

TEST_CASE("deleting a record ends its living shares and withdraws its open orders, once") {
  using contract::Order;
  using contract::Share;
  Rig rig;
  rig.record(1, 1);
  rig.record(2, 1);
  rig.share(1, 1, 2);                                                // not closed yet
  rig.share(2, 1, 3, Share::Status::record_deleted, TimeMs(9'000));  // closed later, bit by bit
  rig.share(3, 1, 4, Share::Status::revoked, TimeMs(4'000));         // ended before
  rig.share(4, 1, 5, Share::Status::expired, TimeMs(kNow));          // ended in this block, before
  rig.order(1, {RecordId(1), RecordId(2)}, Order::Status::withdrawn, TimeMs(kNow));
  rig.order(2, {RecordId(1)}, Order::Status::withdrawn, TimeMs(3'000));  // before
  rig.order(3, {RecordId(1)}, Order::Status::delivered, TimeMs(3'000));
  rig.transaction({DeleteRecord{RecordId(1)}});
  rig.transaction({DeleteRecord{RecordId(2)}});
  const BlockEvents& events = rig.collect();
  REQUIRE(events.shares.size() == 2);
  CHECK(events.shares[0].share == ShareId(1));
  CHECK(events.shares[1].share == ShareId(2));
  CHECK(events.shares[0].change == RecordChange::deleted);
  REQUIRE(events.orders.size() == 1);
  CHECK(events.orders[0].order == OrderId(1));
  CHECK(events.orders[0].cause == 0);
  CHECK(rig.records() ==
        Texts{"deleteRecord 1 0", "deleteOrder 1 1", "deleteOrder 2 1", "deleteRecord 2 0"});
}

TEST_CASE("an order that its seller withdrew is not told again when its record is deleted") {
  Rig rig;
  rig.record(1, 1);
  rig.order(1, {RecordId(1)}, contract::Order::Status::withdrawn, TimeMs(kNow));
  rig.transaction({DeleteOrder{OrderId(1)}, DeleteRecord{RecordId(1)}});
  rig.collect();
  CHECK(rig.events.orders.size() == 1);
  CHECK(rig.records() == Texts{"deleteOrder 1 1", "deleteRecord 1 0"});
}

TEST_CASE("what was refused did nothing, and what has no record, share or order is passed over") {
  Rig rig;
  rig.record(1, 1);
  rig.transaction({VerifyRecord{{RecordId(1)}}}, {}, Code::not_owner);
  rig.transaction({Transfer{key_of('Q').public_key(), 5}, AnchorLog{Hash(), 1}, CancelMove{}});
  const BlockEvents& events = rig.collect();
  CHECK(events.transactions.size() == 2);
  CHECK(events.records.empty());
  CHECK(events.shares.empty());
  CHECK(events.orders.empty());
}
