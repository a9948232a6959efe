// The canonical bytes of what validators decide.
#include "types/governance.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/limits.h"
#include "base/utf8.h"
#include "types/canonical.h"

namespace generion {
namespace {

constexpr std::uint32_t kActions = std::variant_size_v<GovernanceAction>;

struct Fields {
  Bytes operator()(const AddValidator& a) const {
    return CanonicalWriter().fixed(1, a.key).fixed(2, a.governance_key).bytes(3, a.name).take();
  }
  Bytes operator()(const RemoveValidator& a) const {
    return CanonicalWriter().fixed(1, a.key).flag(2, a.force).take();
  }
  Bytes operator()(const ReplaceValidatorKey& a) const {
    return CanonicalWriter().fixed(1, a.key).fixed(2, a.new_key).take();
  }
  Bytes operator()(const ReplaceGovernanceKey& a) const {
    return CanonicalWriter().fixed(1, a.key).fixed(2, a.new_governance_key).take();
  }
  Bytes operator()(const AccreditInstitution& a) const {
    return CanonicalWriter()
        .fixed(1, a.address)
        .bytes(2, a.name)
        .bytes(3, a.kind)
        .bytes(4, a.data_source_url)
        .take();
  }
  Bytes operator()(const WithdrawInstitution& a) const {
    return CanonicalWriter().fixed(1, a.address).take();
  }
  Bytes operator()(const ReplaceInstitutionKey& a) const {
    return CanonicalWriter().fixed(1, a.address).fixed(2, a.new_address).take();
  }
  Bytes operator()(const Mint& a) const {
    return CanonicalWriter().fixed(1, a.to).uint(2, a.amount).take();
  }
  Bytes operator()(const SetParameter& a) const {
    return CanonicalWriter().bytes(1, a.name).uint(2, a.value).take();
  }
  Bytes operator()(const SetRecordTypes& a) const {
    CanonicalWriter out;
    for (const std::string& type : a.types) out.element(1, type);
    return out.take();
  }
  Bytes operator()(const ScheduleUpgrade& a) const {
    return CanonicalWriter().uint(1, a.version).uint(2, a.epoch.value()).take();
  }
};

// Reads a text of min to max bytes; keeps the first fault.
struct Texts {
  std::optional<Error> fault;

