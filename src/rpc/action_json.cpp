#include "rpc/action_json.h"

#include "base/hex.h"
#include "types/address.h"

namespace generion::rpc {
namespace {

struct Fields {
  JsonObject& out;

  void operator()(const AddValidator& action) const {
    out.emplace("key", to_hex(action.key));
    out.emplace("governance_key", to_hex(action.governance_key));
    out.emplace("name", action.name);
  }
  void operator()(const RemoveValidator& action) const {
    out.emplace("key", to_hex(action.key));
    if (action.force) out.emplace("force", true);
  }
  void operator()(const ReplaceValidatorKey& action) const {
    out.emplace("key", to_hex(action.key));
    out.emplace("new_key", to_hex(action.new_key));
  }
  void operator()(const ReplaceGovernanceKey& action) const {
    out.emplace("key", to_hex(action.key));
    out.emplace("new_governance_key", to_hex(action.new_governance_key));
  }
  void operator()(const AccreditInstitution& action) const {
    out.emplace("address", address_text(action.address));
    out.emplace("name", action.name);
    out.emplace("kind", action.kind);
    if (!action.data_source_url.empty()) out.emplace("data_source_url", action.data_source_url);
  }
  void operator()(const WithdrawInstitution& action) const {
    out.emplace("address", address_text(action.address));
  }
  void operator()(const ReplaceInstitutionKey& action) const {
    out.emplace("address", address_text(action.address));
    out.emplace("new_address", address_text(action.new_address));
  }
  void operator()(const Mint& action) const {
    out.emplace("to", address_text(action.to));
    out.emplace("amount", std::to_string(action.amount));
  }
  void operator()(const SetParameter& action) const {
    out.emplace("name", action.name);
    out.emplace("value", action.value);
  }
  void operator()(const SetRecordTypes& action) const {
    JsonArray types(out.storage());
    for (const std::string& type : action.types) types.emplace_back(type);
    out.emplace("types", std::move(types));
  }
  void operator()(const ScheduleUpgrade& action) const {
    out.emplace("version", action.version);
    out.emplace("epoch", action.epoch.value());
  }
};

}  // namespace

Json action_json(const GovernanceAction& action, const Memory& memory) {
  JsonObject out(5, memory);
  out.emplace("action", action_name(action));
  std::visit(Fields{out}, action);
  return out;
}

}  // namespace generion::rpc
