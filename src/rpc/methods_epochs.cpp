// Methods about epochs, who agrees in them, and evidence of misbehaviour.
#include <fmt/core.h>

#include "base/hex.h"
#include "contract/account_queries.h"
#include "contract/epoch.h"
#include "contract/epoch_queries.h"
#include "contract/queries.h"
#include "rpc/method_parts.h"

namespace generion::rpc {
namespace {

Json key_list(const ValidatorSet& set, const Memory& memory) {
  JsonArray out(memory);
  for (const PublicKey& key : set.keys) out.emplace_back(to_hex(key));
  return out;
}

Json proposal_ids(const std::vector<ProposalId>& ids, const Memory& memory) {
  JsonArray out(memory);
  for (const ProposalId id : ids) out.emplace_back(id.value());
  return out;
}

std::unexpected<Failure> unknown_epoch(Epoch epoch, const contract::StateReader& state) {
  return failed(
      {Code::not_found, fmt::format("epoch {} has not begun (at this height); there are 0 to {}",
                                    epoch.value(), contract::current_epoch(state).number.value())});
}

// The epoch that is asked for, or the next block's.
std::expected<contract::FoundEpoch, Failure> wanted_epoch(const contract::StateReader& state,
                                                          const Arguments& arguments) {
  const auto number = arguments.number("epoch");
  if (!number) return contract::current_epoch(state);
  auto found = contract::find_epoch(state, Epoch(*number));
  if (!found) return unknown_epoch(Epoch(*number), state);
  return std::move(*found);
}

Answer get_epoch(const Context& context, const Arguments& arguments, const Memory& memory) {
  const auto version = version_for(context, arguments);
  if (!version) return failed(version.error());
  const auto found = wanted_epoch((*version)->state(), arguments);
  if (!found) return std::unexpected(found.error());
  const contract::EpochObject& epoch = found->epoch;
  JsonObject out(10, memory);
  out.emplace("epoch", found->number.value());
  out.emplace("first_height", epoch.first.value());
  if (epoch.last) out.emplace("last_height", epoch.last->value());
  out.emplace("since_ms", epoch.since.value());
  out.emplace("version", epoch.version);
  out.emplace("quorum", quorum_size(epoch.validators.size()));
  out.emplace("validators", key_list(epoch.validators, memory));
  out.emplace("decided", proposal_ids(epoch.decided, memory));
  out.emplace("upgrades", proposal_ids(epoch.upgrades, memory));
  return proven(**version, arguments, contract::epoch_key(found->number), std::move(out));
}

JsonObject members_json(Epoch epoch, const contract::Validators& validators, const Memory& memory) {
  JsonArray members(memory);
  for (const contract::Validator& member : validators.members) {
    JsonObject entry(4, memory);
    entry.emplace("validator_id", member.id.value());
    entry.emplace("name", member.name);
    entry.emplace("key", to_hex(member.key));
    entry.emplace("governance_key", to_hex(member.governance_key));
    members.emplace_back(std::move(entry));
  }
  JsonObject out(3, memory);
  out.emplace("epoch", epoch.value());
  out.emplace("quorum", quorum_size(members.size()));
  out.emplace("validators", std::move(members));
  return out;
}

Answer get_validator_set(const Context& context, const Arguments& arguments, const Memory& memory) {
  const auto version = version_for(context, arguments);
  if (!version) return failed(version.error());
  const contract::StateReader& state = (*version)->state();
  if (arguments.flag("next")) {
    if (arguments.flag("proof")) {
      return failed({Code::bad_params, "what is to come has no proof; ask without next"});
    }
    const contract::NextEpoch next = contract::read_next_epoch(state);
    return Json(members_json(next.rules.number, next.validators, memory));
  }
  return proven(**version, arguments, contract::validators_key(),
                members_json(contract::current_epoch(state).number,
                             contract::read_validators(state), memory));
}

Answer get_evidence_list(const Context& context, const Arguments& arguments, const Memory& memory) {
  auto page = Page::open(context, arguments, memory);
  if (!page) return failed(page.error());
  const contract::EvidenceId after(number_after(*page));
  for (const auto& found : contract::evidence_list(page->state(), after, page->wanted())) {
    const contract::EvidenceObject& evidence = found.evidence;
    JsonObject item(9, memory);
    item.emplace("evidence_id", found.id.value());
    item.emplace("validator_id", evidence.culprit.value());
    item.emplace("key", to_hex(evidence.key));
    item.emplace("kind", kind_name(evidence.kind));
    item.emplace("epoch", evidence.about.epoch.value());
    item.emplace("view", evidence.about.view.value());
    item.emplace("height", evidence.about.height.value());
    item.emplace("reporter", evidence.reporter.value());
    item.emplace("reported_at_ms", evidence.reported_at.value());
    if (!page->add(Json(std::move(item)), number_place(found.id.value()), kSmallEntryBytes)) break;
  }
  return std::move(*page).finish();
}

Parameter next_parameter() {
  return {.name = "next",
          .type = ParameterType::flag,
          .is_optional = true,
          .description = "true: as it is decided for the next epoch"};
}

}  // namespace

std::vector<Method> epoch_methods() {
  return {
      {.name = "getEpoch",
       .summary = "An epoch: its blocks, who agrees in it, what is decided for the next",
       .parameters = with_proof({{.name = "epoch",
                                  .type = ParameterType::number,
                                  .is_optional = true,
                                  .description = "its number; the next block's if left out",
                                  .min = 0,
                                  .max = limits::kSafeIntegerMax}}),
       .result = "epoch, first_height, last_height (once known), since_ms, version, quorum, "
                 "validators (keys), decided, upgrades (proposals)",
       .handler = get_epoch},
      {.name = "getValidatorSet",
       .summary = "The validators in force, with their governance keys",
       .parameters = with_proof({next_parameter()}),
       .result = "epoch, quorum, validators [{validator_id, name, key, governance_key}]",
       .handler = get_validator_set},
      {.name = "getEvidenceList",
       .summary = "Evidence of validators' misbehaviour",
       .parameters = with_page({}),
       .result = "page of evidence_id, validator_id, key, kind, epoch, view, height, reporter, "
                 "reported_at_ms",
       .handler = get_evidence_list},
  };
}

}  // namespace generion::rpc
