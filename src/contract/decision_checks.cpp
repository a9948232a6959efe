// Whether what validators propose could be done now.
#include <fmt/core.h>

#include <limits>

#include "base/hex.h"
#include "base/limits.h"
#include "contract/decisions.h"
#include "types/address.h"

namespace generion::contract {
namespace {

std::unexpected<Error> no_such_validator(const PublicKey& key) {
  return fail(
      Code::validator_not_found,
      fmt::format("{} is no validator's key; getValidatorSet lists those in force", to_hex(key)));
}

std::unexpected<Error> is_taken(std::string_view name, const PublicKey& key) {
  return fail(Code::address_taken,
              fmt::format("{} {} is a user's, an institution's or a validator's already; it takes "
                          "a key that is nobody's",
                          name, to_hex(key)));
}

struct Check {
  WorkingState& state;
  const TimeMs now;
  const Proposal& proposal;
  const std::optional<ProposalId> own;  // whose reserved keys are free

  bool is_free(const PublicKey& key) const {
    const Identity identity = state.identify(key);
    const auto* reserved = std::get_if<ReservedFor>(&identity);
    return std::holds_alternative<std::monostate>(identity) ||
           (reserved != nullptr && reserved->proposal == own);
  }

  Result<InstitutionId> find_institution(const Address& address) const {
    const Identity identity = state.identify(address);
    if (const auto* id = std::get_if<InstitutionId>(&identity)) return *id;
    return fail(
        Code::institution_not_found,
        fmt::format("{} is no institution; getInstitutionList lists them", address_text(address)));
  }

  Result<void> operator()(const AddValidator& a) const {
    const Validators& validators = state.validators();
    if (validators.members.size() >= limits::kValidatorsMax) {
      return fail(Code::too_many, fmt::format("the chain has {} validators, as many as there can "
                                              "be; one has to be removed first",
                                              validators.members.size()));
    }
    if (find_validator(validators, a.key) != nullptr) return exists(a.key);
    if (!is_free(a.key)) return is_taken("key", a.key);
    if (a.governance_key == a.key || !is_free(a.governance_key)) {
      return is_taken("governance_key", a.governance_key);
    }
    return {};
  }

  Result<void> operator()(const RemoveValidator& a) const {
    const Validators& validators = state.validators();
    if (find_validator(validators, a.key) == nullptr) return no_such_validator(a.key);
    const std::size_t left = validators.members.size() - 1;
    if (left == 0) {
      return fail(Code::too_few_validators,
                  "it is the chain's last validator; another one has to be added first");
    }
    if (a.force || left >= limits::kValidatorsSafeMin) return {};
    return fail(Code::too_few_validators,
                fmt::format("it would leave {} validators with a quorum of {}: not one of them "
                            "might fail. Propose it with force if that is wanted",
                            left, quorum_size(left)));
  }

  Result<void> operator()(const ReplaceValidatorKey& a) const {
    const Validators& validators = state.validators();
    if (find_validator(validators, a.key) == nullptr) return no_such_validator(a.key);
    if (find_validator(validators, a.new_key) != nullptr) return exists(a.new_key);
    if (!is_free(a.new_key)) return is_taken("new_key", a.new_key);
    return {};
  }

  Result<void> operator()(const ReplaceGovernanceKey& a) const {
    if (find_validator(state.validators(), a.key) == nullptr) return no_such_validator(a.key);
    if (!is_free(a.new_governance_key)) return is_taken("new_governance_key", a.new_governance_key);
    return {};
  }

  Result<void> operator()(const AccreditInstitution& a) const {
    const Identity identity = state.identify(a.address);
    if (const auto* id = std::get_if<InstitutionId>(&identity)) {
      if (state.institution(*id).status != Institution::Status::accredited) return {};
      return fail(Code::address_taken,
                  fmt::format("the institution {} is accredited already", address_text(a.address)));
    }
    if (!is_free(a.address)) return is_taken("address", a.address);
    if (state.counters().institutions < limits::kInstitutionsMax) return {};
    return fail(Code::too_many, fmt::format("the chain has had {} institutions, as many as there "
                                            "can be; one that was withdrawn can be accredited "
                                            "again, with another key",
                                            state.counters().institutions));
  }

  Result<void> operator()(const WithdrawInstitution& a) const {
    const auto id = find_institution(a.address);
    if (!id) return fail(id.error());
    if (state.institution(*id).status != Institution::Status::withdrawn) return {};
    return fail(Code::institution_not_accredited,
                fmt::format("the institution {} is withdrawn already", address_text(a.address)));
  }

  Result<void> operator()(const ReplaceInstitutionKey& a) const {
    const auto id = find_institution(a.address);
    if (!id) return fail(id.error());
    if (!is_free(a.new_address)) return is_taken("new_address", a.new_address);
    return {};
  }

  Result<void> operator()(const Mint& a) const {
    if (!proposal.mint_to) {
      return fail(Code::user_not_found,
                  fmt::format("{} is no user; tokens are minted to one", address_text(a.to)));
    }
    const Parameters& parameters = state.parameters();
    const Counters& counters = state.counters();
    const std::uint64_t period = now.value() / parameters.mint_period_ms;
    const std::uint64_t max = parameters.mint_per_period_max;
    const std::uint64_t used = counters.mint_period == period ? counters.minted_in_period : 0;
    if (used > max || a.amount > max - used) {
      return fail(
          Code::mint_limit,
          fmt::format("{} would be minted, and {} of this period's {} are used up; the next "
                      "period begins at {} ms",
                      a.amount, used, max, (period + 1) * parameters.mint_period_ms));
    }
    // No balance is more than all tokens; it is asked all the same.
    const std::uint64_t most = std::numeric_limits<std::uint64_t>::max() - a.amount;
    if (counters.minted <= most && state.user(*proposal.mint_to).balance <= most) return {};
    return fail(Code::overflow, fmt::format("{} were minted so far; {} more are not countable",
                                            counters.minted, a.amount));
  }

  Result<void> operator()(const SetParameter& a) const {
    if (auto changed = set_parameter(state.parameters(), a.name, a.value); !changed) {
      return fail(changed.error());
    }
    return {};
  }

  // Whatever decodes will do.
  Result<void> operator()(const SetRecordTypes& /*a*/) const { return {}; }

  Result<void> operator()(const ScheduleUpgrade& a) const {
    const std::uint64_t version = state.epoch().version;
    const Epoch now_in(state.counters().epoch);
    if (a.version > version && a.epoch > now_in) return {};
    return fail(Code::upgrade_past,
                fmt::format("version {} with epoch {}: the chain is at version {} in epoch {}; an "
                            "upgrade takes a higher version and a later epoch",
                            a.version, a.epoch.value(), version, now_in.value()));
  }

  static std::unexpected<Error> exists(const PublicKey& key) {
    return fail(Code::validator_exists,
                fmt::format("{} is a validator's key already; it takes another one", to_hex(key)));
  }
};

}  // namespace

Result<void> check_decision(WorkingState& state, TimeMs now, const Proposal& proposal,
                            std::optional<ProposalId> id) {
  return std::visit(Check{state, now, proposal, id}, proposal.action);
}

}  // namespace generion::contract
