// The network is cut, and healed.
#include "cluster.h"
#include "load.h"
#include "namespaces.h"
#include "scenarios.h"

namespace generion {

void play_cuts(std::size_t count) {
  Network network;
  Cluster cluster;
  Load load(cluster);
  for (const NodeNumber node : all_nodes()) cluster.set(node, Network::settings(node));
  cluster.start_inside(
      [&](NodeNumber node, const std::function<void()>& start) { network.inside(node, start); });
  cluster.start(all_nodes());
  cluster.wait_ready(all_nodes());
  load.under_load([&] {
    load.wait_for_more(50);
    const NodeNumber primary = cluster.primary();
    for (const NodeNumber alone : {primary, (primary + 2) % kValidators}) {
      say("validator " + std::to_string(alone) + " is cut off: the others go on");
      network.cut_off({alone});
      load.wait_for_more(count);
      load.expect_standstill(alone);
      network.heal();
      cluster.wait_height(alone, cluster.height(kObserver));
      cluster.wait_ready({alone});
      load.wait_for_more(50);
    }
    say("two are cut off from two: neither half goes on");
    network.cut_off({0, 1});
    load.expect_standstill(0);
    load.expect_standstill(2);
    load.expect_standstill(kObserver);
    network.heal();
    load.wait_for_more(50);
  });
  cluster.wait_ready(all_nodes());
  load.send_through(all_nodes());
  load.check_all_there_once();
}

}  // namespace generion
