#include "contract/order_queries.h"

#include "market_chain.h"

using namespace generion;
using namespace generion::contract;

namespace {

std::vector<std::uint64_t> numbers(const std::vector<OrderId>& ids) {
  std::vector<std::uint64_t> out;
  for (const OrderId id : ids) out.push_back(id.value());
  return out;
}

using Change = std::function<void(OrderFilter&)>;

std::vector<std::uint64_t> listed(const TestChain& chain, const Change& change,
                                  std::uint64_t after = 0, std::size_t limit = 100) {
  OrderFilter filter;
  change(filter);
  const auto page = list_orders(chain.state, filter, OrderId(after), limit);
  std::vector<OrderId> ids;
  for (const FoundOrder& found : page.orders) ids.push_back(found.id);
  CHECK(list_order_ids(chain.state, filter, OrderId(after), limit).ids == ids);
  return numbers(ids);
}

// Orders 1 (open, record 1, Patient), 2 (purchased, record 2, untyped), 3 (open, of kOther, record
// 3), 4 (withdrawn, records 1 and 2), 5 (delivered, record 1).
MarketChain full_chain() {
  MarketChain chain;
  const CreateRecord patient = capsule_for(kSeller, "Patient");
  chain.must(kSeller, {patient, capsule_for(kSeller, "")});
  chain.must(kOther, {capsule_for(kOther)});
  const auto order_of = [](std::vector<RecordId> records, std::uint64_t price) {
    return CreateOrder{std::move(records), price, attachment("text")};
  };
  chain.must(kSeller, {order_of({RecordId(1)}, 10), order_of({RecordId(2)}, 20)});
  chain.must(kOther, {order_of({RecordId(3)}, 30)});
  chain.must(kSeller, {order_of({RecordId(1), RecordId(2)}, 40), order_of({RecordId(1)}, 50),
                       DeleteOrder{OrderId(4)}});
  chain.must(kBuyer, {PurchaseData{OrderId(2), reader_key('b'), 20},
                      PurchaseData{OrderId(5), reader_key('b'), 50}});
  chain.must(kSeller,
             {DeliverOrder{OrderId(5), reader_key('b'), {{RecordId(1), relocking_for(patient)}}}});
  return chain;
}

}  // namespace

TEST_CASE("an order is found with its people's addresses, and its text until it ends") {
  const MarketChain chain = full_chain();
  const auto open = find_order(chain.state, OrderId(1));
  REQUIRE(open.has_value());
  CHECK(open->order == chain.order(OrderId(1)));
  CHECK(open->seller == kSeller);
  CHECK_FALSE(open->buyer.has_value());
  CHECK(order_text(open->order) == open->order.text->filed);
  const auto bought = find_order(chain.state, OrderId(2));
  CHECK(bought->buyer == kBuyer);
  CHECK(order_text(bought->order).has_value());
  CHECK_FALSE(order_text(chain.order(OrderId(4))).has_value());
  const Order delivered = chain.order(OrderId(5));
  CHECK_FALSE(order_text(delivered).has_value());
  CHECK(is_retained(delivered, TimeMs(delivered.retention_end->value() - 1)));
  CHECK_FALSE(is_retained(delivered, *delivered.retention_end));
  CHECK_FALSE(find_order(chain.state, OrderId(6)).has_value());
  CHECK_FALSE(find_order(chain.state, OrderId(0)).has_value());
}

