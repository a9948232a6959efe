// How a command joins the tree: its arguments are a struct, its work a function from them to a
// Report.
//
//   struct ShowArgs { std::string address; };
//   Result<Report> show_user(Context& context, const ShowArgs& args);
//
//   auto [app, args] = add_command<ShowArgs>(users, "show", "One user", selected, show_user);
//   app->add_option("ADDRESS", args->address, "gen1...")->required();
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "cli/context.h"

namespace generion::cli {

// Set by the parser to the command that was named.
using Action = std::function<Result<Report>(Context&)>;

template <class Args>
struct Command {
  CLI::App* app;
  Args* args;  // lives as long as the app
};

template <class Args>
Command<Args> add_command(CLI::App& parent, const std::string& name, const std::string& help,
                          Action& selected, Result<Report> (*work)(Context&, const Args&)) {
  auto args = std::make_shared<Args>();
  CLI::App* app = parent.add_subcommand(name, help);
  app->callback([args, work, &selected] {
    selected = [args, work](Context& context) { return work(context, *args); };
  });
  return {app, args.get()};
}

// A command without work of its own, only with commands below.
inline CLI::App& add_group(CLI::App& parent, const std::string& name, const std::string& help) {
  CLI::App* app = parent.add_subcommand(name, help);
  app->require_subcommand(1);
  return *app;
}

// For the flag --plain of commands that make keys.
inline Context::Protection protection_of(bool plain) {
  return plain ? Context::Protection::by_mode : Context::Protection::by_passphrase;
}

// Each adds its commands; one .cpp each.
void add_init(CLI::App& root, Action& selected);
void add_localnet(CLI::App& root, Action& selected);
void add_keys(CLI::App& root, Action& selected);
void add_institution(CLI::App& root, Action& selected);
void add_record(CLI::App& root, Action& selected);
void add_share(CLI::App& root, Action& selected);
void add_order(CLI::App& root, Action& selected);
void add_token(CLI::App& root, Action& selected);
void add_user(CLI::App& root, Action& selected);
void add_gov(CLI::App& root, Action& selected);
void add_stats(CLI::App& root, Action& selected);
void add_tx(CLI::App& root, Action& selected);
void add_query(CLI::App& root, Action& selected);
void add_proof(CLI::App& root, Action& selected);
void add_export(CLI::App& root, Action& selected);
void add_audit(CLI::App& root, Action& selected);
void add_node(CLI::App& root, Action& selected);
void add_bench(CLI::App& root, Action& selected);
void add_completion(CLI::App& root, Action& selected);

// All of them, in the order of the help text.
void add_commands(CLI::App& root, Action& selected);

}  // namespace generion::cli
