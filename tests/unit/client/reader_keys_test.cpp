#include "client/reader_keys.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "base/hex.h"
#include "temporary_directory.h"

namespace generion::client {
namespace {

const Hash kChain = crypto::blake2b256({"a chain"});
const Hash kOther = crypto::blake2b256({"another"});

struct Keys {
  Keys() : Keys(KeyStore::new_phrase()) {}
  explicit Keys(const crypto::SecretBytes& phrase)
      : store(*KeyStore::create(directory / "keys", phrase, {}, {})) {
    own = *store.add_key(kChain);
  }
  std::filesystem::path count_file() const {
    return store.directory() / (to_hex(kChain) + ".readers");
  }

  TemporaryDirectory directory;
  KeyStore store;
  UserKey own;
};

}  // namespace

TEST_CASE("one-time reader keys are new each time, and found again") {
  Keys keys;
  const auto first = next_one_time_reader(keys.store, kChain);
  const auto second = next_one_time_reader(keys.store, kChain);
  REQUIRE(first);
  REQUIRE(second);
  CHECK(first->public_key() != second->public_key());
  CHECK(next_one_time_reader(keys.store, kOther)->public_key() != first->public_key());
  for (const auto& key : {first->public_key(), second->public_key(), keys.own.reader_key}) {
    const auto found = find_reader_secret(keys.store, kChain, key);
    REQUIRE(found);
    REQUIRE(*found);
    CHECK((*found)->public_key() == key);
  }
  CHECK_FALSE(*find_reader_secret(keys.store, kChain, *ReaderKey::from(Bytes(32, 'x'))));
  CHECK_FALSE(*find_reader_secret(keys.store, kOther, first->public_key()));
  const auto reopened = KeyStore::open(keys.store.directory());
  CHECK(next_one_time_reader(*reopened, kChain).error().code == Code::locked);
}

TEST_CASE("the phrase brings one-time keys back, none is used twice") {
  const crypto::SecretBytes phrase = KeyStore::new_phrase();
  Keys before(phrase);
  REQUIRE(next_one_time_reader(before.store, kChain));
  const ReaderKey used = next_one_time_reader(before.store, kChain)->public_key();
  Keys after(phrase);
  CHECK(find_reader_secret(after.store, kChain, used)->has_value());
  CHECK(*note_one_time_reader(after.store, kChain, used) == 1U);
  CHECK(*note_one_time_reader(after.store, kChain, used) == 1U);
  CHECK(*note_one_time_reader(after.store, kChain, after.own.reader_key) == std::nullopt);
  CHECK(next_one_time_reader(after.store, kChain)->public_key() ==
        next_one_time_reader(before.store, kChain)->public_key());
}

TEST_CASE("a damaged count is told, not guessed") {
  Keys keys;
  for (const char* text : {"", "x\n", "1", "1\n2\n", "99999999\n", "-1\n"}) {
    INFO(text);
    std::ofstream(keys.count_file(), std::ios::trunc) << text;
    std::filesystem::permissions(keys.count_file(), std::filesystem::perms(0600));
    CHECK(next_one_time_reader(keys.store, kChain).error().code == Code::malformed);
  }
  std::filesystem::permissions(keys.count_file(), std::filesystem::perms(0644));
  CHECK(next_one_time_reader(keys.store, kChain).error().code == Code::bad_file_mode);
}

}  // namespace generion::client
