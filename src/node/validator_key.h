// The validator's signing key from its file.
#pragma once

#include <filesystem>

#include "base/error.h"

#include "crypto/keys.h"
#include "node/config.h"

namespace generion::node {

// Asks for the passphrase of a sealed one on the terminal if the configuration has no source of it
// and the process was started on one. Errors: file_missing, bad_file_mode, malformed,
// bad_passphrase (missing: how to give one), cancelled (at the question), bad_config (the file
// holds another kind of key).
Result<crypto::SigningKey> load_validator_key(const std::filesystem::path& path,
                                              const PassphraseSource& source);

}  // namespace generion::node
