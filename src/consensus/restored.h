// What journal and chain database gave back after a start; all of it empty on a chain's first
// start.
#pragma once

#include <optional>
#include <vector>

#include "consensus/journal_entry.h"

namespace generion::consensus {

struct Restored {
  // The highest block that this node has executed, stored and holds a certificate for; nullopt:
  // genesis.
  std::optional<CertifiedHeader> stable;
  // The headers of the blocks that this node has executed above `stable`: ascending, without a gap.
  std::vector<BlockHeader> executed;
  // The batches above `stable` whose bodies are on disk, in any order, any number for a height.
  std::vector<Batch> batches;
  // The journal's entries of this epoch, in their order. Those at or below `stable` may be missing.
  std::vector<JournalEntry> entries;
};

}  // namespace generion::consensus
