// Reads the fields of a decoded protobuf message; the first fault is kept.
#pragma once

#include <fmt/core.h>

#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/error.h"

namespace generion::wire {

class Fields {
 public:
  explicit Fields(std::string_view message) : message_(message) {}

  template <class Fixed>
  Fixed fixed(std::string_view name, ByteView bytes) {
    const auto out = Fixed::from(bytes);
    if (!out) {
      fault(fmt::format("{} has {} bytes; it takes exactly {}", name, bytes.size(), Fixed::kSize));
    }
    return out.value_or(Fixed{});
  }

  template <class Count>
  bool at_most(std::string_view name, Count count, std::size_t max) {
    if (static_cast<std::size_t>(count) <= max) return true;
    fault(fmt::format("{} has {} entries; at most {} are taken", name, count, max));
    return false;
  }

  void fault(std::string_view what) {
    if (!error_) error_ = Error{Code::malformed, fmt::format("{}: {}", message_, what)};
  }

  Result<void> finish() const {
    if (error_) return fail(*error_);
    return {};
  }

 private:
  std::string message_;
  std::optional<Error> error_;
};

}  // namespace generion::wire
