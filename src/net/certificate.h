// How long a TLS certificate lasts.
#pragma once

#include <filesystem>

#include "base/error.h"
#include "types/ids.h"

namespace generion::net {

// When the first certificate of a PEM chain ends; 0 for one that ended before 1970. Errors:
// file_missing, too_large (limits::kCredentialFileBytesMax), io_error (it holds no certificate).
Result<TimeMs> certificate_end(const std::filesystem::path& pem_file);

}  // namespace generion::net
