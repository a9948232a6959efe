// The journal on this machine's disk: how long a sync takes that makes a number of votes durable,
// with the disk to itself and while another thread writes and syncs files beside it.
// The directory is made in the working directory: a memory file system would measure nothing.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "base/descriptor.h"
#include "ledger/journal/journal.h"

namespace generion {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kVoteBytes = 256;
constexpr std::size_t kOtherBytes = 1024 * 1024;  // of one write, with its sync
constexpr off_t kOtherFileMax = 64 * 1024 * 1024;

template <class T>
T must(Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "%s\n", result.error().message.c_str());
    std::abort();
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

class Place {
 public:
  Place() {
    std::string pattern = "journal-bench.XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
  }
  ~Place() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

// Writes and syncs as a database does that flushes and compacts, as fast as the disk lets it.
class OtherLoad {
 public:
  explicit OtherLoad(const fs::path& file)
      : file_(::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)),
        thread_([this] { run(); }) {}
  ~OtherLoad() {
    ends_ = true;
    thread_.join();
  }
  OtherLoad(const OtherLoad&) = delete;
  OtherLoad& operator=(const OtherLoad&) = delete;

  std::uint64_t bytes() const { return bytes_; }

 private:
  void run() {
    const std::string data(kOtherBytes, 'x');
    off_t at = 0;
    while (!ends_) {
      if (::pwrite(file_.get(), data.data(), data.size(), at) < 0) std::abort();
      if (::fdatasync(file_.get()) != 0) std::abort();
      bytes_ += data.size();
      at = (at + static_cast<off_t>(data.size())) % kOtherFileMax;
    }
  }

  Descriptor file_;
  std::atomic<bool> ends_{false};
  std::atomic<std::uint64_t> bytes_{0};
  std::thread thread_;
};

double microseconds(const std::vector<double>& sorted, double part) {
  const auto place = static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1));
  return sorted[place] * 1e6;
}

void sync_votes(benchmark::State& state) {
  const auto votes = static_cast<std::size_t>(state.range(0));
  const Place place;
  const fs::path directory = place.path() / "journal";
  must(ledger::Journal::create(directory, Hash{}));
  auto opened = must(ledger::Journal::open(directory, Hash{}));
  std::optional<OtherLoad> other;
  if (state.range(1) != 0) other.emplace(place.path() / "other");
  const std::string vote(kVoteBytes, 'v');
  std::vector<double> seconds;
  const auto begin = Clock::now();
  for (auto _ : state) {
    const auto start = Clock::now();
    ledger::JournalSequence last;
    for (std::size_t i = 0; i < votes; ++i) last = must(opened.journal->append(vote));
    must(opened.journal->sync());
    seconds.push_back(std::chrono::duration<double>(Clock::now() - start).count());
    opened.journal->trim(last);
  }
  const double total = std::chrono::duration<double>(Clock::now() - begin).count();
  std::ranges::sort(seconds);
  state.counters["p50_us"] = microseconds(seconds, 0.5);
  state.counters["p99_us"] = microseconds(seconds, 0.99);
  state.counters["votes_per_s"] = static_cast<double>(votes * seconds.size()) / total;
  if (other) state.counters["other_MB_per_s"] = static_cast<double>(other->bytes()) / total / 1e6;
}
BENCHMARK(sync_votes)
    ->ArgNames({"votes", "other_load"})
    ->ArgsProduct({{1, 8, 64, 512}, {0, 1}})
    ->UseRealTime()
    ->MinTime(2);

}  // namespace
}  // namespace generion

BENCHMARK_MAIN();
