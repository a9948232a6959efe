// Questions on the terminal, and secrets from files and descriptors. Secrets go from the kernel
// straight into locked memory; no std::string ever holds one.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"
#include "crypto/secret.h"

namespace generion::cli {

// Reads one line from /dev/tty with echo off. Errors: usage (no terminal), cancelled (end of
// input), too_large.
Result<crypto::SecretBytes> ask_secret_on_terminal(std::string_view question);

// Reads one visible line from /dev/tty. Errors as above.
Result<std::string> ask_line_on_terminal(std::string_view question);

// Everything up to the descriptor's end, without one final newline. Errors: io_error, too_large,
// bad_passphrase if empty.
Result<crypto::SecretBytes> read_secret_descriptor(int descriptor);

// The same from a file that nobody else may read. Errors: file_missing, bad_file_mode, and as
// above.
Result<crypto::SecretBytes> read_secret_file(const std::filesystem::path& path);

}  // namespace generion::cli
