// Reads one JSON object strictly: wrong types, ranges and unknown fields are named with their path.
//
//   JsonFields in(value, "genesis.validators[0]", Code::bad_genesis);
//   out.name = in.text("name", 1, 128);
//   if (auto ok = in.finish(); !ok) return fail(ok.error());
//
// The first fault is kept; later reads yield defaults.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "base/error.h"
#include "types/ids.h"

namespace generion {

class JsonFields {
 public:
  // `value` must outlive the reader. A value that is no object is the first fault.
  JsonFields(const boost::json::value& value, std::string path, Code code);

  // The field's value, or nullptr; counts as asked for.
  const boost::json::value* find(std::string_view name);

  // A text of min to max bytes; an absent field is a fault if min > 0.
  std::string text(std::string_view name, std::size_t min, std::size_t max);
  // A whole number in the range; an absent field yields `absent`, or is a fault without one.
  std::uint64_t number(std::string_view name, std::uint64_t min, std::uint64_t max,
                       std::optional<std::uint64_t> absent = std::nullopt);
  bool flag(std::string_view name, bool absent);
  Address address(std::string_view name);
  // Hexadecimal of an exact size.
  template <class Fixed>
  Fixed hex(std::string_view name) {
    const auto out = Fixed::from(hex_bytes(name, Fixed::kSize));
    return out.value_or(Fixed{});
  }
  // A list of at most `max` entries; empty if absent.
  const boost::json::array& list(std::string_view name, std::size_t max);

  // With another code than the reader's, if one is given.
  void fault(std::string_view name, std::string_view what, std::optional<Code> code = std::nullopt);
  const std::string& path() const { return path_; }
  bool ok() const { return !error_; }

  // The first fault; else a field that nobody asked for, with the known ones.
  Result<void> finish();

 private:
  Bytes hex_bytes(std::string_view name, std::size_t size);

  const boost::json::object* object_ = nullptr;
  std::string path_;
  Code code_;
  std::set<std::string, std::less<>> known_;
  std::optional<Error> error_;
};

}  // namespace generion
