// Where a join works, and how its result takes the place of what is there.
#pragma once

#include <filesystem>
#include <vector>

#include "base/error.h"
#include "types/epoch_chain.h"

namespace generion::ledger {

inline constexpr const char* kChainDirectory = "chain";
inline constexpr const char* kStateDirectory = "state";
inline constexpr const char* kJoinDirectory = "joining";

// A chain database without blocks, whose next one is that above `header`, in `joining`. It knows
// the last blocks of the epochs.
Result<void> make_joined_chain(const std::filesystem::path& joining, const BlockHeader& header,
                               const std::vector<EpochEnd>& ends);

// From here on complete_join puts it in place.
Result<void> mark_join_complete(const std::filesystem::path& joining);

}  // namespace generion::ledger
