#include "market_chain.h"

using namespace generion;
using namespace generion::contract;

namespace {

DeliverOrder delivery_of(OrderId id, std::vector<Delivery> deliveries) {
  return {id, reader_key('b'), std::move(deliveries)};
}

PurchaseData purchase_of(OrderId id, std::uint64_t amount = kPrice) {
  return {id, reader_key('b'), amount};
}

}  // namespace

TEST_CASE("a purchase holds exactly the price") {
  MarketChain chain;
  const OrderId id = chain.offer({capsule_for(kSeller)});
  chain.must(kSeller, {CreateOrder{{RecordId(1)}, 5, std::nullopt}});
  chain.must(kBuyer, {purchase_of(id, kPrice + 500)});
  chain.check_tokens();
  CHECK(chain.user(kBuyer).balance == 10'000 - kPrice);
  CHECK(read_counters(chain.state).escrowed == kPrice);
  const Order order = chain.order(id);
  CHECK(order.status == Order::Status::purchased);
  CHECK(order.buyer == UserId(2));
  CHECK(order.buyer_key == reader_key('b'));
  CHECK(order.deadline == chain.time.plus(default_parameters().delivery_window_ms));
  CHECK_FALSE(order.closed_at.has_value());
  CHECK(chain.record(1).held_until == *order.deadline);
  CHECK(chain.record(1).open_orders == std::vector{OrderId(2)});
  CHECK(chain.user(kBuyer).purchase_count == 1);
  CHECK(chain.user(kSeller).open_order_count == 1);
  CHECK(list_members(chain.state, IdList::buyer_orders, 2, 0, 10) == std::vector<std::uint64_t>{1});
  CHECK(chain.changes(1).back() == RecordChange::purchased);
  const auto rows = chain.account(kBuyer);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].change == AccountChange::escrowed);
  CHECK(rows[0].amount == kPrice);
  CHECK(rows[0].other == UserId(1));
  CHECK(rows[0].about == 1);
  CHECK(next_due(chain.state) == order.deadline);
}

