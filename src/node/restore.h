// What a restart gives back to the replica, and what a new epoch's replica begins with.
#pragma once

#include <vector>

#include "consensus/restored.h"
#include "ledger/journal/journal.h"
#include "ledger/ledger.h"

namespace generion::node {

// In their order. Error damaged.
Result<std::vector<consensus::JournalEntry>> decode_journal(
    const std::vector<ledger::JournalEntry>& records);

// From the ledger, and from those of the journal's entries that are of this epoch. Errors: damaged,
// io_error.
Result<consensus::Restored> restore_replica(const ledger::Ledger& ledger, Epoch epoch,
                                            const std::vector<consensus::JournalEntry>& entries);

}  // namespace generion::node
