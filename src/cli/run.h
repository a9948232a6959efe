// The two programs as functions, so that tests run them in-process and look at what they print.
//
//   Streams streams = process_streams();
//   return cli::run({"record", "list"}, streams);
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "cli/terminal/streams.h"
#include "node/config.h"

namespace generion::cli {

// `generion`: runs one command and returns the process's exit code (exit_code.h). `arguments` are
// without the program's name. Never throws.
int run(const std::vector<std::string>& arguments, Streams& streams);

// Runs a node until it is asked to stop.
using ServeNode = std::function<Result<void>(const node::Config&)>;

// `generiond`: loads and checks the configuration, then calls `serve`.
int run_daemon(const std::vector<std::string>& arguments, Streams& streams, const ServeNode& serve);

}  // namespace generion::cli
