#include "namespaces.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <thread>

namespace generion {
namespace {

constexpr const char* kBridge = "together";
constexpr const char* kOtherBridge = "apart";
constexpr const char* kOwnNetwork = "/proc/thread-self/ns/net";

void write_file(const char* path, const std::string& text) {
  std::ofstream(path) << text;
}

bool run(const std::string& command) {
  return std::system(command.c_str()) == 0;
}

int open_network() {
  const int out = ::open(kOwnNetwork, O_RDONLY | O_CLOEXEC);
  require(out >= 0, fmt::format("{}: {}", kOwnNetwork, std::strerror(errno)));
  return out;
}

// The calling thread stays where it is.
int make_network() {
  int out = -1;
  std::thread([&] {
    if (::unshare(CLONE_NEWNET) == 0) out = open_network();
  }).join();
  if (out < 0) skip("no network namespace can be made here");
  return out;
}

std::string cable(NodeNumber node) {
  return "node" + std::to_string(node);
}

std::string host(NodeNumber node) {
  return "10.77.0." + std::to_string(node + 1);
}

}  // namespace

void enter_own_namespaces(int kinds) {
  const auto user = ::getuid();
  const auto group = ::getgid();
  if (::unshare(CLONE_NEWUSER | kinds) != 0) {
    skip(fmt::format("no namespaces can be made here: {}", std::strerror(errno)));
  }
  write_file("/proc/self/uid_map", fmt::format("0 {} 1", user));
  write_file("/proc/self/setgroups", "deny");
  write_file("/proc/self/gid_map", fmt::format("0 {} 1", group));
  if (::getuid() != 0) skip("no user can be made for namespaces here");
  const bool is_private = (kinds & CLONE_NEWNS) == 0 ||
                          ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
  if (!is_private) skip(fmt::format("nothing can be mounted here: {}", std::strerror(errno)));
}

Network::Network() {
  enter_own_namespaces(CLONE_NEWNET);
  own_ = open_network();
  if (!run("ip link set lo up")) skip("there is no program `ip` here");
  for (const char* bridge : {kBridge, kOtherBridge}) {
    if (!run(fmt::format("ip link add {0} type bridge && ip link set {0} up", bridge))) {
      skip("no bridge can be made here");
    }
  }
  for (NodeNumber node = 0; node < kNodes; ++node) {
    of_nodes_.push_back(make_network());
    require(run(fmt::format("ip link add {0} type veth peer name eth0 netns /proc/{1}/fd/{2} && "
                            "ip link set {0} up",
                            cable(node), ::getpid(), of_nodes_.back())),
            "no cable to a node's namespace");
    inside(node, [&] {
      require(run(fmt::format("ip link set lo up && ip addr add {}/24 dev eth0 && "
                              "ip link set eth0 up",
                              host(node))),
              "no address in a node's namespace");
    });
  }
  heal();
}

Network::~Network() {
  for (const int network : of_nodes_) ::close(network);
  ::close(own_);
}

std::string Network::address(NodeNumber node) {
  return host(node) + ":8565";
}

std::vector<std::string> Network::settings(NodeNumber node) {
  std::vector<std::string> out{"p2p.listen=" + address(node)};
  NodeNumber place = 0;
  for (const NodeNumber other : all_but(node)) {
    out.push_back(fmt::format("p2p.peer.{}.address={}", place++, address(other)));
  }
  return out;
}

void Network::inside(NodeNumber node, const std::function<void()>& start) const {
  require(::setns(of_nodes_[node], CLONE_NEWNET) == 0, "a node's namespace cannot be entered");
  start();
  require(::setns(own_, CLONE_NEWNET) == 0, "a node's namespace cannot be left");
}

void Network::cut_off(const std::vector<NodeNumber>& nodes) {
  for (const NodeNumber node : nodes) join(node, kOtherBridge);
}

void Network::heal() {
  for (const NodeNumber node : all_nodes()) join(node, kBridge);
}

void Network::join(NodeNumber node, const std::string& bridge) {
  require(run(fmt::format("ip link set {} master {}", cable(node), bridge)),
          "a node's cable cannot be moved");
}

}  // namespace generion
