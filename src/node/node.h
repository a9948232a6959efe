// A node: the ledger, the threads and the RPC, wired together.
//
//   auto node = Node::start(config);
//   auto why = (*node)->wait();   // until request_stop, or the disk failed
//   (*node)->stop();
#pragma once

#include <functional>
#include <memory>

#include "base/error.h"
#include "node/config.h"

namespace generion::node {

class Node {
 public:
  // Opens everything and starts to serve; ready when it returns, unless status says otherwise.
  // Errors: those of the genesis, key, journal, ledger and listeners; bad_config for a node that
  // could neither order nor follow.
  static Result<std::unique_ptr<Node>> start(const Config& config);
  // As start, after `before`, which has stopped: with its key, so that no passphrase is asked for.
  static Result<std::unique_ptr<Node>> start_again(const Config& config,
                                                   std::unique_ptr<Node> before);
  ~Node();  // stops
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  // Returns when request_stop was called, or with the error on which the node had to stop by
  // itself.
  Result<void> wait();

  // Any thread.
  void request_stop();

  // Stops accepting, answers or tells those who wait, makes everything durable, closes the
  // databases.
  void stop();

  // After `wait`: it has joined by a snapshot, and is to be started again with what that gave.
  bool wants_restart() const;

  // The port of the first listener (for a configured port 0).
  std::uint16_t rpc_port() const;

 private:
  class Impl;
  explicit Node(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Runs a node until SIGTERM or SIGINT, with logging as configured: what generiond does.
Result<void> serve(const Config& config);

}  // namespace generion::node
