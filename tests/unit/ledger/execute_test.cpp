// Blocks across the end of an epoch: what their headers name, what the ledger knows of the next
// one, also after a restart, and how a client follows.
#include "ledger/execute.h"

#include <algorithm>

#include "base/limits.h"
#include "chain_fixture.h"
#include "contract/epoch_queries.h"
#include "temporary_directory.h"
#include "types/proof.h"

namespace generion::ledger::test {
namespace {

// A chain whose validator adds another one.
class GrowingChain {
 public:
  GrowingChain() : genesis_(make_genesis()), maker_(genesis_) { open(); }

  void open() {
    ledger_.reset();
    auto opened = Ledger::open(directory_.path() / "ledger", genesis_);
    if (!opened) FAIL(opened.error().message);
    ledger_ = std::move(*opened);
  }

  std::shared_ptr<const ExecutedBlock> block(std::vector<TransactionPtr> transactions = {}) {
    Batch batch = maker_.batch(ledger_->tip()->height().next(), transactions);
    batch.epoch = ledger_->epoch()->number;
    return run(*ledger_, maker_.put(batch, std::move(transactions)), Until::applied);
  }
  std::shared_ptr<const ExecutedBlock> block(std::string_view sender, Operation operation) {
    auto out = block({maker_.transaction(sender, {std::move(operation)})});
    REQUIRE(out->receipts.size() == 1);
    REQUIRE(out->receipts.front().code == Code::ok);
    return out;
  }
  // Up to this height; the last one's block.
  std::shared_ptr<const ExecutedBlock> blocks_to(Height height) {
    std::shared_ptr<const ExecutedBlock> last;
    while (ledger_->tip()->height() < height) last = block();
    return last;
  }

  void certify(const BlockHeader& header, const std::vector<std::string>& members) {
    const auto done =
        ledger_->persist({.batches = {},
                          .blocks = {},
                          .stable = {{header.height, certificate_of(header, members)}}});
    if (!done) FAIL(done.error().message);
  }

  static Certificate certificate_of(const BlockHeader& header,
                                    const std::vector<std::string>& members) {
    Certificate out{block_hash(header), {}};
    for (const std::string& member : members) {
      const Seal seal = make_seal(header, key_of(member));
      out.signers.push_back({seal.signer, seal.signature});
    }
    std::sort(out.signers.begin(), out.signers.end(),
              [](const auto& a, const auto& b) { return a.key < b.key; });
    return out;
  }

  // Decides on the addition, and lets the joiner report; the block that closes the epoch.
  std::shared_ptr<const ExecutedBlock> add_joiner() {
    const Hash base = ledger_->tip()->hash();
    block("governor", Propose{AddValidator{key_of("joiner").public_key(),
                                           key_of("joiner's governor").public_key(), "two"}});
    return block("joiner", ReportReady{ProposalId(1), Height(0), base});
  }

  Ledger& ledger() { return *ledger_; }
  const Genesis& genesis() const { return genesis_; }