  std::string take(ByteView value, std::string_view name, std::size_t min, std::size_t max) {
    if (!fault && (value.size() < min || value.size() > max)) {
      fault =
          Error{value.size() < min ? Code::bad_argument : Code::too_large,
                fmt::format("{} has {} bytes; it takes {} to {}", name, value.size(), min, max)};
    }
    if (!fault && !is_utf8(value)) {
      fault = Error{Code::malformed, fmt::format("{} is not UTF-8", name)};
    }
    return std::string(value);
  }
};

template <class Action>
Result<GovernanceAction> finished(CanonicalReader& in, Action action) {
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return GovernanceAction(std::move(action));
}

Result<GovernanceAction> finished(CanonicalReader& in, GovernanceAction action,
                                  const Texts& texts) {
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  if (texts.fault) return fail(*texts.fault);
  return action;
}

Result<GovernanceAction> read_add_validator(ByteView bytes) {
  CanonicalReader in(bytes, "addValidator");
  Texts texts;
  AddValidator out;
  out.key = in.fixed<PublicKey>(1, "key");
  out.governance_key = in.fixed<PublicKey>(2, "governance_key");
  out.name = texts.take(in.bytes(3, "name"), "addValidator: name", 1, limits::kNameBytesMax);
  return finished(in, std::move(out), texts);
}

Result<GovernanceAction> read_remove_validator(ByteView bytes) {
  CanonicalReader in(bytes, "removeValidator");
  return finished(in, RemoveValidator{in.fixed<PublicKey>(1, "key"), in.flag(2, "force")});
}

Result<GovernanceAction> read_replace_validator_key(ByteView bytes) {
  CanonicalReader in(bytes, "replaceValidatorKey");
  ReplaceValidatorKey out;
  out.key = in.fixed<PublicKey>(1, "key");
  out.new_key = in.fixed<PublicKey>(2, "new_key");
  return finished(in, out);
}

Result<GovernanceAction> read_replace_governance_key(ByteView bytes) {
  CanonicalReader in(bytes, "replaceGovernanceKey");
  ReplaceGovernanceKey out;
  out.key = in.fixed<PublicKey>(1, "key");
  out.new_governance_key = in.fixed<PublicKey>(2, "new_governance_key");
  return finished(in, out);
}

Result<GovernanceAction> read_accredit_institution(ByteView bytes) {
  CanonicalReader in(bytes, "accreditInstitution");
  Texts texts;
  AccreditInstitution out;
  out.address = in.fixed<Address>(1, "address");
  out.name = texts.take(in.bytes(2, "name"), "accreditInstitution: name", 1, limits::kNameBytesMax);
  out.kind = texts.take(in.bytes(3, "kind"), "accreditInstitution: kind", 0, limits::kNameBytesMax);
  out.data_source_url = texts.take(in.bytes(4, "data_source_url"),
                                   "accreditInstitution: data_source_url", 0, limits::kUrlBytesMax);
  if (!out.data_source_url.empty() && !out.data_source_url.starts_with("https://")) {
    texts.fault = Error{Code::bad_argument,
                        "accreditInstitution: data_source_url has to start with https://"};
  }
  return finished(in, std::move(out), texts);
}

Result<GovernanceAction> read_withdraw_institution(ByteView bytes) {
  CanonicalReader in(bytes, "withdrawInstitution");
  return finished(in, WithdrawInstitution{in.fixed<Address>(1, "address")});
}

Result<GovernanceAction> read_replace_institution_key(ByteView bytes) {
  CanonicalReader in(bytes, "replaceInstitutionKey");
  ReplaceInstitutionKey out;
  out.address = in.fixed<Address>(1, "address");
  out.new_address = in.fixed<Address>(2, "new_address");
  return finished(in, out);
}

Result<GovernanceAction> read_mint(ByteView bytes) {
  CanonicalReader in(bytes, "mint");
  const Mint out{in.fixed<Address>(1, "to"), in.uint(2, "amount")};
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  if (out.amount == 0) return fail(Code::bad_argument, "mint: amount is 0; it takes at least 1");
  return out;
}

Result<GovernanceAction> read_set_parameter(ByteView bytes) {
  CanonicalReader in(bytes, "setParameter");
  Texts texts;
  SetParameter out;
  out.name =
      texts.take(in.bytes(1, "name"), "setParameter: name", 1, limits::kParameterNameBytesMax);
  out.value = in.uint(2, "value");
  return finished(in, std::move(out), texts);
}

Result<GovernanceAction> read_set_record_types(ByteView bytes) {
  CanonicalReader in(bytes, "setRecordTypes");
  Texts texts;
  SetRecordTypes out;
  for (const ByteView type : in.elements(1, "types", limits::kRecordTypesMax)) {
    out.types.push_back(texts.take(type, "setRecordTypes: a type", 1, limits::kRecordTypeBytesMax));
  }
  if (!texts.fault && std::adjacent_find(out.types.begin(), out.types.end(),
                                         std::greater_equal<>()) != out.types.end()) {
    texts.fault = Error{Code::bad_argument, "setRecordTypes: types have to ascend, none twice"};
  }
  return finished(in, std::move(out), texts);
}

Result<GovernanceAction> read_schedule_upgrade(ByteView bytes) {
  CanonicalReader in(bytes, "scheduleUpgrade");
  const ScheduleUpgrade out{in.uint(1, "version"), Epoch(in.uint(2, "epoch"))};
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  if (out.version == 0 || out.epoch == Epoch(0)) {
    return fail(Code::bad_argument, "scheduleUpgrade: version and epoch take at least 1");
  }
  return out;
}

// In the order of the variant, which is that of the field numbers, from 1.
using Decoder = Result<GovernanceAction> (*)(ByteView);
constexpr std::array<Decoder, kActions> kDecoders = {
    read_add_validator,           read_remove_validator,
    read_replace_validator_key,   read_replace_governance_key,
    read_accredit_institution,    read_withdraw_institution,
    read_replace_institution_key, read_mint,
    read_set_parameter,           read_set_record_types,
    read_schedule_upgrade,
};

constexpr std::array<std::string_view, kActions> kNames = {
    "addValidator",        "removeValidator",     "replaceValidatorKey",   "replaceGovernanceKey",
    "accreditInstitution", "withdrawInstitution", "replaceInstitutionKey", "mint",
    "setParameter",        "setRecordTypes",      "scheduleUpgrade",
};

}  // namespace

std::string_view action_name(const GovernanceAction& action) {
  return kNames.at(action.index());
}

Bytes encode_action(const GovernanceAction& action) {
  const auto number = static_cast<std::uint32_t>(action.index() + 1);
  return CanonicalWriter().element(number, std::visit(Fields{}, action)).take();
}

Result<GovernanceAction> decode_action(ByteView bytes) {
  CanonicalReader in(bytes, "action");
  const std::uint32_t number = in.next_field();
  if (number == 0) return fail(Code::malformed, "action: is empty or no message");
  if (number > kActions) {
    return fail(Code::unknown_operation,
                fmt::format("action number {} is unknown to this version; known are 1 to {}",
                            number, kActions));
  }
  const ByteView inner = in.element(number, "action").value_or(ByteView{});
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return kDecoders[number - 1](inner);
}

}  // namespace generion
