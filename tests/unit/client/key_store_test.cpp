#include "client/key_store.h"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

#include "base/hex.h"
#include "client/key_list.h"
#include "crypto/capsule.h"
#include "temporary_directory.h"
#include "types/address.h"

namespace generion::client {
namespace {

using crypto::SecretBytes;

const Hash kChain = crypto::blake2b256({"a chain"});

SecretBytes secret(ByteView text) {
  return SecretBytes::copy_of(text);
}

KeyStore make_store(const std::filesystem::path& path, ByteView passphrase = {}) {
  auto store = KeyStore::create(path, KeyStore::new_phrase(), secret(""), secret(passphrase));
  REQUIRE(store);
  return std::move(*store);
}

}  // namespace

TEST_CASE("keys are those of the published derivation vectors") {
  std::ifstream file(std::string(GENERION_VECTORS) + "/keys.json");
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const auto vectors = boost::json::parse(text);
  std::size_t checked = 0;
  for (const auto& entry : vectors.at("cases").as_array()) {
    const TemporaryDirectory directory;
    const auto text_of = [&entry](const char* name) {
      return std::string(entry.at(name).as_string());
    };
    auto store = KeyStore::create(directory / "keys", secret(text_of("phrase")),
                                  secret(text_of("passphrase")), secret(""));
    REQUIRE(store);
    const auto chain = Hash::from(*from_hex(text_of("chain_id_hash")));
    REQUIRE(chain);
    for (const auto& key : entry.at("keys").as_array()) {
      const std::string path(key.at("path").as_string());
      // Role 0 only: the user's own keys.
      const std::string tail = path.substr(path.find("'/", 8) + 2);
      if (!tail.starts_with("0'/")) continue;
      const auto index = static_cast<std::uint32_t>(std::stoul(tail.substr(3)));
      const auto derived = store->derive(*chain, index);
      REQUIRE(derived);
      CHECK(address_text(derived->address) == key.at("address").as_string());
      ++checked;
    }
  }
  CHECK(checked > 3);
}

TEST_CASE("an account that has no folder for data yet gets one") {
  // `generion keys new` failed in a new account: nothing had made ~/.local/share.
  const TemporaryDirectory directory;
  const auto path = directory / "share" / "generion" / "keys";
  CHECK(make_store(path).directory() == path);
}

TEST_CASE("keys of a chain are added, selected and found") {
  const TemporaryDirectory directory;
  KeyStore store = make_store(directory / "keys");
  CHECK(store.keys(kChain)->empty());
  CHECK(store.current(kChain).error().code == Code::file_missing);
  const auto first = store.add_key(kChain);
  const auto second = store.add_key(kChain);
  REQUIRE(first);
  REQUIRE(second);
  CHECK(first->index == 0);
  CHECK(second->index == 1);
  CHECK(store.current(kChain)->index == 1);
  REQUIRE(store.select(kChain, 0));
  CHECK(store.current(kChain)->address == first->address);
  CHECK(store.select(kChain, 2).error().code == Code::not_found);
  CHECK((*store.find_reader(kChain, second->reader_key))->index == 1);
  CHECK((*store.find_address(kChain, first->address))->index == 0);
  CHECK_FALSE(store.find_reader(kChain, ReaderKey())->has_value());
  const Hash other = crypto::blake2b256({"another"});
  CHECK(store.keys(other)->empty());
  CHECK(store.add_key(other)->address != first->address);
  REQUIRE(store.add_keys_up_to(kChain, 5));
  CHECK(store.keys(kChain)->size() == 6);
  CHECK(store.current(kChain)->index == 0);
}

TEST_CASE("what is public is there while the store is locked, what is secret is not") {
  const TemporaryDirectory directory;
  UserKey key;
  {
    KeyStore store = make_store(directory / "keys", "correct horse");
    key = *store.add_key(kChain);
  }
  auto store = KeyStore::open(directory / "keys");
  REQUIRE(store);
  CHECK(store->is_sealed());
  CHECK_FALSE(store->is_unlocked());
  CHECK(*store->current(kChain) == key);
  CHECK(store->signing_key(kChain, 0).error().code == Code::locked);
  CHECK(store->phrase().error().code == Code::locked);
  CHECK(store->add_key(kChain).error().code == Code::locked);
  CHECK(store->unlock(secret("wrong")).error().code == Code::bad_passphrase);
  CHECK(store->unlock(secret("")).error().code == Code::bad_passphrase);
  REQUIRE(store->unlock(secret("correct horse")));
  CHECK(store->signing_key(kChain, 0)->public_key() == key.address);
  const auto reader =
      crypto::ReaderSecret::from_seed(store->signing_key(kChain, 0)->seed()).public_key();
  CHECK(reader == key.reader_key);
}

TEST_CASE("a phrase restores the same keys, with BIP 39's passphrase others") {
  const TemporaryDirectory directory;
  KeyStore store = make_store(directory / "a");
  const auto phrase = store.phrase();
  REQUIRE(phrase);
  auto again = KeyStore::create(directory / "b", *phrase, secret(""), secret(""));
  auto other = KeyStore::create(directory / "c", *phrase, secret("extra word"), secret(""));
  REQUIRE(again);
  REQUIRE(other);
  const Address address = store.add_key(kChain)->address;
  CHECK(again->add_key(kChain)->address == address);
  const Address extra = other->add_key(kChain)->address;
  CHECK(extra != address);
  auto reopened = KeyStore::open(directory / "c");
  REQUIRE(reopened->unlock(secret("")));
  CHECK(reopened->signing_key(kChain, 0)->public_key() == extra);
  CHECK(reopened->phrase()->view() == phrase->view());
}

TEST_CASE("a phrase is never overwritten, a wrong one never stored") {
  const TemporaryDirectory directory;
  make_store(directory / "keys");
  const auto again =
      KeyStore::create(directory / "keys", KeyStore::new_phrase(), secret(""), secret(""));
  CHECK(again.error().code == Code::file_exists);
  const auto wrong =
      KeyStore::create(directory / "new", secret("only three words"), secret(""), secret(""));
  CHECK(wrong.error().code == Code::bad_phrase);
  CHECK_FALSE(std::filesystem::exists(directory / "new"));
}

TEST_CASE("open wants a private directory with a private phrase file") {
  const TemporaryDirectory directory;
  CHECK(KeyStore::open(directory / "none").error().code == Code::file_missing);
  make_store(directory / "keys");
  std::filesystem::permissions(directory / "keys/phrase.key", std::filesystem::perms(0644));
  CHECK(KeyStore::open(directory / "keys").error().code == Code::bad_file_mode);
  std::filesystem::permissions(directory / "keys/phrase.key", std::filesystem::perms(0600));
  REQUIRE(KeyStore::open(directory / "keys"));
  std::filesystem::permissions(directory / "keys", std::filesystem::perms(0750));
  CHECK(KeyStore::open(directory / "keys").error().code == Code::bad_file_mode);
}

TEST_CASE("a damaged list of keys is refused with its line") {
  const UserKey key{0, crypto::SigningKey::generate().public_key(), ReaderKey(), true};
  const std::string line = format_key_list({key});
  REQUIRE(parse_key_list(line));
  CHECK(parse_key_list(line)->front() == key);
  for (const std::string& text :
       {line.substr(1), line + line, line.substr(0, line.size() - 1), "x" + line,
        std::string("*0 gen1\n"), std::string("\n"), line.substr(0, 40) + "\n"}) {
    const auto parsed = parse_key_list(text);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code == Code::malformed);
  }
}

TEST_CASE("single keys are kept in files of their own") {
  const TemporaryDirectory directory;
  const auto key = crypto::SigningKey::generate();
  const auto path = directory / "validator.key";
  REQUIRE(write_key_file(path, crypto::KeyKind::validator, key, secret("")));
  CHECK(write_key_file(path, crypto::KeyKind::validator, key, secret("")).error().code ==
        Code::file_exists);
  const auto info = inspect_key_file(path);
  REQUIRE(info);
  CHECK(info->kind == crypto::KeyKind::validator);
  CHECK(info->address == key.public_key());
  CHECK_FALSE(info->sealed);
  CHECK(read_key_file(path, secret(""))->public_key() == key.public_key());
  std::filesystem::permissions(path, std::filesystem::perms(0640));
  CHECK(read_key_file(path, secret("")).error().code == Code::bad_file_mode);
  CHECK(read_key_file(directory / "none", secret("")).error().code == Code::file_missing);
  make_store(directory / "keys");
  CHECK(read_key_file(directory / "keys/phrase.key", secret("")).error().code == Code::bad_key);
}

}  // namespace generion::client
