// Where two copies of one chain part: for a fork, and for two programs that do not execute alike.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "audit/block_source.h"
#include "types/genesis.h"

namespace generion::audit {

// The first thing that differs, as each of the two has it.
struct Difference {
  std::string object;
  std::string first;
  std::string second;
  friend bool operator==(const Difference&, const Difference&) = default;
};

struct Comparison {
  Height same;              // the blocks up to here are the same
  bool first_ends = false;  // after `same`, and the other goes on
  bool second_ends = false;
  std::optional<Difference> block;        // of block same + 1: a field of the header
  std::optional<Difference> transaction;  // of its batch or its receipts
  std::optional<Difference> key;          // an object of the state, by key and value in hex
};

// Opens one of the two from a height on.
using OpenSource = std::function<Result<std::unique_ptr<BlockSource>>(Height from)>;

// Reads both until their headers differ. Only then is anything executed: the first chain up to the
// last common block, in `work` (as AuditOptions::work), then both batches on that state, which
// gives the key. The chains are not checked: audit each. Errors: those of the sources and of
// Replay; bad_proof: the common blocks are not right, so that there is no state to compare on.
Result<Comparison> compare(const OpenSource& first, const OpenSource& second,
                           const Genesis& genesis, const std::filesystem::path& work);

}  // namespace generion::audit
