#include <fmt/format.h>

#include <algorithm>

#include "base/hex.h"
#include "cli/commands/command.h"
#include "cli/commands/listing.h"
#include "cli/commands/parse.h"
#include "cli/terminal/table.h"
#include "client/node_api.h"

namespace generion::cli {
namespace {

using boost::json::object;

struct StatusArgs {
  std::vector<std::string> nodes;
};

// What one node says of itself.
struct Seen {
  object status;
  client::NodeStatus known;
  object health;  // empty: the node does not tell it to this caller
};

Result<Seen> look_at(client::Rpc& node) {
  auto status = node.call("getStatus", {});
  if (!status) return fail(status.error());
  auto known = client::get_status(node);
  if (!known) return fail(known.error());
  Seen out{std::move(status->as_object()), std::move(*known), {}};
  auto health = node.call("getHealth", {});
  if (health && health->is_object()) out.health = std::move(health->as_object());
  if (!health && health.error().code != Code::forbidden &&
      health.error().code != Code::unknown_method) {
    return fail(health.error());
  }
  return out;
}

Result<void> check_chain(Context& context, const client::NodeStatus& known) {
  if (context.options().genesis.empty()) return {};
  const auto chain = context.chain();
  if (!chain) return fail(chain.error());
  if (*chain == known.chain_id) return {};
  return fail(Code::wrong_chain, fmt::format("the node is on chain {}, the genesis file is of {}",
                                             to_hex(known.chain_id), to_hex(*chain)));
}

// The reasons why a node is not well; empty if it is, or does not tell.
std::vector<object> reasons_of(const object& health) {
  std::vector<object> out;
  const auto* reasons = health.if_contains("reasons");
  if (reasons == nullptr || !reasons->is_array()) return out;
  for (const auto& reason : reasons->get_array()) {
    if (reason.is_object()) out.push_back(reason.get_object());
  }
  return out;
}

std::string reasons_text(const object& health) {
  std::string out;
  for (const object& reason : reasons_of(health)) {
    out +=
        printable(fmt::format("{}: {}", member_text(reason, "code"), member_text(reason, "what"))) +
        "\n  do: " + printable(member_text(reason, "do")) + "\n";
  }
  return out;
}

std::string state_text(const Context& context, const Seen& seen) {
  if (!seen.known.ready) return context.coloured(Context::Colour::red, "not ready");
  if (reasons_of(seen.health).empty()) return context.coloured(Context::Colour::green, "ready");
  return context.coloured(Context::Colour::yellow, "ready, not well");
}

// Fields that people look at; --json has all.
std::string status_text(const Seen& seen) {
  const client::NodeStatus& known = seen.known;
  std::vector<std::pair<std::string, std::string>> fields{
      {"chain", known.chain_name},
      {"chain id", grouped_hex(to_hex(known.chain_id))},
      {"role", known.role},
      {"version", known.version},
      {"height", fmt::format("{}, sealed {}", known.height.value(), known.sealed_height.value())}};
  const auto of = [&](std::string_view member) { return member_text(seen.health, member); };
  if (!seen.health.empty()) {
    fields.emplace_back("behind", of("lag") + " blocks");
    fields.emplace_back("epoch, view", of("epoch") + ", " + of("view"));
    if (seen.health.contains("primary")) fields.emplace_back("primary", of("primary"));
    fields.emplace_back("validators",
                        fmt::format("{} of {} connected, {} needed", of("validators_connected"),
                                    of("validators"), of("quorum")));
    fields.emplace_back("waiting", of("mempool") + " transactions");
  }
  fields.emplace_back("node's clock", time_text(known.node_time) + " UTC");
  return field_lines(fields);
}

Result<Report> status_of_one(Context& context) {
  const auto node = context.node();
  if (!node) return fail(node.error());
  auto seen = look_at(**node);
  if (!seen) return fail(seen.error());
  if (auto ok = check_chain(context, seen->known); !ok) return fail(ok.error());
  std::string text = fmt::format("{} is {}\n", context.options().node, state_text(context, *seen));
  text += status_text(*seen) + reasons_text(seen->health);
  object json = std::move(seen->status);
  if (!seen->health.empty()) json["health"] = std::move(seen->health);
  return Report{.json = std::move(json),
                .text = std::move(text),
                .exit_code = seen->known.ready ? ExitCode::ok : ExitCode::busy};
}

std::vector<std::string> row_of(const std::string& url, const Seen& seen) {
  const auto of = [&](std::string_view member) {
    const std::string out = member_text(seen.health, member);
    return out.empty() ? std::string("-") : out;
  };
  std::string trouble;
  for (const object& reason : reasons_of(seen.health)) {
    trouble += (trouble.empty() ? "" : ", ") + member_text(reason, "code");
  }
  const bool follows = seen.known.role == "observer";
  return {url,
          seen.known.role,
          fmt::format("{}", seen.known.height.value()),
          fmt::format("{}", seen.known.sealed_height.value()),
          of("lag"),
          of("epoch"),
          follows ? "-" : of("view"),
          of("validators_connected") + "/" + of("validators"),
          of("mempool"),
          seen.known.ready ? "ready" : "not ready",
          trouble};
}

// A table; a node that does not answer has its line, too.
Result<Report> status_of_several(Context& context, const std::vector<std::string>& urls) {
  Table table({{"NODE"},
               {"ROLE"},
               {"HEIGHT", Align::right},
               {"SEALED", Align::right},
               {"BEHIND", Align::right},
               {"EPOCH", Align::right},
               {"VIEW", Align::right},
               {"VALIDATORS", Align::right},
               {"WAITING", Align::right},
               {"STATE"},
               {"TROUBLE"}});
  std::string details;
  boost::json::array json;
  bool all_ready = true;
  for (const std::string& url : urls) {
    auto rpc = context.connect(url);
    if (!rpc) return fail(rpc.error());
    auto seen = look_at(**rpc);
    if (!seen) {
      all_ready = false;
      table.add({url, "-", "-", "-", "-", "-", "-", "-", "-", "no answer", ""});
      details += fmt::format("{}: {}\n", url, printable(seen.error().message));
      json.push_back(object{{"node", url},
                            {"error",
                             {{"code", std::string(code_name(seen.error().code))},
                              {"message", seen.error().message}}}});
      continue;
    }
    if (auto ok = check_chain(context, seen->known); !ok) return fail(ok.error());
    all_ready = all_ready && seen->known.ready;
    table.add(row_of(url, *seen));
    if (const std::string why = reasons_text(seen->health); !why.empty()) {
      details += fmt::format("\n{}\n{}", url, why);
    }
    json.push_back(object{{"node", url}, {"status", seen->status}, {"health", seen->health}});
  }
  return Report{.json = std::move(json),
                .text = table.text() + details,
                .exit_code = all_ready ? ExitCode::ok : ExitCode::busy};
}

Result<Report> status(Context& context, const StatusArgs& args) {
  return args.nodes.empty() ? status_of_one(context) : status_of_several(context, args.nodes);
}

}  // namespace

void add_node(CLI::App& root, Action& selected) {
  CLI::App& group = add_group(root, "node", "The node that commands talk to");
  auto [app, args] =
      add_command<StatusArgs>(group, "status",
                              "Chain, height, whether it serves (exit code 6: not ready), and what "
                              "is wrong with it",
                              selected, status);
  app->add_option("NODE", args->nodes,
                  "Several nodes as a table: http(s)://host:port or unix:/path of an admin socket");
}

}  // namespace generion::cli
