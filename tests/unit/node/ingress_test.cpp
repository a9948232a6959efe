#include "node/ingress.h"

#include <catch2/catch.hpp>

#include "../types/sample_transaction.h"
#include "crypto/relock.h"

namespace generion::node {
namespace {

using consensus::Monotonic;

crypto::ReaderSecret reader_of(char letter) {
  return crypto::ReaderSecret::from_seed(crypto::SecretBytes::copy_of(Bytes(32, letter)));
}

enum class Proof : std::uint8_t { good, bad };

// A record relocked to its owner's new reader key.
Operation relocking(Proof proof) {
  const crypto::ReaderSecret owner = reader_of('a');
  const TransactionBody body = sample_body(Address(), {});
  Relocking moved;
  moved.from_key = owner.public_key();
  moved.from_lock = *crypto::lock_capsule(crypto::CapsuleKey::generate(), owner.public_key());
  const ReaderKey to = reader_of('b').public_key();
  const auto made =
      crypto::relock(body.chain_id, crypto::owner_context(), 7, owner, moved.from_lock, to);
  REQUIRE(made);
  moved.lock = made->lock;
  moved.proof = made->proof;
  if (proof == Proof::bad) moved.proof.data()[0] ^= 1;
  return RelockRecord{to, {{RecordId(7), moved}}};
}

Transaction signed_by(const crypto::SigningKey& key, std::vector<Operation> operations) {
  const auto body = sample_body(key.public_key(), std::move(operations));
  auto checked = check_transaction(sign_transaction(body, {}, key), Attachments::required);
  REQUIRE(checked);
  return std::move(*checked);
}

// Counts how often the state is asked, and answers as told.
class Authority {
 public:
  Result<void> check(const Transaction& transaction, std::uint64_t at_ms = 0) {
    return check_authority(transaction, {Monotonic(at_ms),
                                         [this](const Transaction&) {
                                           ++asked;
                                           return answer;
                                         },
                                         guard, proofs_known});
  }
  Code code(const Transaction& transaction, std::uint64_t at_ms = 0) {
    const auto checked = check(transaction, at_ms);
    return checked ? Code::ok : checked.error().code;
  }

  ProofGuard guard;
  Result<void> answer;
  int asked = 0;
  bool proofs_known = false;
};

}  // namespace

TEST_CASE("ingress: signature, state and proofs that hold pass") {
  Authority authority;
  CHECK(authority.code(signed_by(test_key(1), {relocking(Proof::good)})) == Code::ok);
  CHECK(authority.asked == 1);
  CHECK(authority.guard.counters().passed == 1);
}

TEST_CASE("ingress: without the sender's signature neither state nor proofs are looked at") {
  Authority authority;
  Transaction forged = signed_by(test_key(1), {relocking(Proof::bad)});
  forged.envelope.signature.data()[0] ^= 1;
  CHECK(authority.code(forged) == Code::bad_signature);
  CHECK(authority.asked == 0);
  CHECK(authority.guard.counters().failed == 0);
  // Nobody can make another pause.
  CHECK(authority.code(signed_by(test_key(1), {relocking(Proof::good)})) == Code::ok);
}

TEST_CASE("ingress: what the state refuses costs no proof time") {
  Authority authority;
  authority.answer = fail(Code::not_owner, "not yours");
  CHECK(authority.code(signed_by(test_key(1), {relocking(Proof::bad)})) == Code::not_owner);
  CHECK(authority.asked == 1);
  CHECK(authority.guard.counters().failed == 0);
}

TEST_CASE("ingress: a sender whose proof failed is refused before all else until his pause ends") {
  Authority authority;
  const Transaction bad = signed_by(test_key(1), {relocking(Proof::bad)});
  const Transaction good = signed_by(test_key(1), {relocking(Proof::good)});
  CHECK(authority.code(bad) == Code::bad_proof);
  CHECK(authority.asked == 1);
  for (const Transaction& transaction : {bad, good}) {
    const auto refused = authority.check(transaction, 400);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Code::rate_limited);
    CHECK(refused.error().retry_after_ms == 600);
  }
  CHECK(authority.asked == 1);
  // His transactions without proofs, and other senders, go on.
  CHECK(authority.code(signed_by(test_key(1), {DeleteRecord{RecordId(1)}}), 400) == Code::ok);
  CHECK(authority.code(signed_by(test_key(2), {relocking(Proof::good)}), 400) == Code::ok);
  CHECK(authority.code(good, 1'000) == Code::ok);
  CHECK(authority.code(bad, 1'000) == Code::bad_proof);  // forgiven: pauses for 1 s again
  CHECK(authority.code(bad, 2'000) == Code::bad_proof);
  CHECK(authority.check(good, 2'000).error().retry_after_ms == 2'000);
  CHECK(authority.guard.counters().failed == 3);
}

TEST_CASE("ingress: a transaction that waits already is not proven again") {
  Authority authority;
  authority.proofs_known = true;
  // Its proof would fail now, which shows that it is not looked at.
  CHECK(authority.code(signed_by(test_key(1), {relocking(Proof::bad)})) == Code::ok);
  CHECK(authority.guard.counters().passed == 0);
  CHECK(authority.guard.counters().failed == 0);
}

TEST_CASE("ingress: points of a transaction without proofs are checked, and nobody pauses") {
  Authority authority;
  const Transaction bad = signed_by(test_key(1), {SetUserPubKey{ReaderKey()}});
  CHECK(authority.code(bad) == Code::bad_key);
  CHECK(authority.code(bad) == Code::bad_key);
  CHECK(authority.asked == 2);
  CHECK(authority.guard.counters().failed == 0);
}

}  // namespace generion::node
