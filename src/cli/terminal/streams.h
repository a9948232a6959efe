// Everything by which a command touches its user, so that tests run commands in-process.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>

#include "base/error.h"
#include "cli/terminal/progress.h"
#include "client/rpc_client.h"
#include "crypto/secret.h"

namespace generion::cli {

struct Streams {
  std::ostream& out;  // results
  std::ostream& err;  // errors, questions, progress
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  std::size_t columns = 80;                        // of the terminal
  std::map<std::string, std::string> environment;  // all variables

  // Asks on the terminal without echo. Error usage if there is no terminal to ask on.
  std::function<Result<crypto::SecretBytes>(std::string_view question)> ask_secret;
  // Asks for one visible line. Error usage if there is no terminal to ask on.
  std::function<Result<std::string>(std::string_view question)> ask_line;

  std::function<std::uint64_t()> now_ms;  // milliseconds since 1970-01-01 UTC
  SteadyMs steady_ms;
  std::function<void(std::uint64_t ms)> sleep_ms;

  // Makes the client of a node.
  std::function<Result<std::unique_ptr<client::Rpc>>(client::RpcOptions)> connect;
};

// The process's own: standard output and error, /dev/tty for questions, the system's clocks.
Streams process_streams();

}  // namespace generion::cli
