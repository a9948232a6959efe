#include "audit/attachment_check.h"

#include <fmt/format.h>

#include "base/hex.h"
#include "base/limits.h"

namespace generion::audit {
namespace {

std::string attachment_name(std::uint32_t number) {
  return fmt::format("attachment {}", number);
}

}  // namespace

// They are ascending, and each is what its transaction says.
std::optional<Fault> AttachmentCheck::check_seen(const CheckedBlock& block) const {
  const SeenAttachment* last = nullptr;
  for (const SeenAttachment& seen : block.attachments) {
    Fault fault{block.block.header.height,
                seen.transaction,
                std::nullopt,
                attachment_name(seen.number),
                "",
                ""};
    if (seen.transaction >= block.transactions.size()) {
      fault.expected = fmt::format("at most {} transactions", block.transactions.size());
      fault.found = "an attachment of another one";
      return fault;
    }
    fault.transaction = block.block.batch.ids[seen.transaction];
    const auto refs = attachment_refs(block.transactions[seen.transaction]->body);
    const bool is_next = last == nullptr || last->transaction < seen.transaction ||
                         (last->transaction == seen.transaction && last->number < seen.number);
    last = &seen;
    if (seen.number >= refs.size() || !is_next) {
      fault.expected = fmt::format("each of its {} attachments at most once", refs.size());
      fault.found = is_next ? "one too many" : "one twice or out of order";
      return fault;
    }
    const AttachmentRef& ref = refs[seen.number];
    if (seen.hash != ref.hash || seen.length != ref.length) {
      fault.expected = fmt::format("{} bytes with hash {}", ref.length, to_hex(ref.hash));
      fault.found = fmt::format("{} bytes with hash {}", seen.length, to_hex(seen.hash));
      return fault;
    }
  }
  return std::nullopt;
}

Result<std::optional<Fault>> AttachmentCheck::apply(
    const CheckedBlock& block, const std::vector<char>& is_effective,
    const std::vector<contract::AttachmentId>& erasures) {
  if (auto fault = check_seen(block)) return fault;
  present_ += block.attachments.size();
  auto seen = block.attachments.begin();
  for (std::uint32_t place = 0; place < block.transactions.size(); ++place) {
    const auto refs = attachment_refs(block.transactions[place]->body);
    for (std::uint32_t number = 0; number < refs.size(); ++number) {
      const bool is_there =
          seen != block.attachments.end() && seen->transaction == place && seen->number == number;
      if (is_there) ++seen;
      // Those of failed and skipped transactions go when the block is stable.
      if (is_there && is_effective[place] == 0) ++kept_;
      if (is_there || !expected_ || is_effective[place] == 0 || refs[number].length == 0) continue;
      absent_.emplace(contract::AttachmentId{block.block.header.height, place, number},
                      block.block.batch.ids[place]);
    }
  }
  for (const contract::AttachmentId& id : erasures) {
    if (!expected_) continue;
    ++erased_;
    if (absent_.erase(id) == 0) ++kept_;
  }
  if (absent_.size() > limits::kAuditAbsentMax) {
    return fail(Code::too_many,
                fmt::format("more than {} attachments lack that no block up to {} has erased; "
                            "audit an archive without attachments",
                            limits::kAuditAbsentMax, block.block.header.height.value()));
  }
  return std::nullopt;
}

std::optional<Fault> AttachmentCheck::finish(Height last) const {
  if (absent_.empty()) return std::nullopt;
  const auto& [id, transaction] = *absent_.begin();
  return Fault{id.height,
               id.transaction,
               transaction,
               attachment_name(id.number),
               fmt::format("its bytes, since no block up to {} has erased them", last.value()),
               "nothing"};
}

}  // namespace generion::audit
