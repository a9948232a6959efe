#include "client/move_consent.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "base/limits.h"
#include "temporary_directory.h"
#include "types/address.h"

namespace generion::client {
namespace {

const Hash kChain = crypto::blake2b256({"a chain"});
const Address kUser = crypto::SigningKey::generate().public_key();

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  text.replace(text.find(from), from.size(), to);
  return text;
}

}  // namespace

TEST_CASE("a consent is read as it was given") {
  const auto key = crypto::SigningKey::generate();
  const MoveUser move = agreed_move(kChain, kUser, key);
  CHECK(move.new_key == key.public_key());
  const std::string text = format_move_consent(kChain, move);
  CHECK(parse_move_consent(text, kChain) == move);
  const TemporaryDirectory directory;
  std::ofstream(directory / "consent") << text;
  CHECK(load_move_consent(directory / "consent", kChain) == move);
  CHECK(load_move_consent(directory / "none", kChain).error().code == Code::file_missing);
}

TEST_CASE("a consent that was altered, or is for something else, is refused") {
  const auto key = crypto::SigningKey::generate();
  const std::string text = format_move_consent(kChain, agreed_move(kChain, kUser, key));
  const auto code = [](const std::string& changed) {
    return parse_move_consent(changed, kChain).error().code;
  };
  const std::string other = address_text(crypto::SigningKey::generate().public_key());
  CHECK(code(replaced(text, address_text(kUser), other)) == Code::bad_signature);
  CHECK(code(replaced(text, address_text(key.public_key()), other)) == Code::bad_signature);
  CHECK(code(replaced(text, "\"generion_move\": 1", "\"generion_move\": 2")) == Code::malformed);
  CHECK(code(replaced(text, "}", ", \"more\": 1}")) == Code::malformed);
  CHECK(code("{}") == Code::malformed);
  CHECK(code("no JSON") == Code::malformed);
  CHECK(parse_move_consent(text, crypto::blake2b256({"another"})).error().code ==
        Code::wrong_chain);
}

}  // namespace generion::client
