#include "crypto/relock.h"

#include <sodium.h>

#include <map>
#include <vector>

#include "crypto/capsule_internal.h"
#include "crypto/ristretto.h"
#include "vectors.h"

namespace generion::crypto {
namespace {

SecretBytes seed_of(char fill) {
  return SecretBytes::copy_of(Bytes(32, fill));
}

ReaderSecret reader_of(char fill) {
  return ReaderSecret::from_seed(seed_of(fill));
}

struct Case {
  RelockStatement statement;
  RelockProof proof;
};

Result<void> check(const Case& given) {
  return check_relock(given.statement, given.proof);
}

Case case_of(const boost::json::value& vector) {
  Case out;
  out.statement.chain = fixed_of<Hash>(vector, "chain_id_hash");
  out.statement.context = fixed_of<RelockContext>(vector, "context");
  out.statement.record_id = std::stoull(text_of(vector, "record_id"));
  out.statement.from_key = fixed_of<ReaderKey>(vector, "P");
  out.statement.from_lock = fixed_of<Lock>(vector, "lock");
  out.statement.to_key = fixed_of<ReaderKey>(vector, "Q");
  out.statement.to_lock = fixed_of<Lock>(vector, "new_lock");
  out.proof = fixed_of<RelockProof>(vector, "proof");
  return out;
}

// A delivery for order 5 of record 7, from reader 'a' to reader 'b'.
Case good_case() {
  const ReaderSecret owner = reader_of('a');
  const CapsuleKey key = CapsuleKey::generate();
  Case out;
  out.statement.chain = blake2b256({"chain"});
  out.statement.context = delivery_context(5);
  out.statement.record_id = 7;
  out.statement.from_key = owner.public_key();
  out.statement.from_lock = *lock_capsule(key, owner.public_key());
  out.statement.to_key = reader_of('b').public_key();
  const auto relocked = relock(out.statement.chain, out.statement.context, out.statement.record_id,
                               owner, out.statement.from_lock, out.statement.to_key);
  REQUIRE(relocked);
  out.statement.to_lock = relocked->lock;
  out.proof = relocked->proof;
  return out;
}

void check_fails(const Case& given, Code code) {
  const auto checked = check(given);
  REQUIRE_FALSE(checked);
  CHECK(checked.error().code == code);
  CHECK_FALSE(checked.error().message.empty());
}

// Where the points of a statement stand, and the code that a bad one has.
struct PointField {
  const char* name;
  std::uint8_t* (*bytes)(RelockStatement&);
  Code code;
};

const std::vector<PointField>& point_fields() {
  static const std::vector<PointField> fields{
      {"P", [](RelockStatement& s) { return s.from_key.data(); }, Code::bad_key},
      {"Q", [](RelockStatement& s) { return s.to_key.data(); }, Code::bad_key},
      {"C1", [](RelockStatement& s) { return s.from_lock.data(); }, Code::bad_capsule},
      {"C2", [](RelockStatement& s) { return s.from_lock.data() + 32; }, Code::bad_capsule},
      {"C1'", [](RelockStatement& s) { return s.to_lock.data(); }, Code::bad_capsule},
      {"C2'", [](RelockStatement& s) { return s.to_lock.data() + 32; }, Code::bad_capsule}};
  return fields;
}

// Every refusal of a changed point, with the rest of a good case.
void check_point_refused(const PointField& field, ByteView bytes) {
  INFO(field.name);
  Case changed = good_case();
  std::copy(bytes.begin(), bytes.end(), field.bytes(changed.statement));
  check_fails(changed, field.code);
}

}  // namespace

TEST_CASE("relocks of the project's vectors: same locks, same proofs, and they hold") {
  const auto vectors = load_vectors("capsule.json");
  std::map<std::string, SecretBytes> seeds;
  for (const auto& vector : vectors.at("reader_keys").as_array()) {
    seeds.emplace(text_of(vector, "P"), secret_of(vector, "seed"));
  }
  REQUIRE(vectors.at("relocks").as_array().size() == 12);
  for (const auto& vector : vectors.at("relocks").as_array()) {
    const Case given = case_of(vector);
    CHECK(check(given));
    const ReaderSecret owner = ReaderSecret::from_seed(seeds.at(text_of(vector, "P")));
    CHECK(hex_of(owner.scalar()) == text_of(vector, "x"));
    const auto key = open_lock(given.statement.from_lock, owner);
    REQUIRE(key);
    CHECK(hex_of(key->point()) == text_of(vector, "recovered_K"));
    const RelockSecrets secrets{secret_of(vector, "r_prime"), secret_of(vector, "a"),
                                secret_of(vector, "b")};
    CHECK(lock_with(*key, given.statement.to_key, secrets.r) == given.statement.to_lock);
    CHECK(prove_relock(given.statement, owner, secrets) == given.proof);
    // K = C2' - yC1', y the new reader's secret.
    const SecretBytes y = secret_of(vector, "reader_x");
    ReaderKey shared;
    ReaderKey point;
    REQUIRE(crypto_scalarmult_ristretto255(shared.data(), y.data(),
                                           given.statement.to_lock.data()) == 0);
    REQUIRE(crypto_core_ristretto255_sub(point.data(), given.statement.to_lock.data() + 32,
                                         shared.data()) == 0);
    CHECK(to_hex(point) == text_of(vector, "recovered_K"));
  }
}

TEST_CASE("contexts of the project's vectors") {
  std::map<std::string, std::size_t> seen;
  for (const auto& vector : load_array("capsule.json", "relocks")) {
    const auto context = fixed_of<RelockContext>(vector, "context");
    const std::string kind = text_of(vector, "kind");
    ++seen[kind];
    if (kind == "delivery") {
      const std::uint64_t order = std::stoull(to_hex(context.view().substr(24)), nullptr, 16);
      CHECK(context == delivery_context(order));
      CHECK(order >= 1);
    } else if (kind == "relock") {
      CHECK(context == owner_context());
    } else {
      REQUIRE(kind == "share");
      CHECK(context == share_context(*PublicKey::from(context.view())));
    }
  }
  CHECK(seen.size() == 3);
}

TEST_CASE("bad relocks of the project's vectors are refused, each for its reason") {
  const std::map<std::string, Code> codes{
      {"proof bit", Code::bad_proof},        {"responses swapped", Code::bad_proof},
      {"other record", Code::bad_proof},     {"other context", Code::bad_proof},
      {"other chain", Code::bad_proof},      {"scalar not canonical", Code::bad_proof},
      {"identity as reader", Code::bad_key}, {"not a point", Code::bad_capsule}};
  const auto vectors = load_vectors("capsule.json");
  REQUIRE(vectors.at("bad_relocks").as_array().size() == 96);
  for (const auto& bad : vectors.at("bad_relocks").as_array()) {
    const auto of = static_cast<std::size_t>(bad.as_object().at("of").as_int64());
    boost::json::object changed = vectors.at("relocks").as_array().at(of).as_object();
    for (const auto& [field, value] : bad.as_object().at("change").as_object()) {
      changed[field] = value;
    }
    const std::string why = text_of(bad, "why");
    INFO(of << ": " << why);
    check_fails(case_of(changed), codes.at(why));
  }
}

TEST_CASE("what is relocked opens for the new reader, and the proof holds") {
  const ReaderSecret owner = reader_of('a');
  const ReaderSecret buyer = reader_of('b');
  const CapsuleKey key = CapsuleKey::generate();
  const Lock from = *lock_capsule(key, owner.public_key());
  const Hash chain = blake2b256({"chain"});
  for (const RelockContext& context :
       {share_context(PublicKey()), delivery_context(1), owner_context()}) {
    const auto relocked = relock(chain, context, 3, owner, from, buyer.public_key());
    REQUIRE(relocked);
    CHECK(open_lock(relocked->lock, buyer)->point().view() == key.point().view());
    CHECK(check({{chain, context, 3, owner.public_key(), from, buyer.public_key(), relocked->lock},
                 relocked->proof}));
    const auto again = relock(chain, context, 3, owner, from, buyer.public_key());
    REQUIRE(again);
    CHECK(again->lock != relocked->lock);
    CHECK(again->proof != relocked->proof);
  }
}

TEST_CASE("contexts differ") {
  CHECK(to_hex(delivery_context(0x0102030405060708)) ==
        "0000000000000000000000000000000000000000000000000102030405060708");
  CHECK(owner_context().view() == "relock" + Bytes(26, '\0'));
  CHECK(share_context(*PublicKey::from(Bytes(32, 'g'))).view() == Bytes(32, 'g'));
}

TEST_CASE("a proof is for its chain, context, record and reader only") {
  const Case good = good_case();
  REQUIRE(check(good));
  const Case other = good_case();
  const auto refused = [&good](auto change) {
    Case changed = good;
    change(changed.statement);
    check_fails(changed, Code::bad_proof);
  };
  refused([](RelockStatement& s) { s.chain = blake2b256({"another chain"}); });
  refused([](RelockStatement& s) { s.context = delivery_context(6); });
  refused([](RelockStatement& s) { s.context = owner_context(); });
  refused([](RelockStatement& s) { s.context = share_context(*PublicKey::from(Bytes(32, 'g'))); });
  refused([](RelockStatement& s) { s.record_id = 8; });
  refused([](RelockStatement& s) { s.to_key = reader_of('c').public_key(); });
  refused([](RelockStatement& s) { s.from_key = reader_of('c').public_key(); });
  refused([](RelockStatement& s) { std::swap(s.from_key, s.to_key); });
  refused([](RelockStatement& s) { std::swap(s.from_lock, s.to_lock); });
  refused([&](RelockStatement& s) { s.from_lock = other.statement.from_lock; });
  refused([&](RelockStatement& s) { s.to_lock = other.statement.to_lock; });
  refused([](RelockStatement& s) { s.to_lock = s.from_lock; });
  // The other case's proof: same owner, same order, same buyer, another key.
  check_fails({good.statement, other.proof}, Code::bad_proof);
  check_fails({good.statement, RelockProof()}, Code::bad_proof);
}

TEST_CASE("one bit anywhere in the statement or the proof spoils it") {
  const Case good = good_case();
  for (std::size_t i = 0; i < RelockProof::kSize; ++i) {
    Case changed = good;
    changed.proof.data()[i] ^= 1U << (i % 8);
    CHECK(check(changed).error().code == Code::bad_proof);
  }
  for (const PointField& field : point_fields()) {
    for (std::size_t i = 0; i < 32; ++i) {
      Case changed = good;
      field.bytes(changed.statement)[i] ^= 1U << (i % 8);
      INFO(field.name << " byte " << i);
      const auto checked = check(changed);
      REQUIRE_FALSE(checked);  // not a point, or another one
      CHECK((checked.error().code == field.code || checked.error().code == Code::bad_proof));
    }
  }
}

TEST_CASE("a key that is not the record's cannot be proven") {
  const ReaderSecret owner = reader_of('a');
  const Case good = good_case();
  const CapsuleKey other_key = CapsuleKey::generate();
  FreshLock fresh = fresh_lock(other_key, good.statement.to_key);
  RelockStatement statement = good.statement;
  statement.to_lock = fresh.lock;
  const RelockSecrets secrets{std::move(fresh.r), random_scalar(), random_scalar()};
  check_fails({statement, prove_relock(statement, owner, secrets)}, Code::bad_proof);
}

TEST_CASE("nobody but the owner can prove") {
  Case forged = good_case();
  const ReaderSecret thief = reader_of('t');
  const CapsuleKey key = CapsuleKey::generate();
  FreshLock fresh = fresh_lock(key, forged.statement.to_key);
  forged.statement.to_lock = fresh.lock;
  const RelockSecrets secrets{std::move(fresh.r), random_scalar(), random_scalar()};
  forged.proof = prove_relock(forged.statement, thief, secrets);
  check_fails(forged, Code::bad_proof);
}

TEST_CASE("a lock proven to be itself: differences that are the identity are values") {
  const ReaderSecret owner = reader_of('a');
  FreshLock fresh = fresh_lock(CapsuleKey::generate(), owner.public_key());
  const RelockStatement statement{Hash(),     owner_context(),    1,         owner.public_key(),
                                  fresh.lock, owner.public_key(), fresh.lock};
  const RelockSecrets secrets{std::move(fresh.r), random_scalar(), random_scalar()};
  const RelockProof proof = prove_relock(statement, owner, secrets);
  CHECK(check_relock(statement, proof));
}

TEST_CASE("scalars that are not canonical are refused, though they are equal modulo L") {
  // L, little-endian.
  const Bytes order = *from_hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  const Case good = good_case();
  for (std::size_t at = 0; at < RelockProof::kSize; at += kScalarBytes) {
    Case changed = good;
    unsigned carry = 0;
    for (std::size_t i = 0; i < kScalarBytes; ++i) {
      carry += changed.proof.data()[at + i] + static_cast<std::uint8_t>(order[i]);
      changed.proof.data()[at + i] = static_cast<std::uint8_t>(carry);
      carry >>= 8;
    }
    REQUIRE(carry == 0);
    check_fails(changed, Code::bad_proof);
    CHECK(check(changed).error().message.find("order of ristretto255") != std::string::npos);

    Case high_bit = good;
    high_bit.proof.data()[at + kScalarBytes - 1] |= 0x80;
    check_fails(high_bit, Code::bad_proof);
    CHECK(check(high_bit).error().message.find("order of ristretto255") != std::string::npos);
  }
  CHECK_FALSE(is_scalar(as_unsigned(order)));
  Bytes below = order;
  below[0] = static_cast<char>(below[0] - 1);
  CHECK(is_scalar(as_unsigned(below)));
  Bytes above = order;
  above[0] = static_cast<char>(above[0] + 1);
  CHECK_FALSE(is_scalar(as_unsigned(above)));
  CHECK(is_scalar(as_unsigned(Bytes(32, '\0'))));
  CHECK_FALSE(is_scalar(as_unsigned(Bytes(32, '\xff'))));
}

TEST_CASE("points that are none, the identity, and second encodings are refused") {
  const auto published = load_vectors("published.json").at("ristretto255").as_object();
  for (const PointField& field : point_fields()) {
    for (const auto& text : published.at("invalid").as_array()) {
      check_point_refused(field, *from_hex(std::string(text.as_string())));
    }
    check_point_refused(field, Bytes(32, '\0'));
    // The top bit, which libsodium 1.0.18 ignores: the proof would hold under it.
    Case second = good_case();
    field.bytes(second.statement)[31] |= 0x80;
    INFO(field.name);
    check_fails(second, field.code);
  }
}

TEST_CASE("relock refuses what cannot be locked or opened") {
  const ReaderSecret owner = reader_of('a');
  const ReaderKey to = reader_of('b').public_key();
  const Lock from = *lock_capsule(CapsuleKey::generate(), owner.public_key());
  const auto code = [&](const Lock& lock, const ReaderKey& reader) {
    return relock(Hash(), owner_context(), 1, owner, lock, reader).error().code;
  };
  CHECK(code(from, ReaderKey()) == Code::bad_key);
  CHECK(code(from, *ReaderKey::from(Bytes(32, '\xff'))) == Code::bad_key);
  CHECK(code(Lock(), to) == Code::bad_capsule);
  Lock top_bit = from;
  top_bit.data()[63] |= 0x80;
  CHECK(code(top_bit, to) == Code::bad_capsule);
}

}  // namespace generion::crypto