TEST_CASE("orders are listed by every filter and their combinations") {
  using Ids = std::vector<std::uint64_t>;
  const MarketChain chain = full_chain();
  const auto status = [](Order::Status wanted) {
    return [wanted](OrderFilter& f) { f.status = wanted; };
  };
  CHECK(listed(chain, [](OrderFilter&) {}) == Ids{1, 2, 3, 4, 5});
  CHECK(listed(chain, status(Order::Status::open)) == Ids{1, 3});
  CHECK(listed(chain, status(Order::Status::purchased)) == Ids{2});
  CHECK(listed(chain, status(Order::Status::withdrawn)) == Ids{4});
  CHECK(listed(chain, status(Order::Status::delivered)) == Ids{5});
  CHECK(listed(chain, status(Order::Status::refunded)).empty());
  CHECK(listed(chain, [](OrderFilter& f) { f.seller = UserId(1); }) == Ids{1, 2, 4, 5});
  CHECK(listed(chain, [](OrderFilter& f) { f.seller = UserId(99); }).empty());
  CHECK(listed(chain, [](OrderFilter& f) { f.buyer = UserId(2); }) == Ids{2, 5});
  CHECK(listed(chain, [](OrderFilter& f) { f.record = RecordId(2); }) == Ids{2, 4});
  CHECK(listed(chain, [](OrderFilter& f) { f.record = RecordId(9); }).empty());
  CHECK(listed(chain, [](OrderFilter& f) { f.type = "Patient"; }) == Ids{1, 4, 5});
  CHECK(listed(chain, [](OrderFilter& f) { f.price_min = 20, f.price_max = 40; }) == Ids{2, 3, 4});
  CHECK(listed(chain, [](OrderFilter& f) {
          f.status = Order::Status::open;
          f.seller = UserId(1);
          f.record = RecordId(1);
          f.type = "Patient";
          f.price_max = 10;
        }) == Ids{1});
  CHECK(listed(chain, [](OrderFilter& f) {
          f.buyer = UserId(2);
          f.seller = UserId(3);
        }).empty());
}

TEST_CASE("pages resume after any id, there or not") {
  using Ids = std::vector<std::uint64_t>;
  const MarketChain chain = full_chain();
  const Change sellers = [](OrderFilter& f) { f.seller = UserId(1); };
  CHECK(listed(chain, sellers, 2) == Ids{4, 5});
  CHECK(listed(chain, sellers, 3) == Ids{4, 5});
  CHECK(listed(chain, sellers, 9).empty());
  OrderFilter filter;
  sellers(filter);
  Ids seen;
  std::optional<OrderId> at = OrderId(0);
  for (int pages = 0; at; ++pages) {
    REQUIRE(pages < 2);
    const auto page = list_order_ids(chain.state, filter, *at, 2);
    for (const OrderId id : page.ids) seen.push_back(id.value());
    at = page.resume;
  }
  CHECK(seen == Ids{1, 2, 4, 5});
}

TEST_CASE("a page looks at a bounded number of orders and says where to go on") {
  MarketChain chain(with_parameters([](Parameters& p) { p.orders_per_record_max = 64; }));
  constexpr std::uint64_t kCount = kOrdersScannedMax + 64;
  for (std::uint64_t made = 0; made < kCount; made += 64) {
    std::vector<Operation> operations{record_for(kSeller)};
    const RecordId record(read_counters(chain.state).records + 1);
    const bool last = made + 64 >= kCount;
    for (int n = 0; n < 64; ++n) {
      operations.push_back(CreateOrder{{record}, last && n > 60 ? 7ULL : 1ULL, std::nullopt});
    }
    if (chain.user(kSeller).open_order_count + 64 > 1'000) {
      const std::uint64_t orders = read_counters(chain.state).orders;
      std::vector<Operation> deletes;
      for (std::uint64_t n = 0; n < 128; ++n) deletes.push_back(DeleteOrder{OrderId(orders - n)});
      chain.must(kSeller, deletes);
    }
    chain.must(kSeller, operations);
  }
  OrderFilter filter;
  filter.price_min = 7;
  const auto first = list_order_ids(chain.state, filter, OrderId(0), 10);
  CHECK(first.ids.empty());
  CHECK(first.resume == OrderId(kOrdersScannedMax));
  const std::uint64_t orders = read_counters(chain.state).orders;
  const auto second = list_order_ids(chain.state, filter, *first.resume, 10);
  CHECK(numbers(second.ids) == std::vector<std::uint64_t>{orders - 2, orders - 1, orders});
  CHECK_FALSE(second.resume.has_value());
}
