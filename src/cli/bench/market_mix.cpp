#include <thread>

#include "base/assert.h"
#include "base/limits.h"
#include "cli/bench/stage.h"
#include "client/key_store.h"
#include "client/rpc_client.h"
#include "crypto/relock.h"
#include "node/init.h"
#include "types/address.h"

namespace generion::cli {
namespace {

constexpr std::size_t kSellers = 50;
constexpr std::size_t kBuyers = 8;
constexpr std::size_t kLargeShare = 50;  // of so many orders one more has 64 records
constexpr std::uint64_t kPrice = 100;
constexpr std::uint64_t kTokens = 1'000'000'000'000;  // for each buyer
constexpr int kTokenTries = 300;                      // of 100 ms

// An order under way.
struct Sale {
  OrderId id;
  std::vector<std::size_t> records;  // places among the stage's
  std::size_t buyer = 0;             // place among the people
};

class Market {
 public:
  Market(Context& context, const MixOptions& options, Stage& stage)
      : context_(context), options_(options), stage_(stage) {}

  Result<MixFigures> measure() {
    if (auto ok = give_tokens(); !ok) return fail(ok.error());
    const std::size_t large_count = std::max<std::size_t>(1, options_.transactions / kLargeShare);
    const std::size_t small_count = options_.transactions;
    auto records = stage_.create_records(
        small_count + kSellers * (1 + records_of_seller(large_count)), kSellers);
    if (!records) return fail(records.error());
    records_ = std::move(*records);
    std::vector<Sale> small(small_count);
    for (std::size_t i = 0; i < small_count; ++i) small[i].records = {i};
    MixFigures out{.mix = "market", .cores = std::max(1U, std::thread::hardware_concurrency())};
    if (auto ok = sell(small, options_.per_request, ", 1 record", out); !ok)
      return fail(ok.error());
    std::vector<Sale> large = large_sales(large_count, small_count);
    if (auto ok = sell(large, 1, ", 64 records", out); !ok) return fail(ok.error());
    out.proof_check_us = measure_proof_check_us(1.0);
    return out;
  }

 private:
  // How many records each seller has besides, so that `orders` of 64 can be made of them.
  static std::size_t records_of_seller(std::size_t orders) {
    return (orders + kSellers - 1) / kSellers * limits::kRecordsPerOrderMax;
  }

  // The seller of a record's place is place % kSellers: an order takes 64 of one seller's.
  static std::vector<Sale> large_sales(std::size_t count, std::size_t first_record) {
    std::vector<Sale> out(count);
    const std::size_t start = (first_record + kSellers - 1) / kSellers * kSellers;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t seller = i % kSellers;
      const std::size_t round = i / kSellers;
      for (std::size_t k = 0; k < limits::kRecordsPerOrderMax; ++k) {
        out[i].records.push_back(start + seller +
                                 kSellers * (round * limits::kRecordsPerOrderMax + k));
      }
    }
    return out;
  }

  // By a vote of the one validator there is.
  Result<void> give_tokens() {
    const auto governance =
        client::read_key_file(stage_.node().directory() / node::kGovernanceKeyFile, {});
    if (!governance) return fail(governance.error());
    std::vector<Operation> mints;
    for (std::size_t i = 0; i < kBuyers; ++i) {
      mints.emplace_back(Propose{Mint{stage_.people()[kSellers + i].address(), kTokens}});
    }
    auto minted = stage_.load("tokens", {.transactions = 1, .operations = kBuyers},
                              [&](std::size_t) { return stage_.sign(*governance, mints); });
    if (!minted) return fail(minted.error());
    const auto node = client::RpcClient::create({.url = stage_.node().url()});
    if (!node) return fail(node.error());
    const std::string last = address_text(stage_.people()[kSellers + kBuyers - 1].address());
    for (int i = 0; i < kTokenTries; ++i) {
      const auto answer = (*node)->call("getBalance", {{"usr_adr", last}});
      if (!answer) return fail(answer.error());
      if (answer->at("balance") != "0") return {};
      context_.streams().sleep_ms(100);
    }
    return fail(Code::timed_out, "the buyers' tokens did not come");
  }

  const Person& seller_of(const Sale& sale) const {
    return stage_.people()[records_[sale.records.front()].owner];
  }

  SignedTransaction create(const Sale& sale) const {
    CreateOrder operation;
    for (const std::size_t place : sale.records) {
      operation.record_id_list.push_back(records_[place].id);
    }
    operation.price = kPrice;
    return stage_.sign(seller_of(sale).key, {std::move(operation)});
  }

  SignedTransaction purchase(const Sale& sale) const {
    const Person& buyer = stage_.people()[sale.buyer];
    return stage_.sign(buyer.key, {PurchaseData{sale.id, buyer.reader.public_key(), kPrice}});
  }

  SignedTransaction deliver(const Sale& sale) const {
    const Person& seller = seller_of(sale);
    const ReaderKey& buyer_key = stage_.people()[sale.buyer].reader.public_key();
    DeliverOrder operation{sale.id, buyer_key, {}};
    for (const std::size_t place : sale.records) {
      const OwnedRecord& record = records_[place];
      const auto relocked =
          crypto::relock(stage_.chain(), crypto::delivery_context(sale.id.value()),
                         record.id.value(), seller.reader, record.lock, buyer_key);
      GENERION_ASSERT(relocked.has_value());
      operation.deliveries.push_back({record.id, Relocking{seller.reader.public_key(), record.lock,
                                                           relocked->lock, relocked->proof}});
    }
    return stage_.sign(seller.key, {std::move(operation)});
  }

  // Offers, sells and delivers all of them, one kind after the other.
  Result<void> sell(std::vector<Sale>& sales, std::size_t per_request, const std::string& size,
                    MixFigures& out) {
    const WorkloadShape shape{.transactions = sales.size(),
                              .transactions_per_request = per_request};
    const auto load = [&](const std::string& name,
                          SignedTransaction (Market::*make)(const Sale&) const) -> Result<void> {
      auto done = stage_.load(name, shape,
                              [&](std::size_t number) { return (this->*make)(sales[number]); });
      if (!done) return fail(done.error());
      out.loads.push_back({name + size, std::move(*done)});
      return {};
    };
    if (auto ok = load("createOrder", &Market::create); !ok) return ok;
    const auto ids = first_ids(out.loads.back().measured.load);
    for (std::size_t i = 0; i < sales.size(); ++i) {
      sales[i].id = OrderId(ids.at(i));
      sales[i].buyer = kSellers + i % kBuyers;
    }
    if (auto ok = load("purchaseData", &Market::purchase); !ok) return ok;
    return load("deliverOrder", &Market::deliver);
  }

  Context& context_;
  const MixOptions& options_;
  Stage& stage_;
  std::vector<OwnedRecord> records_;
};

}  // namespace

Result<MixFigures> measure_market(Context& context, const MixOptions& options) {
  const auto stage = Stage::set(context, options, kSellers + kBuyers);
  if (!stage) return fail(stage.error());
  return Market(context, options, **stage).measure();
}

}  // namespace generion::cli
