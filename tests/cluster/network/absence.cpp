// Nodes that were away, or are new, catch up while load goes on.
#include <filesystem>

#include "cluster.h"
#include "load.h"
#include "scenarios.h"

namespace generion {
namespace {

namespace fs = std::filesystem;

// What the others have executed now: where a node that comes back has to arrive.
void wait_caught_up(const Cluster& cluster, NodeNumber node) {
  cluster.wait_height(node, cluster.height(node == kObserver ? 0 : kObserver));
  cluster.wait_ready({node});
}

}  // namespace

void play_absence(std::size_t count) {
  Cluster cluster;
  Load load(cluster);
  cluster.start(all_nodes());
  cluster.wait_ready(all_nodes());
  load.under_load([&] {
    load.wait_for_more(50);
    const NodeNumber primary = cluster.primary();
    for (const NodeNumber away : {(primary + 1) % kValidators, primary, kObserver}) {
      say("node " + std::to_string(away) + " is stopped for a while");
      cluster.pause(away);
      load.wait_for_more(count);
      cluster.resume(away);
      wait_caught_up(cluster, away);
      load.wait_for_more(50);
      say("and killed");
      cluster.kill(away);
      load.wait_for_more(count);
      cluster.start(away);
      wait_caught_up(cluster, away);
      load.wait_for_more(50);
    }
  });
  load.check_all_there_once();
}

void play_joining(std::size_t count) {
  Cluster cluster;
  Load load(cluster);
  const fs::path fresh = cluster.directory() / "fresh";
  fs::copy(cluster.directory(kObserver), fresh, fs::copy_options::recursive);
  cluster.start(all_but(3));
  load.under_load([&] {
    load.wait_for_more(count);
    say("the fourth validator starts for the first time");
    cluster.start(3);
    wait_caught_up(cluster, 3);
    say("it votes: another one may go");
    cluster.kill(0);
    load.wait_for_more(50);
    say("which loses its chain and state, and keeps its journal");
    fs::remove_all(cluster.directory(0) / "data" / "chain");
    fs::remove_all(cluster.directory(0) / "data" / "state");
    cluster.start(0);
    wait_caught_up(cluster, 0);
    say("it votes: another one may go");
    cluster.kill(1);
    load.wait_for_more(50);
    cluster.start(1);
    wait_caught_up(cluster, 1);
    say("the observer is made anew");
    cluster.kill(kObserver);
    fs::remove_all(cluster.directory(kObserver));
    fs::copy(fresh, cluster.directory(kObserver), fs::copy_options::recursive);
    cluster.start(kObserver);
    wait_caught_up(cluster, kObserver);
  });
  load.check_all_there_once();
}

}  // namespace generion
