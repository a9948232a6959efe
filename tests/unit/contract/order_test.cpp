#include "base/limits.h"
#include "contract/delivery.h"
#include "market_chain.h"

using namespace generion;
using namespace generion::contract;

namespace {

CreateOrder order_of(std::initializer_list<std::uint64_t> records, std::uint64_t price = kPrice) {
  CreateOrder op;
  for (const std::uint64_t id : records) op.record_id_list.push_back(RecordId(id));
  op.price = price;
  return op;
}

std::vector<OrderId> orders(std::initializer_list<std::uint64_t> ids) {
  std::vector<OrderId> out;
  for (const std::uint64_t id : ids) out.push_back(OrderId(id));
  return out;
}

}  // namespace

TEST_CASE("an order says what holds of all its records") {
  MarketChain chain;
  CreateRecord capsule = capsule_for(kSeller, "Patient");
  capsule.deidentified = true;
  CreateRecord made = capsule;
  made.type = "Condition";
  chain.must(kSeller, {capsule, record_for(kSeller, "")});
  chain.must(hospital(1), {made, made});

  CreateOrder op = order_of({4, 3});
  op.text = attachment("what it is about");
  CHECK(chain.must(kSeller, {op}) == std::vector<std::uint64_t>{1});
  Order expected;
  expected.seller = UserId(1);
  expected.records = {RecordId(4), RecordId(3)};
  expected.price = kPrice;
  expected.text = OpaqueAccess{*op.text, {chain.height, 0, 0}};
  expected.delivery_proven = expected.made_by_institution = expected.deidentified = true;
  expected.types = {"Condition"};
  expected.created_at = chain.time;
  CHECK(chain.order(OrderId(1)) == expected);
  CHECK(chain.record(3).open_orders == orders({1}));
  CHECK(chain.record(3).order_count == 1);
  CHECK(chain.changes(3) == std::vector{RecordChange::created, RecordChange::offered});
  CHECK(chain.cell({month_of(chain.time), InstitutionId(1), "Condition"}).offered == 2);
  CHECK(chain.user(kSeller).open_order_count == 1);
  CHECK(chain.user(kSeller).order_count == 1);
  CHECK(chain.with_status(Order::Status::open) == std::vector<std::uint64_t>{1});

  chain.must(kSeller, {order_of({3, 1}), order_of({4, 2, 3})});
  const Order mixed = chain.order(OrderId(2));
  CHECK(mixed.delivery_proven);
  CHECK_FALSE(mixed.made_by_institution);
  CHECK(mixed.types == std::vector<std::string>{"Condition", "Patient"});
  const Order opaque = chain.order(OrderId(3));
  CHECK_FALSE(opaque.delivery_proven);
  CHECK_FALSE(opaque.deidentified);
  CHECK(opaque.types == std::vector<std::string>{"Condition"});
  CHECK(chain.record(3).open_orders == orders({1, 2, 3}));
}

TEST_CASE("createOrder's refusals") {
  MarketChain chain;
  chain.must(kSeller, {record_for(kSeller), record_for(kSeller)});
  chain.must(kOther, {record_for(kOther)});
  chain.must(kSeller, {DeleteRecord{RecordId(2)}});
  chain.refuses({{hospital(1), order_of({1}), Code::is_institution},
                 {kSeller, order_of({4}), Code::record_not_found},
                 {kSeller, order_of({0}), Code::record_not_found},
                 {kSeller, order_of({2}), Code::record_deleted},
                 {kSeller, order_of({1, 3}), Code::not_owner}});
}

TEST_CASE("open orders are limited for each record and each seller") {
  MarketChain chain(with_parameters([](Parameters& parameters) {
    parameters.orders_per_record_max = 2;
    parameters.open_orders_per_user_max = 3;
  }));
  chain.must(kSeller, {record_for(kSeller), record_for(kSeller)});
  chain.must(kSeller, {order_of({1}), order_of({1})});
  chain.refuses({{kSeller, order_of({1}), Code::order_limit}});
  CHECK(chain.run(kSeller, {order_of({2}), order_of({2})}).code == Code::order_limit);
  chain.must(kSeller, {order_of({2})});
  chain.refuses({{kSeller, order_of({2}), Code::order_limit}});
  chain.must(kSeller, {DeleteOrder{OrderId(1)}, order_of({1})});
  CHECK(chain.record(1).open_orders == orders({2, 4}));
  CHECK(chain.record(1).order_count == 3);
}

TEST_CASE("the largest delivery is known to the byte") {
  TransactionBody body;
  body.valid_until = TimeMs(limits::kTimeMsMax);
  DeliverOrder op{OrderId(UINT64_MAX), reader_key('b'), {}};
  for (std::uint64_t n = 0; n < 64; ++n) op.deliveries.push_back({RecordId(~n), Relocking()});
  body.operations = {op};
  CHECK(encode_body(body).size() == delivery_body_bytes({64, 0, 0}));
  const AttachmentRef large{{}, limits::kAttachmentBytesMax};
  for (std::size_t n = 0; n < 30; ++n) op.deliveries[n].access = large;
  body.operations = {op};
  CHECK(encode_body(body).size() <= delivery_body_bytes({34, 30, 0}));
  for (Delivery& delivery : op.deliveries) delivery.access = large;
  op.deliveries.resize(60);
  body.operations = {op};
  CHECK(encode_body(body).size() <= delivery_body_bytes({0, 60, 0}));
  CHECK(encode_body(body).size() + 2 >= delivery_body_bytes({0, 60, 0}));
}

