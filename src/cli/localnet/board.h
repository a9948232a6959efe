// A local network's state as text: a table that a terminal draws again and again, or lines that
// tell what has changed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace generion::cli {

enum class NodePhase : std::uint8_t {
  starting,  // does not answer yet, or not any more
  ready,
  not_ready,
  ended
};

struct NodeState {
  std::string name;
  NodePhase phase = NodePhase::starting;
  std::string reason;  // not ready, or ended: why
  std::int64_t process = 0;
  std::string url;
  std::string role;
  std::uint64_t height = 0;
  std::uint64_t sealed_height = 0;
  std::uint64_t view = 0;
  std::uint64_t mempool = 0;
  std::uint64_t peers = 0;  // connected
};

std::string board_table(const std::vector<NodeState>& states);

// A line for each node whose phase or reason is another than before, none else.
std::string board_changes(const std::vector<NodeState>& before,
                          const std::vector<NodeState>& after);

}  // namespace generion::cli
