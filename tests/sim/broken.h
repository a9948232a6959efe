// What a simulated run throws when a property does not hold.
#pragma once

#include <stdexcept>
#include <string>

namespace generion::sim {

class Broken : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A GENERION_ASSERT of the replica under test.
[[noreturn]] void broken_assertion(const char* condition, const char* file, int line);

}  // namespace generion::sim
