#include "market_chain.h"

using namespace generion;
using namespace generion::contract;

namespace {

constexpr std::uint64_t kWindow = 259'200'000;

// `count` one-record orders that kBuyer has bought, all within one block.
void sell_many(MarketChain& chain, std::uint64_t count) {
  std::vector<Operation> offers{record_for(kSeller)};
  std::vector<Operation> purchases;
  const std::uint64_t record = read_counters(chain.state).records + 1;
  const std::uint64_t orders = read_counters(chain.state).orders;
  for (std::uint64_t n = 1; n <= count; ++n) {
    offers.push_back(CreateOrder{{RecordId(record)}, 2, std::nullopt});
    purchases.push_back(PurchaseData{OrderId(orders + n), reader_key('b'), 2});
  }
  chain.must(kSeller, std::move(offers));
  chain.must(kBuyer, std::move(purchases));
}

}  // namespace

TEST_CASE("an order that is not delivered in time is refunded") {
  MarketChain chain;
  chain.must(kSeller,
             {record_for(kSeller), CreateOrder{{RecordId(1)}, kPrice, attachment("text")}});
  chain.must(kBuyer, {PurchaseData{OrderId(1), reader_key('b'), kPrice}});
  const AttachmentId text = chain.order(OrderId(1)).text->filed;
  chain.wait(kWindow - 1);
  CHECK(chain.run_due().empty());
  CHECK(chain.last_writes.objects.empty());
  chain.wait(1);
  CHECK(chain.run_due() == std::vector{SystemReceipt{DueKind::order_deadline, 1, Code::ok}});
  CHECK(chain.user(kBuyer).balance == 10'000);
  CHECK(read_counters(chain.state).escrowed == 0);
  CHECK(chain.user(kSeller).failed_deliveries == 1);
  CHECK(chain.order(OrderId(1)).status == Order::Status::refunded);
  CHECK(chain.order(OrderId(1)).closed_at == chain.time);
  CHECK(chain.last_writes.erasures == std::vector{text});
  CHECK_FALSE(next_due(chain.state).has_value());
  const auto history = record_history(chain.state, RecordId(1), std::nullopt, 10);
  CHECK(history.back().change == RecordChange::refunded);
  CHECK(history.back().position == Position{chain.height, kSystemPlace, 0});
  CHECK(history.back().tx_id == TxId());
  CHECK(history.back().about == 1);
  for (const Address& who : {kBuyer, kSeller}) {
    const AccountEntry row = chain.account(who).back();
    CHECK(row.change == AccountChange::refunded);
    CHECK(row.amount == kPrice);
    CHECK(row.other == UserId(who == kBuyer ? 1 : 2));
  }
  chain.must(kSeller, {DeleteRecord{RecordId(1)}});
}

TEST_CASE("what falls due together is handled oldest first, so much in a block") {
  MarketChain chain(with_parameters([](Parameters& parameters) {
    parameters.due_per_block = 4;
    parameters.orders_per_record_max = 64;
  }));
  sell_many(chain, 5);
  chain.wait(1);
  sell_many(chain, 5);
  chain.wait(kWindow);
  std::vector<std::uint64_t> handled;
  for (const std::size_t expected : {4U, 4U, 2U, 0U}) {
    const auto receipts = chain.run_due();
    CHECK(receipts.size() == expected);
    for (const SystemReceipt& receipt : receipts) handled.push_back(receipt.id);
    chain.wait(1);
  }
  CHECK(handled == std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
  CHECK(chain.user(kBuyer).balance == 10'000);
  CHECK(chain.user(kSeller).failed_deliveries == 10);
}

TEST_CASE("what falls due at the very time of a block is not lost to what is added in it") {
  MarketChain chain;
  sell_many(chain, 2);
  const TimeMs due = *chain.order(OrderId(2)).deadline;
  chain.time = due;
  CHECK(chain.run_due().size() == 2);
  // As an operation of that block could leave one.
  BlockWrites late;
  late.lookups.push_back({due_key({due, DueKind::retention_end, 1}), Bytes()});
  chain.state.apply(late);
  CHECK(next_due(chain.state) == due);
  chain.wait(1);
  CHECK(chain.run_due().size() == 1);
  CHECK_FALSE(next_due(chain.state).has_value());
}

TEST_CASE("100,000 deadlines that pass together are all refunded, a bounded number in a block") {
  constexpr std::uint64_t kOrders = 100'000;
  constexpr std::uint64_t kAtOnce = 64;
  MarketChain chain(
      with_parameters([](Parameters& parameters) { parameters.orders_per_record_max = kAtOnce; }));
  chain.give(kBuyer, 2 * kOrders);
  for (std::uint64_t n = 0; n < kOrders; n += kAtOnce) {
    sell_many(chain, std::min(kAtOnce, kOrders - n));
  }
  chain.check_tokens();
  chain.wait(kWindow);
  const std::uint64_t per_block = default_parameters().due_per_block;
  std::uint64_t next = 1;
  while (next_due(chain.state) && *next_due(chain.state) <= chain.time) {
    BlockExecution block(chain.state, chain.next_block());
    const auto receipts = block.handle_due();
    REQUIRE(receipts.size() == std::min(per_block, kOrders + 1 - next));
    for (const SystemReceipt& receipt : receipts) {
      REQUIRE(receipt == SystemReceipt{DueKind::order_deadline, next++, Code::ok});
    }
    chain.state.apply(std::move(block).finish());
    chain.height = chain.height.next();
    chain.wait(1);
  }
  CHECK(next == kOrders + 1);
  CHECK(chain.user(kBuyer).balance == 10'000 + 2 * kOrders);
  CHECK(chain.user(kSeller).failed_deliveries == kOrders);
  CHECK(chain.with_status(Order::Status::purchased).empty());
  chain.check_tokens();
}
