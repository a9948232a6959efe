#include "cli/bench/parallel.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace generion::cli {

void on_all_cores(std::size_t count, const std::function<void(std::size_t)>& work,
                  const std::function<void(std::size_t)>& progress) {
  std::atomic<std::size_t> next = 0;
  const auto run = [&](bool reports) {
    for (std::size_t number = next.fetch_add(1); number < count; number = next.fetch_add(1)) {
      work(number);
      if (reports && progress) progress(number);
    }
  };
  std::vector<std::thread> threads;
  for (unsigned i = 1; i < std::max(1U, std::thread::hardware_concurrency()); ++i) {
    threads.emplace_back(run, false);
  }
  run(true);
  for (std::thread& thread : threads) thread.join();
}

}  // namespace generion::cli
