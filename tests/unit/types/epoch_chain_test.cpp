#include "types/epoch_chain.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "crypto/hash.h"
#include "crypto/keys.h"

namespace generion {
namespace {

crypto::SigningKey key_of(std::uint64_t number) {
  const Hash seed = crypto::blake2b256({"epoch chain test", std::to_string(number)});
  return crypto::SigningKey::from_seed(crypto::SecretBytes::copy_of(seed.view()));
}

// One validator for each epoch.
struct Chain {
  Chain() { anchor.validators.keys = {key_of(0).public_key()}; }

  EpochEnd end(std::uint64_t epoch, std::uint64_t height) const {
    EpochEnd out;
    out.header.epoch = Epoch(epoch);
    out.header.height = Height(height);
    out.header.validator_set_hash = validator_set_hash({{key_of(epoch).public_key()}});
    out.next.keys = {key_of(epoch + 1).public_key()};
    out.header.next_validator_set_hash = validator_set_hash(out.next);
    certify(out, epoch);
    return out;
  }
  static void certify(EpochEnd& end, std::uint64_t signer) {
    const Seal seal = make_seal(end.header, key_of(signer));
    end.certificate = {seal.block_hash, {{seal.signer, seal.signature}}};
  }

  TrustAnchor anchor;
};

TEST_CASE("epoch chain: from genesis to the members of a later epoch") {
  const Chain chain;
  const auto followed = follow_epochs(chain.anchor, {chain.end(0, 10), chain.end(1, 20)});
  REQUIRE(followed);
  CHECK(followed->epoch == Epoch(2));
  CHECK(followed->after == Height(20));
  CHECK(followed->validators.keys == std::vector{key_of(2).public_key()});
  CHECK(follow_epochs(chain.anchor, {}).value().epoch == Epoch(0));
}

TEST_CASE("epoch chain: nothing is left out, and nothing comes back") {
  const Chain chain;
  CHECK_FALSE(follow_epochs(chain.anchor, {chain.end(1, 20)}));
  CHECK_FALSE(follow_epochs(chain.anchor, {chain.end(0, 10), chain.end(2, 30)}));
  CHECK_FALSE(follow_epochs(chain.anchor, {chain.end(0, 10), chain.end(0, 10)}));
  CHECK_FALSE(follow_epochs(chain.anchor, {chain.end(0, 10), chain.end(1, 10)}));
}

TEST_CASE("epoch chain: an epoch's members certify its end, which names the next ones") {
  const Chain chain;
  EpochEnd foreign = chain.end(0, 10);
  Chain::certify(foreign, 1);
  CHECK(follow_epochs(chain.anchor, {foreign}).error().code == Code::bad_proof);
  EpochEnd others = chain.end(0, 10);
  others.next.keys = {key_of(7).public_key()};
  CHECK(follow_epochs(chain.anchor, {others}).error().code == Code::bad_proof);
  EpochEnd none = chain.end(0, 10);
  none.next.keys.clear();
  none.header.next_validator_set_hash = validator_set_hash(none.next);
  Chain::certify(none, 0);
  CHECK(follow_epochs(chain.anchor, {none}).error().code == Code::bad_proof);
  EpochEnd other_chain = chain.end(0, 10);
  other_chain.header.chain_id = crypto::blake2b256({"another"});
  Chain::certify(other_chain, 0);
  CHECK(follow_epochs(chain.anchor, {other_chain}).error().code == Code::wrong_chain);
}

}  // namespace
}  // namespace generion
