#include "client/set_chain.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/hex.h"
#include "base/limits.h"

namespace generion::client {
namespace {

constexpr std::size_t kRecentMax = 16;

std::unexpected<Error> bad(std::string message) {
  return fail(Code::bad_proof, std::move(message));
}

bool changes_set(const BlockHeader& header) {
  return header.next_validator_set_hash != header.validator_set_hash;
}

std::string block_text(const BlockHeader& header) {
  return fmt::format("block {} ({})", header.height.value(), to_hex(block_hash(header)));
}

Result<void> check_trusted(const TrustedBlock& trusted, const BlockHeader& header) {
  if (header.height == trusted.height && block_hash(header) == trusted.hash) return {};
  return bad(fmt::format("{} is not the trusted block {} ({})", block_text(header),
                         trusted.height.value(), to_hex(trusted.hash)));
}

}  // namespace

Result<TrustedBlock> parse_trusted(std::string_view text) {
  const auto colon = text.find(':');
  std::uint64_t height = 0;
  if (colon != std::string_view::npos) {
    const std::string_view number = text.substr(0, colon);
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), height);
    const auto bytes = from_hex(text.substr(colon + 1));
    const auto hash = bytes ? Hash::from(*bytes) : std::nullopt;
    const bool is_number = error == std::errc() && end == number.data() + number.size();
    if (is_number && hash && height > 0) return TrustedBlock{Height(height), *hash};
  }
  return fail(
      Code::usage,
      fmt::format("a trusted block is HEIGHT:HASH, such as 57:0c1f..., with a height from 1 "
                  "and the block hash's 64 hex digits; given was {}",
                  text));
}

Result<SetChain> SetChain::from(const TrustedBlock& trusted, const ChainLink& link) {
  if (auto ok = check_trusted(trusted, link.header); !ok) return fail(ok.error());
  if (auto ok = check_next_set(link.header, link.next); !ok) return fail(ok.error());
  SetChain out(anchor_above(link.header, link.next));
  out.start_ = link;
  out.head_ = {link.header, link.certificate};
  return out;
}

Result<SetChain> SetChain::only(const TrustedBlock& trusted, const BlockHeader& header) {
  if (auto ok = check_trusted(trusted, header); !ok) return fail(ok.error());
  SetChain out(anchor_above(header, {}));
  out.start_ = ChainLink{header, {block_hash(header), {}}, {}};
  out.head_ = {header, out.start_->certificate};
  return out;
}

const TrustAnchor& SetChain::anchor_at(Height height) const {
  std::size_t i = changes_.size();
  while (i > 0 && changes_[i - 1].header.height >= height) --i;
  return anchors_[i];
}

std::vector<ChainLink> SetChain::known() const {
  std::vector<ChainLink> out = links();
  for (const CertifiedHeader& one : recent_) out.push_back({one.header, one.certificate, {}});
  return out;
}

std::vector<ChainLink> SetChain::links() const {
  std::vector<ChainLink> out;
  if (start_) out.push_back(*start_);
  out.insert(out.end(), changes_.begin(), changes_.end());
  if (head_ && (out.empty() || out.back().header.height < head_->header.height)) {
    const ValidatorSet& newest = anchors_.back().validators;
    // A head that changes the set is not told with the next one.
    const bool told = validator_set_hash(newest) == head_->header.next_validator_set_hash;
    out.push_back({head_->header, head_->certificate, told ? newest : ValidatorSet{}});
  }
  return out;
}

std::optional<ChainLink> SetChain::contradiction(const BlockHeader& header) const {
  const Hash hash = block_hash(header);
  for (const ChainLink& link : known()) {
    const BlockHeader& other = link.header;
    if (other.height == header.height && block_hash(other) != hash) return link;
    if (other.height.next() == header.height && header.parent_hash != block_hash(other)) {
      return link;
    }
    if (header.height.next() == other.height && other.parent_hash != hash) return link;
    // Two blocks of one set, the lower of which hands over to another.
    const bool same_set = other.validator_set_hash == header.validator_set_hash;
    const BlockHeader& lower = other.height < header.height ? other : header;
    if (other.height != header.height && same_set && changes_set(lower) &&
        &anchor_at(other.height) == &anchor_at(header.height)) {
      return link;
    }
  }
  return std::nullopt;
}

