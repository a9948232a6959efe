#include "cli/terminal/interrupt.h"

#include <atomic>

namespace generion::cli {
namespace {

std::atomic<bool> interrupted = false;

}  // namespace

InterruptWatch::InterruptWatch() {
  interrupted = false;
  struct sigaction action{};
  action.sa_handler = [](int) { interrupted = true; };
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  ::sigaction(SIGINT, &action, &interrupt_before_);
  ::sigaction(SIGTERM, &action, &terminate_before_);
}

InterruptWatch::~InterruptWatch() {
  ::sigaction(SIGINT, &interrupt_before_, nullptr);
  ::sigaction(SIGTERM, &terminate_before_, nullptr);
}

bool InterruptWatch::was_interrupted() {
  return interrupted;
}

}  // namespace generion::cli
