#include "cli/commands/action_reading.h"

#include <fmt/format.h>

#include <array>

#include "base/limits.h"
#include "cli/commands/operation_parts.h"

namespace generion::cli {
namespace {

GovernanceAction read_add_validator(JsonFields& in) {
  AddValidator out;
  out.key = in.hex<PublicKey>("key");
  out.governance_key = in.hex<PublicKey>("governance_key");
  out.name = in.text("name", 1, limits::kNameBytesMax);
  return out;
}

GovernanceAction read_remove_validator(JsonFields& in) {
  RemoveValidator out;
  out.key = in.hex<PublicKey>("key");
  out.force = in.flag("force", false);
  return out;
}

GovernanceAction read_replace_validator_key(JsonFields& in) {
  ReplaceValidatorKey out;
  out.key = in.hex<PublicKey>("key");
  out.new_key = in.hex<PublicKey>("new_key");
  return out;
}

GovernanceAction read_replace_governance_key(JsonFields& in) {
  ReplaceGovernanceKey out;
  out.key = in.hex<PublicKey>("key");
  out.new_governance_key = in.hex<PublicKey>("new_governance_key");
  return out;
}

GovernanceAction read_accredit_institution(JsonFields& in) {
  AccreditInstitution out;
  out.address = read_address(in, "address");
  out.name = in.text("name", 1, limits::kNameBytesMax);
  out.kind = in.text("kind", 0, limits::kNameBytesMax);
  out.data_source_url = in.text("data_source_url", 0, limits::kUrlBytesMax);
  return out;
}

GovernanceAction read_withdraw_institution(JsonFields& in) {
  return WithdrawInstitution{read_address(in, "address")};
}

GovernanceAction read_replace_institution_key(JsonFields& in) {
  ReplaceInstitutionKey out;
  out.address = read_address(in, "address");
  out.new_address = read_address(in, "new_address");
  return out;
}

GovernanceAction read_mint(JsonFields& in) {
  Mint out;
  out.to = read_address(in, "to");
  out.amount = read_amount(in, "amount");
  return out;
}

GovernanceAction read_set_parameter(JsonFields& in) {
  SetParameter out;
  out.name = in.text("name", 1, limits::kParameterNameBytesMax);
  out.value = in.number("value", 0, kAnyNumber);
  return out;
}

GovernanceAction read_set_record_types(JsonFields& in) {
  SetRecordTypes out;
  if (in.find("types") == nullptr) in.fault("types", "is missing");
  for (const auto& type : in.list("types", limits::kRecordTypesMax)) {
    if (!type.is_string()) {
      in.fault("types", "takes texts");
      break;
    }
    out.types.emplace_back(type.get_string());
  }
  return out;
}

GovernanceAction read_schedule_upgrade(JsonFields& in) {
  ScheduleUpgrade out;
  out.version = in.number("version", 0, kAnyNumber);
  out.epoch = Epoch(in.number("epoch", 0, kAnyNumber));
  return out;
}

struct Reader {
  std::string_view name;
  GovernanceAction (*read)(JsonFields& in);
};

constexpr std::array kReaders{
    Reader{"addValidator", read_add_validator},
    Reader{"removeValidator", read_remove_validator},
    Reader{"replaceValidatorKey", read_replace_validator_key},
    Reader{"replaceGovernanceKey", read_replace_governance_key},
    Reader{"accreditInstitution", read_accredit_institution},
    Reader{"withdrawInstitution", read_withdraw_institution},
    Reader{"replaceInstitutionKey", read_replace_institution_key},
    Reader{"mint", read_mint},
    Reader{"setParameter", read_set_parameter},
    Reader{"setRecordTypes", read_set_record_types},
    Reader{"scheduleUpgrade", read_schedule_upgrade},
};
static_assert(kReaders.size() == std::variant_size_v<GovernanceAction>);

}  // namespace

Result<GovernanceAction> read_action(const boost::json::value& value, const std::string& path) {
  JsonFields in(value, path, Code::malformed);
  const std::string name = in.text("action", 1, limits::kNameBytesMax);
  if (!in.ok()) return fail(in.finish().error());
  std::string known;
  for (const Reader& reader : kReaders) {
    known.append(known.empty() ? "" : ", ").append(reader.name);
    if (reader.name != name) continue;
    GovernanceAction out = reader.read(in);
    if (auto ok = in.finish(); !ok) return fail(ok.error());
    return out;
  }
  return fail(Code::unknown_operation,
              fmt::format("{}.action is \"{}\"; known are {}", path, name, known));
}

}  // namespace generion::cli
