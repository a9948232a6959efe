#include <fmt/format.h>

#include "base/hex.h"
#include "cli/commands/command.h"
#include "cli/commands/parse.h"
#include "cli/terminal/table.h"
#include "client/node_api.h"

namespace generion::cli {
namespace {

struct StatusArgs {};

// Fields that people look at; --json has all.
Result<Report> status(Context& context, const StatusArgs&) {
  const auto node = context.node();
  if (!node) return fail(node.error());
  auto answer = (*node)->call("getStatus", {});
  if (!answer) return fail(answer.error());
  const auto known = client::get_status(**node);
  if (!known) return fail(known.error());
  if (!context.options().genesis.empty()) {
    const auto chain = context.chain();
    if (!chain) return fail(chain.error());
    if (*chain != known->chain_id) {
      return fail(Code::wrong_chain,
                  fmt::format("the node is on chain {}, the genesis file is of {}",
                              to_hex(known->chain_id), to_hex(*chain)));
    }
  }
  const std::string ready = known->ready ? context.coloured(Context::Colour::green, "ready")
                                         : context.coloured(Context::Colour::red, "not ready");
  std::string text = fmt::format("{} is {}\n", context.options().node, ready);
  text += field_lines({{"chain", known->chain_name},
                       {"chain id", grouped_hex(to_hex(known->chain_id))},
                       {"role", known->role},
                       {"version", known->version},
                       {"height", fmt::format("{}, sealed {}", known->height.value(),
                                              known->sealed_height.value())},
                       {"node's clock", time_text(known->node_time) + " UTC"}});
  return Report{.json = std::move(*answer),
                .text = std::move(text),
                .exit_code = known->ready ? ExitCode::ok : ExitCode::busy};
}

}  // namespace

void add_node(CLI::App& root, Action& selected) {
  CLI::App& group = add_group(root, "node", "The node that commands talk to");
  add_command<StatusArgs>(group, "status",
                          "Chain, height, and whether it serves (exit code 6: not ready)", selected,
                          status);
}

}  // namespace generion::cli
