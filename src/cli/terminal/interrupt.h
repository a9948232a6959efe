// Ctrl-C (and SIGTERM) as a flag, for commands that end at a point of their own choosing.
#pragma once

#include <csignal>

namespace generion::cli {

// The signals only set a flag while one of these lives; one at a time. A second Ctrl-C ends the
// process at once.
class InterruptWatch {
 public:
  InterruptWatch();
  ~InterruptWatch();
  InterruptWatch(const InterruptWatch&) = delete;
  InterruptWatch& operator=(const InterruptWatch&) = delete;

  // Since the newest watch began. Any thread.
  static bool was_interrupted();

 private:
  struct sigaction interrupt_before_{};
  struct sigaction terminate_before_{};
};

}  // namespace generion::cli
