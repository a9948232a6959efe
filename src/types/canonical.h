// The canonical shape of Protocol Buffers in which everything that is hashed or signed as a message
// is written: transaction bodies, genesis content, state objects, receipts. Ours, so that no
// encoder decides a hash; any Protocol Buffers library reads it, and mainstream ones write the same
// bytes.
//
// Rules: fields ascending; minimal varints; no field with its default value; no unknown field; no
// single field twice; lists of numbers packed; nothing after the end. CanonicalReader accepts
// nothing else.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"

namespace generion {

// Fields must be written in ascending order; defaults (0, empty, false) are left out by the writer.
class CanonicalWriter {
 public:
  CanonicalWriter& uint(std::uint32_t field, std::uint64_t value);
  CanonicalWriter& flag(std::uint32_t field, bool value) { return uint(field, value ? 1 : 0); }
  CanonicalWriter& bytes(std::uint32_t field, ByteView value);
  // An element of a repeated field, or a present sub-message: written even if empty.
  CanonicalWriter& element(std::uint32_t field, ByteView value);
  CanonicalWriter& packed(std::uint32_t field, std::span<const std::uint64_t> values);
  template <std::size_t N, class Tag>
  CanonicalWriter& fixed(std::uint32_t field, const FixedBytes<N, Tag>& value) {
    return element(field, value.view());
  }

  Bytes take() { return std::move(out_); }

 private:
  void varint(std::uint64_t value);

  Bytes out_;
};

// Reads fields in ascending order. The first breach of the rules is kept and every later read
// yields a default; a decoder ends with `finish()`.
//
//   CanonicalReader in(bytes, "CreateRecord");
//   op.usr_adr = in.fixed<Address>(1, "usr_adr");
//   ...
//   if (auto done = in.finish(); !done) return fail(done.error());
class CanonicalReader {
 public:
  // `message` names what is read in error texts; it must outlive the reader.
  CanonicalReader(ByteView in, std::string_view message) : in_(in), message_(message) { peek(); }

  std::uint64_t uint(std::uint32_t field, std::string_view name);
  bool flag(std::uint32_t field, std::string_view name);
  // Borrowed from the input; empty if absent.
  ByteView bytes(std::uint32_t field, std::string_view name);
  // A present sub-message or a repeated field's elements; at most `max` of them.
  std::optional<ByteView> element(std::uint32_t field, std::string_view name);
  std::vector<ByteView> elements(std::uint32_t field, std::string_view name, std::size_t max);
  std::vector<std::uint64_t> packed(std::uint32_t field, std::string_view name, std::size_t max);

  // Required bytes of an exact size.
  template <class Fixed>
  Fixed fixed(std::uint32_t field, std::string_view name) {
    const auto value = optional_fixed<Fixed>(field, name);
    if (!value) {
      breach(Code::malformed, name,
             next_field_ > field ? "is missing here; fields go in ascending order" : "is missing");
    }
    return value.value_or(Fixed{});
  }
  template <class Fixed>
  std::optional<Fixed> optional_fixed(std::uint32_t field, std::string_view name) {
    const auto value = element(field, name);
    if (!value) return std::nullopt;
    const auto out = Fixed::from(*value);
    if (!out) wrong_size(name, value->size(), Fixed::kSize);
    return out;
  }

  // The number of the next field; 0 at the end.
  std::uint32_t next_field() const { return next_field_; }

  // Everything read, nothing left, no rule broken. Errors: malformed, not_canonical, too_many.
  Result<void> finish();

 private:
  void peek();  // reads the next field's key
  std::uint64_t varint();
  ByteView length_delimited();
  bool at(std::uint32_t field, std::uint32_t wire_type, std::string_view name);
  void breach(Code code, std::string_view name, std::string_view what);
  void wrong_size(std::string_view name, std::size_t got, std::size_t wanted);

  ByteView in_;
  std::string_view message_;
  std::uint32_t next_field_ = 0;
  std::uint32_t next_wire_type_ = 0;
  std::uint32_t last_field_ = 0;
  std::optional<Error> error_;
};

}  // namespace generion
