// What the programs' exit codes mean; docs/developers/exit-codes.md is the table for scripts.
// Frozen: add, never renumber.
#pragma once

#include <cstdint>

#include "base/error.h"

namespace generion::cli {

enum class ExitCode : std::uint8_t {
  ok = 0,
  refused = 1,      // the chain refuses it, or it is not well-formed
  usage = 2,        // the command line or a parameter is wrong
  unreachable = 3,  // no answer from the node
  local = 4,        // this machine: files, keys, passphrase, configuration, disk
  bad_proof = 5,    // a proof or certificate does not hold
  busy = 6,         // the node cannot now; the same command may work later
  not_there = 7,    // it does not exist, or does not exist any more
  not_allowed = 8,  // the node wants a token, a certificate or another caller
  cancelled = 9,    // by the user
  incomplete = 10,  // done in part: something was skipped, visibly
  fault = 11,       // an audit found something wrong in a chain
  internal = 70,    // a fault of the program; please report it
};

ExitCode exit_code_for(Code code);

// One line on what to do about it; empty if the message says all there is.
std::string_view advice_for(Code code);

}  // namespace generion::cli
