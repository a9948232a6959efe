// Preloaded into a program by a test that needs another day: its wall clock is CLOCK_SHIFT_SECONDS
// ahead.
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>

extern "C" int clock_gettime(clockid_t clock, timespec* out) noexcept {
  const long status = ::syscall(SYS_clock_gettime, clock, out);
  if (status != 0 || clock != CLOCK_REALTIME) return static_cast<int>(status);
  const char* const shift = std::getenv("CLOCK_SHIFT_SECONDS");
  if (shift != nullptr) out->tv_sec += std::strtol(shift, nullptr, 10);
  return 0;
}