TEST_CASE("what cannot be delivered in one transaction is not offered") {
  const auto offered = [](const std::function<void(Parameters&)>& change,
                          const std::vector<CreateRecord>& records) {
    MarketChain chain(with_parameters(change));
    CreateOrder op = order_of({});
    for (const CreateRecord& record : records) {
      op.record_id_list.push_back(RecordId(chain.must(kSeller, {record}).front()));
    }
    return chain.run(kSeller, {op}).code;
  };
  const std::vector<CreateRecord> two = {capsule_for(kSeller), capsule_for(kSeller)};
  CHECK(offered([](Parameters& p) { p.proofs_max = 2; }, two) == Code::ok);
  CHECK(offered([](Parameters& p) { p.proofs_max = 1; }, two) == Code::not_deliverable);
  const std::uint64_t body = delivery_body_bytes({2, 0, 0});
  CHECK(offered([&](Parameters& p) { p.body_bytes_max = body; }, two) == Code::ok);
  CHECK(offered([&](Parameters& p) { p.body_bytes_max = body - 1; }, two) == Code::not_deliverable);
  CreateRecord opaque = record_for(kSeller);
  opaque.data.length = 500;
  const std::vector<CreateRecord> opaque_ones = {opaque, capsule_for(kSeller), opaque};
  CHECK(offered([](Parameters& p) { p.attachment_bytes_max = 1'000; }, opaque_ones) == Code::ok);
  CHECK(offered([](Parameters& p) { p.attachment_bytes_max = 999; }, opaque_ones) ==
        Code::not_deliverable);
}

TEST_CASE("deleteOrder withdraws an open order and erases its text") {
  MarketChain chain;
  chain.must(kSeller, {record_for(kSeller)});
  CreateOrder op = order_of({1});
  op.text = attachment("text");
  chain.must(kSeller, {op, op});
  chain.refuses({{hospital(1), DeleteOrder{OrderId(1)}, Code::is_institution},
                 {kSeller, DeleteOrder{OrderId(3)}, Code::order_not_found},
                 {kSeller, DeleteOrder{OrderId(0)}, Code::order_not_found},
                 {kBuyer, DeleteOrder{OrderId(1)}, Code::not_seller}});
  const AttachmentId filed = chain.order(OrderId(2)).text->filed;
  CHECK(filed.number == 1);
  chain.must(kSeller, {DeleteOrder{OrderId(2)}});
  CHECK(chain.last_writes.erasures == std::vector{filed});
  CHECK(chain.order(OrderId(2)).status == Order::Status::withdrawn);
  CHECK(chain.order(OrderId(2)).closed_at == chain.time);
  CHECK(chain.record(1).open_orders == orders({1}));
  CHECK(chain.user(kSeller).open_order_count == 1);
  CHECK(chain.user(kSeller).order_count == 2);
  CHECK(chain.with_status(Order::Status::withdrawn) == std::vector<std::uint64_t>{2});
  CHECK(chain.changes(1).back() == RecordChange::withdrawn);
  chain.refuses(
      {{kSeller, DeleteOrder{OrderId(2)}, Code::order_not_open},
       {kBuyer, PurchaseData{OrderId(2), reader_key('b'), kPrice}, Code::order_not_open}});
}

TEST_CASE("deleting a record withdraws all open orders that hold it") {
  MarketChain chain;
  chain.must(kSeller, {record_for(kSeller), record_for(kSeller)});
  chain.must(kSeller, {order_of({1, 2}), order_of({2, 1}), order_of({2})});
  chain.must(kSeller, {DeleteRecord{RecordId(1)}});
  CHECK(chain.with_status(Order::Status::withdrawn) == std::vector<std::uint64_t>{1, 2});
  CHECK(chain.with_status(Order::Status::open) == std::vector<std::uint64_t>{3});
  CHECK(chain.record(1).open_orders.empty());
  CHECK(chain.record(2).open_orders == orders({3}));
  CHECK(chain.user(kSeller).open_order_count == 1);
  // One row, however many orders the one operation withdraws.
  const auto history = record_history(chain.state, RecordId(2), std::nullopt, 10);
  REQUIRE(history.size() == 5);
  CHECK(history.back().change == RecordChange::withdrawn);
  CHECK(history.back().about == 1);
  CHECK(chain.changes(1) == std::vector{RecordChange::created, RecordChange::offered,
                                        RecordChange::offered, RecordChange::deleted,
                                        RecordChange::withdrawn});
}

TEST_CASE("a transaction that ends in a refusal leaves no order behind") {
  MarketChain chain;
  chain.must(kSeller, {record_for(kSeller)});
  const MemoryState before = chain.state;
  CreateOrder op = order_of({1});
  op.text = attachment("text");
  const Receipt receipt =
      chain.run(kSeller, {op, DeleteOrder{OrderId(1)}, op, DeleteOrder{OrderId(1)}});
  CHECK(receipt.code == Code::order_not_open);
  CHECK(receipt.failed_operation == 3);
  CHECK(chain.state == before);
}
