#include "cli/bench/local_chain.h"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <random>
#include <thread>

#include "base/file.h"
#include "base/limits.h"
#include "cli/terminal/interrupt.h"
#include "client/transaction_builder.h"
#include "node/init.h"

namespace generion::cli {
namespace {

namespace fs = std::filesystem;

constexpr auto kStartTimeout = std::chrono::seconds(30);
constexpr std::uint16_t kFirstPort = 20'000;
constexpr std::uint16_t kLastPort = 32'000;  // connections take theirs above

// Parameters under which a benchmark's one institution never meets a daily limit.
Parameters bench_parameters() {
  Parameters out = default_parameters();
  out.operations_per_day_max = 1'000'000'000'000;
  out.admissions_per_day_max = 1'000'000'000;
  out.records_per_user_max = 1'000'000'000;
  out.open_orders_per_user_max = 1'000'000;
  out.governance_delay_ms = 1'000;  // the shortest: a benchmark's buyers wait for their tokens
  return out;
}

bool is_free(std::uint16_t port) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int yes = 1;
  ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  const bool bound = descriptor >= 0 && ::bind(descriptor, reinterpret_cast<sockaddr*>(&address),
                                               sizeof(address)) == 0;
  if (descriptor >= 0) ::close(descriptor);
  return bound;
}

// The first of `count` ports in a row that are free now; the children bind them a moment later.
Result<std::uint16_t> free_ports(std::size_t count) {
  constexpr int kTries = 100;
  std::random_device random;
  for (int i = 0; i < kTries; ++i) {
    const std::size_t first = kFirstPort + random() % (kLastPort - kFirstPort - count);
    std::size_t free = 0;
    while (free < count && is_free(static_cast<std::uint16_t>(first + free))) ++free;
    if (free == count) return static_cast<std::uint16_t>(first);
  }
  return fail(Code::io_error, fmt::format("no {} free ports in a row on 127.0.0.1", count));
}

std::string log_end(const fs::path& directory) {
  const auto log = read_file(directory / kNodeLogFile, limits::kConfigFileBytesMax);
  if (!log) return "(no log)";
  return log->size() > 2'000 ? log->substr(log->size() - 2'000) : *log;
}

}  // namespace

Result<std::unique_ptr<LocalChain>> LocalChain::start(const crypto::SigningKey& institution,
                                                      const LocalChainOptions& options) {
  std::unique_ptr<LocalChain> out(new LocalChain());
  std::string pattern = (fs::temp_directory_path() / "generion-bench.XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) {
    return fail(Code::io_error, fmt::format("{} can't be made: {}", pattern, std::strerror(errno)));
  }
  out->temporary_ = pattern;
  if (auto ok = out->make(institution, options); !ok) return fail(ok.error());
  if (auto ok = out->wait_until_ready(); !ok) return fail(ok.error());
  return out;
}

Result<void> LocalChain::make(const crypto::SigningKey& institution,
                              const LocalChainOptions& options) {
  const auto port = free_ports(2 * options.validators);
  if (!port) return fail(port.error());
  node::InitNetworkOptions init;
  init.common.directory = temporary_ / "network";
  init.common.chain_name = options.chain_name;
  init.common.institutions = {{institution.public_key(), "benchmark", "hospital", ""}};
  init.common.parameters = bench_parameters();
  init.common.time = client::now();
  init.common.rpc_address = fmt::format("127.0.0.1:{}", *port);
  init.validators = options.validators;
  const auto made = node::initialize_network(init);
  if (!made) return fail(made.error());
  chain_ = made->chain_id;
  for (const auto& node : made->nodes) keys_.push_back(node.key);
  std::vector<std::string> settings = options.settings;
  settings.emplace_back("rpc.requests_per_second=0");
  auto network = LocalNetwork::start(init.common.directory, settings);
  if (!network) return fail(network.error());
  network_ = std::move(*network);
  return {};
}

Result<void> LocalChain::wait_until_ready() {
  const auto deadline = std::chrono::steady_clock::now() + kStartTimeout;
  while (std::chrono::steady_clock::now() < deadline) {
    if (InterruptWatch::was_interrupted()) return fail(Code::cancelled, "interrupted");
    std::size_t ready = 0;
    const auto states = network_->states();
    for (std::size_t i = 0; i < states.size(); ++i) {
      if (states[i].phase == NodePhase::ready) ++ready;
      if (states[i].phase == NodePhase::ended) {
        return fail(Code::unreachable, fmt::format("{} ended at its start:\n{}", states[i].name,
                                                   log_end(directory(i))));
      }
    }
    if (ready == states.size()) return {};
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return fail(Code::timed_out, "the nodes did not become ready:\n" + log_end(directory(0)));
}

int LocalChain::stop() {
  return network_->stop();
}

Result<void> LocalChain::restart(std::size_t i) {
  if (auto ok = network_->restart(i); !ok) return ok;
  return wait_until_ready();
}

LocalChain::~LocalChain() {
  if (network_) network_->stop();
  std::error_code ignored;
  if (!temporary_.empty()) fs::remove_all(temporary_, ignored);
}

}  // namespace generion::cli
