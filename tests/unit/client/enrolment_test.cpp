#include "client/enrolment.h"

#include <catch2/catch.hpp>

#include "base/hex.h"
#include "crypto/capsule.h"
#include "temporary_directory.h"
#include "types/address.h"

namespace generion::client {
namespace {

const Hash kChain = crypto::blake2b256({"a chain"});

crypto::SigningKey key_number(char number) {
  return crypto::SigningKey::from_seed(crypto::SecretBytes::copy_of(Bytes(32, number)));
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  const std::size_t at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), with);
}

}  // namespace

TEST_CASE("an enrolment says who can be written to, and checks") {
  const auto key = key_number(1);
  const auto enrolment = parse_enrolment(make_enrolment(kChain, key), kChain);
  REQUIRE(enrolment);
  CHECK(enrolment->address == key.public_key());
  CHECK(enrolment->reader_key == crypto::ReaderSecret::from_seed(key.seed()).public_key());
  CHECK(enrolment->chain_id == kChain);
}

TEST_CASE("an enrolment that was altered is refused") {
  const auto key = key_number(1);
  const auto other = key_number(2);
  const std::string text = make_enrolment(kChain, key);
  const auto code = [](const std::string& altered) {
    const auto parsed = parse_enrolment(altered, kChain);
    return parsed ? Code::ok : parsed.error().code;
  };
  const std::string address = address_text(key.public_key());
  const std::string reader = to_hex(crypto::ReaderSecret::from_seed(key.seed()).public_key());
  const std::string other_reader =
      to_hex(crypto::ReaderSecret::from_seed(other.seed()).public_key());
  CHECK(code(text) == Code::ok);
  CHECK(code(replaced(text, address, address_text(other.public_key()))) == Code::bad_signature);
  CHECK(code(replaced(text, reader, other_reader)) == Code::bad_signature);
  CHECK(code(replaced(text, reader, std::string(64, '0'))) == Code::bad_key);
  CHECK(code(replaced(text, reader, std::string(64, 'f'))) == Code::bad_key);
  CHECK(code(replaced(text, "gen1", "gem1")) == Code::bad_address);
  CHECK(code(replaced(text, "enrolment\": 1", "enrolment\": 2")) == Code::malformed);
  CHECK(code(replaced(text, "\"signature\"", "\"sign\"")) == Code::malformed);
  CHECK(code(replaced(text, "}", ", \"x\": 1}")) == Code::malformed);
  CHECK(code(text.substr(0, text.size() / 2)) == Code::malformed);
  CHECK(code("") == Code::malformed);
  CHECK(code(std::string(20'000, ' ')) == Code::malformed);
}

TEST_CASE("an enrolment for another chain is refused") {
  const std::string text = make_enrolment(crypto::blake2b256({"another"}), key_number(1));
  CHECK(parse_enrolment(text, kChain).error().code == Code::wrong_chain);
}

TEST_CASE("an error in an enrolment file names the file") {
  const TemporaryDirectory directory;
  const auto path = directory.write("maria.json", "{}");
  const auto loaded = load_enrolment(path, kChain);
  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().message.starts_with(path.string()));
  CHECK(load_enrolment(directory / "none", kChain).error().code == Code::file_missing);
}

}  // namespace generion::client
