// Assertions guard against our own bugs and stay on in release. No peer, client or file can reach
// one.
#pragma once

namespace generion {

[[noreturn]] void assertion_failed(const char* condition, const char* file, int line) noexcept;

}  // namespace generion

#define GENERION_ASSERT(condition)    \
  ((condition) ? static_cast<void>(0) \
               : ::generion::assertion_failed(#condition, __FILE__, __LINE__))
