// Byte strings. Bytes owns, ByteView borrows; both are std::string's types, so that Protocol
// Buffers, RocksDB and Beast take them without a copy. FixedBytes<N, Tag> is for hashes, keys and
// signatures: its tag keeps two kinds of the same size apart.
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace generion {

using Bytes = std::string;
using ByteView = std::string_view;

// For C interfaces that want unsigned bytes.
inline const std::uint8_t* as_unsigned(ByteView bytes) {
  return reinterpret_cast<const std::uint8_t*>(bytes.data());
}

template <std::size_t N, class Tag>
class FixedBytes {
 public:
  static constexpr std::size_t kSize = N;

  constexpr FixedBytes() = default;  // all zero
  explicit constexpr FixedBytes(const std::array<std::uint8_t, N>& bytes) : bytes_(bytes) {}

  // nullopt unless `bytes` has exactly N bytes.
  static std::optional<FixedBytes> from(ByteView bytes) {
    if (bytes.size() != N) return std::nullopt;
    FixedBytes out;
    std::copy(bytes.begin(), bytes.end(), out.bytes_.begin());
    return out;
  }

  std::uint8_t* data() { return bytes_.data(); }
  const std::uint8_t* data() const { return bytes_.data(); }
  static constexpr std::size_t size() { return N; }
  ByteView view() const { return {reinterpret_cast<const char*>(bytes_.data()), N}; }
  bool is_zero() const {
    return std::all_of(bytes_.begin(), bytes_.end(), [](std::uint8_t b) { return b == 0; });
  }

  friend auto operator<=>(const FixedBytes&, const FixedBytes&) = default;

 private:
  std::array<std::uint8_t, N> bytes_{};
};

// For unordered containers outside the pure cores; the first bytes of a hash or key are random
// enough.
struct FixedBytesHash {
  template <std::size_t N, class Tag>
  std::size_t operator()(const FixedBytes<N, Tag>& value) const {
    static_assert(N >= sizeof(std::size_t));
    std::size_t out = 0;
    // The last bytes: a transaction id starts with its time, which many share.
    for (std::size_t i = N - sizeof(out); i < N; ++i) out = (out << 8) | value.data()[i];
    return out;
  }
};

}  // namespace generion
