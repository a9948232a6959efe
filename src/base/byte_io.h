// Fixed-layout, big-endian bytes: block headers, journal entries, database keys, signed votes.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"

namespace generion {

class ByteWriter {
 public:
  ByteWriter& u8(std::uint8_t value) { return big_endian(value, 1); }
  ByteWriter& u16(std::uint16_t value) { return big_endian(value, 2); }
  ByteWriter& u32(std::uint32_t value) { return big_endian(value, 4); }
  ByteWriter& u48(std::uint64_t value) { return big_endian(value, 6); }
  ByteWriter& u64(std::uint64_t value) { return big_endian(value, 8); }
  ByteWriter& raw(ByteView bytes) {
    out_.append(bytes);
    return *this;
  }
  template <std::size_t N, class Tag>
  ByteWriter& fixed(const FixedBytes<N, Tag>& value) {
    return raw(value.view());
  }
  // 4-byte length, then the bytes.
  ByteWriter& sized(ByteView bytes) {
    return u32(static_cast<std::uint32_t>(bytes.size())).raw(bytes);
  }

  const Bytes& bytes() const& { return out_; }
  Bytes bytes() && { return std::move(out_); }
  void reserve(std::size_t size) { out_.reserve(size); }

 private:
  ByteWriter& big_endian(std::uint64_t value, int size) {
    for (int shift = (size - 1) * 8; shift >= 0; shift -= 8) {
      out_.push_back(static_cast<char>(static_cast<std::uint8_t>(value >> shift)));
    }
    return *this;
  }

  Bytes out_;
};

// Reads what ByteWriter wrote. A read past the end makes the reader fail for good and yields zeros,
// so a decoder checks once, at its end: `if (!in.done()) return fail(...)`.
class ByteReader {
 public:
  explicit ByteReader(ByteView in) : in_(in) {}

  std::uint8_t u8() { return static_cast<std::uint8_t>(big_endian(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(big_endian(2)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(big_endian(4)); }
  std::uint64_t u48() { return big_endian(6); }
  std::uint64_t u64() { return big_endian(8); }
  ByteView raw(std::size_t size) {
    if (size > in_.size()) {
      failed_ = true;
      in_ = {};
      return {};
    }
    const ByteView out = in_.substr(0, size);
    in_.remove_prefix(size);
    return out;
  }
  template <class Fixed>
  Fixed fixed() {
    return Fixed::from(raw(Fixed::kSize)).value_or(Fixed{});
  }
  ByteView sized() { return raw(u32()); }

  bool ok() const { return !failed_; }
  bool done() const { return !failed_ && in_.empty(); }  // everything read, nothing missing
  std::size_t remaining() const { return in_.size(); }

 private:
  std::uint64_t big_endian(std::size_t size) {
    std::uint64_t value = 0;
    for (const char c : raw(size)) value = (value << 8) | static_cast<std::uint8_t>(c);
    return value;
  }

  ByteView in_;
  bool failed_ = false;
};

}  // namespace generion
