#include "types/canonical.h"

#include <fmt/core.h>

namespace generion {
namespace {

constexpr std::uint32_t kVarint = 0;
constexpr std::uint32_t kLengthDelimited = 2;

void append_varint(Bytes& out, std::uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>((value & 0x7f) | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

}  // namespace

void CanonicalWriter::varint(std::uint64_t value) {
  append_varint(out_, value);
}

CanonicalWriter& CanonicalWriter::uint(std::uint32_t field, std::uint64_t value) {
  if (value == 0) return *this;
  varint(std::uint64_t{field} << 3 | kVarint);
  varint(value);
  return *this;
}

CanonicalWriter& CanonicalWriter::bytes(std::uint32_t field, ByteView value) {
  return value.empty() ? *this : element(field, value);
}

CanonicalWriter& CanonicalWriter::element(std::uint32_t field, ByteView value) {
  varint(std::uint64_t{field} << 3 | kLengthDelimited);
  varint(value.size());
  out_.append(value);
  return *this;
}

CanonicalWriter& CanonicalWriter::packed(std::uint32_t field,
                                         std::span<const std::uint64_t> values) {
  if (values.empty()) return *this;
  Bytes inner;
  for (const std::uint64_t value : values) append_varint(inner, value);
  return element(field, inner);
}

void CanonicalReader::breach(Code code, std::string_view name, std::string_view what) {
  if (!error_) error_ = Error{code, fmt::format("{}: {} {}", message_, name, what)};
  in_ = {};
  next_field_ = 0;
}

void CanonicalReader::wrong_size(std::string_view name, std::size_t got, std::size_t wanted) {
  breach(Code::malformed, name, fmt::format("has {} bytes; it takes exactly {}", got, wanted));
}

std::uint64_t CanonicalReader::varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (in_.empty()) {
      breach(Code::malformed, "input", "ends inside a number; it is truncated");
      return 0;
    }
    const auto byte = static_cast<std::uint8_t>(in_.front());
    in_.remove_prefix(1);
    if (shift == 63 && byte > 1) break;
    value |= std::uint64_t{byte & 0x7fU} << shift;
    if (byte < 0x80) {
      if (byte == 0 && shift > 0) {
        breach(Code::not_canonical, "a number", "is longer than it needs to be");
        return 0;
      }
      return value;
    }
  }
  breach(Code::malformed, "a number", "has more than 64 bits");
  return 0;
}

ByteView CanonicalReader::length_delimited() {
  const std::uint64_t size = varint();
  if (size > in_.size()) {
    breach(Code::malformed, "input",
           fmt::format("ends early: a field of {} bytes has {} left; it is truncated", size,
                       in_.size()));
    return {};
  }
  const ByteView out = in_.substr(0, size);
  in_.remove_prefix(size);
  return out;
}

void CanonicalReader::peek() {
  if (in_.empty()) {
    next_field_ = 0;
    return;
  }
  const std::uint64_t key = varint();
  if (error_) return;
  const std::uint64_t field = key >> 3;
  if (field == 0 || field > 0x1fffffff) {
    return breach(Code::malformed, "input", fmt::format("has field number {}", field));
  }
  next_field_ = static_cast<std::uint32_t>(field);
  next_wire_type_ = static_cast<std::uint32_t>(key & 7);
}

bool CanonicalReader::at(std::uint32_t field, std::uint32_t wire_type, std::string_view name) {
  if (next_field_ == 0) return false;
  if (next_field_ < field) {
    if (next_field_ == last_field_) {
      breach(Code::not_canonical, fmt::format("field {}", next_field_), "stands twice");
    } else if (next_field_ < last_field_) {
      breach(Code::not_canonical, fmt::format("field {}", next_field_),
             "comes after a higher one; fields go in ascending order");
    } else {
      breach(Code::not_canonical, fmt::format("field {}", next_field_), "is unknown");
    }
    return false;
  }
  if (next_field_ != field) return false;
  if (next_wire_type_ != wire_type) {
    breach(Code::malformed, name,
           fmt::format("has wire type {}; it takes {}", next_wire_type_, wire_type));
    return false;
  }
  last_field_ = field;
  return true;
}

std::uint64_t CanonicalReader::uint(std::uint32_t field, std::string_view name) {
  if (!at(field, kVarint, name)) return 0;
  const std::uint64_t value = varint();
  if (error_) return 0;
  if (value == 0) {
    breach(Code::not_canonical, name, "is written although it has its default value, 0");
    return 0;
  }
  peek();
  return value;
}

bool CanonicalReader::flag(std::uint32_t field, std::string_view name) {
  const std::uint64_t value = uint(field, name);
  if (value > 1) {
    breach(Code::malformed, name, fmt::format("is {}; it takes 1 or is left out", value));
  }
  return value == 1;
}

ByteView CanonicalReader::bytes(std::uint32_t field, std::string_view name) {
  const auto value = element(field, name);
  if (value && value->empty()) {
    breach(Code::not_canonical, name, "is written although it is empty");
  }
  return value.value_or(ByteView{});
}

std::optional<ByteView> CanonicalReader::element(std::uint32_t field, std::string_view name) {
  if (!at(field, kLengthDelimited, name)) return std::nullopt;
  const ByteView out = length_delimited();
  if (error_) return std::nullopt;
  peek();
  return out;
}

std::vector<ByteView> CanonicalReader::elements(std::uint32_t field, std::string_view name,
                                                std::size_t max) {
  std::vector<ByteView> out;
  while (const auto value = element(field, name)) {
    if (out.size() == max) {
      breach(Code::too_many, name, fmt::format("has more than the {} elements allowed", max));
      return {};
    }
    out.push_back(*value);
  }
  return out;
}

std::vector<std::uint64_t> CanonicalReader::packed(std::uint32_t field, std::string_view name,
                                                   std::size_t max) {
  const auto packed_bytes = element(field, name);
  if (!packed_bytes) return {};
  if (packed_bytes->empty()) {
    breach(Code::not_canonical, name, "is written although it is empty");
    return {};
  }
  const ByteView rest = in_;
  in_ = *packed_bytes;
  std::vector<std::uint64_t> out;
  while (!in_.empty() && !error_) {
    if (out.size() == max) {
      breach(Code::too_many, name, fmt::format("has more than the {} elements allowed", max));
      return {};
    }
    out.push_back(varint());
  }
  if (error_) return {};
  in_ = rest;
  return out;
}

Result<void> CanonicalReader::finish() {
  if (!error_ && next_field_ != 0) {
    // Asking for a field above every number makes `at` say what is wrong with this one.
    at(0x20000000, kVarint, "");
  }
  if (error_) return fail(*error_);
  return {};
}

}  // namespace generion
