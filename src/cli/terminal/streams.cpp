#include "cli/terminal/streams.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <iostream>
#include <thread>

#include "cli/terminal/prompt.h"

extern char** environ;

namespace generion::cli {
namespace {

std::map<std::string, std::string> process_environment() {
  std::map<std::string, std::string> out;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=');
    if (equals != std::string_view::npos)
      out.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return out;
}

std::size_t terminal_columns() {
  winsize size{};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

template <class Clock>
std::uint64_t milliseconds() {
  const auto since = Clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
}

Result<std::unique_ptr<client::Rpc>> connect_to_node(client::RpcOptions options) {
  return client::RpcClient::create(std::move(options));
}

}  // namespace

Streams process_streams() {
  return {.out = std::cout,
          .err = std::cerr,
          .out_is_terminal = ::isatty(STDOUT_FILENO) == 1,
          .err_is_terminal = ::isatty(STDERR_FILENO) == 1,
          .columns = terminal_columns(),
          .environment = process_environment(),
          .ask_secret = ask_secret_on_terminal,
          .ask_line = ask_line_on_terminal,
          .now_ms = milliseconds<std::chrono::system_clock>,
          .steady_ms = milliseconds<std::chrono::steady_clock>,
          .sleep_ms =
              [](std::uint64_t ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); },
          .connect = connect_to_node};
}

}  // namespace generion::cli
