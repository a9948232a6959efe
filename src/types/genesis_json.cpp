// The genesis file as JSON.
#include <fmt/core.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/hex.h"
#include "base/limits.h"
#include "types/address.h"
#include "types/genesis.h"
#include "types/json_fields.h"

namespace generion {
namespace {

namespace json = boost::json;

struct ParameterField {
  std::string_view name;
  std::uint64_t Parameters::* member;
  std::uint64_t min;
  std::uint64_t max;
};

constexpr std::uint64_t kDayMs = 86'400'000;

// Every numeric parameter with its range; the file may leave any of them out for its default.
constexpr ParameterField kParameterFields[] = {
    {"tx_window_ms", &Parameters::tx_window_ms, 60'000, kDayMs},
    {"operations_max", &Parameters::operations_max, 1, limits::kOperationsMax},
    {"proofs_max", &Parameters::proofs_max, 1, 64},
    {"body_bytes_max", &Parameters::body_bytes_max, 4'096, limits::kBodyBytesMax},
    {"attachment_bytes_max", &Parameters::attachment_bytes_max, 4'096, limits::kAttachmentBytesMax},
    {"records_per_user_max", &Parameters::records_per_user_max, 1, 1'000'000'000},
    {"operations_per_day_max", &Parameters::operations_per_day_max, 1, 1'000'000'000'000},
    {"admissions_per_day_max", &Parameters::admissions_per_day_max, 1, 1'000'000'000},
    {"batch_transactions_max", &Parameters::batch_transactions_max, 1,
     limits::kBatchTransactionsMax},
    {"batch_bytes_max", &Parameters::batch_bytes_max, limits::kBodyBytesMax, 16 * 1024 * 1024},
    {"heartbeat_ms", &Parameters::heartbeat_ms, 1'000, 3'600'000},
    {"erase_within_ms", &Parameters::erase_within_ms, 60'000, 30 * kDayMs},
    {"shares_per_record_max", &Parameters::shares_per_record_max, 1, 1'000'000},
    {"open_orders_per_user_max", &Parameters::open_orders_per_user_max, 1, 1'000'000},
    {"orders_per_record_max", &Parameters::orders_per_record_max, 1, 64},
    {"delivery_window_ms", &Parameters::delivery_window_ms, 1'000, 30 * kDayMs},
    {"retention_ms", &Parameters::retention_ms, 1'000, 365 * kDayMs},
    {"due_per_block", &Parameters::due_per_block, 1, limits::kDuePerBlockMax},
    {"proposal_lifetime_ms", &Parameters::proposal_lifetime_ms, 1'000, 365 * kDayMs},
    {"governance_delay_ms", &Parameters::governance_delay_ms, 1'000, 90 * kDayMs},
    {"suspension_ms", &Parameters::suspension_ms, 1'000, 90 * kDayMs},
    {"mint_period_ms", &Parameters::mint_period_ms, 1'000, 3'650 * kDayMs},
    {"mint_per_period_max", &Parameters::mint_per_period_max, 0, limits::kSafeIntegerMax},
    {"epoch_min_ms", &Parameters::epoch_min_ms, 1'000, kDayMs},
    {"epoch_max_ms", &Parameters::epoch_max_ms, 1'000, 365 * kDayMs},
    {"epoch_max_blocks", &Parameters::epoch_max_blocks, 1, limits::kSafeIntegerMax},
};

// Sorts by key and tells whether two entries share one.
template <class T, class Key>
bool sort_and_find_double(std::vector<T>& entries, Key key) {
  std::sort(entries.begin(), entries.end(),
            [&](const T& a, const T& b) { return key(a) < key(b); });
  return std::adjacent_find(entries.begin(), entries.end(), [&](const T& a, const T& b) {
           return key(a) == key(b);
         }) != entries.end();
}

Result<void> at_least(std::string_view name, std::uint64_t number, std::string_view other,
                      std::uint64_t min) {
  if (number >= min) return {};
  return fail(Code::parameter_range,
              fmt::format("parameter {} is {} and {} {}; the first takes at least as much as the "
                          "second",
                          name, number, other, min));
}

// What no single range can say. A record of a purchased order stays until the retention after its
// delivery is over, which must not be before the delivery was due.
Result<void> check_together(const Parameters& parameters) {
  if (auto ok = at_least("retention_ms", parameters.retention_ms, "delivery_window_ms",
                         parameters.delivery_window_ms);
      !ok) {
    return ok;
  }
  return at_least("epoch_max_ms", parameters.epoch_max_ms, "epoch_min_ms", parameters.epoch_min_ms);
}

Result<Parameters> parse_parameters(const json::value& value) {
  JsonFields in(value, "genesis.parameters", Code::bad_genesis);
  Parameters out = default_parameters();
  if (const json::value* admission = in.find("user_admission")) {
    if (*admission == "institution") {
      out.user_admission = Parameters::UserAdmission::institution;
    } else if (*admission == "open") {
      out.user_admission = Parameters::UserAdmission::open;
    } else {
      in.fault("user_admission", "takes \"institution\" or \"open\"");
    }
  }
  for (const ParameterField& field : kParameterFields) {
    out.*field.member = in.number(field.name, field.min, field.max, out.*field.member);
  }
  if (in.find("record_types") != nullptr) {
    out.record_types.clear();
    for (const json::value& type : in.list("record_types", limits::kRecordTypesMax)) {
      if (!type.is_string() || type.get_string().empty() ||
          type.get_string().size() > limits::kRecordTypeBytesMax) {
        in.fault("record_types",
                 fmt::format("takes texts of 1 to {} bytes", limits::kRecordTypeBytesMax));
        break;
      }
      out.record_types.emplace_back(type.get_string());
    }
    if (sort_and_find_double(out.record_types, [](const std::string& s) { return s; })) {
      in.fault("record_types", "has a type twice");
    }
  }
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  if (auto ok = check_together(out); !ok) return fail(Code::bad_genesis, ok.error().message);
  return out;
}

Result<GenesisValidator> parse_validator(const json::value& value, std::size_t place) {
  JsonFields in(value, fmt::format("genesis.validators[{}]", place), Code::bad_genesis);
  GenesisValidator out;
  out.name = in.text("name", 1, limits::kNameBytesMax);
  out.key = in.hex<PublicKey>("key");
  out.governance_key = in.hex<PublicKey>("governance_key");
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return out;
}

Result<GenesisInstitution> parse_institution(const json::value& value, std::size_t place) {
  JsonFields in(value, fmt::format("genesis.institutions[{}]", place), Code::bad_genesis);
  GenesisInstitution out;
  out.address = in.address("address");
  out.name = in.text("name", 1, limits::kNameBytesMax);
  out.kind = in.text("kind", 0, limits::kNameBytesMax);
  out.data_source_url = in.text("data_source_url", 0, limits::kUrlBytesMax);
  if (!out.data_source_url.empty() && !out.data_source_url.starts_with("https://")) {
    in.fault("data_source_url", "must start with https://");
  }
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return out;
}

// Validators or institutions: each parsed, then sorted by key and checked for doubles.
template <class T, class Parse, class Key>
Result<std::vector<T>> parse_members(JsonFields& in, std::string_view name, std::size_t max,
                                     Parse parse, Key key) {
  std::vector<T> out;
  for (const json::value& entry : in.list(name, max)) {
    auto parsed = parse(entry, out.size());
    if (!parsed) return fail(parsed.error());
    out.push_back(std::move(*parsed));
  }
  if (sort_and_find_double(out, key)) in.fault(name, "has a key twice");
  return out;
}

json::object parameters_json(const Parameters& parameters) {
  json::object out;
  const bool open = parameters.user_admission == Parameters::UserAdmission::open;
  out["user_admission"] = open ? "open" : "institution";
  for (const ParameterField& field : kParameterFields) {
    out[field.name] = parameters.*field.member;
  }
  if (parameters.record_types != default_parameters().record_types) {
    json::array types;
    for (const std::string& type : parameters.record_types) types.emplace_back(type);
    out["record_types"] = std::move(types);
  }
  return out;
}

// Boost.JSON writes everything on one line; people compare genesis files by eye.
void write_pretty(std::string& out, const json::value& value, std::size_t indent) {
  const auto line = [&](std::size_t depth) { out.append("\n").append(2 * depth, ' '); };
  if (value.is_object() && !value.get_object().empty()) {
    out += '{';
    bool first = true;
    for (const auto& [name, field] : value.get_object()) {
      if (!first) out += ',';
      first = false;
      line(indent + 1);
      out.append(json::serialize(json::string(name))).append(": ");
      write_pretty(out, field, indent + 1);
    }
    line(indent);
    out += '}';
  } else if (value.is_array() && !value.get_array().empty()) {
    out += '[';
    bool first = true;
    for (const json::value& element : value.get_array()) {
      if (!first) out += ',';
      first = false;
      line(indent + 1);
      write_pretty(out, element, indent + 1);
    }
    line(indent);
    out += ']';
  } else {
    out += json::serialize(value);
  }
}

}  // namespace

Result<Parameters> set_parameter(Parameters parameters, std::string_view name,
                                 std::uint64_t number) {
  std::string names;
  for (const ParameterField& field : kParameterFields) {
    names.append(names.empty() ? "" : ", ").append(field.name);
    if (field.name != name) continue;
    if (number < field.min || number > field.max) {
      return fail(Code::parameter_range, fmt::format("parameter {} is {}; it takes {} to {}", name,
                                                     number, field.min, field.max));
    }
    parameters.*field.member = number;
    if (auto ok = check_together(parameters); !ok) return fail(ok.error());
    return parameters;
  }
  return fail(Code::parameter_unknown,
              fmt::format("the chain has no parameter {}; there are {}", name, names));
}

Result<Genesis> parse_genesis(std::string_view text) {
  if (text.size() > limits::kGenesisBytesMax) {
    return fail(Code::bad_genesis, fmt::format("genesis: has {} bytes; at most {} are taken",
                                               text.size(), limits::kGenesisBytesMax));
  }
  json::error_code error;
  const json::value value = json::parse(text, error);
  if (error) return fail(Code::bad_genesis, "genesis: is no JSON: " + error.message());

  JsonFields in(value, "genesis", Code::bad_genesis);
  Genesis out;
  const std::string stated = in.text("chain_id", 0, 2 * Hash::kSize);
  out.chain_name = in.text("chain_name", 1, limits::kNameBytesMax);
  out.time = TimeMs(in.number("time_ms", 1, limits::kTimeMsMax));
  auto validators =
      parse_members<GenesisValidator>(in, "validators", limits::kValidatorsMax, parse_validator,
                                      [](const GenesisValidator& v) { return v.key; });
  if (!validators) return fail(validators.error());
  if (validators->empty()) in.fault("validators", "is empty; a chain needs at least one");
  out.validators = std::move(*validators);
  auto institutions = parse_members<GenesisInstitution>(
      in, "institutions", limits::kInstitutionsMax, parse_institution,
      [](const GenesisInstitution& i) { return i.address; });
  if (!institutions) return fail(institutions.error());
  out.institutions = std::move(*institutions);
  const json::value* parameters = in.find("parameters");
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  const json::value kDefaults = json::object();
  auto parsed = parse_parameters(parameters == nullptr ? kDefaults : *parameters);
  if (!parsed) return fail(parsed.error());
  out.parameters = std::move(*parsed);
  const std::string actual = to_hex(chain_id(out));
  if (!stated.empty() && stated != actual) {
    return fail(Code::bad_genesis,
                fmt::format("genesis: says chain_id {}, but its content hashes to {}; the file was "
                            "changed after it was made. Take the agreed file; for another chain, "
                            "leave chain_id out",
                            stated, actual));
  }
  return out;
}

std::string genesis_json(const Genesis& genesis) {
  json::object out;
  out["chain_id"] = to_hex(chain_id(genesis));
  out["chain_name"] = genesis.chain_name;
  out["time_ms"] = genesis.time.value();
  json::array validators;
  for (const GenesisValidator& validator : genesis.validators) {
    validators.push_back({{"name", validator.name},
                          {"key", to_hex(validator.key)},
                          {"governance_key", to_hex(validator.governance_key)}});
  }
  out["validators"] = std::move(validators);
  json::array institutions;
  for (const GenesisInstitution& institution : genesis.institutions) {
    institutions.push_back({{"address", address_text(institution.address)},
                            {"name", institution.name},
                            {"kind", institution.kind},
                            {"data_source_url", institution.data_source_url}});
  }
  out["institutions"] = std::move(institutions);
  out["parameters"] = parameters_json(genesis.parameters);
  std::string text;
  write_pretty(text, out, 0);
  return text + "\n";
}

}  // namespace generion
