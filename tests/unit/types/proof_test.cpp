// Following the validators from one set to the next; objects and receipts are tested with the files
// that hold them (tests/unit/client/proof_test.cpp).
#include "types/proof.h"

#include <algorithm>
#include <catch2/catch.hpp>

namespace generion {
namespace {

const Hash kChain = crypto::blake2b256({"a chain"});

using Keys = std::vector<crypto::SigningKey>;

Keys keys_of(std::string_view names) {
  Keys out;
  for (const char name : names) {
    out.push_back(crypto::SigningKey::from_seed(crypto::SecretBytes::copy_of(Bytes(32, name))));
  }
  std::ranges::sort(out, {}, [](const crypto::SigningKey& key) { return key.public_key(); });
  return out;
}

ValidatorSet set_of(std::string_view names) {
  ValidatorSet out;
  for (const auto& key : keys_of(names)) out.keys.push_back(key.public_key());
  return out;
}

BlockHeader header(std::uint64_t epoch, std::uint64_t height, std::string_view set,
                   std::string_view next) {
  BlockHeader out;
  out.chain_id = kChain;
  out.epoch = Epoch(epoch);
  out.height = Height(height);
  out.validator_set_hash = validator_set_hash(set_of(set));
  out.next_validator_set_hash = validator_set_hash(set_of(next));
  return out;
}

Certificate sealed(const BlockHeader& block, std::string_view by) {
  Certificate out{block_hash(block), {}};
  for (const auto& key : keys_of(by)) {
    const Seal seal = make_seal(block, key);
    out.signers.push_back({seal.signer, seal.signature});
  }
  return out;
}

SetChange change(std::uint64_t epoch, std::uint64_t height, std::string_view set,
                 std::string_view next) {
  const BlockHeader block = header(epoch, height, set, next);
  return {block, sealed(block, set), set_of(next)};
}

const TrustAnchor kAnchor{kChain, set_of("abcd")};

Code code_of(const std::vector<SetChange>& changes) {
  const auto followed = follow_sets(kAnchor, changes);
  return followed ? Code::ok : followed.error().code;
}

Code header_code(const TrustAnchor& anchor, const BlockHeader& block, std::string_view by) {
  const auto ok = verify_header(block, sealed(block, by), anchor);
  return ok ? Code::ok : ok.error().code;
}

}  // namespace

TEST_CASE("one set hands over to the next, and to the next") {
  CHECK(follow_sets(kAnchor, {})->validators == kAnchor.validators);
  const auto followed =
      follow_sets(kAnchor, {change(3, 50, "abcd", "abcde"), change(7, 90, "abcde", "bcd")});
  REQUIRE(followed.has_value());
  CHECK(followed->validators == set_of("bcd"));
  CHECK(followed->epoch == Epoch(8));
  CHECK(followed->after == Height(90));
  CHECK(followed->chain_id == kChain);
}

TEST_CASE("a change that does not hold is not followed") {
  const SetChange first = change(3, 50, "abcd", "abcde");
  const SetChange second = change(7, 90, "abcde", "bcd");
  CHECK(code_of({second}) == Code::bad_proof);
  CHECK(code_of({second, first}) == Code::bad_proof);
  CHECK(code_of({first, first}) == Code::bad_proof);
  CHECK(code_of({first, change(3, 90, "abcde", "bcd")}) == Code::bad_proof);
  CHECK(code_of({first, change(7, 50, "abcde", "bcd")}) == Code::bad_proof);
  CHECK(code_of({change(3, 50, "abcd", "abcd")}) == Code::bad_proof);
  SetChange bad = first;
  SECTION("other validators than the header names") {
    bad.next = set_of("abcdf");
  }
  SECTION("out of order") {
    std::swap(bad.next.keys[0], bad.next.keys[1]);
  }
  SECTION("nobody") {
    bad.next.keys.clear();
  }
  SECTION("sealed by too few") {
    bad.certificate.signers.resize(2);
  }
  SECTION("sealed by those who come") {
    bad.certificate = sealed(bad.header, "cde");
  }
  CHECK(code_of({bad}) == Code::bad_proof);
}

TEST_CASE("a change on another chain is told apart") {
  SetChange elsewhere = change(3, 50, "abcd", "abcde");
  elsewhere.header.chain_id = crypto::blake2b256({"another"});
  elsewhere.certificate = sealed(elsewhere.header, "abcd");
  CHECK(code_of({elsewhere}) == Code::wrong_chain);
}

TEST_CASE("the members of a set are trusted for its epochs, and no earlier ones") {
  CHECK(header_code(kAnchor, header(0, 1, "abcd", "abcd"), "abc") == Code::ok);
  CHECK(header_code(kAnchor, header(5, 60, "abcd", "abcd"), "abc") == Code::ok);
  CHECK(header_code(kAnchor, header(5, 60, "abcde", "abcde"), "abcd") == Code::bad_proof);
  const auto later = follow_sets(kAnchor, {change(3, 50, "abcd", "bcde")});
  REQUIRE(later.has_value());
  CHECK(header_code(*later, header(4, 51, "bcde", "bcde"), "bcd") == Code::ok);
  CHECK(header_code(*later, header(3, 51, "bcde", "bcde"), "bcd") == Code::bad_proof);
  CHECK(header_code(*later, header(4, 50, "bcde", "bcde"), "bcd") == Code::bad_proof);
  CHECK(header_code(*later, header(4, 51, "abcd", "abcd"), "abc") == Code::bad_proof);
}

}  // namespace generion
