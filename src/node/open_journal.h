// The vote journal at a node's start.
#pragma once

#include <filesystem>

#include "ledger/journal/journal.h"
#include "node/config.h"

namespace generion::node {

// A journal that is gone or damaged is never taken for an empty one: where others can tell how far
// the chain is, the node listens (listening.h) with a new journal, and the old one is kept beside
// it. Errors: those of Journal::open, also journal_lost and damaged where there are no others.
Result<ledger::Journal::Opened> open_journal(const Config& config, const Hash& chain);

// Renames what is at `directory` to <directory>.kept-1, or the next number that is free; the new
// name, empty if nothing was there. Errors: io_error, disk_full.
Result<std::filesystem::path> keep_journal_aside(const std::filesystem::path& directory);

}  // namespace generion::node
