#include "node/replica_runner.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <deque>

#include "../ledger/chain_fixture.h"
#include "../ledger/temporary_directory.h"
#include "contract/lookups.h"
#include "node/clock.h"

namespace generion::node {
namespace {

using ledger::test::key_of;

// A runner whose threads are this one: what it hands out is done at once, what comes back waits in
// `tasks`.
class Machine {
 public:
  Machine(const Genesis& genesis, ledger::Ledger& chain) : ledger_(chain) {
    RunnerSettings settings;
    settings.replica.members = {chain.chain(), Epoch(0), chain.epoch()->validators};
    settings.replica.self = key_.public_key();
    settings.replica.genesis_time = genesis.time;
    settings.replica.heartbeat_ms = genesis.parameters.heartbeat_ms;
    settings.replica.empty_gap_ms = genesis.parameters.heartbeat_ms / 2;
    settings.parameters = genesis.parameters;
    settings.next_due = *next_due(chain);
    RunnerLinks links;
    links.post = [this](ReplicaTask task) { tasks_.push_back(std::move(task)); };
    links.persist = [this](DurableJob job) {
      must(ledger_.persist(job.chain));
      if (job.done) job.done();
    };
    links.execute = [this](const Batch& batch, const std::vector<TransactionPtr>& transactions) {
      auto block = ledger_.execute(batch, transactions);
      REQUIRE(block.has_value());
      blocks.push_back(*block);
      tasks_.push_back([made = *block](ReplicaRunner& runner) { runner.on_executed(made); });
    };
    links.apply = [this](ExecutorThread::BlockPtr block) {
      must(ledger_.apply(*block));
      tasks_.push_back([block = std::move(block), due = *next_due(ledger_)](ReplicaRunner& runner) {
        runner.on_applied(block, due);
      });
    };
    links.answer_sealed = [](const Waiters::Sealed&) {};
    links.on_block = [] {};
    links.fatal = [](const Error& error) { FAIL(error.message); };
    runner_ = std::make_unique<ReplicaRunner>(settings, *restore_replica(chain, {}), chain, key_,
                                              std::move(links));
    runner_->start();
  }

  // Until there are so many blocks; false if they do not come.
  bool run_until(std::size_t count) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (blocks.size() < count || !tasks_.empty()) {
      if (std::chrono::steady_clock::now() > end) return false;
      round();
    }
    return true;
  }

  void round() {
    for (std::deque<ReplicaTask> now = std::exchange(tasks_, {}); ReplicaTask & task : now) {
      task(*runner_);
    }
    runner_->tick();
  }

  std::vector<ExecutorThread::BlockPtr> blocks;

 private:
  static void must(const Result<void>& result) {
    if (!result) FAIL(result.error().message);
  }

  ledger::Ledger& ledger_;
  const crypto::SigningKey key_ = key_of("validator");
  std::deque<ReplicaTask> tasks_;
  std::unique_ptr<ReplicaRunner> runner_;
};

// A chain whose second block left three orders with a retention that ends when `due` comes.
std::unique_ptr<ledger::Ledger> chain_with_due(const Genesis& genesis, TimeMs due,
                                               const std::filesystem::path& directory) {
  auto opened = ledger::Ledger::open(directory, genesis, {});
  REQUIRE(opened.has_value());
  ledger::Ledger& chain = **opened;
  ledger::test::Maker maker(genesis);
  CreateRecord record;
  record.usr_adr = key_of("seller").public_key();
  record.data = {crypto::blake2b256({"data"}), 4};
  const CreateOrder order{{RecordId(1)}, 1, std::nullopt};
  const std::vector<TransactionPtr> txs = {maker.transaction(
      "seller", {record, order, order, order}, {"data"}, genesis.time.plus(1'000'000))};
  const Batch first = maker.batch(Height(1), txs, genesis.time.value() + 1);
  REQUIRE(ledger::test::run(chain, maker.put(first, txs))->receipts.back().code == Code::ok);

  const Batch second = maker.batch(Height(2), {}, genesis.time.value() + 2);
  REQUIRE(chain.persist({.batches = {maker.put(second, {})}, .blocks = {}, .stable = {}}));
  auto block = std::make_shared<ledger::ExecutedBlock>(**chain.execute(second, {}));
  for (std::uint64_t id = 1; id <= 3; ++id) {
    const contract::Due row{due, DueKind::retention_end, id};
    block->writes.lookups.push_back({contract::due_key(row), Bytes()});
  }
  const BlockHeader& header = block->header;
  REQUIRE(chain.persist(
      {.batches = {}, .blocks = {{block, ledger::test::seal(header)}}, .stable = {}}));
  REQUIRE(chain.apply(*block));
  REQUIRE(chain.persist({.batches = {},
                         .blocks = {},
                         .stable = {{header.height, ledger::test::certificate(header)}}}));
  return std::move(*opened);
}

TEST_CASE("runner: an idle chain makes blocks for what is due, one after the other, and no more") {
  const ledger::test::TemporaryDirectory directory;
  Genesis genesis = ledger::test::make_genesis();
  const TimeMs now = read_clocks().wall;
  genesis.parameters.heartbeat_ms = 3'600'000;  // none comes in between
  genesis.parameters.due_per_block = 2;
  SECTION("that fell due before") {
    genesis.time = TimeMs(now.value() - 500'000);
    const auto chain =
        chain_with_due(genesis, TimeMs(now.value() - 1), directory.path() / "ledger");
    Machine machine(genesis, *chain);
    REQUIRE(machine.run_until(2));
    CHECK(machine.blocks[0]->system_receipts ==
          std::vector<SystemReceipt>{{DueKind::retention_end, 1, Code::ok},
                                     {DueKind::retention_end, 2, Code::ok}});
    CHECK(machine.blocks[1]->system_receipts ==
          std::vector<SystemReceipt>{{DueKind::retention_end, 3, Code::ok}});
    CHECK(machine.blocks[1]->batch.ids.empty());
    for (int i = 0; i < 100; ++i) machine.round();
    CHECK(machine.blocks.size() == 2);
    CHECK(*next_due(*chain) == std::nullopt);
  }
  SECTION("not before its time") {
    genesis.time = TimeMs(now.value() - 500'000);
    const auto chain =
        chain_with_due(genesis, TimeMs(now.value() + 3'000'000), directory.path() / "ledger");
    Machine machine(genesis, *chain);
    for (int i = 0; i < 100; ++i) machine.round();
    CHECK(machine.blocks.empty());
  }
}

}  // namespace
}  // namespace generion::node
