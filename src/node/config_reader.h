// Reads typed values out of a TOML file and what overrides it, and collects every mistake instead
// of stopping at the first. What is asked for is what is known: finish() names the rest, with the
// nearest known key.
//
//   ConfigReader in(source);
//   config.rpc.threads = in.section("rpc").number("threads", config.rpc.threads, {1, 64});
//   std::vector<Mistake> mistakes = in.finish();
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "node/config.h"

namespace generion::node {

struct Range {
  std::uint64_t min;
  std::uint64_t max;
};

enum class FileKind : std::uint8_t {
  plain,   // need not exist
  input,   // must be readable
  secret,  // must be readable, by nobody else
};

class ConfigReader {
 public:
  // An unreadable or malformed file is a mistake, and reads as an empty one.
  explicit ConfigReader(const ConfigSource& source);
  ~ConfigReader();

  // Keys asked for after this are below `name`, until the next call; "" is the top.
  ConfigReader& section(std::string_view name);
  // How many tables the array of tables `name` has; 0 if it is absent. An override may add one
  // more.
  std::size_t array_size(std::string_view name);
  ConfigReader& element(std::string_view array, std::size_t index);

  std::uint64_t number(std::string_view key, std::uint64_t fallback, Range range);
  std::optional<std::uint64_t> optional_number(std::string_view key, Range range);
  bool boolean(std::string_view key, bool fallback);
  std::string text(std::string_view key, std::string fallback);
  // One of `names`; its place.
  std::size_t choice(std::string_view key, std::size_t fallback,
                     std::span<const std::string_view> names);
  std::vector<std::string> list(std::string_view key, std::vector<std::string> fallback);
  // Made absolute against the file's folder; empty stays empty.
  std::filesystem::path path(std::string_view key, std::filesystem::path fallback, FileKind kind);

  bool is_set(std::string_view key) const;
  // A mistake at a key of the present section, for rules between keys.
  void mistake(std::string_view key, std::string message);

  std::vector<Mistake> finish();
  const std::vector<std::string>& keys() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace generion::node
