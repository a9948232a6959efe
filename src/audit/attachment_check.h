// Attachments in an audit: those that are there are what the transactions say; those that lack were
// erased by the chain.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "audit/checked_block.h"
#include "base/error.h"
#include "contract/state.h"

namespace generion::audit {

class AttachmentCheck {
 public:
  // `expected`: whether the source has attachments at all; without, nothing is missed.
  explicit AttachmentCheck(bool expected) : expected_(expected) {}

  // A block that was executed, with what it erases; `is_effective` tells of each place whether the
  // transaction took effect. The outer error, too_many: more lack than limits::kAuditAbsentMax.
  Result<std::optional<Fault>> apply(const CheckedBlock& block,
                                     const std::vector<char>& is_effective,
                                     const std::vector<contract::AttachmentId>& erasures);

  // After the last block: what lacks although no block erased it.
  std::optional<Fault> finish(Height last) const;

  std::uint64_t present() const { return present_; }
  std::uint64_t erased() const { return erased_; }  // by the chain, counted if expected
  std::uint64_t kept() const { return kept_; }      // there although the chain has erased them

 private:
  std::optional<Fault> check_seen(const CheckedBlock& block) const;

  const bool expected_;
  std::map<contract::AttachmentId, TxId> absent_;
  std::uint64_t present_ = 0;
  std::uint64_t erased_ = 0;
  std::uint64_t kept_ = 0;
};

}  // namespace generion::audit
