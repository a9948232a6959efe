// What the executor pays for the market's largest pieces of work, on a state in RocksDB: a delivery
// of 64 capsules, and 100,000 refunds that fall due together.
#include <benchmark/benchmark.h>
#include <rocksdb/cache.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>

#include "contract/due.h"
#include "contract/queries.h"
#include "ledger/state_store.h"

namespace generion {
namespace {

constexpr std::uint64_t kTime = 1'700'000'000'000;
constexpr std::uint64_t kAtOnce = 64;

Address person(char letter) {
  return *Address::from(Bytes(32, letter));
}

Lock some_lock(char letter) {
  return *Lock::from(Bytes(64, letter));
}

Genesis genesis() {
  Genesis out;
  out.time = TimeMs(kTime);
  out.parameters = default_parameters();
  out.parameters.user_admission = Parameters::UserAdmission::open;
  out.parameters.orders_per_record_max = kAtOnce;
  return out;
}

// Blocks on a state database of its own.
class Chain {
 public:
  Chain() {
    std::string form = std::filesystem::temp_directory_path() / "contract_bench.XXXXXX";
    directory_ = ::mkdtemp(form.data());
    store_ = std::move(*ledger::StateStore::open(directory_ / "state", Hash(), {},
                                                 rocksdb::NewLRUCache(64 * 1024 * 1024)));
    apply(contract::genesis_writes(genesis()));
  }
  ~Chain() {
    store_.reset();
    std::filesystem::remove_all(directory_);
  }
  Chain(const Chain&) = delete;
  Chain& operator=(const Chain&) = delete;

  const ledger::StateStore& store() const { return *store_; }
  std::shared_ptr<const ledger::StateVersion> tip() const { return store_->versions().tip(); }
  contract::BlockContext next_block() const { return {header_.height.next(), next_time_}; }
  void wait(std::uint64_t ms) { next_time_ = next_time_.plus(ms); }

  // The state after the next block, or after genesis.
  void apply(const contract::BlockWrites& writes) {
    const auto pending = store_->prepare(writes);
    if (header_.object_count > 0) header_.height = header_.height.next();
    header_.time = next_time_;
    header_.state_root = pending->tree.root();
    header_.object_count = pending->tree.size();
    if (!store_->apply(header_, writes, *pending, {})) std::abort();
    wait(1);
  }

  void run(const Address& sender, std::vector<Operation> operations) {
    const auto before = tip();
    contract::BlockExecution block(*before, next_block());
    if (block.apply(transaction(sender, std::move(operations)), 0).code != Code::ok) std::abort();
    apply(std::move(block).finish());
  }

  static Transaction transaction(const Address& sender, std::vector<Operation> operations) {
    Transaction out;
    out.body.sender = sender;
    out.body.operations = std::move(operations);
    return out;
  }

  // Tokens out of nothing.
  void give(const Address& address, std::uint64_t amount) {
    auto found = *contract::find_user(*tip(), address);
    found.user.balance += amount;
    contract::BlockWrites writes;
    writes.objects.push_back({contract::user_key(found.id), contract::encode_user(found.user)});
    apply(writes);
  }

 private:
  std::filesystem::path directory_;
  std::unique_ptr<ledger::StateStore> store_;
  BlockHeader header_;
  TimeMs next_time_{kTime};
};

CreateRecord capsule() {
  CreateRecord op;
  op.usr_adr = person('s');
  op.data_pub_key = *ReaderKey::from(Bytes(32, 'k'));
  op.lock = some_lock('l');
  op.data.length = 200;
  op.type = "Observation";
  return op;
}

void deliver_64_capsules(benchmark::State& state) {
  Chain chain;
  std::vector<Operation> records(kAtOnce, capsule());
  chain.run(person('s'), records);
  chain.run(person('b'), {SetUserPubKey{*ReaderKey::from(Bytes(32, 'b'))}});
  chain.give(person('b'), 1'000);
  CreateOrder order;
  order.price = 1'000;
  DeliverOrder delivery{OrderId(1), *ReaderKey::from(Bytes(32, 'b')), {}};
  for (std::uint64_t n = 1; n <= kAtOnce; ++n) {
    order.record_id_list.push_back(RecordId(n));
    delivery.deliveries.push_back(
        {RecordId(n), Relocking{capsule().data_pub_key, *capsule().lock, some_lock('m'), {}}});
  }
  chain.run(person('s'), {order});
  chain.run(person('b'), {PurchaseData{OrderId(1), delivery.pub_key, 1'000}});
  const Transaction transaction = Chain::transaction(person('s'), {delivery});
  const auto tip = chain.tip();
  for (auto _ : state) {
    contract::BlockExecution block(*tip, chain.next_block());
    if (block.apply(transaction, 0).code != Code::ok) std::abort();
    const auto writes = std::move(block).finish();
    benchmark::DoNotOptimize(chain.store().prepare(writes));
  }
}
BENCHMARK(deliver_64_capsules)->Unit(benchmark::kMillisecond);

// All of them open in the same window, and bought.
void sell(Chain& chain, std::uint64_t orders) {
  chain.run(person('b'), {SetUserPubKey{*ReaderKey::from(Bytes(32, 'b'))}});
  chain.give(person('b'), orders);
  for (std::uint64_t first = 1; first <= orders; first += kAtOnce) {
    std::vector<Operation> offers{capsule()};
    std::vector<Operation> purchases;
    const RecordId record(contract::read_counters(*chain.tip()).records + 1);
    for (std::uint64_t id = first; id < std::min(first + kAtOnce, orders + 1); ++id) {
      offers.push_back(CreateOrder{{record}, 1, std::nullopt});
      purchases.push_back(PurchaseData{OrderId(id), *ReaderKey::from(Bytes(32, 'b')), 1});
    }
    chain.run(person('s'), std::move(offers));
    chain.run(person('b'), std::move(purchases));
  }
}

// This thread's processor time: what others do on the machine does not count.
double cpu_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

// The blocks that refund them, each with what it writes, and asking for what is next.
void refund_100000_together(benchmark::State& state) {
  for (auto _ : state) {
    state.PauseTiming();
    Chain chain;
    sell(chain, 100'000);
    chain.wait(default_parameters().delivery_window_ms);
    state.ResumeTiming();
    double blocks = 0;
    double total = 0;
    double longest = 0;
    double ask_longest = 0;
    while (true) {
      double start = cpu_ms();
      const auto due = contract::next_due(*chain.tip());
      ask_longest = std::max(ask_longest, cpu_ms() - start);
      if (!due) break;
      start = cpu_ms();
      contract::BlockExecution block(*chain.tip(), chain.next_block());
      if (block.handle_due().empty()) std::abort();
      chain.apply(std::move(block).finish());
      const double ms = cpu_ms() - start;
      ++blocks;
      total += ms;
      longest = std::max(longest, ms);
    }
    state.counters["blocks"] = blocks;
    state.counters["block_ms"] = total / blocks;
    state.counters["block_ms_longest"] = longest;
    state.counters["next_due_ms_longest"] = ask_longest;
  }
}
BENCHMARK(refund_100000_together)->Unit(benchmark::kMillisecond)->Iterations(1);

}  // namespace
}  // namespace generion

BENCHMARK_MAIN();
