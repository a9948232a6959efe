#include "crypto/relock.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>

#include "base/assert.h"
#include "base/byte_io.h"
#include "crypto/capsule_internal.h"
#include "crypto/ristretto.h"

namespace generion::crypto {
namespace {

using Point = std::array<std::uint8_t, kPointBytes>;
using Scalar = std::array<std::uint8_t, kScalarBytes>;

// T1, T2, T3: what the challenge commits to.
using Commitments = std::array<Point, 3>;

// Scalar times point. libsodium refuses what comes out as the identity; here it is a value as any
// other, its encoding 32 zero bytes. The point has been checked.
Point times(const std::uint8_t* scalar, const std::uint8_t* point) {
  Point out;
  if (crypto_scalarmult_ristretto255(out.data(), scalar, point) != 0) out.fill(0);
  return out;
}

Point times_base(const std::uint8_t* scalar) {
  Point out;
  if (crypto_scalarmult_ristretto255_base(out.data(), scalar) != 0) out.fill(0);
  return out;
}

Point minus(const std::uint8_t* left, const std::uint8_t* right) {
  Point out;
  const int done = crypto_core_ristretto255_sub(out.data(), left, right);
  GENERION_ASSERT(done == 0);  // both have been checked, or were computed
  return out;
}

Point minus(const Point& left, const Point& right) {
  return minus(left.data(), right.data());
}

// e = reduce(H-512("generion/relock/1", ...)).
Scalar challenge(const RelockStatement& statement, const Commitments& commitments) {
  crypto_generichash_blake2b_state state;
  crypto_generichash_blake2b_init(&state, nullptr, 0,
                                  crypto_core_ristretto255_NONREDUCEDSCALARBYTES);
  const auto add = [&state](ByteView item) {
    crypto_generichash_blake2b_update(&state, as_unsigned(item), item.size());
  };
  add("generion/relock/1");
  add(ByteView("\0", 1));
  add(statement.chain.view());
  add(statement.context.view());
  add(ByteWriter().u64(statement.record_id).bytes());
  add(statement.from_key.view());
  add(statement.from_lock.view());
  add(statement.to_key.view());
  add(statement.to_lock.view());
  for (const Point& point : commitments) {
    crypto_generichash_blake2b_update(&state, point.data(), point.size());
  }
  std::array<std::uint8_t, crypto_core_ristretto255_NONREDUCEDSCALARBYTES> wide;
  crypto_generichash_blake2b_final(&state, wide.data(), wide.size());
  Scalar out;
  crypto_core_ristretto255_scalar_reduce(out.data(), wide.data());
  return out;
}

// T3 = aC1 - bQ. bQ by itself would give K away.
Point key_commitment(const RelockStatement& statement, const RelockSecrets& secrets) {
  SecretBytes both(2 * kPointBytes);
  std::uint8_t* const ac1 = both.data();
  std::uint8_t* const bq = both.data() + kPointBytes;
  const int left =
      crypto_scalarmult_ristretto255(ac1, secrets.a.data(), c1_of(statement.from_lock));
  const int right = crypto_scalarmult_ristretto255(bq, secrets.b.data(), statement.to_key.data());
  GENERION_ASSERT(left == 0 && right == 0);  // points checked, scalars not zero, prime order
  return minus(ac1, bq);
}

// random + e * secret, into 32 bytes of the proof.
void respond(std::uint8_t* out, const SecretBytes& random, const Scalar& e,
             const SecretBytes& secret) {
  crypto_core_ristretto255_scalar_mul(out, e.data(), secret.data());
  crypto_core_ristretto255_scalar_add(out, random.data(), out);
}

Result<void> check_points(const RelockStatement& statement) {
  const auto prefixed = [](std::string_view which, Result<void> checked) -> Result<void> {
    if (checked) return {};
    return fail(checked.error().code, fmt::format("{} {}", which, checked.error().message));
  };
  if (auto ok = prefixed("the owner's", check_reader_key(statement.from_key)); !ok) return ok;
  if (auto ok = prefixed("the new", check_reader_key(statement.to_key)); !ok) return ok;
  if (auto ok = prefixed("the record's", check_lock(statement.from_lock)); !ok) return ok;
  return prefixed("the new", check_lock(statement.to_lock));
}

}  // namespace

RelockContext share_context(const PublicKey& grantee) {
  return *RelockContext::from(grantee.view());
}

RelockContext delivery_context(std::uint64_t order_id) {
  return *RelockContext::from(ByteWriter().raw(Bytes(24, '\0')).u64(order_id).bytes());
}

RelockContext owner_context() {
  constexpr ByteView kText = "relock";
  RelockContext out;
  std::copy(kText.begin(), kText.end(), out.data());
  return out;
}

RelockProof prove_relock(const RelockStatement& statement, const ReaderSecret& owner,
                         const RelockSecrets& secrets) {
  const Scalar e = challenge(statement, {times_base(secrets.a.data()), times_base(secrets.b.data()),
                                         key_commitment(statement, secrets)});
  RelockProof proof;
  std::copy(e.begin(), e.end(), proof.data());
  respond(proof.data() + kScalarBytes, secrets.a, e, owner.scalar());
  respond(proof.data() + 2 * kScalarBytes, secrets.b, e, secrets.r);
  return proof;
}

Result<Relocked> relock(const Hash& chain, const RelockContext& context, std::uint64_t record_id,
                        const ReaderSecret& owner, const Lock& from, const ReaderKey& to) {
  if (auto ok = check_reader_key(to); !ok) return fail(ok.error());
  const auto key = open_lock(from, owner);
  if (!key) return fail(key.error());
  FreshLock fresh = fresh_lock(*key, to);
  const RelockStatement statement{chain, context, record_id, owner.public_key(),
                                  from,  to,      fresh.lock};
  const RelockSecrets secrets{std::move(fresh.r), random_scalar(), random_scalar()};
  return Relocked{fresh.lock, prove_relock(statement, owner, secrets)};
}

// Cheapest first: scalars (nanoseconds), points (4 to 5 microseconds each), then seven scalar
// multiplications, two of them of the base point.
Result<void> check_relock(const RelockStatement& statement, const RelockProof& proof) {
  const std::uint8_t* const e = proof.data();
  const std::uint8_t* const z1 = e + kScalarBytes;
  const std::uint8_t* const z2 = z1 + kScalarBytes;
  if (!is_scalar(e) || !is_scalar(z1) || !is_scalar(z2)) {
    return fail(Code::bad_proof,
                "relock proof: each of its three scalars, 32 bytes little-endian, must be less "
                "than the order of ristretto255");
  }
  if (auto ok = check_points(statement); !ok) return ok;
  // T1 = z1 B - eP,  T2 = z2 B - eC1',  T3 = (z1 C1 - z2 Q) - e(C2 - C2')
  const Point t1 = minus(times_base(z1), times(e, statement.from_key.data()));
  const Point t2 = minus(times_base(z2), times(e, c1_of(statement.to_lock)));
  const Point opened =
      minus(times(z1, c1_of(statement.from_lock)), times(z2, statement.to_key.data()));
  const Point difference = minus(c2_of(statement.from_lock), c2_of(statement.to_lock));
  const Point t3 = minus(opened, times(e, difference.data()));
  const Scalar expected = challenge(statement, {t1, t2, t3});
  if (!std::equal(expected.begin(), expected.end(), e)) {
    return fail(Code::bad_proof,
                "relock proof: does not show that both locks hold the same key; make it for this "
                "chain, this grantee or order, this record, its lock and reader key of now, and "
                "the new reader key and lock");
  }
  return {};
}

}  // namespace generion::crypto
