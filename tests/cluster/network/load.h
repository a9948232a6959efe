// Clients that send transactions through every node of a cluster, and what must hold of these
// whatever happened to the nodes.
//
//   Load load(cluster);
//   load.under_load([&] { load.wait_for_more(50); cluster.kill(0); load.wait_for_more(50); });
//   load.check_all_there_once();
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "client/node_api.h"
#include "cluster.h"

namespace generion {

class Load {
 public:
  // Each transaction carries so many bytes of data.
  explicit Load(const Cluster& cluster, std::size_t data_bytes = 16)
      : cluster_(cluster), data_bytes_(data_bytes) {}

  // Through each node, one after the other, until each is sealed.
  void send_through(const std::vector<NodeNumber>& nodes);

  // Clients send without a pause while `work` runs, each to a node of its own, or to the next one
  // when that does not tell an outcome.
  void under_load(const std::function<void()>& work);
  void wait_for_more(std::size_t count) const;

  // Nothing is ordered at this node: a transaction stays what it is, accepted.
  void expect_standstill(NodeNumber node);

  // What was only accepted, or not even that, is sent again, and ends in one record, too. Then each
  // node that runs has each transaction that was told to be executed, once, in the block that was
  // told, and all have the same state.
  void check_all_there_once();

 private:
  struct Sent {
    SignedTransaction transaction;
    std::optional<client::Outcome> told;  // executed, as a node said
  };

  SignedTransaction make_transaction(std::size_t number) const;
  std::size_t make_next();
  bool try_send(NodeNumber node, std::size_t place, client::Wait wait);
  void send_until_told_to_stop(NodeNumber node);
  void check_ids() const;
  void check_node(NodeNumber node) const;
  void check_roots() const;

  const Cluster& cluster_;
  const std::size_t data_bytes_;
  std::mutex mutex_;
  std::vector<Sent> sent_;
  std::atomic<std::size_t> told_ = 0;
  std::atomic<bool> running_ = false;
};

}  // namespace generion
