#include "cli/exit_code.h"

#include <array>

namespace generion::cli {
namespace {

struct Row {
  Code code;
  ExitCode exit_code;
  std::string_view advice;
};

// The codes that their range does not decide, and those that have advice.
constexpr std::array kRows{
    Row{Code::ok, ExitCode::ok, ""},
    Row{Code::wrong_chain, ExitCode::refused,
        "compare the chain ids: `generion node status`, and the genesis file that your hospital "
        "keeps"},
    Row{Code::expired, ExitCode::refused,
        "build the transaction again; a longer --valid-for gives more time to send it"},
    Row{Code::not_admitted, ExitCode::refused,
        "an institution admits users: `generion institution enroll`"},
    Row{Code::bad_proof, ExitCode::bad_proof,
        "do not rely on it; ask another node for the same proof and compare"},
    Row{Code::fork, ExitCode::bad_proof, "stop, and tell the operators of several hospitals"},
    Row{Code::stale, ExitCode::busy, "ask another node: --node, and --second-node to compare"},
    Row{Code::overloaded, ExitCode::busy, "wait a moment and run the command again"},
    Row{Code::rate_limited, ExitCode::busy, "wait a moment and run the command again"},
    Row{Code::not_ready, ExitCode::busy, "`generion node status` says what the node waits for"},
    Row{Code::shutting_down, ExitCode::busy, "run the command again when the node is back"},
    Row{Code::height_ahead, ExitCode::busy, "wait until the node has that block"},
    Row{Code::height_gone, ExitCode::not_there, "leave the height out to ask for the newest state"},
    Row{Code::not_found, ExitCode::not_there, ""},
    Row{Code::erased, ExitCode::not_there, "it was deleted; what remains is its hash"},
    Row{Code::unauthorized, ExitCode::not_allowed,
        "give --token-file with the token of the node's operator"},
    Row{Code::forbidden, ExitCode::not_allowed, "ask the node's operator, or another node"},
    Row{Code::timed_out, ExitCode::unreachable,
        "sending the same transaction again is safe: it takes effect at most once"},
    Row{Code::bad_cursor, ExitCode::usage, "start the list again without a cursor"},
    Row{Code::unknown_method, ExitCode::usage,
        "`generion query --help` says where the methods are listed"},
    Row{Code::bad_params, ExitCode::usage, "parameters are given as name=value"},
    Row{Code::unreachable, ExitCode::unreachable,
        "check that the node runs, and that --node or GENERION_NODE names its address"},
    Row{Code::bad_passphrase, ExitCode::local,
        "passphrases are case-sensitive; check the keyboard's layout"},
    Row{Code::usage, ExitCode::usage, "add --help to the command to see what it takes"},
    Row{Code::cancelled, ExitCode::cancelled, ""},
};

const Row* find(Code code) {
  for (const Row& row : kRows) {
    if (row.code == code) return &row;
  }
  return nullptr;
}

constexpr std::uint16_t kFirstLocal = 400;

}  // namespace

ExitCode exit_code_for(Code code) {
  if (const Row* row = find(code)) return row->exit_code;
  return static_cast<std::uint16_t>(code) >= kFirstLocal ? ExitCode::local : ExitCode::refused;
}

std::string_view advice_for(Code code) {
  const Row* row = find(code);
  return row == nullptr ? std::string_view{} : row->advice;
}

}  // namespace generion::cli
