// Questions on the terminal, with what to give instead where there is none.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "crypto/secret_input.h"

namespace generion::cli {

using crypto::read_secret_descriptor;
using crypto::read_secret_file;

// Reads one line from /dev/tty with echo off. Errors: usage (no terminal), cancelled (end of
// input), too_large.
Result<crypto::SecretBytes> ask_secret_on_terminal(std::string_view question);

// Reads one visible line from /dev/tty. Errors as above.
Result<std::string> ask_line_on_terminal(std::string_view question);

}  // namespace generion::cli
