#include "cli/bench/measure.h"

#include <fmt/core.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "base/assert.h"
#include "base/limits.h"
#include "client/http_connection.h"
#include "crypto/keys.h"
#include "crypto/relock.h"

namespace generion::cli {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

struct Checks {
  double per_second = 0;
  double cpu_us = 0;  // of one
};

double thread_cpu_seconds() {
  timespec now{};
  GENERION_ASSERT(::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) == 0);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

Checks verify_for(double seconds) {
  const crypto::SigningKey key = crypto::SigningKey::generate();
  const Bytes message(300, 'm');
  const crypto::Signature signature = key.sign("generion/tx/1", message);
  std::uint64_t count = 0;
  const auto start = Clock::now();
  const double cpu_start = thread_cpu_seconds();
  while (seconds_since(start) < seconds) {
    for (int i = 0; i < 50; ++i) {
      const bool good =
          crypto::verify_signature(key.public_key(), "generion/tx/1", message, signature);
      GENERION_ASSERT(good);
    }
    count += 50;
  }
  return {static_cast<double>(count) / seconds_since(start),
          (thread_cpu_seconds() - cpu_start) * 1e6 / static_cast<double>(count)};
}

std::unexpected<Error> no_process(pid_t process) {
  return fail(Code::not_found, fmt::format("there is no process {}", process));
}

// utime and stime in a stat file of proc(5), whose second field is a name in parentheses.
std::optional<double> cpu_seconds_of(const std::filesystem::path& stat_file) {
  std::ifstream in(stat_file);
  std::string text((std::istreambuf_iterator<char>(in)), {});
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields(text.substr(name_end + 1));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;  // fields 3 to 13
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

// Time on a core in nanoseconds is the first field of a thread's schedstat; its stat counts in
// steps of 10 ms, too coarse for a dozen threads.
std::optional<double> thread_cpu_seconds(const std::filesystem::path& task) {
  std::ifstream in(task / "schedstat");
  double nanoseconds = 0;
  if (in >> nanoseconds) return nanoseconds / 1e9;
  return cpu_seconds_of(task / "stat");
}

}  // namespace

void Latencies::append(const Latencies& other) {
  values_.insert(values_.end(), other.values_.begin(), other.values_.end());
}

Latencies::Summary Latencies::summary() const {
  if (values_.empty()) return {};
  std::vector<double> sorted = values_;
  std::sort(sorted.begin(), sorted.end());
  const auto at = [&](double share) {
    const auto place =
        static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
    return sorted[std::max<std::size_t>(place, 1) - 1];
  };
  return {at(0.5), at(0.9), at(0.99), sorted.back()};
}

VerifyRate measure_verify_rate(unsigned cores, double seconds) {
  VerifyRate out;
  out.one_core = verify_for(seconds).per_second;
  std::vector<Checks> checks(cores);
  std::vector<std::thread> threads;
  for (Checks& of_thread : checks) {
    threads.emplace_back([&of_thread, seconds] { of_thread = verify_for(seconds); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const Checks& of_thread : checks) {
    out.all_cores += of_thread.per_second;
    out.cpu_us += of_thread.cpu_us / cores;
  }
  return out;
}

double measure_proof_check_us(double seconds) {
  const auto owner = crypto::ReaderSecret::from_seed(crypto::SecretBytes::copy_of(Bytes(32, 'o')));
  const auto reader = crypto::ReaderSecret::from_seed(crypto::SecretBytes::copy_of(Bytes(32, 'r')));
  const auto lock = crypto::lock_capsule(crypto::CapsuleKey::generate(), owner.public_key());
  GENERION_ASSERT(lock.has_value());
  const crypto::Hash chain;
  const auto context = crypto::delivery_context(1);
  const auto relocked = crypto::relock(chain, context, 1, owner, *lock, reader.public_key());
  GENERION_ASSERT(relocked.has_value());
  const crypto::RelockStatement statement{
      chain, context, 1, owner.public_key(), *lock, reader.public_key(), relocked->lock};
  std::uint64_t count = 0;
  const auto start = Clock::now();
  const double cpu_before = own_cpu_seconds();
  for (; seconds_since(start) < seconds; ++count) {
    const bool good = crypto::check_relock(statement, relocked->proof).has_value();
    GENERION_ASSERT(good);
  }
  return (own_cpu_seconds() - cpu_before) * 1e6 / static_cast<double>(count);
}

VerifyRate mean(const VerifyRate& a, const VerifyRate& b) {
  return {(a.one_core + b.one_core) / 2, (a.all_cores + b.all_cores) / 2,
          (a.cpu_us + b.cpu_us) / 2};
}

Result<std::map<std::string, double>> process_cpu_seconds(pid_t process) {
  const std::filesystem::path proc = fmt::format("/proc/{}", process);
  const auto total = cpu_seconds_of(proc / "stat");
  if (!total) return no_process(process);
  std::map<std::string, double> out;
  double living = 0;
  std::error_code error;
  for (const auto& task : std::filesystem::directory_iterator(proc / "task", error)) {
    std::ifstream comm(task.path() / "comm");
    std::string name;
    std::getline(comm, name);
    const auto seconds = thread_cpu_seconds(task.path());
    if (!seconds) continue;  // it ended just now
    out[name] += *seconds;
    living += *seconds;
  }
  if (*total > living) out["ended"] = *total - living;
  return out;
}

double own_cpu_seconds() {
  rusage usage{};
  GENERION_ASSERT(::getrusage(RUSAGE_SELF, &usage) == 0);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

Result<NodeCounters> node_counters(const std::filesystem::path& admin_socket) {
  auto endpoint = client::parse_endpoint("unix:" + admin_socket.string());
  if (!endpoint) return fail(endpoint.error());
  client::HttpOptions options;
  options.answer_bytes_max = limits::kRpcAnswerBytesMax;
  auto connection = client::HttpConnection::create(std::move(*endpoint), std::move(options));
  if (!connection) return fail(connection.error());
  const auto answer = (*connection)->send({"GET", "/metrics", {}, {}});
  if (!answer) return fail(answer.error());
  std::istringstream lines(answer->body);
  NodeCounters out;
  std::size_t found = 0;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t space = line.find(' ');
    if (space == std::string::npos) continue;
    const std::string_view name = std::string_view(line).substr(0, space);
    const auto value = static_cast<std::uint64_t>(std::strtod(line.c_str() + space, nullptr));
    const bool is_written = name.ends_with("_written_bytes_total");
    const bool is_executed = name == "generion_transactions_executed_total";
    const bool is_height = name == "generion_height";
    if (is_written) out.written_bytes += value;
    if (is_executed) out.executed = value;
    if (is_height) out.height = value;
    if (is_written || is_executed || is_height) ++found;
  }
  if (found != 5) {
    return fail(Code::malformed, "the node's metrics do not tell what it has written and executed");
  }
  return out;
}

Result<std::uint64_t> process_memory_bytes(pid_t process) {
  std::ifstream in(fmt::format("/proc/{}/statm", process));
  std::uint64_t total_pages = 0;
  std::uint64_t resident_pages = 0;
  if (!(in >> total_pages >> resident_pages)) return no_process(process);
  return resident_pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace generion::cli
