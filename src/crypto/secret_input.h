// Secrets that a person gives: from a file, a descriptor or the terminal, straight from the kernel
// into locked memory; no string ever holds one. One final line end is not part of a secret.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/descriptor.h"
#include "base/error.h"
#include "crypto/secret.h"

namespace generion::crypto {

// Everything up to the descriptor's end. Errors: usage (it is not open), io_error, too_large,
// bad_passphrase if empty.
Result<SecretBytes> read_secret_descriptor(int descriptor);

// The content of a file. `by_mode`: one that nobody else may read. `by_system`: somebody else sees
// to that, as systemd does for its credentials. Errors: file_missing, bad_file_mode, and as above.
enum class Protection : std::uint8_t { by_mode, by_system };
Result<SecretBytes> read_secret_file(const std::filesystem::path& path,
                                     Protection protection = Protection::by_mode);

// The terminal that this process belongs to. Error usage if there is none.
Result<Descriptor> open_terminal();

// Asks on the terminal and reads one line, with echo off. Errors: usage (no terminal), cancelled
// (Ctrl-C, end of input, or a blocked SIGINT or SIGTERM that came meanwhile and stays pending),
// too_large.
Result<SecretBytes> ask_secret(std::string_view question);

}  // namespace generion::crypto
