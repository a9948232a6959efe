#include "node/overrides.h"

#include <algorithm>
#include <numeric>
#include <ranges>
#include <utility>

namespace generion::node {
namespace {

constexpr std::string_view kPrefix = "GENERION_";

// Edit distance in which exchanging two neighbours is one error, as typing makes it.
std::size_t typing_errors(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_previous;
  std::vector<std::size_t> previous;
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before_previous = std::exchange(previous, row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({substituted, previous[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_previous[j - 2] + 1);
      }
    }
  }
  return row.back();
}

}  // namespace

std::string variable_name(std::string_view key) {
  std::string out(kPrefix);
  for (const char c : key) {
    const bool lower = c >= 'a' && c <= 'z';
    out += lower ? static_cast<char>(c - 'a' + 'A') : (c == '.' ? '_' : c);
  }
  return out;
}

std::optional<std::string> nearest(std::string_view text, std::span<const std::string> known) {
  std::optional<std::string> best;
  std::size_t best_errors = 0;
  for (const std::string& candidate : known) {
    const std::size_t errors = typing_errors(text, candidate);
    if (errors * 3 > candidate.size()) continue;
    if (!best || errors < best_errors) {
      best = candidate;
      best_errors = errors;
    }
  }
  return best;
}

Overrides::Overrides(const ConfigSource& source) {
  for (const auto& [key, value] : source.settings | std::views::reverse) {
    entries_.push_back(
        {.variable = variable_name(key), .key = key, .value = {"--set " + key, value}});
  }
  for (const auto& [name, value] : source.environment) {
    if (!name.starts_with(kPrefix)) continue;
    entries_.push_back(
        {.variable = name, .key = name, .value = {name, value}, .from_environment = true});
  }
}

std::optional<Override> Overrides::take(std::string_view key) {
  const std::string name = variable_name(key);
  std::optional<Override> found;
  for (Entry& entry : entries_) {
    if (entry.variable != name) continue;
    entry.taken = true;
    if (!found) found = entry.value;
  }
  return found;
}

bool Overrides::any_below(std::string_view key) const {
  const std::string prefix = variable_name(key) + "_";
  return std::ranges::any_of(entries_,
                             [&](const Entry& e) { return e.variable.starts_with(prefix); });
}

std::vector<Mistake> Overrides::unknown(std::span<const std::string> known_keys) const {
  std::vector<std::string> variables;
  std::vector<std::string> sections;
  for (const std::string& key : known_keys) {
    variables.push_back(variable_name(key));
    if (const auto dot = key.find('.'); dot != std::string::npos) {
      sections.push_back(variable_name(key.substr(0, dot)) + "_");
    }
  }
  std::vector<Mistake> out;
  for (const Entry& entry : entries_) {
    const auto starts = [&](const std::string& section) {
      return entry.variable.starts_with(section);
    };
    if (entry.taken || (entry.from_environment && std::ranges::none_of(sections, starts))) continue;
    const auto close = entry.from_environment ? nearest(entry.variable, variables)
                                              : nearest(entry.key, known_keys);
    out.push_back({.origin = entry.value.origin,
                   .key = entry.key,
                   .message = "is not known" + (close ? "; did you mean " + *close + "?"
                                                      : std::string("; configs/generiond.toml "
                                                                    "has every key"))});
  }
  return out;
}

}  // namespace generion::node
