#include "crypto/merkle.h"

#include <catch2/catch.hpp>
#include <string>

namespace generion::crypto {
namespace {

std::vector<Hash> leaves(std::size_t count) {
  std::vector<Hash> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(merkle_leaf("leaf " + std::to_string(i)));
  return out;
}

std::size_t largest_power_below(std::size_t n) {
  std::size_t k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

// RFC 6962 section 2.1 word for word, over leaf hashes.
Hash naive_root(std::span<const Hash> d) {
  if (d.empty()) return blake2b256({});
  if (d.size() == 1) return d[0];
  const std::size_t k = largest_power_below(d.size());
  return blake2b256(
      {ByteView("\x01", 1), naive_root(d.first(k)).view(), naive_root(d.subspan(k)).view()});
}

// RFC 6962 section 2.1.1 word for word.
std::vector<Hash> naive_path(std::size_t m, std::span<const Hash> d) {
  if (d.size() <= 1) return {};
  const std::size_t k = largest_power_below(d.size());
  std::vector<Hash> path = m < k ? naive_path(m, d.first(k)) : naive_path(m - k, d.subspan(k));
  path.push_back(m < k ? naive_root(d.subspan(k)) : naive_root(d.first(k)));
  return path;
}

}  // namespace

TEST_CASE("leaves and nodes have prefixes that keep them apart") {
  CHECK(merkle_leaf("data") == blake2b256({ByteView("\0data", 5)}));
  CHECK(merkle_leaf({"da", "", "ta"}) == merkle_leaf("data"));
  const Hash a = merkle_leaf("a");
  const Hash b = merkle_leaf("b");
  CHECK(merkle_node(a, b) == blake2b256({"\x01", a.view(), b.view()}));
  CHECK(merkle_node(a, b) != merkle_node(b, a));
  CHECK(merkle_root({}) == blake2b256({}));
  CHECK(merkle_root(std::vector{a}) == a);
}

TEST_CASE("roots and paths are RFC 6962's for every size") {
  const auto all = leaves(70);
  for (std::size_t size = 0; size <= all.size(); ++size) {
    const std::span<const Hash> part(all.data(), size);
    const Hash root = merkle_root(part);
    CHECK(root == naive_root(part));
    for (std::size_t index = 0; index < size; ++index) {
      const auto path = merkle_path(part, index);
      CHECK(path == naive_path(index, part));
      CHECK(verify_merkle_path(part[index], index, size, path, root));
    }
  }
}

TEST_CASE("a root of a large tree") {
  for (const std::size_t size : {1'000U, 1'023U, 1'024U, 1'025U}) {
    const auto all = leaves(size);
    CHECK(merkle_root(all) == naive_root(all));
    CHECK(verify_merkle_path(all.back(), size - 1, size, merkle_path(all, size - 1),
                             merkle_root(all)));
  }
}

TEST_CASE("a path proves one leaf at one place of one tree") {
  const auto all = leaves(13);
  const Hash root = merkle_root(all);
  for (std::size_t index = 0; index < all.size(); ++index) {
    const auto path = merkle_path(all, index);
    for (std::size_t other = 0; other < all.size(); ++other) {
      if (other == index) continue;
      CHECK_FALSE(verify_merkle_path(all[index], other, all.size(), path, root));
      CHECK_FALSE(verify_merkle_path(all[other], index, all.size(), path, root));
    }
    CHECK_FALSE(verify_merkle_path(all[index], index, all.size(), path, merkle_leaf("other")));

    auto longer = path;
    longer.push_back(root);
    CHECK_FALSE(verify_merkle_path(all[index], index, all.size(), longer, root));
    auto shorter = path;
    shorter.pop_back();
    CHECK_FALSE(verify_merkle_path(all[index], index, all.size(), shorter, root));
    for (Hash& step : longer = path) {
      step.data()[31] ^= 1;
      CHECK_FALSE(verify_merkle_path(all[index], index, all.size(), longer, root));
      step.data()[31] ^= 1;
    }
  }
}

TEST_CASE("a node does not pass for a leaf of a smaller tree's data") {
  const auto all = leaves(4);
  const Hash left = merkle_node(all[0], all[1]);
  Bytes data;
  data.append(all[0].view()).append(all[1].view());
  CHECK(merkle_leaf(data) != left);
}

TEST_CASE("places outside the tree and huge numbers are refused") {
  const auto all = leaves(2);
  const auto path = merkle_path(all, 0);
  const Hash root = merkle_root(all);
  CHECK_FALSE(verify_merkle_path(all[0], 2, 2, path, root));
  CHECK_FALSE(verify_merkle_path(all[0], 0, 0, path, root));
  CHECK_FALSE(verify_merkle_path(all[0], 0, 0, {}, all[0]));
  CHECK_FALSE(verify_merkle_path(all[0], ~std::uint64_t{0} - 1, ~std::uint64_t{0}, path, root));
  CHECK(verify_merkle_path(all[0], 0, 1, {}, all[0]));
}

}  // namespace generion::crypto
