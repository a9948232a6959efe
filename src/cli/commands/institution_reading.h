// Institutions as arguments.
#pragma once

#include <string>

#include "base/error.h"
#include "types/genesis.h"

namespace generion::cli {

// NAME=ADDRESS[,KIND[,DATA_SOURCE_URL]]; the kind is "hospital" if it is left out. Errors: usage,
// bad_address.
Result<GenesisInstitution> parse_institution(const std::string& text);

}  // namespace generion::cli
