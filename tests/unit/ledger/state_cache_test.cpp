#include "ledger/state_cache.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <thread>
#include <vector>

namespace generion::ledger {
namespace {

using Kind = StateCache::Kind;
using Keep = StateCache::Keep;
using Value = StateCache::Value;

constexpr std::size_t kAmple = 1 << 20;
const Kind kKind = Kind::object;

// "Not known" for comparisons.
const std::optional<Value> kUnknown = std::nullopt;

std::optional<Value> known(Value value) {
  return std::optional<Value>(std::in_place, std::move(value));
}

TEST_CASE("state cache: what was read at the tip is known, also that there is nothing") {
  StateCache cache(kAmple);
  REQUIRE(cache.find(kKind, "a", Height(0)) == kUnknown);
  cache.remember(kKind, "a", "one", Height(0));
  cache.remember(kKind, "b", std::nullopt, Height(0));
  REQUIRE(cache.find(kKind, "a", Height(0)) == known("one"));
  REQUIRE(cache.find(kKind, "b", Height(0)) == known(std::nullopt));
  REQUIRE(cache.find(Kind::lookup, "a", Height(0)) == kUnknown);
}

TEST_CASE("state cache: a changed value is seen by its height and later ones only") {
  StateCache cache(kAmple);
  cache.remember(kKind, "a", "one", Height(0));
  cache.remember(kKind, "b", "still", Height(0));
  cache.advance(Height(1));
  cache.change(kKind, "a", "two", Keep::if_known);
  cache.change(kKind, "c", "new", Keep::always);
  cache.change(kKind, "d", "new", Keep::if_known);
  REQUIRE(cache.find(kKind, "a", Height(0)) == kUnknown);
  REQUIRE(cache.find(kKind, "a", Height(1)) == known("two"));
  REQUIRE(cache.find(kKind, "c", Height(0)) == kUnknown);
  REQUIRE(cache.find(kKind, "c", Height(1)) == known("new"));
  REQUIRE(cache.find(kKind, "d", Height(1)) == kUnknown);
  for (const std::uint64_t height : {0U, 1U}) {
    REQUIRE(cache.find(kKind, "b", Height(height)) == known("still"));
  }
  cache.advance(Height(2));
  cache.change(kKind, "a", std::nullopt, Keep::if_known);
  REQUIRE(cache.find(kKind, "a", Height(1)) == kUnknown);
  REQUIRE(cache.find(kKind, "a", Height(2)) == known(std::nullopt));
}

TEST_CASE("state cache: what an older version has read is not taken for the newest") {
  StateCache cache(kAmple);
  cache.advance(Height(1));
  cache.remember(kKind, "a", "of the block before", Height(0));
  REQUIRE(cache.find(kKind, "a", Height(1)) == kUnknown);
  cache.remember(kKind, "a", "right", Height(1));
  cache.remember(kKind, "a", "later", Height(1));
  REQUIRE(cache.find(kKind, "a", Height(1)) == known("right"));
}

TEST_CASE("state cache: it is bounded, and what is used stays") {
  StateCache cache(256 * 1024);
  cache.remember(kKind, "used", "value", Height(0));
  std::size_t kept = 0;
  for (int i = 0; i < 10'000; ++i) {
    cache.remember(kKind, std::to_string(i), Bytes(100, 'v'), Height(0));
    REQUIRE(cache.find(kKind, "used", Height(0)) == known("value"));
  }
  for (int i = 0; i < 10'000; ++i) {
    if (cache.find(kKind, std::to_string(i), Height(0))) ++kept;
  }
  REQUIRE(kept > 100);
  REQUIRE(kept * 200 < 256 * 1024);
}

// Every version of a few keys, written down.
struct Model {
  std::vector<std::map<Bytes, Bytes>> versions{{}};

  Value at(const Bytes& key, std::size_t height) const {
    const auto found = versions[height].find(key);
    return found == versions[height].end() ? Value() : Value(found->second);
  }
};

TEST_CASE("state cache: every version reads its own values, whatever was forgotten") {
  std::mt19937 random(1);
  for (const std::size_t bytes_max : {std::size_t{8} * 1024, kAmple}) {
    StateCache cache(bytes_max);
    Model model;
    std::size_t hits = 0;
    for (std::size_t height = 1; height < 300; ++height) {
      model.versions.push_back(model.versions.back());
      cache.advance(Height(height));
      for (std::uint32_t i = random() % 8; i > 0; --i) {
        const Bytes key = std::to_string(random() % 60);
        const Keep keep = random() % 2 == 0 ? Keep::always : Keep::if_known;
        Value value = random() % 5 == 0 ? Value() : Value(std::to_string(random()));
        cache.change(kKind, key, value, keep);
        if (value) {
          model.versions.back()[key] = *value;
        } else {
          model.versions.back().erase(key);
        }
      }
      for (int i = 0; i < 40; ++i) {
        const std::size_t read = height - std::min<std::size_t>(height, random() % 4);
        const Bytes key = std::to_string(random() % 60);
        const Value right = model.at(key, read);
        const auto found = cache.find(kKind, key, Height(read));
        if (found && *found != right) FAIL("key " << key << " at " << read << " of " << height);
        if (found) ++hits;
        if (!found) cache.remember(kKind, key, right, Height(read));
      }
    }
    REQUIRE(hits > 1'000);
  }
}

// Each key's value at height h is h rounded down to the key's step: a reader can tell without a
// model.
Bytes value_at(std::uint64_t key, std::uint64_t height) {
  return std::to_string(height / (key + 1) * (key + 1));
}

TEST_CASE("state cache: readers of the published versions beside the one who changes") {
  constexpr std::uint64_t kKeys = 10;
  constexpr std::uint64_t kHeights = 2'000;
  StateCache cache(kAmple);
  std::atomic<std::uint64_t> published = 0;
  std::atomic<std::uint64_t> wrong = 0;
  const auto read = [&](std::uint64_t seed) {
    std::mt19937_64 random(seed);
    while (published < kHeights) {
      const std::uint64_t height = published - std::min<std::uint64_t>(published, random() % 2);
      const std::uint64_t key = random() % kKeys;
      const auto found = cache.find(kKind, std::to_string(key), Height(height));
      const Bytes right = value_at(key, height);
      if (found && *found != right) ++wrong;
      if (!found) cache.remember(kKind, std::to_string(key), right, Height(height));
    }
  };
  std::vector<std::thread> readers;
  for (std::uint64_t seed = 1; seed <= 2; ++seed) readers.emplace_back(read, seed);
  for (std::uint64_t height = 1; height <= kHeights; ++height) {
    cache.advance(Height(height));
    for (std::uint64_t key = 0; key < kKeys; ++key) {
      if (height % (key + 1) != 0) continue;
      cache.change(kKind, std::to_string(key), value_at(key, height), Keep::if_known);
    }
    published = height;
  }
  for (std::thread& reader : readers) reader.join();
  REQUIRE(wrong == 0);
}

}  // namespace
}  // namespace generion::ledger
