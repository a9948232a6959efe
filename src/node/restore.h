// What a restart gives back to the replica.
#pragma once

#include <vector>

#include "consensus/restored.h"
#include "ledger/journal/journal.h"
#include "ledger/ledger.h"

namespace generion::node {

// From the ledger and the journal's entries. Errors: damaged, io_error.
Result<consensus::Restored> restore_replica(const ledger::Ledger& ledger,
                                            const std::vector<ledger::JournalEntry>& entries);

}  // namespace generion::node
