#include "node/certificate_fetcher.h"

#include <algorithm>

namespace generion::node {
namespace {

constexpr std::uint64_t kAnswerMs = 2'000;
constexpr std::size_t kTriesPerPeer = 2;
// Beyond any batch's end: the answer has the block without its transactions.
constexpr std::uint32_t kNoTransactions = UINT32_MAX;

}  // namespace

void CertificateFetcher::want(const BlockHeader& header, EpochRulesPtr rules) {
  wanted_.try_emplace(header.height, Wanted{header, std::move(rules)});
  if (wanted_.size() > kWantedMax) settle(wanted_.begin()->first);
}

void CertificateFetcher::settle(Height height) {
  wanted_.erase(height);
  if (awaited_ == height) awaited_.reset();
}

std::optional<Height> CertificateFetcher::first() const {
  return wanted_.empty() ? std::nullopt : std::optional(wanted_.begin()->first);
}

void CertificateFetcher::on_disconnected(const PublicKey& peer) {
  peers_.erase(peer);
  if (awaited_ && last_asked_ == peer) deadline_ = now_;
}

std::map<Height, CertificateFetcher::Wanted>::iterator CertificateFetcher::next_wanted() {
  return std::ranges::find_if(wanted_, [](const auto& entry) { return !entry.second.is_found; });
}

void CertificateFetcher::tick(consensus::Monotonic now) {
  now_ = now;
  if (awaited_ && now < deadline_) return;
  awaited_.reset();
  if (peers_.empty()) return;
  for (auto next = next_wanted(); next != wanted_.end(); next = next_wanted()) {
    if (next->second.asked < kTriesPerPeer * peers_.size()) {
      return ask(next->first, next->second);
    }
    wanted_.erase(next);  // nobody has it
  }
}

void CertificateFetcher::ask(Height height, Wanted& wanted) {
  auto peer = last_asked_ ? peers_.upper_bound(*last_asked_) : peers_.begin();
  if (peer == peers_.end()) peer = peers_.begin();
  ++wanted.asked;
  last_asked_ = *peer;
  awaited_ = height;
  deadline_ = now_.plus(kAnswerMs);
  links_.send(*peer, BlockRequest{height, kNoTransactions, 1});
}

std::optional<consensus::Monotonic> CertificateFetcher::next_deadline() const {
  if (awaited_) return deadline_;
  const bool has_work = !peers_.empty() && std::ranges::any_of(wanted_, [](const auto& entry) {
    return !entry.second.is_found;
  });
  return has_work ? std::optional(now_) : std::nullopt;
}

bool CertificateFetcher::on_reply(const PublicKey& from, const BlockReply& reply) {
  if (reply.blocks.empty() || reply.blocks.front().first != kNoTransactions) return false;
  const auto wanted = wanted_.find(reply.from);
  if (awaited_ != reply.from || last_asked_ != from || wanted == wanted_.end()) return true;
  const Certificate& certificate = reply.blocks.front().certified.certificate;
  if (certificate.signers.empty()) {  // it has none, either
    deadline_ = now_;
    return true;
  }
  deadline_ = now_.plus(kAnswerMs);
  verify_([from, certificate, header = wanted->second.header,
           rules = wanted->second.rules]() mutable -> Task {
    auto holds = verify_certificate(certificate, header, rules->validators);
    return [from, height = header.height, certificate = std::move(certificate),
            holds = std::move(holds)](CertificateFetcher& fetcher) mutable {
      fetcher.on_checked(from, height, std::move(certificate), holds);
    };
  });
  return true;
}

void CertificateFetcher::on_checked(const PublicKey& from, Height height, Certificate certificate,
                                    const Result<void>& holds) {
  if (!holds) {
    deadline_ = now_;
    return links_.punish(from, holds.error().message);
  }
  const auto wanted = wanted_.find(height);
  if (wanted == wanted_.end() || wanted->second.is_found) return;
  wanted->second.is_found = true;
  if (awaited_ == height) awaited_.reset();
  found_(height, std::move(certificate));
}

}  // namespace generion::node
