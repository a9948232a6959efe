// Nodes are killed and started again.
#include <algorithm>

#include "cluster.h"
#include "load.h"
#include "scenarios.h"

namespace generion {
namespace {

constexpr std::size_t kOrders = 24;
constexpr std::size_t kStride = 7;    // prime to 24: few orders differ much, 24 are all
constexpr std::size_t kOneByOne = 4;  // every so manieth order is taken one by one as well

// Order number `number` of starting all nodes: of validators lexicographically, the observer in
// between.
std::vector<NodeNumber> order_of_starting(std::size_t number) {
  std::vector<NodeNumber> out{0, 1, 2, 3};
  for (std::size_t i = 0; i < number * kStride % kOrders; ++i) std::ranges::next_permutation(out);
  out.insert(out.begin() + static_cast<std::ptrdiff_t>(number % kNodes), kObserver);
  return out;
}

std::string text(const std::vector<NodeNumber>& order) {
  std::string out;
  for (const NodeNumber node : order) out += " " + std::to_string(node);
  return out;
}

}  // namespace

void play_crashes(std::size_t count) {
  Cluster cluster;
  Load load(cluster);
  cluster.start(all_nodes());
  cluster.wait_ready(all_nodes());
  say("transactions through each node");
  load.send_through(all_nodes());
  say("the primary is killed under load");
  load.under_load([&] {
    load.wait_for_more(count);
    const NodeNumber first = cluster.primary();
    cluster.kill(first);
    load.wait_for_more(count);
    cluster.start(first);
    cluster.wait_ready({first});
    load.wait_for_more(count);
  });
  say("all are killed under load");
  load.under_load([&] {
    load.wait_for_more(count);
    cluster.kill(all_nodes());
    cluster.start(all_nodes());
    load.wait_for_more(count);
  });
  cluster.wait_ready(all_nodes());
  say("two of four validators are killed: it stops, and resumes by itself");
  cluster.kill({0, 1});
  load.expect_standstill(2);
  cluster.start({0, 1});
  load.under_load([&] { load.wait_for_more(count); });
  load.check_all_there_once();
}

void play_orders(std::size_t count) {
  Cluster cluster;
  Load load(cluster);
  cluster.start(all_nodes());
  load.under_load([&] {
    load.wait_for_more(10);
    for (std::size_t number = 0; number < count; ++number) {
      const auto order = order_of_starting(number);
      say("all are killed under load, and started in the order" + text(order));
      cluster.kill(all_nodes());
      for (const NodeNumber node : order) {
        cluster.start(node);
        cluster.wait_answers(node);
      }
      load.wait_for_more(10);
      if (number % kOneByOne != 0) continue;
      say("each is killed and started in this order while the others go on");
      for (const NodeNumber node : order) {
        cluster.wait_ready(all_nodes());
        cluster.kill(node);
        load.wait_for_more(10);
        cluster.start(node);
      }
    }
  });
  load.check_all_there_once();
}

}  // namespace generion
