// The bounds of snapshots, and of joining by them; as limits.h.
#pragma once

#include <cstddef>
#include <cstdint>

namespace generion::limits {

inline constexpr std::size_t kSnapshotPartBytesMax = 64 * 1024 * 1024;  // a chunk, the receipts
inline constexpr std::size_t kSnapshotsListedMax = 8;                   // that one node serves
inline constexpr std::uint64_t kSnapshotServedMs = 600'000;  // kept so long after its last request
inline constexpr std::size_t kEpochEndsPerReplyMax = 64;
inline constexpr std::size_t kWindowBlocksPerReplyMax = 1'024;

}  // namespace generion::limits
