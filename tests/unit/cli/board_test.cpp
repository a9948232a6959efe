#include "cli/localnet/board.h"

#include <catch2/catch.hpp>

namespace generion::cli {
namespace {

NodeState ready(const std::string& name, std::uint64_t height) {
  NodeState out;
  out.name = name;
  out.phase = NodePhase::ready;
  out.process = 42;
  out.url = "http://127.0.0.1:1";
  out.role = "validator";
  out.height = height;
  return out;
}

TEST_CASE("board: a row for each node, with what it does not tell left out") {
  NodeState gone = ready("validator-2", 0);
  gone.phase = NodePhase::ended;
  gone.reason = "signal 9";
  gone.process = -1;
  const std::string table = board_table({ready("validator-1", 17), gone});
  CHECK(table.starts_with("NODE"));
  CHECK(table.contains("validator-1       42      17"));
  CHECK(table.contains("ended: signal 9"));
}

TEST_CASE("board: lines tell what has changed, and nothing else") {
  const std::vector<NodeState> before{ready("validator-1", 1), ready("validator-2", 1)};
  auto after = before;
  after[0].height = 2;
  CHECK(board_changes(before, after).empty());
  after[1].phase = NodePhase::not_ready;
  after[1].reason = "catching up";
  CHECK(board_changes(before, after) ==
        "validator-2 (http://127.0.0.1:1, process 42): not ready: catching up, height 1\n");
  CHECK(board_changes({}, before).contains("validator-1"));
}

}  // namespace
}  // namespace generion::cli
