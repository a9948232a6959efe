// Proof files, checked offline against a genesis file that the reader trusts.
#pragma once

#include <filesystem>
#include <string>

#include "base/error.h"
#include "types/proof.h"

namespace generion::client {

// Errors: file_missing, too_large, malformed.
Result<Proof> load_proof(const std::filesystem::path& path);
Result<void> save_proof(const std::filesystem::path& path, const Proof& proof);

// A genesis file. Errors: file_missing, too_large, bad_genesis.
Result<Genesis> load_genesis(const std::filesystem::path& path);

}  // namespace generion::client
