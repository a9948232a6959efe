#include "cli/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ranges>

#include "base/version.h"
#include "cli/commands/command.h"
#include "cli/exit_code.h"
#include "cli/terminal/table.h"
#include "node/overrides.h"

namespace generion::cli {
namespace {

constexpr std::string_view kDefaultNode = "http://127.0.0.1:8564";

// Below the user's data directory: where things go unless told otherwise.
std::string default_directory(const Streams& streams, std::string_view name) {
  const auto value = [&](const char* variable) {
    const auto found = streams.environment.find(variable);
    return found == streams.environment.end() ? std::string() : found->second;
  };
  if (const std::string data = value("XDG_DATA_HOME"); !data.empty()) {
    return fmt::format("{}/generion/{}", data, name);
  }
  return fmt::format("{}/.local/share/generion/{}", value("HOME"), name);
}

void add_trust_options(CLI::App& app, GlobalOptions& options, const std::string& group) {
  app.add_option("--trusted", options.trusted,
                 "HEIGHT:HASH of a block to begin with, in place of the genesis file "
                 "(GENERION_TRUSTED)")
      ->group(group);
  app.add_option("--second-node", options.second_node,
                 "Another node, to compare what the first one proves (GENERION_SECOND_NODE)")
      ->group(group);
  app.add_option("--seen", options.seen,
                 "Directory that keeps the highest proven block; '': none (GENERION_SEEN)")
      ->group(group)
      ->capture_default_str();
}

void add_global_options(CLI::App& app, GlobalOptions& options, const Streams& streams) {
  // CLI11 reads the process's environment; ours is an argument, so that tests have their own.
  const auto given = [&](const char* variable, std::string fallback) {
    const auto found = streams.environment.find(variable);
    return found == streams.environment.end() || found->second.empty() ? fallback : found->second;
  };
  options.node = given("GENERION_NODE", std::string(kDefaultNode));
  options.keys = given("GENERION_KEYS", default_directory(streams, "keys"));
  options.documents = given("GENERION_DOCUMENTS", default_directory(streams, "documents"));
  options.genesis = given("GENERION_GENESIS", "");
  options.trusted = given("GENERION_TRUSTED", "");
  options.second_node = given("GENERION_SECOND_NODE", "");
  options.seen = given("GENERION_SEEN", default_directory(streams, "seen"));
  options.ca_file = given("GENERION_CA_FILE", "");
  options.token_file = given("GENERION_TOKEN_FILE", "");

  const std::string group = "Options of every command";
  app.add_option("--node", options.node, "The node's RPC (GENERION_NODE)")
      ->group(group)
      ->capture_default_str();
  app.add_option("--ca-file", options.ca_file,
                 "PEM file that signs the node's certificate (GENERION_CA_FILE)")
      ->group(group);
  app.add_option("--token-file", options.token_file,
                 "File with the RPC token (GENERION_TOKEN_FILE)")
      ->group(group);
  app.add_option("--keys", options.keys, "Key directory (GENERION_KEYS)")
      ->group(group)
      ->capture_default_str();
  app.add_option("--documents", options.documents, "Document directory (GENERION_DOCUMENTS)")
      ->group(group)
      ->capture_default_str();
  app.add_option("--genesis", options.genesis, "The chain's genesis file (GENERION_GENESIS)")
      ->group(group);
  add_trust_options(app, options, group);
  auto* file = app.add_option("--passphrase-file", options.passphrase_file,
                              "File of mode 0600 with the keys' passphrase, instead of a prompt")
                   ->group(group);
  app.add_option("--passphrase-fd", options.passphrase_fd, "Open descriptor with the passphrase")
      ->group(group)
      ->excludes(file)
      ->check(CLI::NonNegativeNumber);
  app.add_flag("--json", options.json, "Answer with one JSON value, errors too")->group(group);
  app.add_flag("--yes", options.yes, "Do not ask for confirmation")->group(group);
  app.add_flag("--no-color", options.no_color, "No colours (also NO_COLOR)")->group(group);
}

std::string unpunctuated(std::string text) {
  while (text.ends_with('\n') || text.ends_with('.') || text.ends_with(' ')) text.pop_back();
  return text;
}

// What the user may have meant by a word that no command has.
std::string suggestion(const CLI::App& app, const std::vector<std::string>& arguments) {
  const CLI::App* at = &app;
  for (const std::string& word : arguments) {
    std::vector<std::string> names;
    for (const CLI::App* sub : at->get_subcommands([](const CLI::App*) { return true; })) {
      names.push_back(sub->get_name());
    }
    if (const auto found = std::ranges::find(names, word); found != names.end()) {
      at = at->get_subcommand(word);
      continue;
    }
    if (word.starts_with('-')) {
      for (const CLI::App* known : {at, &app}) {
        for (const CLI::Option* option : known->get_options()) {
          for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
        }
      }
    }
    if (const auto close = node::nearest(word, names); close && *close != word) {
      return fmt::format("; did you mean {}?", *close);
    }
  }
  return {};
}

int print_error(const Error& error, const GlobalOptions& options, Streams& streams) {
  const auto exit_code = static_cast<int>(exit_code_for(error.code));
  if (options.json) {
    const boost::json::object body{
        {"error", {{"code", std::string(code_name(error.code))}, {"message", error.message}}}};
    streams.out << boost::json::serialize(body) << '\n';
    return exit_code;
  }
  streams.err << "generion: " << printable(error.message) << '\n';
  if (const auto advice = advice_for(error.code); !advice.empty()) streams.err << advice << '\n';
  return exit_code;
}

int print_report(const Report& report, const GlobalOptions& options, Streams& streams) {
  if (options.json) {
    streams.out << boost::json::serialize(report.json) << '\n';
  } else {
    streams.out << report.text;
    if (!report.text.empty() && !report.text.ends_with('\n')) streams.out << '\n';
  }
  streams.out.flush();
  if (!streams.out) {
    streams.err << "generion: writing the result failed; is the disk full or the pipe closed?\n";
    return static_cast<int>(ExitCode::local);
  }
  return static_cast<int>(report.exit_code);
}

int run_checked(const std::vector<std::string>& arguments, Streams& streams) {
  GlobalOptions options;
  Action selected;
  CLI::App app("Generion: patients own, share and read their medical records", "generion");
  app.set_version_flag("--version", version_text());
  app.require_subcommand(1);
  app.fallthrough();
  add_global_options(app, options, streams);
  add_commands(app, selected);
  // Stands before parsing, so that a mistake in the command line is told in JSON too.
  options.json = std::ranges::find(arguments, "--json") != arguments.end();
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    app.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    const CLI::App* at = &app;
    while (!at->get_subcommands().empty()) at = at->get_subcommands().front();
    streams.out << at->help();
    return static_cast<int>(ExitCode::ok);
  } catch (const CLI::CallForVersion&) {
    streams.out << "generion " << version_text() << '\n';
    return static_cast<int>(ExitCode::ok);
  } catch (const CLI::ParseError& error) {
    return print_error({Code::usage, unpunctuated(error.what()) + suggestion(app, arguments)},
                       options, streams);
  }
  Context context(options, streams);
  const Result<Report> report = selected(context);
  return report ? print_report(*report, options, streams)
                : print_error(report.error(), options, streams);
}

}  // namespace

int run(const std::vector<std::string>& arguments, Streams& streams) {
  try {
    return run_checked(arguments, streams);
  } catch (const std::exception& fault) {
    streams.err << "generion: a fault of the program: " << fault.what() << "\nplease report it\n";
    return static_cast<int>(ExitCode::internal);
  }
}

}  // namespace generion::cli
