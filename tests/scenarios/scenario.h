// A scenario: a text file in which prose, steps and what follows from the steps take turns.
//
//   # Prose: any line that begins with #.
//   client sends t0 to A            a step (README.md lists them)
//   run 20 ms
//         1 ms  A to all    ...     its trace: any line that begins with a space
//
// A file is right if running its steps gives the same file again.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace generion::scenarios {

// A step that cannot be understood or done, an expectation that is not met, or a property of the
// simulator's checker that does not hold. The message begins with the number of the line.
class ScenarioError : public std::runtime_error {
 public:
  explicit ScenarioError(const std::string& what, std::string trace = {})
      : std::runtime_error(what), trace_(std::move(trace)) {}
  // The file up to there, as it would be written.
  const std::string& trace() const { return trace_; }

 private:
  std::string trace_;
};

// The same prose and steps, with the trace that they give now. Throws ScenarioError.
std::string render(std::string_view text);

// Empty if they are the same; else where they first differ, for people.
std::string difference(std::string_view expected, std::string_view actual);

}  // namespace generion::scenarios
