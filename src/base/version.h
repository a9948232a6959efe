// The programs' version, from CMake's project().
#pragma once

#include <string>

namespace generion {

std::string version_text();

}  // namespace generion
