#include "base/version.h"

namespace generion {

std::string version_text() {
  return GENERION_VERSION;
}

}  // namespace generion