 private:
  TemporaryDirectory directory_;
  Genesis genesis_;
  Maker maker_;
  std::unique_ptr<Ledger> ledger_;
};

ValidatorSet set_of(const std::vector<std::string>& names) {
  ValidatorSet out;
  for (const std::string& name : names) out.keys.push_back(key_of(name).public_key());
  std::sort(out.keys.begin(), out.keys.end());
  return out;
}

const ValidatorSet kOne = set_of({"validator"});
const ValidatorSet kTwo = set_of({"validator", "joiner"});

}  // namespace

TEST_CASE("headers name the validators of their epoch, the last one those of the next") {
  GrowingChain chain;
  CHECK(chain.ledger().epoch()->number == Epoch(0));
  CHECK(chain.ledger().epoch()->first == Height(1));
  CHECK(chain.ledger().epoch()->validators == kOne);
  const auto closing = chain.add_joiner();
  const Height last = closing->header.height.plus(limits::kLogHeights);
  CHECK(closing->writes.last_height == last);
  CHECK(chain.ledger().last_height() == last);

  const auto before = chain.blocks_to(Height(last.value() - 1));
  CHECK(before->header.epoch == Epoch(0));
  CHECK(before->header.next_validator_set_hash == validator_set_hash(kOne));
  CHECK(before->writes.next_epoch == nullptr);
  CHECK(chain.ledger().epoch()->number == Epoch(0));

  const auto end = chain.block();
  CHECK(end->header.height == last);
  CHECK(end->header.epoch == Epoch(0));
  CHECK(end->header.validator_set_hash == validator_set_hash(kOne));
  CHECK(end->header.next_validator_set_hash == validator_set_hash(kTwo));
  REQUIRE(end->writes.next_epoch != nullptr);
  CHECK(*end->writes.next_epoch == *chain.ledger().epoch());
  CHECK_FALSE(chain.ledger().last_height().has_value());

  const auto first = chain.block();
  CHECK(first->header.epoch == Epoch(1));
  CHECK(first->header.validator_set_hash == validator_set_hash(kTwo));
  CHECK(first->header.next_validator_set_hash == validator_set_hash(kTwo));
  CHECK(chain.ledger().epoch()->number == Epoch(1));
  CHECK(chain.ledger().epoch()->first == last.next());
  CHECK(chain.ledger().epoch()->validators == kTwo);
}

TEST_CASE("a restart finds the epoch as it left it, wherever that was") {
  GrowingChain chain;
  const auto closing = chain.add_joiner();
  const Height last = *closing->writes.last_height;
  const auto check_restart = [&chain] {
    const contract::EpochRules rules = *chain.ledger().epoch();
    const auto last_height = chain.ledger().last_height();
    chain.open();
    CHECK(*chain.ledger().epoch() == rules);
    CHECK(chain.ledger().last_height() == last_height);
  };
  check_restart();
  chain.blocks_to(Height(last.value() - 1));
  check_restart();
  chain.block();
  CHECK(chain.ledger().epoch()->number == Epoch(1));
  check_restart();
  const auto first = chain.block();
  CHECK(first->header.epoch == Epoch(1));
  check_restart();
  // The parent of the epoch's first block is what a joiner has to name.
  const Hash base = first->header.parent_hash;
  chain.block("governor", Propose{AddValidator{key_of("third").public_key(),
                                               key_of("third's governor").public_key(), "three"}});
  check_restart();
  chain.block("joiner's governor", Vote{ProposalId(2), true});
  check_restart();
  const auto again = chain.block("third", ReportReady{ProposalId(2), last, base});
  CHECK(again->writes.last_height == again->header.height.plus(limits::kLogHeights));
}

TEST_CASE("the epoch's parameters decide which transactions are skipped") {
  GrowingChain chain;
  Maker maker(chain.genesis());
  const auto late = [&](Height height) {
    const std::uint64_t now = kStartMs + 1'000 * height.value();
    return maker.transaction("patient", {SetUserPubKey{}}, {}, TimeMs(now + 120'000));
  };
  const auto closing = chain.block("governor", Propose{SetParameter{"tx_window_ms", 60'000}});
  const Height last = *closing->writes.last_height;
  chain.blocks_to(Height(last.value() - 1));
  CHECK_FALSE(chain.block({late(last)})->skipped[0]);
  CHECK(chain.block({late(last.next())})->skipped[0]);
}

TEST_CASE("a proof of a later epoch follows the validators from the genesis file") {
  GrowingChain chain;
  const auto closing = chain.add_joiner();
  const auto end = chain.blocks_to(*closing->writes.last_height);
  const auto block = chain.block();
  const auto prove = [&](const std::vector<std::string>& members) {
    auto changes = chain.ledger().set_changes(Epoch(1));
    if (!changes) FAIL(changes.error().message);
    const Bytes key = contract::epoch_key(Epoch(1));
    auto object = chain.ledger().tip()->prove(key);
    if (!object) FAIL(object.error().message);
    return Proof{generion::ObjectProof{key, object->value, object->slot, object->path},
                 block->header, GrowingChain::certificate_of(block->header, members), *changes};
  };
  CHECK(chain.ledger().set_changes(Epoch(0))->empty());
  CHECK(chain.ledger().set_changes(Epoch(1)).error().code == Code::not_found);
  chain.certify(end->header, {"validator"});
  const TrustAnchor anchor = trust_anchor(chain.genesis());
  const Proof proof = prove({"validator", "joiner"});
  REQUIRE(proof.set_changes.size() == 1);
  CHECK(proof.set_changes[0].next == kTwo);
  CHECK(verify_proof(proof, anchor));
  CHECK(verify_proof(prove({"validator"}), anchor).error().code == Code::bad_proof);
  Proof without = proof;
  without.set_changes.clear();
  CHECK(verify_proof(without, anchor).error().code == Code::bad_proof);
}

}  // namespace generion::ledger::test
