#include "campaign.h"

#include <fmt/core.h>

#include <sstream>

#include "shrink.h"

namespace generion::contract::model {
namespace {

// What must come, beside each operation taking effect: docs/protocol/state.md.
constexpr std::string_view kEndings = R"(
(sender) NOT_ADMITTED INSTITUTION_NOT_ACCREDITED
setUserPubKey IS_INSTITUTION WRONG_KEY
admitUser NOT_INSTITUTION ALREADY_ADMITTED IS_INSTITUTION ADMISSION_LIMIT ADDRESS_TAKEN
createRecord NOT_INSTITUTION IS_INSTITUTION ADMISSION_LIMIT ADDRESS_TAKEN TYPE_UNKNOWN
createRecord OPERATION_LIMIT RECORD_NOT_FOUND NOT_OWNER RECORD_DELETED RECORD_LIMIT
verifyRecord RECORD_NOT_FOUND NOT_OWNER RECORD_DELETED ALREADY_VERIFIED
deleteRecord RECORD_NOT_FOUND NOT_OWNER NOT_CREATOR ALREADY_VERIFIED RECORD_DELETED IN_DELIVERY
relockRecord IS_INSTITUTION READER_KEY_UNSET READER_KEY_MISMATCH RECORD_NOT_FOUND RECORD_DELETED
relockRecord NOT_OWNER NOT_CAPSULE LOCK_MISMATCH
shareRecord IS_INSTITUTION EXPIRY_PAST RECORD_NOT_FOUND RECORD_DELETED NOT_OWNER IS_CAPSULE
shareRecord NOT_CAPSULE LOCK_MISMATCH USER_NOT_FOUND SAME_USER SHARE_LIMIT
revokeShare IS_INSTITUTION SHARE_NOT_FOUND NOT_OWNER SHARE_CLOSED
setRecoveryKey IS_INSTITUTION ADDRESS_TAKEN
moveUser IS_INSTITUTION WRONG_KEY ADDRESS_TAKEN MOVE_PENDING
cancelMove IS_INSTITUTION NO_MOVE_PENDING
createOrder IS_INSTITUTION ORDER_LIMIT RECORD_NOT_FOUND RECORD_DELETED NOT_OWNER NOT_DELIVERABLE
deleteOrder IS_INSTITUTION ORDER_NOT_FOUND NOT_SELLER ORDER_NOT_OPEN
purchaseData IS_INSTITUTION ORDER_NOT_FOUND ORDER_NOT_OPEN IS_SELLER AMOUNT_TOO_LOW OVERFLOW
purchaseData INSUFFICIENT_BALANCE
deliverOrder IS_INSTITUTION ORDER_NOT_FOUND NOT_SELLER ORDER_NOT_PURCHASED
deliverOrder DELIVERY_MISMATCH IS_CAPSULE NOT_CAPSULE LOCK_MISMATCH
transfer IS_INSTITUTION USER_NOT_FOUND SAME_USER INSUFFICIENT_BALANCE
anchorLog NOT_INSTITUTION BAD_ARGUMENT
endEpoch NOT_VALIDATOR WRONG_KEY EPOCH_CLOSING EPOCH_TOO_YOUNG
reportReady NOT_JOINER WRONG_KEY PROPOSAL_NOT_FOUND PROPOSAL_CLOSED NOT_CAUGHT_UP
reportEvidence NOT_VALIDATOR WRONG_KEY MALFORMED WRONG_CHAIN NOT_CONFLICTING VALIDATOR_NOT_FOUND
reportEvidence EVIDENCE_KNOWN
vote NOT_VALIDATOR PROPOSAL_NOT_FOUND PROPOSAL_CLOSED ALREADY_VOTED
suspendInstitution NOT_VALIDATOR INSTITUTION_NOT_FOUND ALREADY_SUSPENDED
suspendInstitution INSTITUTION_NOT_ACCREDITED ALREADY_VOTED
proposeMint NOT_VALIDATOR USER_NOT_FOUND MINT_LIMIT OVERFLOW
proposeAccredit ADDRESS_TAKEN
proposeWithdraw INSTITUTION_NOT_FOUND INSTITUTION_NOT_ACCREDITED
proposeInstitutionKey INSTITUTION_NOT_FOUND ADDRESS_TAKEN
proposeAddValidator VALIDATOR_EXISTS ADDRESS_TAKEN
proposeRemoveValidator VALIDATOR_NOT_FOUND TOO_FEW_VALIDATORS
proposeValidatorKey VALIDATOR_NOT_FOUND VALIDATOR_EXISTS ADDRESS_TAKEN
proposeGovernanceKey VALIDATOR_NOT_FOUND ADDRESS_TAKEN
proposeParameter PARAMETER_UNKNOWN PARAMETER_RANGE
proposeRecordTypes
proposeUpgrade UPGRADE_PAST
addValidator
removeValidator
replaceValidatorKey
setParameter
setRecordTypes
scheduleUpgrade UPGRADE_PAST
due:refundOrder
due:endRetention
due:expireShare
due:closeShares
due:moveUser ADDRESS_TAKEN
due:lapseProposal
due:lapseJoiner
due:enforceProposal
due:endSuspension
)";

}  // namespace

std::string print(const Finding& finding) {
  return fmt::format(
      "seed {}: {}\nshrunk to {} operations; to replay, put these lines into a file and run "
      "model_run --replay FILE\n{}",
      finding.seed, finding.wrong, count_steps(finding.shrunk), print(finding.shrunk));
}

std::optional<Finding> Campaign::play(std::uint64_t seed) {
  SeedSource source(seed);
  const std::size_t length = seed % 16 == 0 ? 1'500 : 300;
  const Played played = play_random(source, seed % kSetups, length, subject_);
  operations_ += count_steps(played.sequence);
  for (const auto& [ending, times] : played.coverage) coverage_[ending] += times;
  if (!played.wrong) return std::nullopt;
  return shrink_found(seed, played.sequence);
}

std::optional<Finding> Campaign::shrink_found(std::uint64_t seed, const Sequence& sequence) {
  const auto wrong = [this](const Sequence& tried) { return model::play(tried, subject_); };
  if (!wrong(sequence)) return std::nullopt;
  Finding out;
  out.seed = seed;
  out.shrunk = shrink(sequence, [&](const Sequence& tried) { return wrong(tried).has_value(); });
  out.wrong = *wrong(out.shrunk);
  return out;
}

std::string print(const Coverage& coverage) {
  std::string out;
  for (const auto& [ending, times] : coverage) {
    out += fmt::format("{:>9}  {} {}\n", times, ending.first, ending.second);
  }
  return out;
}

std::string missing(const Coverage& coverage) {
  std::string out;
  std::istringstream lines{std::string(kEndings)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string operation;
    if (!(words >> operation)) continue;
    std::string code = "OK";
    do {
      if (!coverage.contains({operation, code})) out += fmt::format("{} {}\n", operation, code);
    } while (words >> code);
  }
  return out;
}

}  // namespace generion::contract::model
