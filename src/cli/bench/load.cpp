#include "cli/bench/load.h"

#include <atomic>
#include <charconv>
#include <chrono>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/limits.h"
#include "cli/terminal/interrupt.h"
#include "client/http_connection.h"

namespace generion::cli {
namespace {

using Clock = std::chrono::steady_clock;
using client::HttpAnswer;
using client::HttpConnection;
using client::HttpRequest;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

Result<std::unique_ptr<HttpConnection>> connect(const std::string& url) {
  auto endpoint = client::parse_endpoint(url);
  if (!endpoint) return fail(endpoint.error());
  client::HttpOptions options;
  options.answer_bytes_max = limits::kRpcAnswerBytesMax;
  return HttpConnection::create(std::move(*endpoint), std::move(options));
}

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos;
       at = text.find(part, at + part.size())) {
    ++count;
  }
  return count;
}

// The numbers in every "new_ids":[...] of an answer, which is the node's own compact JSON.
std::vector<std::uint64_t> new_ids_in(std::string_view text) {
  constexpr std::string_view kList = R"("new_ids":[)";
  std::vector<std::uint64_t> out;
  for (std::size_t at = text.find(kList); at != std::string_view::npos; at = text.find(kList, at)) {
    at += kList.size();
    const char* next = text.data() + at;
    std::uint64_t id = 0;
    while (true) {
      const auto [end, error] = std::from_chars(next, text.data() + text.size(), id);
      if (error != std::errc{}) break;
      out.push_back(id);
      next = end + 1;  // behind a comma, or the bracket
      if (end == text.data() + text.size() || *end != ',') break;
    }
  }
  return out;
}

// The shared side of a run: who sends what next, and what came of it.
class Run {
 public:
  Run(const Workload& workload, const LoadOptions& options,
      const std::function<void(std::uint64_t)>& progress)
      : workload_(workload), options_(options), progress_(progress), start_(Clock::now()) {
    if (options.keep_ids) total_.new_ids.resize(workload.requests.size());
    if (options.keep_times) total_.times.resize(workload.requests.size());
  }

  // Number 0 reports progress.
  void client(std::size_t client_number) {
    auto connection = connect(options_.urls[client_number % options_.urls.size()]);
    if (!connection) return give_up(connection.error());
    LoadResult mine;
    while (!failed_) {
      const std::size_t number = next_.fetch_add(1);
      if (number >= workload_.requests.size()) break;
      const Clock::time_point due = wait_until_due(number);
      if (InterruptWatch::was_interrupted()) return give_up({Code::cancelled, "interrupted"});
      const double sent = milliseconds_since(start_) / 1000;
      const HttpRequest request{
          "POST", "/", {{"Content-Type", "application/json"}}, workload_.requests[number]};
      auto answer = (*connection)->send(request);
      if (!answer) return give_up(answer.error());
      mine.latencies.add(milliseconds_since(due));
      count(mine, number, *answer);
      if (options_.keep_ids) total_.new_ids[number] = new_ids_in(answer->body);
      if (options_.keep_times) total_.times[number] = {sent, milliseconds_since(start_) / 1000};
      const std::uint64_t answered = answered_.fetch_add(1) + 1;
      if (client_number == 0 && progress_) progress_(answered);
    }
    add(mine);
  }

  Result<LoadResult> result() {
    if (error_) return fail(*error_);
    total_.started = start_;
    total_.seconds = milliseconds_since(start_) / 1000;
    return std::move(total_);
  }

 private:
  Clock::time_point wait_until_due(std::size_t number) const {
    if (options_.requests_per_second <= 0) return Clock::now();
    const std::chrono::duration<double> offset(static_cast<double>(number) /
                                               options_.requests_per_second);
    const auto due = start_ + std::chrono::duration_cast<Clock::duration>(offset);
    std::this_thread::sleep_until(due);
    return due;
  }

  // The answer is the node's own compact JSON; counting its states is enough, and cheap beside the
  // node.
  void count(LoadResult& mine, std::size_t number, const HttpAnswer& answer) const {
    const std::size_t sent = workload_.transactions_in(number);
    const std::size_t good = count_of(answer.body, R"("state":"executed")");
    mine.transactions += good;
    if (good == sent) return;
    mine.failed += sent - std::min(good, sent);
    if (mine.first_failure.empty()) mine.first_failure = answer.body.substr(0, 600);
  }

  void give_up(const Error& error) {
    const std::lock_guard lock(mutex_);
    if (!error_) error_ = error;
    failed_ = true;
  }

  void add(const LoadResult& mine) {
    const std::lock_guard lock(mutex_);
    total_.transactions += mine.transactions;
    total_.failed += mine.failed;
    if (total_.first_failure.empty()) total_.first_failure = mine.first_failure;
    total_.latencies.append(mine.latencies);
  }

  const Workload& workload_;
  const LoadOptions& options_;
  const std::function<void(std::uint64_t)>& progress_;
  const Clock::time_point start_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<std::uint64_t> answered_ = 0;
  std::atomic<bool> failed_ = false;
  std::mutex mutex_;
  LoadResult total_;
  std::optional<Error> error_;
};

}  // namespace

Result<LoadResult> send_load(const Workload& workload, const LoadOptions& options,
                             const std::function<void(std::uint64_t)>& progress) {
  Run run(workload, options, progress);
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < options.clients; ++i) {
    threads.emplace_back([&run, i] { run.client(i); });
  }
  run.client(0);
  for (std::thread& thread : threads) thread.join();
  return run.result();
}

Result<QueryResult> send_queries(const std::string& url, const std::vector<std::string>& targets,
                                 std::size_t connections) {
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  QueryResult total;
  std::optional<Error> error;
  const auto ask = [&]() -> Result<QueryResult> {
    auto connection = connect(url);
    if (!connection) return fail(connection.error());
    QueryResult mine;
    for (std::size_t i = next.fetch_add(1); i < targets.size(); i = next.fetch_add(1)) {
      const auto start = Clock::now();
      const auto answer = (*connection)->send({"GET", targets[i], {}, {}});
      if (!answer) return fail(answer.error());
      if (answer->status != 200) return fail(Code::malformed, targets[i] + ": " + answer->body);
      mine.latencies.add(milliseconds_since(start));
      mine.bytes += answer->body.size();
    }
    return mine;
  };
  const auto work = [&] {
    const auto mine = ask();
    const std::lock_guard lock(mutex);
    if (!mine) {
      error = mine.error();
      next = targets.size();
      return;
    }
    total.bytes += mine->bytes;
    total.latencies.append(mine->latencies);
  };
  const auto start = Clock::now();
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < connections; ++i) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
  if (error) return fail(*error);
  total.seconds = milliseconds_since(start) / 1000;
  return total;
}

}  // namespace generion::cli
