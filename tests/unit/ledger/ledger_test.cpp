#include "ledger/ledger.h"

#include <catch2/catch.hpp>

#include "chain_fixture.h"
#include "crypto/merkle.h"
#include "temporary_directory.h"
#include "types/proof.h"

namespace generion::ledger {
namespace {

using namespace test;

struct Fixture {
  TemporaryDirectory directory;
  Genesis genesis = make_genesis();
  Maker make{genesis};

  std::unique_ptr<Ledger> open(const LedgerOptions& options = {}) const {
    auto ledger = Ledger::open(directory.path() / "ledger", genesis, options);
    if (!ledger) FAIL(ledger.error().message);
    return std::move(*ledger);
  }
  // Runs a block of these transactions on top of the tip.
  std::shared_ptr<const ExecutedBlock> next(Ledger& ledger, std::vector<TransactionPtr> txs,
                                            Until until = Until::stable,
                                            std::uint64_t time_ms = 0) const {
    const Batch batch = make.batch(ledger.tip()->height().next(), txs, time_ms);
    return run(ledger, make.put(batch, std::move(txs)), until);
  }
};

std::vector<Hash> hashes(const std::vector<TransactionPtr>& transactions) {
  std::vector<Hash> out;
  for (const auto& transaction : transactions) {
    out.push_back(crypto::merkle_leaf(transaction->hash.view()));
  }
  return out;
}

// Every object that the block wrote can be proven by its header at this version.
void check_proofs(const StateVersion& version, const contract::BlockWrites& writes) {
  for (const contract::ObjectWrite& write : writes.objects) {
    const auto proof = version.prove(write.key);
    REQUIRE(proof);
    REQUIRE(version.object(write.key) == proof->value);
    REQUIRE(crypto::verify_merkle_path(object_leaf(write.key, proof->value), proof->slot.value(),
                                       version.header().object_count, proof->path,
                                       version.header().state_root));
  }
}

TEST_CASE("ledger: a new one stands at height 0 with the genesis state, which is sealed") {
  Fixture f;
  const auto ledger = f.open();
  const auto tip = ledger->tip();
  REQUIRE(tip->height() == Height(0));
  REQUIRE(tip == ledger->sealed());
  REQUIRE(*ledger->at(Height(0)) == tip);
  REQUIRE(tip->header().chain_id == chain_id(f.genesis));
  REQUIRE(tip->header().time == f.genesis.time);
  REQUIRE(tip->header().object_count == contract::genesis_writes(f.genesis).objects.size());
  REQUIRE(tip->header().parent_hash.is_zero());
  REQUIRE(tip->header().tx_root == crypto::merkle_root({}));
  REQUIRE(tip->hash() == block_hash(tip->header()));
  check_proofs(*tip, contract::genesis_writes(f.genesis));
  REQUIRE(ledger->stored() == Height(0));
  REQUIRE(ledger->stable() == Height(0));
  REQUIRE(ledger->block(Height(0)).error().code == Code::not_found);
}

TEST_CASE("ledger: a block's header, receipts, proofs and bodies") {
  Fixture f;
  const auto ledger = f.open();
  const Hash parent = ledger->tip()->hash();
  const std::vector<TransactionPtr> txs = {f.make.create_record("ann", "Blood group A"),
                                           f.make.set_key("bob"),
                                           f.make.delete_record("ann", RecordId(77))};
  const auto executed = f.next(*ledger, txs);
  REQUIRE(executed->receipts.size() == 3);
  REQUIRE(executed->receipts[0].code == Code::ok);
  REQUIRE(executed->receipts[1].code == Code::ok);
  REQUIRE(executed->receipts[2].code == Code::record_not_found);

  const auto block = ledger->block(Height(1));
  REQUIRE(block);
  REQUIRE(block->header == executed->header);
  REQUIRE(block->hash == executed->hash);
  REQUIRE(block->receipts == executed->receipts);
  REQUIRE(block->own_seal == seal(executed->header));
  REQUIRE(block->header.parent_hash == parent);
  REQUIRE(block->header.tx_count == 3);
  REQUIRE(block->header.tx_root == crypto::merkle_root(hashes(txs)));
  REQUIRE(block->header.batch_digest == batch_digest(ledger->chain(), executed->batch));
  REQUIRE(*ledger->certificate(Height(1)) == certificate(executed->header));
  REQUIRE(verify_certificate(*ledger->certificate(Height(1)), block->header,
                             ledger->epoch()->validators));
  REQUIRE(ledger->sealed()->height() == Height(1));
  check_proofs(*ledger->tip(), executed->writes);

  const auto bodies = ledger->bodies(Height(1));
  REQUIRE(bodies);
  REQUIRE(bodies->batch == executed->batch);
  REQUIRE(bodies->transactions[0] == txs[0]->envelope);
  const auto found = ledger->transaction(txs[2]->id);
  REQUIRE(found);
  REQUIRE(found->at == TransactionPlace{Height(1), 2});
  REQUIRE(found->receipt.code == Code::record_not_found);
  REQUIRE(found->envelope.body == txs[2]->envelope.body);
  REQUIRE(ledger->transaction(f.make.set_key("bob")->id).error().code == Code::not_found);
  REQUIRE(*ledger->attachment({Height(1), 0, 0}) == "Blood group A");
  REQUIRE(*ledger->attachment({Height(1), 0, 1}) == std::nullopt);
  REQUIRE(*ledger->attachment({Height(9), 0, 0}) == std::nullopt);
}

TEST_CASE("ledger: an absent object is not proven") {
  Fixture f;
  const auto ledger = f.open();
  REQUIRE(ledger->tip()->object("no such key") == std::nullopt);
  REQUIRE(ledger->tip()->prove("no such key").error().code == Code::not_found);
}

TEST_CASE("ledger: a transaction counts once, whatever is ordered again") {
  Fixture f;
  const auto ledger = f.open();
  const auto first = f.make.set_key("ann");
  const auto second = f.make.set_key("bob");
  const auto one = f.next(*ledger, {first, second, first});
  REQUIRE(one->receipts.size() == 2);
  REQUIRE_FALSE(one->skipped[0]);
  REQUIRE_FALSE(one->skipped[1]);
  REQUIRE(one->skipped[2]);

  const auto third = f.make.set_key("eve");
  const auto two = f.next(*ledger, {second, third, first});
  REQUIRE(two->receipts.size() == 1);
  REQUIRE(two->receipts[0].tx_hash == third->hash);
  REQUIRE(two->header.tx_count == 1);
  REQUIRE(two->header.tx_root == crypto::merkle_root(hashes({third})));
  REQUIRE(ledger->block(Height(2))->skipped == two->skipped);
  REQUIRE(ledger->transaction(second->id)->at == TransactionPlace{Height(1), 1});
  REQUIRE(ledger->transaction(third->id)->at == TransactionPlace{Height(2), 1});
  REQUIRE(ledger->transaction(third->id)->receipt.tx_hash == third->hash);
  REQUIRE(ledger->counters().skipped == 3);
}

TEST_CASE("ledger: outside its window a transaction is skipped; at both ends it counts") {
  Fixture f;
  const auto ledger = f.open();
  const std::uint64_t now = kStartMs + 50'000;
  const std::uint64_t window = f.genesis.parameters.tx_window_ms;
  const auto valid_until = [&](std::uint64_t ms) {
    return f.make.transaction("ann", {SetUserPubKey{}}, {}, TimeMs(ms));
  };
  const auto late = valid_until(now - 1);
  const auto block = f.next(
      *ledger, {late, valid_until(now), valid_until(now + window), valid_until(now + window + 1)},
      Until::stable, now);
  REQUIRE(block->header.time == TimeMs(now));
  REQUIRE(block->skipped[0]);
  REQUIRE_FALSE(block->skipped[1]);
  REQUIRE_FALSE(block->skipped[2]);
  REQUIRE(block->skipped[3]);
  REQUIRE(*ledger->find(late->id) == std::nullopt);
}

TEST_CASE("ledger: a block's time is the batch's, or one more than its parent's") {
  Fixture f;
  const auto ledger = f.open();
  REQUIRE(f.next(*ledger, {}, Until::stable, kStartMs + 500)->header.time ==
          TimeMs(kStartMs + 500));
  REQUIRE(f.next(*ledger, {}, Until::stable, kStartMs + 500)->header.time ==
          TimeMs(kStartMs + 501));
  REQUIRE(f.next(*ledger, {}, Until::stable, kStartMs + 100)->header.time ==
          TimeMs(kStartMs + 502));
  const Batch gap = null_batch(Epoch(0), Height(4));
  const auto block = run(*ledger, f.make.put(gap, {}));
  REQUIRE(block->header.time == TimeMs(kStartMs + 503));
  REQUIRE(block->header.tx_count == 0);
  REQUIRE(ledger->bodies(Height(4))->batch == gap);
}

TEST_CASE("ledger: the same batches give the same blocks") {
  std::vector<Hash> runs;
  for (int i = 0; i < 2; ++i) {
    Fixture f;
    const auto ledger = f.open();
    f.next(*ledger, {f.make.create_record("ann", "one"), f.make.set_key("ann")});
    f.next(*ledger, {f.make.create_record("ann", "two"), f.make.delete_record("ann", RecordId(1))});
    runs.push_back(ledger->tip()->hash());
  }
  REQUIRE(runs[0] == runs[1]);
}

TEST_CASE("ledger: versions: only the newest are kept, a held one stays readable") {
  Fixture f;
  const auto ledger = f.open({.kept_blocks = 3, .kept_ms = 0});
  const auto zero = ledger->tip();
  const auto one = f.next(*ledger, {f.make.create_record("ann", "one")});
  const auto held = ledger->tip();
  std::vector<std::shared_ptr<const ExecutedBlock>> blocks;
  for (int i = 0; i < 100; ++i) {
    blocks.push_back(f.next(*ledger, {f.make.create_record("ann", "more"), f.make.set_key("ann")}));
  }
  REQUIRE(ledger->at(Height(98)).error().code == Code::height_gone);
  REQUIRE(ledger->at(Height(98)).error().message.find("99 to 101") != std::string::npos);
  REQUIRE(ledger->at(Height(99)));
  REQUIRE(ledger->at(Height(102)).error().code == Code::height_ahead);
  check_proofs(*zero, contract::genesis_writes(f.genesis));
  check_proofs(*held, one->writes);
  for (const auto& write : one->writes.objects) REQUIRE(held->object(write.key) == write.value);
  for (const auto& write : blocks.back()->writes.objects) {
    if (write.created) REQUIRE(held->object(write.key) == std::nullopt);
  }
  check_proofs(*ledger->tip(), one->writes);
  check_proofs(**ledger->at(Height(99)), blocks[97]->writes);
}

TEST_CASE("ledger: versions: recent ones by block time are kept beyond the count") {
  Fixture f;
  const auto ledger = f.open({.kept_blocks = 1, .kept_ms = 2'000});
  for (int i = 0; i < 5; ++i) f.next(*ledger, {});
  REQUIRE(ledger->at(Height(3)));
  REQUIRE(ledger->at(Height(2)).error().code == Code::height_gone);
}

TEST_CASE("ledger: a version outlives the ledger") {
  Fixture f;
  auto ledger = f.open();
  const auto block = f.next(*ledger, {f.make.set_key("ann")});
  const auto held = ledger->tip();
  ledger.reset();
  check_proofs(*held, block->writes);
}

TEST_CASE("ledger: sealed follows the certificates, not the tip") {
  Fixture f;
  const auto ledger = f.open();
  f.next(*ledger, {});
  const auto two = f.next(*ledger, {}, Until::applied);
  const auto three = f.next(*ledger, {}, Until::applied);
  REQUIRE(ledger->tip()->height() == Height(3));
  REQUIRE(ledger->sealed()->height() == Height(1));
  REQUIRE(ledger->persist({{}, {}, {{Height(3), certificate(three->header)}}}));
  REQUIRE(ledger->sealed()->height() == Height(3));
  REQUIRE(ledger->certificate(Height(2)).error().code == Code::not_found);
  // A late certificate of an older height is filed too.
  REQUIRE(ledger->persist({{}, {}, {{Height(2), certificate(two->header)}}}));
  REQUIRE(ledger->certificate(Height(2)));
  REQUIRE(ledger->stable() == Height(3));
}

TEST_CASE("ledger: a certificate of another or an unknown block is refused") {
  Fixture f;
  const auto ledger = f.open();
  const auto one = f.next(*ledger, {}, Until::applied);
  BlockHeader other = one->header;
  other.state_root = Hash{};
  const auto persist = [&](Height height, const BlockHeader& header) {
    return ledger->persist({{}, {}, {{height, certificate(header)}}});
  };
  REQUIRE(persist(Height(1), other).error().code == Code::diverged);
  REQUIRE(persist(Height(2), other).error().code == Code::not_found);
  REQUIRE(persist(Height(0), other).error().code == Code::not_found);
  REQUIRE(ledger->stable() == Height(0));
  REQUIRE(persist(Height(1), one->header));
}

TEST_CASE("ledger: batch, block and certificate of a height may be persisted at once") {
  Fixture f;
  const auto ledger = f.open();
  const std::vector<TransactionPtr> txs = {f.make.create_record("ann", "one")};
  const PutBatch put = f.make.put(f.make.batch(Height(1), txs), txs);
  const auto block = *ledger->execute(put.batch, txs);
  const auto before = ledger->counters();
  REQUIRE(ledger->persist({.batches = {put},
                           .blocks = {{block, std::nullopt}},
                           .stable = {{Height(1), certificate(block->header)}}}));
  REQUIRE(ledger->counters().chain_syncs == before.chain_syncs + 1);
  REQUIRE(ledger->apply(*block));
  REQUIRE(ledger->sealed()->height() == Height(1));
  REQUIRE(ledger->block(Height(1))->own_seal == std::nullopt);
  // The same block again adds the own seal that it lacked, and nothing else.
  REQUIRE(ledger->persist({{}, {{block, seal(block->header)}}, {}}));
  REQUIRE(ledger->block(Height(1))->own_seal == seal(block->header));
  auto other = std::make_shared<ExecutedBlock>(*block);
  other->header.state_root = Hash{};
  other->hash = block_hash(other->header);
  REQUIRE(ledger->persist({{}, {{other, std::nullopt}}, {}}).error().code == Code::diverged);
}

TEST_CASE("ledger: promised batches are kept until their height is stable, then only the one") {
  Fixture f;
  auto ledger = f.open();
  const std::vector<TransactionPtr> a = {f.make.create_record("ann", "first digest")};
  const std::vector<TransactionPtr> b = {f.make.create_record("bob", "second digest")};
  const PutBatch put_a = f.make.put(f.make.batch(Height(1), a), a);
  const PutBatch put_b = f.make.put(f.make.batch(Height(1), b), b);
  REQUIRE(ledger->persist({{put_a}, {}, {}}));
  REQUIRE(ledger->persist({{put_b}, {}, {}}));
  ledger.reset();
  ledger = f.open();
  REQUIRE(ledger->bodies(Height(1), put_a.digest)->transactions[0] == a[0]->envelope);
  REQUIRE(ledger->bodies(Height(1), put_b.digest)->transactions[0] == b[0]->envelope);
  run(*ledger, put_b, Until::applied);
  REQUIRE(ledger->bodies(Height(1), put_a.digest));
  REQUIRE(ledger->persist({{}, {}, {{Height(1), certificate(ledger->tip()->header())}}}));
  REQUIRE(ledger->bodies(Height(1), put_a.digest).error().code == Code::not_found);
  REQUIRE(ledger->bodies(Height(1), put_b.digest)->transactions[0] == b[0]->envelope);
  REQUIRE(ledger->pending_erasures() == 1);
  // Put again once stable, it stays away.
  REQUIRE(ledger->persist({{put_a}, {}, {}}));
  REQUIRE(ledger->bodies(Height(1), put_a.digest).error().code == Code::not_found);
}

TEST_CASE("ledger: few writes: three of the chain database and one of the state a block") {
  Fixture f;
  const auto ledger = f.open();
  const auto before = ledger->counters();
  std::vector<TransactionPtr> txs;
  for (int i = 0; i < 50; ++i) txs.push_back(f.make.set_key("user " + std::to_string(i)));
  f.next(*ledger, txs);
  const auto after = ledger->counters();
  REQUIRE(after.chain_writes - before.chain_writes == 3);
  REQUIRE(after.chain_syncs - before.chain_syncs == 3);
  REQUIRE(after.state_writes - before.state_writes == 1);
}

}  // namespace
}  // namespace generion::ledger
