#include "cli/bench/local_node.h"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <thread>
#include <vector>

#include "base/file.h"
#include "base/limits.h"
#include "client/node_api.h"
#include "client/transaction_builder.h"
#include "node/init.h"

namespace generion::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kLogFile = "generiond.log";
constexpr auto kStartTimeout = std::chrono::seconds(30);

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

// A port that is free now; the child binds it a moment later.
Result<std::uint16_t> free_port() {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  const bool bound = descriptor >= 0 && ::bind(descriptor, generic, size) == 0 &&
                     ::getsockname(descriptor, generic, &size) == 0;
  if (descriptor >= 0) ::close(descriptor);
  if (!bound) return fail(Code::io_error, "no free port on 127.0.0.1");
  return ntohs(address.sin_port);
}

}  // namespace

Result<std::unique_ptr<LocalNode>> LocalNode::start(const crypto::SigningKey& institution,
                                                    std::vector<std::string> settings) {
  std::unique_ptr<LocalNode> out(new LocalNode());
  out->settings_ = std::move(settings);
  out->settings_.emplace_back("rpc.requests_per_second=0");
  std::string pattern = (fs::temp_directory_path() / "generion-bench.XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) {
    return fail(Code::io_error, fmt::format("{} can't be made: {}", pattern, std::strerror(errno)));
  }
  out->directory_ = pattern;
  const auto port = free_port();
  if (!port) return fail(port.error());
  const std::string address = fmt::format("127.0.0.1:{}", *port);
  out->url_ = "http://" + address;
  node::InitOptions options;
  options.directory = out->directory_ / "node";
  options.chain_name = "benchmark";
  options.validator_name = "benchmark";
  options.institutions = {{institution.public_key(), "benchmark", "hospital", ""}};
  options.parameters = bench_parameters();
  options.time = client::now();
  options.rpc_address = address;
  const auto made = node::initialize_node(options);
  if (!made) return fail(made.error());
  out->chain_ = made->chain_id;
  if (auto ok = out->restart(); !ok) return fail(ok.error());
  return out;
}

Result<void> LocalNode::wait_until_ready() {
  const auto deadline = std::chrono::steady_clock::now() + kStartTimeout;
  auto client = client::RpcClient::create({.url = url_, .call_timeout_ms = 5'000});
  if (!client) return fail(client.error());
  while (std::chrono::steady_clock::now() < deadline) {
    const auto status = client::get_status(**client);
    if (status && status->ready) return {};
    if (child_->poll()) {
      return fail(Code::unreachable, "the node ended at its start:\n" + log_end());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return fail(Code::timed_out, "the node did not become ready:\n" + log_end());
}

std::string LocalNode::log_end() const {
  const auto log = read_file(directory_ / kLogFile, limits::kConfigFileBytesMax);
  if (!log) return "(no log)";
  return log->size() > 2'000 ? log->substr(log->size() - 2'000) : *log;
}

void LocalNode::kill() {
  if (child_) child_->kill();
}

int LocalNode::stop() {
  return child_ ? child_->stop() : 0;
}

Result<void> LocalNode::restart() {
  auto child =
      ChildNode::start(directory_ / "node" / node::kConfigFile, directory_ / kLogFile, settings_);
  if (!child) return fail(child.error());
  child_ = std::move(*child);
  return wait_until_ready();
}

LocalNode::~LocalNode() {
  stop();
  std::error_code ignored;
  if (!directory_.empty()) fs::remove_all(directory_, ignored);
}

}  // namespace generion::cli
