// The bytes of a vote journal's entries: one byte of kind, then the content.
#pragma once

#include "base/error.h"
#include "consensus/journal_entry.h"

namespace generion::node {

Bytes encode_journal_entry(const consensus::JournalEntry& entry);

// Error damaged: the entry is of no known kind or does not decode; the journal's checksum held, so
// another version wrote it or memory is failing.
Result<consensus::JournalEntry> decode_journal_entry(ByteView bytes);

// The height up to which the entry speaks of one height only; nullopt: it speaks of a view.
std::optional<Height> journal_height(const consensus::JournalEntry& entry);

Epoch journal_epoch(const consensus::JournalEntry& entry);

// The view of an entry that speaks of a view.
View journal_view(const consensus::JournalEntry& entry);

}  // namespace generion::node
