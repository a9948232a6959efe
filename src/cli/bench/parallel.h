// What a benchmark prepares before its clock starts, on all cores.
#pragma once

#include <cstddef>
#include <functional>

namespace generion::cli {

// work(0) to work(count - 1), each once, on any thread. `progress` is told how many are done, on
// the caller's thread; it may be empty.
void on_all_cores(std::size_t count, const std::function<void(std::size_t)>& work,
                  const std::function<void(std::size_t)>& progress = {});

}  // namespace generion::cli
