// The node's log: one line an event, on standard error or in a file, as text or JSON.
#pragma once

#include "base/error.h"
#include "node/config.h"

namespace generion::node {

// Sets up spdlog's default logger. Error io_error: the file can't be opened.
Result<void> start_logging(const LogConfig& config);

}  // namespace generion::node
