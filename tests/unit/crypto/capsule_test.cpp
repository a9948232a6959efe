#include "crypto/capsule.h"

#include <sodium.h>

#include <array>

#include "base/bech32m.h"
#include "crypto/keys.h"
#include "vectors.h"

namespace generion::crypto {
namespace {

SecretBytes seed_of(char fill) {
  return SecretBytes::copy_of(Bytes(32, fill));
}

Lock lock_of(const Bytes& c1, const Bytes& c2) {
  return *Lock::from(c1 + c2);
}

Bytes base_point() {
  return *from_hex("e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76");
}

}  // namespace

TEST_CASE("RFC 9496's multiples of the base point are points, the identity is refused") {
  const auto published = load_vectors("published.json").at("ristretto255").as_object();
  std::uint8_t factor = 0;
  for (const auto& text : published.at("multiples").as_array()) {
    const auto key = fixed_hex<ReaderKey>(std::string(text.as_string()));
    CHECK(check_reader_key(key));
    std::array<std::uint8_t, 32> scalar{++factor};
    ReaderKey product;
    REQUIRE(crypto_scalarmult_ristretto255_base(product.data(), scalar.data()) == 0);
    CHECK(product == key);
  }
  const auto identity = check_reader_key(ReaderKey());
  REQUIRE_FALSE(identity);
  CHECK(identity.error().code == Code::bad_key);
  CHECK(identity.error().message.find("identity") != std::string::npos);
}

TEST_CASE("RFC 9496's invalid encodings are refused as reader key and in locks") {
  const auto published = load_vectors("published.json").at("ristretto255").as_object();
  REQUIRE(published.at("invalid").as_array().size() == 29);
  for (const auto& text : published.at("invalid").as_array()) {
    const auto key = fixed_hex<ReaderKey>(std::string(text.as_string()));
    CHECK(check_reader_key(key).error().code == Code::bad_key);
    CHECK(lock_capsule(CapsuleKey::generate(), key).error().code == Code::bad_key);
    const Bytes bad(key.view());
    for (const Lock& lock : {lock_of(bad, base_point()), lock_of(base_point(), bad)}) {
      CHECK(check_lock(lock).error().code == Code::bad_capsule);
      CHECK(open_lock(lock, ReaderSecret::from_seed(seed_of('a'))).error().code ==
            Code::bad_capsule);
      CHECK(parse_data_encr(compose_data_encr(lock, "")).error().code == Code::bad_capsule);
    }
    CHECK(CapsuleKey::from_point(SecretBytes::copy_of(bad)).error().code == Code::bad_capsule);
  }
}

TEST_CASE("reader keys and addresses of the project's vectors") {
  const auto vectors = load_vectors("capsule.json");
  for (const auto& vector : vectors.at("reader_keys").as_array()) {
    const ReaderSecret reader = ReaderSecret::from_seed(secret_of(vector, "seed"));
    CHECK(hex_of(reader.scalar()) == text_of(vector, "x"));
    CHECK(to_hex(reader.public_key()) == text_of(vector, "P"));
    CHECK(check_reader_key(reader.public_key()));
  }
  for (const auto& vector : vectors.at("addresses").as_array()) {
    const SigningKey key = SigningKey::from_seed(secret_of(vector, "seed"));
    CHECK(to_hex(key.public_key()) == text_of(vector, "public_key"));
    CHECK(to_bech32m(kAddressPrefix, key.public_key().view()) == text_of(vector, "address"));
    CHECK(from_bech32m(kAddressPrefix, text_of(vector, "address")) ==
          Bytes(key.public_key().view()));
  }
}

TEST_CASE("capsules of the project's vectors open") {
  const auto vectors = load_vectors("capsule.json");
  const auto& readers = vectors.at("reader_keys").as_array();
  for (const auto& vector : vectors.at("capsules").as_array()) {
    const auto owner = static_cast<std::size_t>(vector.as_object().at("owner").as_int64());
    const ReaderSecret reader = ReaderSecret::from_seed(secret_of(readers.at(owner), "seed"));
    const auto lock = fixed_of<Lock>(vector, "lock");
    const auto key = open_lock(lock, reader);
    REQUIRE(key);
    CHECK(hex_of(key->point()) == text_of(vector, "K"));
    CHECK(hex_of(key->document_key()) == text_of(vector, "document_key"));
    CHECK(hex_of(key->meta_key()) == text_of(vector, "meta_key"));
    const Bytes sealed = bytes_of(vector, "sealed_meta");
    CHECK(open_meta(key->meta_key(), sealed) == bytes_of(vector, "meta_plaintext"));
    const Bytes data_encr = compose_data_encr(lock, sealed);
    CHECK(to_hex(data_encr) == text_of(vector, "data_encr"));
    const auto parts = parse_data_encr(data_encr);
    REQUIRE(parts);
    CHECK(parts->lock == lock);
    CHECK(parts->sealed_meta == sealed);
    // C1 = rB
    const SecretBytes r = secret_of(vector, "r");
    ReaderKey c1;
    REQUIRE(crypto_scalarmult_ristretto255_base(c1.data(), r.data()) == 0);
    CHECK(c1.view() == lock.view().substr(0, 32));
  }
}

TEST_CASE("a lock opens for its reader only, and no two look alike") {
  const ReaderSecret reader = ReaderSecret::from_seed(seed_of('a'));
  const ReaderSecret stranger = ReaderSecret::from_seed(seed_of('b'));
  const CapsuleKey key = CapsuleKey::generate();
  const auto lock = lock_capsule(key, reader.public_key());
  REQUIRE(lock);
  CHECK(check_lock(*lock));
  const auto opened = open_lock(*lock, reader);
  REQUIRE(opened);
  CHECK(opened->point().view() == key.point().view());
  const auto other = open_lock(*lock, stranger);
  REQUIRE(other);
  CHECK(other->point().view() != key.point().view());

  const auto again = lock_capsule(key, reader.public_key());
  REQUIRE(again);
  CHECK(again->view().substr(0, 32) != lock->view().substr(0, 32));
  CHECK(again->view().substr(32) != lock->view().substr(32));
  CHECK(open_lock(*again, reader)->point().view() == key.point().view());
  CHECK(CapsuleKey::generate().point().view() != key.point().view());
  CHECK(key.document_key().view() != key.meta_key().view());
}

TEST_CASE("locks with the identity are refused") {
  const Bytes zero(32, '\0');
  const ReaderSecret reader = ReaderSecret::from_seed(seed_of('a'));
  for (const Lock& lock : {lock_of(zero, base_point()), lock_of(base_point(), zero), Lock()}) {
    CHECK(check_lock(lock).error().code == Code::bad_capsule);
    CHECK(open_lock(lock, reader).error().code == Code::bad_capsule);
  }
}

TEST_CASE("a lock that would open to the identity is refused") {
  const ReaderSecret reader = ReaderSecret::from_seed(seed_of('a'));
  // C1 = B and C2 = xB = P: K = C2 - xC1 = 0.
  const Lock lock = lock_of(base_point(), Bytes(reader.public_key().view()));
  CHECK(check_lock(lock));
  CHECK(open_lock(lock, reader).error().code == Code::bad_capsule);
  CHECK_FALSE(CapsuleKey::from_point(SecretBytes(32)));
  CHECK_FALSE(CapsuleKey::from_point(SecretBytes(31)));
}

TEST_CASE("sealed meta opens unaltered and with its key only") {
  const SecretBytes key = SecretBytes::copy_of(Bytes(32, 'k'));
  const Bytes sealed = seal_meta(key, "meta");
  CHECK(sealed.size() == 24 + 4 + 16);
  CHECK(open_meta(key, sealed) == Bytes("meta"));
  CHECK(seal_meta(key, "meta") != sealed);
  CHECK(open_meta(key, seal_meta(key, "")) == Bytes());
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    Bytes wrong = sealed;
    wrong[i] = static_cast<char>(wrong[i] ^ 0x80);
    CHECK(open_meta(key, wrong).error().code == Code::bad_capsule);
    CHECK(open_meta(key, sealed.substr(0, i)).error().code == Code::bad_capsule);
  }
  CHECK_FALSE(open_meta(key, sealed + "x"));
  CHECK_FALSE(open_meta(SecretBytes::copy_of(Bytes(32, 'l')), sealed));
}

TEST_CASE("data_encr is a capsule by its first byte") {
  const auto lock =
      lock_capsule(CapsuleKey::generate(), ReaderSecret::from_seed(seed_of('a')).public_key());
  REQUIRE(lock);
  const Bytes erased = compose_data_encr(*lock, "");
  CHECK(is_capsule(erased));
  CHECK(parse_data_encr(erased)->sealed_meta.empty());
  CHECK_FALSE(is_capsule(""));
  CHECK_FALSE(is_capsule(ByteView("\x00\x01", 2)));
  CHECK(parse_data_encr("").error().code == Code::bad_capsule);
  CHECK(parse_data_encr("opaque").error().message.find("opaque") != std::string::npos);
  for (std::size_t size = 1; size < erased.size(); ++size) {
    CHECK(parse_data_encr(erased.substr(0, size)).error().code == Code::bad_capsule);
  }
}

}  // namespace generion::crypto
