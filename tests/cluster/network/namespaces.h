// Namespaces that this program makes for itself, without being root, and that end with it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cluster.h"

namespace generion {

// Enters new namespaces (CLONE_NEW...) of a user of their own; skips the test where the system does
// not let it. Before any thread is started.
void enter_own_namespaces(int kinds);

// A network namespace for each node, with the address `address(node)`, all joined by a switch that
// can be divided. Skips the test where it cannot be made.
class Network {
 public:
  Network();
  ~Network();
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  static std::string address(NodeNumber node);  // of one port that each has for itself
  // What a node's configuration says, so that all find each other at these addresses.
  static std::vector<std::string> settings(NodeNumber node);
  // A process that `start` makes belongs to the node's namespace.
  void inside(NodeNumber node, const std::function<void()>& start) const;

  // These reach one another, and the others one another.
  void cut_off(const std::vector<NodeNumber>& nodes);
  void heal();

 private:
  void join(NodeNumber node, const std::string& bridge);

  int own_;
  std::vector<int> of_nodes_;
};

}  // namespace generion
