// Processor time of the calling thread: what work costs, however busy the machine is.
#pragma once

#include <ctime>

#include <chrono>

namespace generion::audit {

inline std::chrono::nanoseconds thread_cpu_time() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

// Adds the processor time of its life to a sum.
class CpuTimed {
 public:
  explicit CpuTimed(std::chrono::nanoseconds& sum) : sum_(sum) {}
  ~CpuTimed() { sum_ += thread_cpu_time() - start_; }
  CpuTimed(const CpuTimed&) = delete;
  CpuTimed& operator=(const CpuTimed&) = delete;

 private:
  std::chrono::nanoseconds& sum_;
  std::chrono::nanoseconds start_ = thread_cpu_time();
};

}  // namespace generion::audit
