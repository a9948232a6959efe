#include "run_seeds.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include "network.h"

namespace generion::sim {
namespace {

using Clock = std::chrono::steady_clock;

std::uint64_t since_ms(Clock::time_point start) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start).count());
}

class Runner {
 public:
  Runner(const SeedRange& range, const std::function<void(const Total&)>& on_progress,
         const std::function<void(const Failure&)>& on_failure)
      : range_(range), on_progress_(on_progress), on_failure_(on_failure), next_(range.first) {}

  Total run() {
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < range_.threads; ++i) threads.emplace_back([this] { work(); });
    threads.clear();
    std::sort(total_.failures.begin(), total_.failures.end(),
              [](const Failure& a, const Failure& b) { return a.seed < b.seed; });
    total_.elapsed_ms = since_ms(start_);
    total_.last = range_.first + total_.seeds - 1;
    return total_;
  }

 private:
  void work() {
    activate(range_.mutant);
    while (!is_over_) {
      const std::uint64_t seed = next_++;
      if (range_.count && seed >= range_.first + *range_.count) return;
      Network network(plan_of(seed, range_.members));
      note(seed, network.run());
      if (range_.budget_ms && since_ms(start_) >= *range_.budget_ms) return;
    }
  }

  void note(std::uint64_t seed, const Outcome& outcome) {
    const std::lock_guard lock(mutex_);
    ++total_.seeds;
    total_.heights += outcome.height.value();
    total_.views += outcome.view.value();
    total_.restarts += outcome.restarts;
    total_.elapsed_ms = since_ms(start_);
    if (outcome.broken) {
      total_.failures.push_back({seed, *outcome.broken});
      on_failure_(total_.failures.back());
      if (range_.stop_at_failure) is_over_ = true;
    }
    if (total_.elapsed_ms >= told_ms_ + 2'000) {
      told_ms_ = total_.elapsed_ms;
      on_progress_(total_);
    }
  }

  const SeedRange& range_;
  const std::function<void(const Total&)>& on_progress_;
  const std::function<void(const Failure&)>& on_failure_;
  const Clock::time_point start_ = Clock::now();
  std::atomic<std::uint64_t> next_;
  std::atomic<bool> is_over_ = false;
  std::mutex mutex_;  // guards what follows
  Total total_;
  std::uint64_t told_ms_ = 0;
};

}  // namespace

Total run_seeds(const SeedRange& range, const std::function<void(const Total&)>& on_progress,
                const std::function<void(const Failure&)>& on_failure) {
  return Runner(range, on_progress, on_failure).run();
}

}  // namespace generion::sim