std::unexpected<Error> SetChain::fork() {
  const auto& [first, second] = *conflict_;
  return fail(Code::fork, fmt::format("two certified blocks exclude each other: {} and {}; more "
                                      "validators than may be faulty have signed two histories",
                                      block_text(first.header), block_text(second.header)));
}

// A link without seals proves nothing, but that its sender knows the block.
Result<void> SetChain::check_known(const ChainLink& link) const {
  const auto all = known();
  const bool is_known =
      std::ranges::any_of(all, [&](const ChainLink& one) { return one.header == link.header; });
  if (is_known) return {};
  return bad(fmt::format("{} has no certificate and is none of the blocks that were seen",
                         block_text(link.header)));
}

Result<void> SetChain::take(const ChainLink& link) {
  const BlockHeader& header = link.header;
  if (header.chain_id == chain_id() && start_ && header.height <= start_->header.height) {
    if (header.height < start_->header.height) return {};
    return check_trusted({start_->header.height, block_hash(start_->header)}, header);
  }
  if (link.certificate.signers.empty()) return check_known(link);
  const TrustAnchor& anchor = anchor_at(header.height);
  if (auto ok = verify_header(header, link.certificate, anchor); !ok) return ok;
  if (!link.next.keys.empty()) {
    if (auto ok = check_next_set(header, link.next); !ok) return ok;
  }
  if (auto other = contradiction(header)) {
    conflict_ = {std::move(*other), link};
    return fork();
  }
  // Nothing contradicts it: so a change is a known one, or above all of them.
  const bool is_new = changes_.empty() || changes_.back().header.height < header.height;
  if (changes_set(header) && !link.next.keys.empty() && is_new) {
    if (changes_.size() == limits::kSetChangesMax) {
      return fail(Code::too_many,
                  fmt::format("the validators have changed more than {} times; begin at a trusted "
                              "block that is newer",
                              limits::kSetChangesMax));
    }
    changes_.push_back(link);
    anchors_.push_back(anchor_above(header, link.next));
  }
  if (!head_ || head_->header.height < header.height) head_ = {header, link.certificate};
  recent_.push_back({header, link.certificate});
  if (recent_.size() > kRecentMax) recent_.pop_front();
  return {};
}

Result<void> SetChain::follow(const std::vector<ChainLink>& links) {
  for (const ChainLink& link : links) {
    if (conflict_) return fork();
    // Proofs repeat all changes; one that was checked holds.
    const bool was_checked = std::ranges::any_of(
        changes_, [&](const ChainLink& one) { return one.header == link.header; });
    if (was_checked) continue;
    if (auto ok = take(link); !ok) return ok;
  }
  return {};
}

Result<void> SetChain::check(const BlockHeader& header, const Certificate& certificate,
                             const std::vector<SetChange>& changes) {
  Height below{};
  for (const SetChange& change : changes) {
    const Height height = change.header.height;
    if (!changes_set(change.header)) {
      return bad(fmt::format("block {} does not change the validator set", height.value()));
    }
    if (height <= below || height >= header.height) {
      return bad(fmt::format("the change by block {} does not stand in order below block {}",
                             height.value(), header.height.value()));
    }
    below = height;
  }
  if (auto ok = follow(changes); !ok) return ok;
  if (conflict_) return fork();
  if (start_ && header.height < start_->header.height) {
    return bad(fmt::format("block {} is below the trusted block {}; certificates lead upwards only",
                           header.height.value(), start_->header.height.value()));
  }
  if (certificate.signers.empty() && !(start_ && header == start_->header)) {
    return bad(fmt::format("block {} has no certificate", header.height.value()));
  }
  return take({header, certificate, {}});
}

}  // namespace generion::client
