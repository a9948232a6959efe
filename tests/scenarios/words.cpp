#include "words.h"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <sstream>

#include "scenario.h"

namespace generion::scenarios {

Words::Words(std::string_view line, std::size_t members) : members_(members) {
  std::istringstream in{std::string(line)};
  for (std::string word; in >> word;) words_.push_back(word);
}

bool Words::take(std::string_view word) {
  if (!is_next(word)) return false;
  ++at_;
  return true;
}

void Words::must_take(std::string_view word) {
  if (take(word)) return;
  throw ScenarioError(fmt::format("\"{}\" is missing", word));
}

std::string Words::word(std::string_view what) {
  if (is_done()) throw ScenarioError(fmt::format("{} is missing", what));
  return words_[at_++];
}

std::uint64_t Words::number(std::string_view what) {
  const std::string given = word(what);
  const bool is_number =
      given.size() < 10 &&
      std::all_of(given.begin(), given.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
  if (!is_number) throw ScenarioError(fmt::format("\"{}\" is no number: {}", given, what));
  return std::stoull(given);
}

std::uint64_t Words::duration_ms() {
  const std::uint64_t count = number("a duration");
  if (take("ms")) return count;
  must_take("s");
  return count * 1'000;
}

bool Words::is_member() const {
  return !is_done() && words_[at_].size() == 1 && words_[at_][0] >= 'A' &&
         static_cast<std::size_t>(words_[at_][0] - 'A') < members_;
}

std::size_t Words::member() {
  if (!is_member()) throw ScenarioError("a member's letter is missing");
  return static_cast<std::size_t>(words_[at_++][0] - 'A');
}

std::vector<std::size_t> Words::members() {
  std::vector<std::size_t> out;
  if (take("all")) {
    for (std::size_t member = 0; member < members_; ++member) out.push_back(member);
    return out;
  }
  do out.push_back(member());
  while (is_member());
  return out;
}

void Words::must_be_done() const {
  if (!is_done()) throw ScenarioError(fmt::format("\"{}\" is too much", words_[at_]));
}

}  // namespace generion::scenarios
