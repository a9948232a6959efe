#include "node/config_reader.h"

#include <fmt/format.h>
#include <toml++/toml.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <tuple>
#include <variant>

#include "base/file.h"
#include "base/limits.h"
#include "node/overrides.h"

namespace generion::node {
namespace {

namespace fs = std::filesystem;

// A value as found, before its type is looked at: in the file, or from outside it.
struct Found {
  const toml::node* node = nullptr;
  std::optional<Override> override_value{};
  explicit operator bool() const { return node != nullptr || override_value.has_value(); }
};

std::string describe(const toml::node& node) {
  if (const auto* text = node.as_string()) return fmt::format("the text \"{}\"", text->get());
  if (const auto* number = node.as_integer()) return fmt::format("{}", number->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  if (node.is_floating_point()) return "a number with a fraction";
  if (node.is_array()) return "a list";
  if (node.is_table()) return "a section";
  return "a date or time";
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::vector<std::string> split_commas(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    if (comma > 0) out.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return out;
}

// "rpc.listener.0.address" -> "rpc.listener.address": elements of an array have the same keys.
std::string without_index(std::string_view key) {
  std::string out;
  for (std::size_t i = 0; i < key.size();) {
    const std::size_t dot = std::min(key.find('.', i), key.size());
    const std::string_view part = key.substr(i, dot - i);
    if (!parse_number(part)) out += (out.empty() ? "" : ".") + std::string(part);
    i = dot + 1;
  }
  return out;
}

}  // namespace

struct ConfigReader::Impl {
  explicit Impl(const ConfigSource& config_source)
      : source(config_source), overrides(config_source) {
    if (source.file.empty()) return;
    const Result<Bytes> content = read_file(source.file, limits::kConfigFileBytesMax);
    if (!content) {
      mistakes.push_back({.origin = source.file.string(), .message = content.error().message});
      return;
    }
    try {
      root = toml::parse(*content, source.file.string());
    } catch (const toml::parse_error& error) {
      mistakes.push_back({.origin = source.file.string(),
                          .line = error.source().begin.line,
                          .message = fmt::format("is not TOML here: {}", error.description())});
    }
    current = &root;
  }

  std::string full(std::string_view key) const {
    return prefix.empty() ? std::string(key) : fmt::format("{}.{}", prefix, key);
  }

  Found find(std::string_view key) {
    const std::string name = full(key);
    if (known_set.insert(name).second) known.push_back(name);
    if (auto value = overrides.take(name)) return {.override_value = std::move(value)};
    return {.node = current == nullptr ? nullptr : current->get(key)};
  }

  void mistake_at(const toml::node* node, const std::string& key, std::string message) {
    mistakes.push_back({.origin = source.file.string(),
                        .line = node == nullptr ? 0 : node->source().begin.line,
                        .key = key,
                        .message = std::move(message)});
  }

  void refuse(const Found& found, std::string_view key, std::string_view wanted) {
    if (found.override_value) {
      mistakes.push_back(
          {.origin = found.override_value->origin,
           .key = full(key),
           .message = fmt::format("is \"{}\"; wanted: {}", found.override_value->value, wanted)});
    } else {
      mistake_at(found.node, full(key),
                 fmt::format("is {}; wanted: {}", describe(*found.node), wanted));
    }
  }

  // What the file holds but nobody asked for.
  void report_unknown(const toml::table& table, const std::string& at) {
    for (const auto& [key, node] : table) {
      const std::string name =
          at.empty() ? std::string(key.str()) : fmt::format("{}.{}", at, key.str());
      const auto below = [&](const std::string& k) { return k.starts_with(name + "."); };
      if (known_set.contains(name)) continue;
      if (!std::ranges::any_of(known, below)) {
        const auto close = nearest(without_index(name), names_without_index());
        mistake_at(&node, name,
                   close ? fmt::format("is not known; did you mean {}?", *close)
                         : std::string("is not known; configs/generiond.toml has every key"));
      } else if (const auto* inner = node.as_table()) {
        report_unknown(*inner, name);
      } else if (const auto* tables = node.as_array();
                 tables != nullptr && array_of_tables(*tables)) {
        std::size_t index = 0;
        for (const toml::node& one : *tables) {
          report_unknown(*one.as_table(), fmt::format("{}.{}", name, index++));
        }
      } else {
        mistake_at(&node, name, fmt::format("is {}; wanted: a section [{}]", describe(node), name));
      }
    }
  }

  static bool array_of_tables(const toml::array& array) {
    return std::ranges::all_of(array, [](const toml::node& node) { return node.is_table(); });
  }

  std::vector<std::string> names_without_index() const {
    std::vector<std::string> out;
    for (const std::string& key : known) out.push_back(without_index(key));
    return out;
  }

  void check_file(const Found& found, std::string_view key, const fs::path& path, FileKind kind) {
    if (source.checks == FileChecks::none || kind == FileKind::plain || path.empty()) return;
    std::string wrong;
    if (::access(path.c_str(), R_OK) != 0) {
      wrong = fmt::format(
          "{} cannot be read; it must exist and be readable by the user who starts the node",
          path.string());
    } else if (kind == FileKind::secret) {
      if (const Result<void> checked = check_private(path); !checked)
        wrong = checked.error().message;
    }
    if (wrong.empty()) return;
    if (found.override_value) {
      mistakes.push_back(
          {.origin = found.override_value->origin, .key = full(key), .message = wrong});
    } else {
      mistake_at(found.node, full(key), std::move(wrong));
    }
  }

  ConfigSource source;
  Overrides overrides;
  toml::table root;
  const toml::table* current = &root;
  std::string prefix;
  std::vector<std::string> known;
  std::set<std::string> known_set;
  std::vector<Mistake> mistakes;
};

ConfigReader::ConfigReader(const ConfigSource& source) : impl_(std::make_unique<Impl>(source)) {}
ConfigReader::~ConfigReader() = default;

ConfigReader& ConfigReader::section(std::string_view name) {
  impl_->prefix = name;
  impl_->current = name.empty() ? &impl_->root : impl_->root.at_path(name).as_table();
  return *this;
}

std::size_t ConfigReader::array_size(std::string_view name) {
  const toml::array* tables = impl_->root.at_path(name).as_array();
  std::size_t size = tables != nullptr && Impl::array_of_tables(*tables) ? tables->size() : 0;
  while (size < limits::kRpcListenersMax &&
         impl_->overrides.any_below(fmt::format("{}.{}", name, size))) {
    ++size;
  }
  return size;
}

ConfigReader& ConfigReader::element(std::string_view array, std::size_t index) {
  impl_->prefix = fmt::format("{}.{}", array, index);
  const toml::array* tables = impl_->root.at_path(array).as_array();
  impl_->current =
      tables != nullptr && index < tables->size() ? (*tables)[index].as_table() : nullptr;
  return *this;
}

std::uint64_t ConfigReader::number(std::string_view key, std::uint64_t fallback, Range range) {
  return optional_number(key, range).value_or(fallback);
}

std::optional<std::uint64_t> ConfigReader::optional_number(std::string_view key, Range range) {
  const Found found = impl_->find(key);
  if (!found) return std::nullopt;
  std::optional<std::uint64_t> value;
  if (found.override_value) {
    value = parse_number(found.override_value->value);
  } else if (const auto* integer = found.node->as_integer();
             integer != nullptr && integer->get() >= 0) {
    value = static_cast<std::uint64_t>(integer->get());
  }
  if (value && *value >= range.min && *value <= range.max) return value;
  impl_->refuse(found, key, fmt::format("a whole number from {} to {}", range.min, range.max));
  return std::nullopt;
}

bool ConfigReader::boolean(std::string_view key, bool fallback) {
  const Found found = impl_->find(key);
  if (!found) return fallback;
  if (found.override_value) {
    if (found.override_value->value == "true") return true;
    if (found.override_value->value == "false") return false;
  } else if (const auto* flag = found.node->as_boolean()) {
    return flag->get();
  }
  impl_->refuse(found, key, "true or false");
  return fallback;
}

std::string ConfigReader::text(std::string_view key, std::string fallback) {
  const Found found = impl_->find(key);
  if (!found) return fallback;
  if (found.override_value) return found.override_value->value;
  if (const auto* text = found.node->as_string()) return text->get();
  impl_->refuse(found, key, "a text in double quotes");
  return fallback;
}

std::size_t ConfigReader::choice(std::string_view key, std::size_t fallback,
                                 std::span<const std::string_view> names) {
  const Found found = impl_->find(key);
  if (!found) return fallback;
  std::optional<std::string> value;
  if (found.override_value) {
    value = found.override_value->value;
  } else if (const auto* text = found.node->as_string()) {
    value = text->get();
  }
  if (value) {
    if (const auto at = std::ranges::find(names, *value); at != names.end()) {
      return static_cast<std::size_t>(at - names.begin());
    }
  }
  impl_->refuse(found, key, fmt::format("one of \"{}\"", fmt::join(names, "\", \"")));
  return fallback;
}

std::vector<std::string> ConfigReader::list(std::string_view key,
                                            std::vector<std::string> fallback) {
  const Found found = impl_->find(key);
  if (!found) return fallback;
  if (found.override_value) return split_commas(found.override_value->value);
  const toml::array* array = found.node->as_array();
  if (array != nullptr && array->size() <= limits::kConfigListMax &&
      std::ranges::all_of(*array, [](const toml::node& node) { return node.is_string(); })) {
    std::vector<std::string> out;
    for (const toml::node& one : *array) out.push_back(one.as_string()->get());
    return out;
  }
  impl_->refuse(
      found, key,
      fmt::format("a list of at most {} texts, such as [\"a\", \"b\"]", limits::kConfigListMax));
  return fallback;
}

fs::path ConfigReader::path(std::string_view key, fs::path fallback, FileKind kind) {
  const Found found = impl_->find(key);
  fs::path out = std::move(fallback);
  if (found.override_value) {
    out = found.override_value->value;
  } else if (found.node != nullptr) {
    if (const auto* text = found.node->as_string()) {
      out = text->get();
    } else {
      impl_->refuse(found, key, "a path in double quotes");
      return out;
    }
  }
  if (!out.empty() && out.is_relative() && !impl_->source.file.empty()) {
    out = fs::absolute(impl_->source.file).parent_path() / out;
  }
  out = out.lexically_normal();
  impl_->check_file(found, key, out, kind);
  return out;
}

bool ConfigReader::is_set(std::string_view key) const {
  return static_cast<bool>(impl_->find(key));
}

void ConfigReader::mistake(std::string_view key, std::string message) {
  const Found found = impl_->find(key);
  if (found.override_value) {
    impl_->mistakes.push_back({.origin = found.override_value->origin,
                               .key = impl_->full(key),
                               .message = std::move(message)});
    return;
  }
  const toml::node* at = found.node != nullptr ? found.node : impl_->current;
  impl_->mistake_at(at, impl_->full(key), std::move(message));
}

std::vector<Mistake> ConfigReader::finish() {
  impl_->report_unknown(impl_->root, "");
  for (Mistake& mistake : impl_->overrides.unknown(impl_->known)) {
    impl_->mistakes.push_back(std::move(mistake));
  }
  std::ranges::sort(impl_->mistakes, {}, [](const Mistake& mistake) {
    return std::tie(mistake.line, mistake.origin, mistake.key, mistake.message);
  });
  return impl_->mistakes;
}

const std::vector<std::string>& ConfigReader::keys() const {
  return impl_->known;
}

}  // namespace generion::node
