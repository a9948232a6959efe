// Small JSON files that others are to have: enrolments, public keys, consents.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "cli/context.h"

namespace generion::cli {

// Writes `content` to `out`, for all to read, or makes it the result if `out` is empty.
Result<Report> give_out(const std::filesystem::path& out, const std::string& content,
                        std::string_view what);

}  // namespace generion::cli
