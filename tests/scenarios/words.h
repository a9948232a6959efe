// The words of one step.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace generion::scenarios {

class Words {
 public:
  // `members`: how many there are, for their names.
  Words(std::string_view line, std::size_t members);

  bool is_done() const { return at_ == words_.size(); }
  bool is_next(std::string_view word) const { return !is_done() && words_[at_] == word; }
  // Whether it is the next; then it is taken.
  bool take(std::string_view word);

  // These throw ScenarioError if something else stands there.
  void must_take(std::string_view word);
  std::string word(std::string_view what);
  std::uint64_t number(std::string_view what);
  std::uint64_t duration_ms();         // "20 ms", "2 s"
  std::size_t member();                // "A"
  std::vector<std::size_t> members();  // "A B C", "all": as many as there are
  void must_be_done() const;

 private:
  bool is_member() const;

  std::vector<std::string> words_;
  std::size_t at_ = 0;
  std::size_t members_;
};

}  // namespace generion::scenarios
