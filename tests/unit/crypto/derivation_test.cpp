#include "crypto/derivation.h"

#include "base/bech32m.h"
#include "crypto/mnemonic.h"
#include "vectors.h"

namespace generion::crypto {
namespace {

// The role and index of "m/7564'/c'/r'/i'".
std::pair<KeyRole, std::uint32_t> last_two(const std::string& path) {
  const std::size_t index = path.rfind('/');
  const std::size_t role = path.rfind('/', index - 1);
  return {static_cast<KeyRole>(std::stoul(path.substr(role + 1))),
          static_cast<std::uint32_t>(std::stoul(path.substr(index + 1)))};
}

}  // namespace

TEST_CASE("SLIP-0010's Ed25519 vectors") {
  for (const auto& vector : load_array("published.json", "slip10")) {
    const SecretBytes seed = secret_of(vector, "seed");
    for (const auto& key : vector.as_object().at("keys").as_array()) {
      const auto path =
          boost::json::value_to<std::vector<std::uint32_t>>(key.as_object().at("path"));
      const SecretBytes derived = slip10_ed25519(seed, path);
      CHECK(hex_of(derived) == text_of(key, "private"));
      CHECK(to_hex(SigningKey::from_seed(derived).public_key()) == text_of(key, "public"));
    }
  }
}

TEST_CASE("the project's keys from phrases") {
  std::size_t keys = 0;
  for (const auto& vector : load_array("keys.json", "cases")) {
    const auto seed = phrase_seed(text_of(vector, "phrase"), text_of(vector, "passphrase"));
    REQUIRE(seed);
    const auto chain_id = fixed_of<Hash>(vector, "chain_id_hash");
    for (const auto& key : vector.as_object().at("keys").as_array()) {
      const auto [role, index] = last_two(text_of(key, "path"));
      CHECK(derivation_path(chain_id, role, index) == text_of(key, "path"));
      const auto derived = derive_key(*seed, chain_id, role, index);
      REQUIRE(derived);
      CHECK(hex_of(derived->seed()) == text_of(key, "private"));
      CHECK(to_hex(derived->public_key()) == text_of(key, "public"));
      CHECK(to_bech32m(kAddressPrefix, derived->public_key().view()) == text_of(key, "address"));
      ++keys;
    }
  }
  CHECK(keys == 48);
}

TEST_CASE("the chain's part of the path loses its top bit") {
  Hash chain_id;
  chain_id.data()[0] = 0xff;
  chain_id.data()[3] = 0x01;
  CHECK(derivation_chain(chain_id) == 0x7f000001);
}

TEST_CASE("an index above 2^31 - 1 is refused") {
  const SecretBytes seed(64);
  CHECK(derive_key(seed, Hash(), KeyRole::user, kDerivationIndexMax));
  const auto refused = derive_key(seed, Hash(), KeyRole::user, kDerivationIndexMax + 1);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Code::bad_argument);
}

}  // namespace generion::crypto
