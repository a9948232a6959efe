#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/version.h"
#include "cli/exit_code.h"
#include "cli/run.h"

namespace generion::cli {
namespace {

struct DaemonOptions {
  std::filesystem::path config;
  std::vector<std::string> settings;
  bool check_only = false;
};

void add_options(CLI::App& app, DaemonOptions& options) {
  app.set_version_flag("--version", version_text());
  app.add_option("--config", options.config, "Configuration file; without it, the defaults")
      ->check(CLI::ExistingFile);
  app.add_option("--set", options.settings,
                 "KEY=VALUE over file and GENERION_* variables; repeatable")
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false);
  app.add_flag("--check-config", options.check_only,
               "Name each mistake with its line and the allowed range, and stop");
  app.footer("SIGTERM or Ctrl-C stops the node. docs/operators/ says how to run it.");
}

Result<node::ConfigSource> config_source(const DaemonOptions& options, const Streams& streams) {
  node::ConfigSource out{.file = options.config, .environment = streams.environment};
  for (const std::string& setting : options.settings) {
    const std::size_t equals = setting.find('=');
    if (equals == std::string::npos || equals == 0) {
      return fail(Code::usage,
                  fmt::format("--set {} sets nothing; it takes KEY=VALUE, such as rpc.batch_max=50",
                              setting));
    }
    out.settings.emplace_back(setting.substr(0, equals), setting.substr(equals + 1));
  }
  return out;
}

int refuse(const Error& error, Streams& streams) {
  streams.err << "generiond: " << error.message << '\n';
  if (const auto advice = advice_for(error.code); !advice.empty()) streams.err << advice << '\n';
  return static_cast<int>(exit_code_for(error.code));
}

int run_checked(const std::vector<std::string>& arguments, Streams& streams,
                const ServeNode& serve) {
  DaemonOptions options;
  CLI::App app("Generion's node: takes part in the chain and serves its RPC", "generiond");
  add_options(app, options);
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    app.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    streams.out << app.help();
    return static_cast<int>(ExitCode::ok);
  } catch (const CLI::CallForVersion&) {
    streams.out << "generiond " << version_text() << '\n';
    return static_cast<int>(ExitCode::ok);
  } catch (const CLI::ParseError& error) {
    return refuse({Code::usage, error.what()}, streams);
  }
  const auto source = config_source(options, streams);
  if (!source) return refuse(source.error(), streams);
  const node::LoadedConfig loaded = node::load_config(*source);
  for (const node::Mistake& mistake : loaded.mistakes) streams.err << mistake_text(mistake) << '\n';
  if (!loaded.mistakes.empty()) {
    const std::size_t count = loaded.mistakes.size();
    streams.err << fmt::format(
        "generiond: {} {} in the configuration; the node does not start until it is right\n", count,
        count == 1 ? "mistake" : "mistakes");
    return static_cast<int>(ExitCode::local);
  }
  if (options.check_only) {
    streams.out << "The configuration is right.\n";
    return static_cast<int>(ExitCode::ok);
  }
  const auto served = serve(loaded.config);
  return served ? static_cast<int>(ExitCode::ok) : refuse(served.error(), streams);
}

}  // namespace

int run_daemon(const std::vector<std::string>& arguments, Streams& streams,
               const ServeNode& serve) {
  try {
    return run_checked(arguments, streams, serve);
  } catch (const std::exception& fault) {
    streams.err << "generiond: a fault of the program: " << fault.what() << "\nplease report it\n";
    return static_cast<int>(ExitCode::internal);
  }
}

}  // namespace generion::cli
