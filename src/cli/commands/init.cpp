#include <fmt/format.h>

#include <charconv>

#include "base/hex.h"
#include "base/limits.h"
#include "cli/commands/command.h"
#include "cli/commands/institution_reading.h"
#include "cli/commands/parse.h"
#include "cli/terminal/table.h"
#include "node/init.h"
#include "types/address.h"

namespace generion::cli {
namespace {

struct InitArgs {
  std::filesystem::path directory;
  std::string name = "generion";
  std::string validator = "validator-1";
  std::vector<std::string> institutions;
  std::string admission = "institution";
  std::vector<std::string> parameters;
  std::string rpc_address = "127.0.0.1:8564";
  std::size_t validators = 1;
  std::size_t observers = 0;
  bool plain_keys = false;
};

// NAME=NUMBER, over the chain's parameters so far.
Result<Parameters> with_parameter(const Parameters& parameters, const std::string& text) {
  const std::size_t equals = std::min(text.find('='), text.size());
  const std::string_view digits = std::string_view(text).substr(std::min(equals + 1, text.size()));
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (equals == 0 || error != std::errc{} || end != digits.data() + digits.size()) {
    return fail(Code::usage, fmt::format("--parameter is \"{}\"; it takes NAME=NUMBER, such as "
                                         "erase_within_ms=3600000",
                                         text));
  }
  auto changed = set_parameter(parameters, std::string_view(text).substr(0, equals), number);
  if (!changed) return fail(Code::bad_genesis, changed.error().message);
  return changed;
}

Result<node::InitOptions> init_options(Context& context, const InitArgs& args) {
  node::InitOptions out;
  out.directory = args.directory;
  out.chain_name = args.name;
  out.validator_name = args.validator;
  out.time = context.now();
  out.rpc_address = args.rpc_address;
  out.parameters.user_admission = args.admission == "open" ? Parameters::UserAdmission::open
                                                           : Parameters::UserAdmission::institution;
  for (const std::string& text : args.parameters) {
    auto changed = with_parameter(out.parameters, text);
    if (!changed) return fail(changed.error());
    out.parameters = std::move(*changed);
  }
  for (const std::string& text : args.institutions) {
    auto institution = parse_institution(text);
    if (!institution) return fail(institution.error());
    out.institutions.push_back(std::move(*institution));
  }
  auto secret = context.new_passphrase("the node's keys", protection_of(args.plain_keys));
  if (!secret) return fail(secret.error());
  if (secret->size() > 0) out.passphrase = std::move(*secret);
  return out;
}

Result<Report> init_network(node::InitOptions common, const InitArgs& args) {
  const auto made = node::initialize_network({std::move(common), args.validators, args.observers});
  if (!made) return fail(made.error());
  const std::string chain = to_hex(made->chain_id);
  Table table({{"NODE"}, {"KEY"}, {"RPC"}});
  boost::json::array nodes;
  for (const auto& node : made->nodes) {
    table.add({node.name, address_text(node.key), node.rpc_address});
    nodes.push_back({{"name", node.name},
                     {"key", address_text(node.key)},
                     {"rpc", node.rpc_address},
                     {"config", (args.directory / node.name / node::kConfigFile).string()}});
  }
  std::string text = fmt::format(
      "Made {}: a directory for each of {} nodes, with one genesis "
      "file.\n\n",
      args.directory.string(), made->nodes.size());
  text += field_lines({{"chain id", grouped_hex(chain)}});
  text += "\n" + table.text();
  text += fmt::format(
      "\nStart them with: generion localnet --dir {}\nor each with: generiond "
      "--config {}/NODE/{}\n",
      args.directory.string(), args.directory.string(), node::kConfigFile);
  return Report{.json = {{"chain_id", chain}, {"nodes", std::move(nodes)}}, .text = text};
}

Result<Report> init(Context& context, const InitArgs& args) {
  auto options = init_options(context, args);
  if (!options) return fail(options.error());
  if (args.validators > 1 || args.observers > 0) {
    return init_network(std::move(*options), args);
  }
  const auto made = node::initialize_node(*options);
  if (!made) return fail(made.error());
  const std::string config = (args.directory / node::kConfigFile).string();
  const std::string chain = to_hex(made->chain_id);
  std::string text = fmt::format("Made {}: keys, genesis file, configuration and journal.\n\n",
                                 args.directory.string());
  text += field_lines({{"chain id", grouped_hex(chain)},
                       {"validator", address_text(made->validator)},
                       {"governance", address_text(made->governance)}});
  text += fmt::format(
      "\nCompare the chain id aloud with the other operators: whoever has another one is on "
      "another chain.\n"
      "Move governance.key to a machine that is not on the network.\n"
      "Start the node with: generiond --config {}\n",
      config);
  boost::json::object json{{"chain_id", chain},
                           {"validator", address_text(made->validator)},
                           {"governance", address_text(made->governance)},
                           {"genesis", (args.directory / node::kGenesisFile).string()},
                           {"config", config}};
  return Report{.json = std::move(json), .text = std::move(text)};
}

}  // namespace

void add_init(CLI::App& root, Action& selected) {
  auto [app, args] = add_command<InitArgs>(
      root, "init", "Make a new chain's first node: keys, genesis file, configuration, journal",
      selected, init);
  app->add_option("--dir", args->directory, "Directory to make; must not exist, or be empty")
      ->required();
  app->add_option("--name", args->name, "The chain's name")->capture_default_str();
  app->add_option("--validator", args->validator, "The validator's name, such as its hospital's")
      ->capture_default_str();
  app->add_option("--institution", args->institutions,
                  "NAME=ADDRESS[,KIND[,DATA_SOURCE_URL]] of an institution accredited from the "
                  "start; repeatable")
      ->take_all()
      ->expected(1)
      ->allow_extra_args(false);
  app->add_option("--admission", args->admission, "Who admits users: institution, or open (anyone)")
      ->check(CLI::IsMember({"institution", "open"}))
      ->capture_default_str();
  app->add_option("--parameter", args->parameters,
                  "NAME=NUMBER of a chain parameter that is to differ from its default "
                  "(docs/operators/node.md lists them); repeatable")
      ->take_all()
      ->expected(1)
      ->allow_extra_args(false);
  app->add_option("--rpc", args->rpc_address, "Address that the node's RPC listens on")
      ->capture_default_str();
  app->add_option("--validators", args->validators,
                  "Validators, to run on one machine: a directory and two ports for each, from "
                  "--rpc on; --validator is not used then")
      ->check(CLI::Range(std::size_t{1}, limits::kValidatorsMax))
      ->capture_default_str();
  app->add_option("--observers", args->observers, "Nodes that only follow, beside them")
      ->check(CLI::Range(std::size_t{0}, limits::kValidatorsMax))
      ->capture_default_str();
  app->add_flag("--plain-keys", args->plain_keys,
                "Key files without passphrase, protected by their mode only");
}

}  // namespace generion::cli
