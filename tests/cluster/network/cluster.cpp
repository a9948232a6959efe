#include "cluster.h"

#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cstring>
#include <fstream>
#include <random>
#include <span>
#include <sstream>

#include "client/node_api.h"
#include "client/transaction_builder.h"
#include "node/init.h"
#include "types/address.h"

namespace generion {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLogFile = "node.log";
constexpr std::size_t kLogBytesTold = 3'000;
constexpr std::uint64_t kCallMs = 5'000;
// Below the ports that the system gives to those who ask for any.
constexpr std::uint16_t kFirstPort = 12'000;
constexpr std::uint16_t kPorts = 20'000;

bool is_free(std::uint16_t port) {
  const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int yes = 1;
  ::setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  const sockaddr_in address{
      .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  sockaddr generic{};
  std::memcpy(&generic, &address, sizeof address);
  const bool out = ::bind(probe, &generic, sizeof generic) == 0;
  ::close(probe);
  return out;
}

// The first of two ports for each node.
std::uint16_t free_ports() {
  std::random_device random;
  for (;;) {
    constexpr std::uint16_t kTaken = 2 * kNodes;
    const auto first =
        static_cast<std::uint16_t>(kFirstPort + kTaken * (random() % (kPorts / kTaken)));
    std::uint16_t port = first;
    while (port < first + kTaken && is_free(port)) ++port;
    if (port == first + kTaken) return first;
  }
}

int exit_code(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

const std::vector<NodeNumber>& all_nodes() {
  static const std::vector<NodeNumber> kAll{0, 1, 2, 3, kObserver};
  return kAll;
}

std::vector<NodeNumber> all_but(NodeNumber one) {
  std::vector<NodeNumber> out = all_nodes();
  std::erase(out, one);
  return out;
}

Cluster::Cluster()
    : institution_(crypto::SigningKey::generate()), settings_(kNodes), processes_(kNodes) {
  make_network();
  explain_failures([this] {
    tell_states();
    remove_all();
  });
}

Cluster::~Cluster() {
  explain_failures(nullptr);
  for (NodeNumber node = 0; node < processes_.size(); ++node) {
    if (!processes_[node]) continue;
    resume(node);
    processes_[node]->terminate();
  }
}

void Cluster::make_network() {
  node::InitNetworkOptions options;
  options.common.directory = directory() / "network";
  options.common.chain_name = "network test";
  options.common.time = client::now();
  options.common.institutions = {{institution_.public_key(), "hospital", "hospital", ""}};
  options.common.rpc_address = "127.0.0.1:" + std::to_string(free_ports());
  options.common.parameters.heartbeat_ms = 1'000;  // empty blocks come, too
  options.validators = kValidators;
  options.observers = 1;
  const auto made = node::initialize_network(options);
  require(made.has_value(), made ? "" : made.error().message);
  chain_ = made->chain_id;
  for (const auto& node : made->nodes) {
    names_.push_back(node.name);
    keys_.push_back(node.key);
  }
}

void Cluster::tell_states() const {
  for (NodeNumber node = 0; node < names_.size(); ++node) {
    const auto answer = status(node);
    const std::string all = log(node);
    say(names_[node] + ": " + (answer ? boost::json::serialize(*answer) : "no answer") + "\n" +
        all.substr(all.size() - std::min(all.size(), kLogBytesTold)));
  }
}

void Cluster::remove_all() const {
  for (const auto& process : processes_) {
    if (process && process->process() > 0) ::kill(process->process(), SIGKILL);
  }
  std::error_code ignored;
  fs::remove_all(directory(), ignored);
}

fs::path Cluster::directory(NodeNumber node) const {
  return directory() / "network" / names_[node];
}

std::string Cluster::key_text(NodeNumber node) const {
  return address_text(keys_[node]);
}

NodeNumber Cluster::copy(NodeNumber node) {
  const NodeNumber out = names_.size();
  names_.push_back("copy-" + std::to_string(out) + "-of-" + names_[node]);
  keys_.push_back(keys_[node]);
  settings_.push_back({"rpc.listener.0.address=127.0.0.1:0", "p2p.listen=127.0.0.1:0"});
  processes_.emplace_back();
  fs::copy(directory(node), directory(out), fs::copy_options::recursive);
  fs::remove(directory(out) / kLogFile);
  return out;
}

void Cluster::set(NodeNumber node, std::vector<std::string> settings) {
  settings_[node] = std::move(settings);
}

void Cluster::start_inside(std::function<void(NodeNumber, const std::function<void()>&)> around) {
  around_ = std::move(around);
}

void Cluster::start(NodeNumber node) {
  std::vector<std::string> settings{"consensus.view_timeout_ms=1000", "rpc.wait_timeout_ms=1000",
                                    "log.level=info"};
  settings.insert(settings.end(), settings_[node].begin(), settings_[node].end());
  const auto launch = [&] {
    auto started = cli::ChildNode::start(directory(node) / node::kConfigFile,
                                         directory(node) / kLogFile, settings);
    require(started.has_value(), started ? "" : started.error().message);
    processes_[node].emplace(std::move(*started));
  };
  if (around_) return around_(node, launch);
  launch();
}

void Cluster::start(const std::vector<NodeNumber>& nodes) {
  for (const NodeNumber node : nodes) start(node);
}

void Cluster::kill(NodeNumber node) {
  processes_[node]->kill();
}

void Cluster::kill(const std::vector<NodeNumber>& nodes) {
  for (const NodeNumber node : nodes) kill(node);
}

void Cluster::pause(NodeNumber node) {
  ::kill(processes_[node]->process(), SIGSTOP);
}

void Cluster::resume(NodeNumber node) {
  if (processes_[node]->process() > 0) ::kill(processes_[node]->process(), SIGCONT);
}

int Cluster::stop(NodeNumber node) {
  return exit_code(processes_[node]->stop());
}

int Cluster::wait_end(NodeNumber node) {
  std::optional<int> status;
  wait_until([&] { return (status = processes_[node]->poll()).has_value(); },
             names_[node] + " ends by itself");
  return exit_code(*status);
}

std::unique_ptr<client::RpcClient> Cluster::connect(NodeNumber node) const {
  auto out = client::RpcClient::create(
      {.url = "unix:" + (directory(node) / "admin.sock").string(), .call_timeout_ms = kCallMs});
  require(out.has_value(), out ? "" : out.error().message);
  return std::move(*out);
}

std::optional<boost::json::object> Cluster::status(NodeNumber node) const {
  const auto answer = connect(node)->call("getStatus", {});
  return answer && answer->is_object() ? std::optional(answer->as_object()) : std::nullopt;
}

bool Cluster::is_ready(NodeNumber node) const {
  const auto answer = status(node);
  return answer && answer->at("ready").as_bool();
}

std::uint64_t Cluster::height(NodeNumber node) const {
  const auto answer = status(node);
  return answer ? answer->at("height").to_number<std::uint64_t>() : 0;
}

std::string Cluster::log(NodeNumber node) const {
  std::ostringstream out;
  out << std::ifstream(directory(node) / kLogFile).rdbuf();
  return out.str();
}

void Cluster::wait_answers(NodeNumber node) const {
  wait_until([&] { return status(node).has_value(); }, names_[node] + " answers");
}

void Cluster::wait_ready(const std::vector<NodeNumber>& nodes) const {
  for (const NodeNumber node : nodes) {
    wait_until([&] { return is_ready(node); }, names_[node] + " ready");
  }
}

void Cluster::wait_height(NodeNumber node, std::uint64_t wanted) const {
  wait_until([&] { return height(node) >= wanted; },
             names_[node] + " at height " + std::to_string(wanted));
}

NodeNumber Cluster::first_primary() const {
  const auto validators = std::span(keys_).first(kValidators);
  return static_cast<NodeNumber>(std::ranges::min_element(validators) - validators.begin());
}

NodeNumber Cluster::primary(const std::vector<NodeNumber>& nodes) const {
  std::optional<NodeNumber> found;
  const auto ask = [&](NodeNumber node) {
    const auto answer = status(node);
    if (!answer || !answer->contains("primary")) return;
    const auto key = parse_address(std::string(answer->at("primary").as_string()));
    const auto place = std::ranges::find(keys_, *key);
    if (place != keys_.end()) found = static_cast<NodeNumber>(place - keys_.begin());
  };
  wait_until(
      [&] {
        for (const NodeNumber node : nodes) {
          if (!found) ask(node);
        }
        return found.has_value();
      },
      "a primary");
  return *found;
}

}  // namespace generion
