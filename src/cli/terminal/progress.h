// A progress bar with rate and time left, for work that takes longer than a second.
#pragma once

#include <cstdint>
#include <functional>
#include <ostream>
#include <string>

namespace generion::cli {

// Milliseconds of a clock that never goes back.
using SteadyMs = std::function<std::uint64_t()>;

// One line for the present state, without line end: "import  [#####-----]  50%  1,000 of 2,000
// records  250/s  4 s left".
std::string progress_line(const std::string& label, const std::string& unit, std::uint64_t done,
                          std::uint64_t total, std::uint64_t elapsed_ms, std::size_t columns);

// Draws on a terminal only, not in the first second, and at most ten times a second. One thread.
class Progress {
 public:
  Progress(std::ostream& out, bool is_terminal, std::size_t columns, std::string label,
           std::string unit, SteadyMs clock);
  ~Progress();  // clears the line
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void update(std::uint64_t done, std::uint64_t total);

  // Clears the line, so that other text can follow; the next update draws again.
  void clear();

 private:
  std::ostream& out_;
  bool is_terminal_;
  std::size_t columns_;
  std::string label_;
  std::string unit_;
  SteadyMs clock_;
  std::uint64_t started_ms_;
  std::uint64_t drawn_ms_ = 0;
  bool drawn_ = false;
};

}  // namespace generion::cli
