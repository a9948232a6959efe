// The vectors of tests/vectors, as JSON, and hexadecimal as the types of crypto.
#pragma once

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <string>

#include "base/file.h"
#include "base/hex.h"
#include "crypto/secret.h"

namespace generion::crypto {

inline boost::json::object load_vectors(const std::string& name) {
  const auto text = read_file(std::string(GENERION_VECTORS) + "/" + name, 10'000'000);
  REQUIRE(text);
  return boost::json::parse(*text).as_object();
}

// By value: a range-for over a member of a temporary would outlive it.
inline boost::json::array load_array(const std::string& name, std::string_view field) {
  return load_vectors(name).at(field).as_array();
}

inline std::string text_of(const boost::json::value& object, std::string_view field) {
  return std::string(object.as_object().at(field).as_string());
}

inline Bytes bytes_of(const boost::json::value& object, std::string_view field) {
  const auto bytes = from_hex(text_of(object, field));
  REQUIRE(bytes);
  return *bytes;
}

inline SecretBytes secret_of(const boost::json::value& object, std::string_view field) {
  return SecretBytes::copy_of(bytes_of(object, field));
}

template <class Fixed>
Fixed fixed_of(const boost::json::value& object, std::string_view field) {
  const auto value = Fixed::from(bytes_of(object, field));
  REQUIRE(value);
  return *value;
}

template <class Fixed>
Fixed fixed_hex(std::string_view hex) {
  const auto bytes = from_hex(hex);
  REQUIRE(bytes);
  const auto value = Fixed::from(*bytes);
  REQUIRE(value);
  return *value;
}

inline std::string hex_of(const SecretBytes& secret) {
  return to_hex(secret.view());
}

}  // namespace generion::crypto
