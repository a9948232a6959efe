// Four validators (nodes 0 to 3) and an observer (node 4) as real processes in a temporary
// directory. Gives up where something cannot be done.
//
//   Cluster cluster;
//   cluster.start_all();
//   cluster.kill(cluster.primary());
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/localnet/child_node.h"
#include "client/rpc_client.h"
#include "crypto/keys.h"
#include "support.h"
#include "types/ids.h"

namespace generion {

using NodeNumber = std::size_t;

inline constexpr std::size_t kValidators = 4;
inline constexpr NodeNumber kObserver = kValidators;
inline constexpr std::size_t kNodes = kValidators + 1;

const std::vector<NodeNumber>& all_nodes();
std::vector<NodeNumber> all_but(NodeNumber one);

class Cluster {
 public:
  Cluster();   // makes the directory, starts nothing
  ~Cluster();  // ends every process

  const Hash& chain() const { return chain_; }
  const crypto::SigningKey& institution() const { return institution_; }
  const std::filesystem::path& directory() const { return directory_.path(); }
  std::filesystem::path directory(NodeNumber node) const;

  std::string key_text(NodeNumber node) const;  // as the RPC shows it

  // Another directory with all that the node's directory holds now, its key and journal among it; a
  // node of its own.
  NodeNumber copy(NodeNumber node);

  // KEY=VALUE over a node's configuration, from its next start on.
  void set(NodeNumber node, std::vector<std::string> settings);
  // Every start happens inside of `around`, such as in a namespace of the node's own.
  void start_inside(std::function<void(NodeNumber, const std::function<void()>&)> around);

  void start(NodeNumber node);
  void start(const std::vector<NodeNumber>& nodes);
  void kill(NodeNumber node);  // SIGKILL: as a power cut of the program
  void kill(const std::vector<NodeNumber>& nodes);
  void pause(NodeNumber node);    // SIGSTOP
  void resume(NodeNumber node);   // SIGCONT
  int stop(NodeNumber node);      // SIGTERM; its exit code
  int wait_end(NodeNumber node);  // its exit code, once it ends by itself

  std::unique_ptr<client::RpcClient> connect(NodeNumber node) const;
  // What getStatus says; nullopt: no answer.
  std::optional<boost::json::object> status(NodeNumber node) const;
  bool is_ready(NodeNumber node) const;
  std::uint64_t height(NodeNumber node) const;  // 0: no answer
  std::string log(NodeNumber node) const;       // of all its starts

  void wait_answers(NodeNumber node) const;
  void wait_ready(const std::vector<NodeNumber>& nodes) const;
  void wait_height(NodeNumber node, std::uint64_t height) const;
  NodeNumber first_primary() const;  // of view 0
  // The primary as one of `nodes` knows it.
  NodeNumber primary(const std::vector<NodeNumber>& nodes = all_nodes()) const;

 private:
  void make_network();
  void tell_states() const;
  void remove_all() const;

  TemporaryDirectory directory_;
  crypto::SigningKey institution_;
  Hash chain_;
  std::vector<std::string> names_;
  std::vector<PublicKey> keys_;
  std::vector<std::vector<std::string>> settings_;
  std::vector<std::optional<cli::ChildNode>> processes_;
  std::function<void(NodeNumber, const std::function<void()>&)> around_;
};

}  // namespace generion
