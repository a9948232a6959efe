#include "base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace generion {

void assertion_failed(const char* condition, const char* file, int line) noexcept {
  std::fprintf(stderr, "generion: broken invariant: %s (%s:%d)\n", condition, file, line);
  std::abort();
}

}  // namespace generion
