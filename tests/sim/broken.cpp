#include "broken.h"

#include <fmt/core.h>

namespace generion::sim {

void broken_assertion(const char* condition, const char* file, int line) {
  throw Broken(fmt::format("broken invariant: {} ({}:{})", condition, file, line));
}

}  // namespace generion::sim
