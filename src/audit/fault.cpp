#include "audit/fault.h"

#include <fmt/format.h>

#include "base/hex.h"

namespace generion::audit {

std::string fault_text(const Fault& fault) {
  std::string out = fmt::format("block {}", fault.height.value());
  if (fault.place) out += fmt::format(", transaction {}", *fault.place);
  if (fault.transaction) out += fmt::format(" ({})", to_hex(*fault.transaction));
  return out +
         fmt::format(", {}: expected {}; found {}", fault.object, fault.expected, fault.found);
}

}  // namespace generion::audit
