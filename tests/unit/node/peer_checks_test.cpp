#include "node/peer_checks.h"

#include <catch2/catch.hpp>

#include "../ledger/chain_fixture.h"
#include "../ledger/temporary_directory.h"
#include "node/peer_server.h"

namespace generion::node {
namespace {

using ledger::test::Maker;

const Genesis kGenesis = ledger::test::make_genesis();
const Hash kChain = chain_id(kGenesis);

Bodies bodies_of(Maker& maker, const std::vector<TransactionPtr>& transactions,
                 std::uint64_t time) {
  return {std::make_shared<const Batch>(maker.batch(Height(1), transactions, time)), transactions};
}

TEST_CASE("a peer's transaction: shape and chain first, then the signature") {
  Maker maker(kGenesis);
  const SignedTransaction good = maker.create_record("patient", "data")->envelope;
  const auto shaped = check_peer_shape(good, kChain, kGenesis.parameters);
  REQUIRE(shaped);
  CHECK(check_peer_signatures(**shaped));
  CHECK(check_peer_shape(good, Hash(), kGenesis.parameters).error().code == Code::wrong_chain);

  SignedTransaction bare = good;
  bare.attachments = {""};
  CHECK_FALSE(check_peer_shape(bare, kChain, kGenesis.parameters));

  SignedTransaction forged = good;
  forged.signature = Signature();
  const auto unsigned_one = check_peer_shape(forged, kChain, kGenesis.parameters);
  REQUIRE(unsigned_one);
  CHECK(check_peer_signatures(**unsigned_one).error().code == Code::bad_signature);
}

TEST_CASE("a proposed batch: bounds, doubles and times") {
  Maker maker(kGenesis);
  const auto a = maker.set_key("patient"), b = maker.set_key("patient");
  const std::uint64_t start = ledger::test::kStartMs;
  const std::uint64_t last = start + 1'000'000;  // how long Maker's are valid
  Parameters parameters = kGenesis.parameters;
  CHECK(check_batch(bodies_of(maker, {a, b}, start), parameters));
  CHECK(check_batch(bodies_of(maker, {a}, last), parameters));
  CHECK(check_batch(bodies_of(maker, {a}, last + 1), parameters).error().code == Code::expired);
  CHECK(check_batch(bodies_of(maker, {a}, last - parameters.tx_window_ms), parameters));
  CHECK(check_batch(bodies_of(maker, {a}, last - parameters.tx_window_ms - 1), parameters)
            .error()
            .code == Code::too_far_ahead);
  CHECK(check_batch(bodies_of(maker, {a, a}, start), parameters).error().code == Code::duplicate);
  parameters.batch_transactions_max = 1;
  CHECK(check_batch(bodies_of(maker, {a, b}, start), parameters).error().code == Code::too_many);
  parameters = kGenesis.parameters;
  parameters.batch_bytes_max = a->envelope.body.size() + 1;
  CHECK(check_batch(bodies_of(maker, {a, b}, start), parameters).error().code == Code::too_large);
}

TEST_CASE("a fetched batch's transactions are those that its ids name, from some place on") {
  Maker maker(kGenesis);
  const auto a = maker.create_record("patient", "data"), b = maker.set_key("patient");
  const std::vector<TxId> ids{a->id, b->id};
  CHECK(check_bodies(ids, 0, {a->envelope, b->envelope})->size() == 2);
  CHECK(check_bodies(ids, 1, {b->envelope})->size() == 1);
  CHECK(check_bodies(ids, 2, {})->empty());
  CHECK(check_bodies(ids, 0, {b->envelope}).error().code == Code::bad_proof);
  CHECK(check_bodies(ids, 1, {b->envelope, a->envelope}).error().code == Code::bad_proof);
  CHECK(check_bodies(ids, 3, {}).error().code == Code::bad_proof);
  SignedTransaction erased = a->envelope;
  erased.attachments = {""};
  CHECK(check_bodies(ids, 0, {erased}));
  SignedTransaction forged = a->envelope;
  forged.signature = Signature();
  CHECK(check_bodies(ids, 0, {forged}).error().code == Code::bad_signature);
}

TEST_CASE("a range of blocks: certificates, links and batches") {
  const ledger::test::TemporaryDirectory directory;
  const auto chain = std::move(*ledger::Ledger::open(directory.path() / "chain", kGenesis, {}));
  Maker maker(kGenesis);
  for (std::uint64_t height = 1; height <= 3; ++height) {
    const auto tx = maker.set_key("patient");
    ledger::test::run(*chain, maker.put(maker.batch(Height(height), {tx}), {tx}));
  }
  const auto good = answer_blocks(*chain, {Height(1), 0, 3}).blocks;
  const auto check = [&](const std::vector<CertifiedBlock>& blocks, std::uint64_t from = 1) {
    return check_blocks(blocks, Height(from), kChain, chain->epoch()->validators);
  };
  CHECK(check(good));
  CHECK_FALSE(check(good, 2));
  CHECK_FALSE(check_blocks(good, Height(1), Hash(), chain->epoch()->validators));

  auto vouched = good;
  vouched[0].certified.certificate.signers.clear();  // the next one's parent hash vouches for it
  CHECK(check(vouched));
  auto last = good;
  last[2].certified.certificate.signers.clear();
  CHECK_FALSE(check(last));
  auto cut = vouched;
  cut[1].certified.header.parent_hash = Hash();
  CHECK_FALSE(check(cut));
  auto foreign = good;
  foreign[1].certified.certificate = good[0].certified.certificate;
  CHECK_FALSE(check(foreign));
}

}  // namespace
}  // namespace generion::node