TEST_CASE("purchaseData's refusals") {
  MarketChain chain;
  const OrderId id = chain.offer({record_for(kSeller)});
  const OrderId dear = chain.offer({record_for(kSeller)}, 10'001);
  chain.refuses({{hospital(1), purchase_of(id), Code::is_institution},
                 {kBuyer, purchase_of(OrderId(9)), Code::order_not_found},
                 {kSeller, purchase_of(id), Code::is_seller},
                 {kBuyer, purchase_of(id, kPrice - 1), Code::amount_too_low},
                 {kBuyer, purchase_of(dear, 10'001), Code::insufficient_balance},
                 {kOther, purchase_of(id), Code::insufficient_balance}});
  CHECK(chain.run(kBuyer, {purchase_of(id), purchase_of(id)}).code == Code::order_not_open);
  chain.check_tokens();
}

TEST_CASE("no sum of tokens runs over: what is held, and what a seller has") {
  MarketChain chain;
  chain.give(kBuyer, UINT64_MAX - 10'000);
  const CreateRecord capsule = capsule_for(kSeller);
  const OrderId half = chain.sell({capsule}, UINT64_MAX / 2 + 1);
  const OrderId rest = chain.offer({capsule}, UINT64_MAX / 2 + 1);
  // More than could ever be held beside the first; the balance is not even looked at.
  chain.refuses({{kBuyer, purchase_of(rest, UINT64_MAX), Code::overflow}});

  // Cannot come about while all that is minted fits one number; refused all the same.
  auto seller = *find_user(chain.state, kSeller);
  seller.user.balance = UINT64_MAX / 2 + 1;
  BlockWrites writes;
  writes.objects.push_back({user_key(seller.id), encode_user(seller.user)});
  chain.state.apply(writes);
  const auto deliver = delivery_of(half, {{RecordId(1), relocking_for(capsule)}});
  chain.refuses({{kSeller, deliver, Code::overflow}});
  seller.user.balance = UINT64_MAX / 2;
  writes.objects.front().value = encode_user(seller.user);
  chain.state.apply(writes);
  chain.must(kSeller, {deliver});
  CHECK(chain.user(kSeller).balance == UINT64_MAX);
}

TEST_CASE("a delivery of capsules pays the seller and is kept without a deadline") {
  MarketChain chain;
  const CreateRecord first = capsule_for(kSeller, "Patient");
  const CreateRecord second = capsule_for(kSeller, "Condition");
  const CreateRecord third = capsule_for(kSeller, "Patient");
  const OrderId id = chain.sell({first, second, third});  // 1,001 for three: 335, 333, 333
  chain.wait(5);
  chain.must(kSeller, {delivery_of(id, {{RecordId(1), relocking_for(first, '1')},
                                        {RecordId(2), relocking_for(second, '2')},
                                        {RecordId(3), relocking_for(third, '3')}})});
  chain.check_tokens();
  CHECK(chain.user(kSeller).balance == kPrice);
  CHECK(read_counters(chain.state).escrowed == 0);
  const Order order = chain.order(id);
  CHECK(order.status == Order::Status::delivered);
  CHECK(order.deliveries == std::vector<Access>{lock_of('1'), lock_of('2'), lock_of('3')});
  CHECK(order.closed_at == chain.time);
  CHECK(order.retention_end == chain.time.plus(default_parameters().retention_ms));
  CHECK(chain.record(2).held_until == *order.retention_end);
  CHECK_FALSE(next_due(chain.state).has_value());
  CHECK(chain.last_writes.erasures.empty());
  const std::uint32_t month = month_of(chain.time);
  CHECK(chain.cell({month, InstitutionId(0), "Patient"}).sold == 2);
  CHECK(chain.cell({month, InstitutionId(0), "Patient"}).value == 335 + 333);
  CHECK(chain.cell({month, InstitutionId(0), "Condition"}).sold == 1);
  CHECK(chain.cell({month, InstitutionId(0), "Condition"}).value == 333);
  CHECK(chain.changes(3).back() == RecordChange::delivered);
  const auto rows = chain.account(kSeller);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].change == AccountChange::paid);
  CHECK(rows[0].amount == kPrice);
  CHECK(rows[0].other == UserId(2));
  CHECK(rows[0].about == id.value());
}

TEST_CASE("a cell's value stops at its highest number") {
  MarketChain chain;
  chain.give(kBuyer, UINT64_MAX - 10'000);
  const CreateRecord capsule = capsule_for(kSeller);
  const OrderId all = chain.sell({capsule}, UINT64_MAX);
  chain.must(kSeller, {delivery_of(all, {{RecordId(1), relocking_for(capsule)}})});
  chain.must(kSeller, {Transfer{kBuyer, 10}});
  const OrderId more = chain.sell({capsule}, 10);
  chain.must(kSeller, {delivery_of(more, {{RecordId(2), relocking_for(capsule)}})});
  CHECK(chain.cell({month_of(chain.time), InstitutionId(0), "Observation"}).value == UINT64_MAX);
  CHECK(chain.user(kSeller).balance == UINT64_MAX);
}

TEST_CASE("deliverOrder's refusals") {
  MarketChain chain;
  const CreateRecord capsule = capsule_for(kSeller);
  const OrderId open = chain.offer({capsule});
  const OrderId id = chain.sell({capsule, record_for(kSeller)});
  const Delivery first{RecordId(2), relocking_for(capsule)};
  const Delivery second{RecordId(3), attachment("for the buyer")};
  DeliverOrder other_key = delivery_of(id, {first, second});
  other_key.pub_key = reader_key('c');
  Relocking other_lock = relocking_for(capsule);
  other_lock.from_lock = lock_of('x');
  Relocking other_from = relocking_for(capsule);
  other_from.from_key = reader_key('x');
  chain.refuses(
      {{hospital(1), delivery_of(id, {first, second}), Code::is_institution},
       {kSeller, delivery_of(OrderId(7), {first, second}), Code::order_not_found},
       {kBuyer, delivery_of(id, {first, second}), Code::not_seller},
       {kSeller, delivery_of(open, {first}), Code::order_not_purchased},
       {kSeller, other_key, Code::delivery_mismatch},
       {kSeller, delivery_of(id, {first}), Code::delivery_mismatch},
       {kSeller, delivery_of(id, {second, first}), Code::delivery_mismatch},
       {kSeller, delivery_of(id, {first, second, first}), Code::delivery_mismatch},
       {kSeller, delivery_of(id, {{RecordId(2), attachment("x")}, second}), Code::is_capsule},
       {kSeller, delivery_of(id, {first, {RecordId(3), first.access}}), Code::not_capsule},
       {kSeller, delivery_of(id, {{RecordId(2), other_lock}, second}), Code::lock_mismatch},
       {kSeller, delivery_of(id, {{RecordId(2), other_from}, second}), Code::lock_mismatch}});
  chain.wait(default_parameters().delivery_window_ms - 1);
  const auto deliver = delivery_of(id, {first, second});
  CHECK(chain.run(kSeller, {deliver, deliver}).code == Code::order_not_purchased);
  chain.wait(1);
  chain.refuses({{kSeller, deliver, Code::deadline_passed}});
  chain.check_tokens();
}

TEST_CASE("a delivery fits the record as it is, not as it was bought") {
  MarketChain chain;
  const CreateRecord capsule = capsule_for(kSeller);
  const OrderId id = chain.sell({capsule});
  Record record = chain.record(1);
  record.data_pub_key = reader_key('n');
  record.lock = lock_of('n');
  BlockWrites moved;  // what relockRecord does
  moved.objects.push_back({record_key(RecordId(1)), encode_record(record)});
  chain.state.apply(moved);
  chain.refuses(
      {{kSeller, delivery_of(id, {{RecordId(1), relocking_for(capsule)}}), Code::lock_mismatch}});
  Relocking now = relocking_for(capsule);
  now.from_key = reader_key('n');
  now.from_lock = lock_of('n');
  chain.must(kSeller, {delivery_of(id, {{RecordId(1), now}})});
}

TEST_CASE("opaque data is filed in the order of the deliveries and erased after the retention") {
  MarketChain chain;
  CreateOrder op{{RecordId(1), RecordId(2), RecordId(3)}, kPrice, attachment("text")};
  chain.must(kSeller, {record_for(kSeller), capsule_for(kSeller), record_for(kSeller), op});
  const OrderId id(1);
  CHECK(chain.order(id).text->filed.number == 3);
  const AttachmentId text = chain.order(id).text->filed;
  chain.must(kBuyer, {purchase_of(id)});
  const std::uint32_t place = 0;
  chain.must(kSeller, {record_for(kSeller),
                       delivery_of(id, {{RecordId(1), attachment("one")},
                                        {RecordId(2), relocking_for(capsule_for(kSeller))},
                                        {RecordId(3), attachment("three")}})});
  CHECK(chain.last_writes.erasures == std::vector{text});
  const Order order = chain.order(id);
  const AttachmentId one{chain.height, place, 1};
  const AttachmentId three{chain.height, place, 2};
  CHECK(order.deliveries == std::vector<Access>{OpaqueAccess{attachment("one"), one}, lock_of('m'),
                                                OpaqueAccess{attachment("three"), three}});
  CHECK(next_due(chain.state) == order.retention_end);

  chain.time = TimeMs(order.retention_end->value() - 1);
  CHECK(chain.run_due().empty());
  chain.refuses({{kSeller, DeleteRecord{RecordId(1)}, Code::in_delivery}});
  chain.wait(1);
  CHECK(chain.run_due() ==
        std::vector{SystemReceipt{DueKind::retention_end, id.value(), Code::ok}});
  CHECK(chain.last_writes.erasures == std::vector{one, three});
  CHECK(chain.order(id) == order);
  CHECK_FALSE(next_due(chain.state).has_value());
  chain.must(kSeller, {DeleteRecord{RecordId(1)}});
}

TEST_CASE("a record that is sold stays until it is delivered, refunded and kept") {
  MarketChain chain;
  const CreateRecord capsule = capsule_for(kSeller);
  chain.must(hospital(1), {capsule});
  chain.must(kSeller, {CreateOrder{{RecordId(1)}, 1, std::nullopt},
                       CreateOrder{{RecordId(1)}, 2, std::nullopt}});
  chain.must(kBuyer, {purchase_of(OrderId(1)), purchase_of(OrderId(2))});
  CHECK(chain.user(kBuyer).balance == 10'000 - 3);
  chain.refuses({{kSeller, DeleteRecord{RecordId(1)}, Code::in_delivery},
                 {hospital(1), DeleteRecord{RecordId(1)}, Code::in_delivery}});
  chain.must(kSeller, {delivery_of(OrderId(1), {{RecordId(1), relocking_for(capsule)}})});
  chain.wait(default_parameters().delivery_window_ms);
  CHECK(chain.run_due().size() == 1);  // the second is refunded
  chain.refuses({{kSeller, DeleteRecord{RecordId(1)}, Code::in_delivery}});
  chain.time = *chain.order(OrderId(1)).retention_end;
  chain.must(hospital(1), {DeleteRecord{RecordId(1)}});
}
