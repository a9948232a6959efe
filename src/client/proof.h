// Proof files, checked offline against a genesis file that the reader trusts.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "types/proof.h"

namespace generion::client {

// Errors: file_missing, too_large, malformed.
Result<Proof> load_proof(const std::filesystem::path& path);
Result<void> save_proof(const std::filesystem::path& path, const Proof& proof);

// Links files: blocks by which the validators are followed. Errors: file_missing, too_large,
// malformed.
Result<std::vector<ChainLink>> load_links(const std::filesystem::path& path);
Result<void> save_links(const std::filesystem::path& path, const std::vector<ChainLink>& links,
                        mode_t mode);

// A genesis file. Errors: file_missing, too_large, bad_genesis.
Result<Genesis> load_genesis(const std::filesystem::path& path);

}  // namespace generion::client
