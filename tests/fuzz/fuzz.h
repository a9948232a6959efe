// What every fuzz target has: one entry, and a check that stops the program so that libFuzzer keeps
// the input.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "base/bytes.h"

// libFuzzer calls it with each input; so does replay_main.cpp. Always returns 0.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace generion::fuzz {

inline ByteView as_view(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace generion::fuzz

// A property that must hold for every input.
#define FUZZ_CHECK(condition) GENERION_ASSERT(condition)
