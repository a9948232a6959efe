#include "cli/localnet/board.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/terminal/table.h"

namespace generion::cli {
namespace {

std::string phase_text(const NodeState& state) {
  switch (state.phase) {
    case NodePhase::starting:
      return "no answer";
    case NodePhase::ready:
      return "ready";
    case NodePhase::not_ready:
      return "not ready: " + state.reason;
    case NodePhase::ended:
      return "ended: " + state.reason;
  }
  return {};
}

bool answers(const NodeState& state) {
  return state.phase == NodePhase::ready || state.phase == NodePhase::not_ready;
}

}  // namespace

std::string board_table(const std::vector<NodeState>& states) {
  Table table({{"NODE"},
               {"PROCESS", Align::right},
               {"HEIGHT", Align::right},
               {"SEALED", Align::right},
               {"VIEW", Align::right},
               {"MEMPOOL", Align::right},
               {"PEERS", Align::right},
               {"RPC"},
               {"STATE"}});
  for (const NodeState& state : states) {
    const auto number = [&](std::uint64_t value) {
      return answers(state) ? fmt::format("{}", value) : std::string("-");
    };
    const std::string view = state.role == "observer" ? "-" : number(state.view);
    table.add({state.name, state.process > 0 ? fmt::format("{}", state.process) : "-",
               number(state.height), number(state.sealed_height), view, number(state.mempool),
               number(state.peers), state.url, phase_text(state)});
  }
  return table.text();
}

std::string board_changes(const std::vector<NodeState>& before,
                          const std::vector<NodeState>& after) {
  std::string out;
  for (const NodeState& now : after) {
    const auto old = std::ranges::find(before, now.name, &NodeState::name);
    if (old != before.end() && phase_text(*old) == phase_text(now)) continue;
    out += fmt::format("{} ({}, process {}): {}, height {}\n", now.name, now.url, now.process,
                       printable(phase_text(now)), now.height);
  }
  return out;
}

}  // namespace generion::cli
