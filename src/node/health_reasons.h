// What is wrong with a node, judged by what is known of it.
#pragma once

#include "rpc/health.h"

namespace generion::node {

// From where on something is trouble.
inline constexpr std::uint64_t kBehindBlocksMax = 20;  // and still serve
inline constexpr std::uint64_t kQuietMsMax = 30'000;   // without a block that is due
inline constexpr double kShareFull = 0.9;              // of a queue
inline constexpr std::int64_t kClockOffsetMsMax = 1'000;
inline constexpr std::uint64_t kEvidenceShownMs = 86'400'000;               // 24 h
inline constexpr std::uint64_t kCertificateLeftMsMin = 14 * 86'400'000ULL;  // 14 days

// A twentieth of the disk, at least 1 GiB and at most 20 GiB.
std::uint64_t disk_low_bytes(const rpc::DiskSpace& disk);

// The gravest first; `facts.reasons` is not looked at.
std::vector<rpc::HealthReason> health_reasons(const rpc::NodeHealth& facts);

}  // namespace generion::node
