#include "scenario.h"

#include <fmt/core.h>

#include <vector>

#include "steps.h"

namespace generion::scenarios {
namespace {

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return out;
}

}  // namespace

std::string render(std::string_view text) {
  std::string out;
  Steps steps;
  std::size_t number = 0;
  for (const std::string& line : lines_of(text)) {
    ++number;
    if (line.starts_with(' ')) continue;
    out += line + "\n";
    if (line.empty() || line.starts_with('#')) continue;
    try {
      for (const std::string& told : steps.run(line)) out += told + "\n";
    } catch (const std::exception& failure) {
      throw ScenarioError(fmt::format("line {}: {}: {}", number, line, failure.what()), out);
    }
  }
  return out;
}

std::string difference(std::string_view expected, std::string_view actual) {
  const auto left = lines_of(expected);
  const auto right = lines_of(actual);
  const auto line_of = [](const std::vector<std::string>& lines, std::size_t at) {
    return at < lines.size() ? lines[at] : std::string("(the end)");
  };
  for (std::size_t at = 0; at < std::max(left.size(), right.size()); ++at) {
    if (at < left.size() && at < right.size() && left[at] == right[at]) continue;
    return fmt::format("line {}:\n  in the file: {}\n  now:         {}\n", at + 1,
                       line_of(left, at), line_of(right, at));
  }
  return {};
}

}  // namespace generion::scenarios
