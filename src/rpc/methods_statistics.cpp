// getStatistics: contract/statistics_queries.h at one height, as JSON and as CSV.
#include <fmt/core.h>

#include "contract/statistics_queries.h"
#include "rpc/method_parts.h"
#include "rpc/statistics_csv.h"
#include "types/address.h"

namespace generion::rpc {
namespace {

constexpr std::string_view kCsvMember = "csv";

// "2026-11" as CellName::month. Error bad_params.
Result<std::uint32_t> month_from(std::string_view name, std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto number = [&](std::size_t from, std::size_t size) {
    std::uint32_t out = 0;
    for (const char c : text.substr(from, size)) {
      out = out * 10 + static_cast<std::uint32_t>(c - '0');
    }
    return out;
  };
  bool good = text.size() == 7 && text[4] == '-';
  for (std::size_t i = 0; good && i < text.size(); ++i) good = i == 4 || is_digit(text[i]);
  const std::uint32_t month = good ? number(5, 2) : 0;
  if (!good || month < 1 || month > 12) {
    return fail(Code::bad_params,
                fmt::format("{} is no month; it takes one such as 2026-11", name));
  }
  return number(0, 4) * 12 + month - 1;
}

// `by` is a list such as "month,type". Error bad_params.
Result<contract::StatisticsQuestion> statistics_question(const Arguments& arguments) {
  contract::StatisticsQuestion out;
  for (const auto& [name, member] : {std::pair{"from", &contract::StatisticsQuestion::first_month},
                                     std::pair{"to", &contract::StatisticsQuestion::last_month}}) {
    if (!arguments.has(name)) continue;
    const auto month = month_from(name, arguments.text(name));
    if (!month) return fail(month.error());
    out.*member = *month;
  }
  std::string_view by = arguments.has("by") ? arguments.text("by") : "month,type,institution";
  while (!by.empty()) {
    const std::size_t comma = std::min(by.find(','), by.size());
    const std::string_view word = by.substr(0, comma);
    by.remove_prefix(std::min(comma + 1, by.size()));
    if (word == "month") {
      out.by_month = true;
    } else if (word == "type") {
      out.by_type = true;
    } else if (word == "institution") {
      out.by_institution = true;
    } else if (word != "none") {
      return fail(Code::bad_params, "by takes month, type and institution with commas, or none");
    }
  }
  if (const auto k = arguments.number("k")) out.smallest_count = *k;
  return out;
}

Json group_json(const contract::StatisticsGroup& group, const Memory& memory) {
  JsonObject out(11, memory);
  if (group.month) out.emplace("month", month_text(*group.month));
  if (group.type) out.emplace("type", *group.type);
  if (group.institution) {
    const auto& maker = *group.institution;
    if (maker.address) out.emplace("institution", address_text(*maker.address));
    out.emplace("institution_name", maker.address ? maker.name : "owners");
  }
  const auto count = [&out](std::string_view name, const std::optional<std::uint64_t>& value) {
    if (value) out.emplace(name, *value);
  };
  count("created", group.created);
  count("verified", group.verified);
  count("deleted", group.deleted);
  count("shared", group.shared);
  count("offered", group.offered);
  count("sold", group.sold);
  if (group.value) out.emplace("value", std::to_string(*group.value));
  return out;
}

Answer get_statistics(const Context& context, const Arguments& arguments, const Memory& memory) {
  const auto version = version_for(context, arguments);
  if (!version) return failed(version.error());
  const auto question = statistics_question(arguments);
  if (!question) return failed(question.error());
  const auto found = contract::statistics((*version)->state(), *question);
  if (!found) return failed(found.error());
  JsonObject out(4, memory);
  out.emplace("height", (*version)->height().value());
  if (arguments.text("format") == "csv") {
    out.emplace(kCsvMember, statistics_csv(*question, *found));
    return out;
  }
  JsonArray groups(memory);
  for (const contract::StatisticsGroup& group : found->groups) {
    groups.emplace_back(group_json(group, memory));
  }
  out.emplace("k", question->smallest_count);
  out.emplace("left_out", found->left_out);
  out.emplace("groups", std::move(groups));
  return out;
}

Parameter month_parameter(std::string_view name, std::string_view description) {
  return {.name = name,
          .type = ParameterType::text,
          .is_optional = true,
          .description = description,
          .max = 7};
}

}  // namespace

std::vector<Method> statistics_methods() {
  return {{.name = "getStatistics",
           .summary = "Sums of what happened to records, by month, type and institution",
           .parameters = {month_parameter("from", "the first month, such as 2026-01"),
                          month_parameter("to", "the last month"),
                          {.name = "by",
                           .type = ParameterType::text,
                           .is_optional = true,
                           .description = "month, type, institution with commas (all), or none",
                           .max = 32},
                          {.name = "k",
                           .is_optional = true,
                           .description = "counts from 1 to k - 1 are left out (5)",
                           .max = 1'000'000},
                          {.name = "format",
                           .type = ParameterType::choice,
                           .is_optional = true,
                           .description = "json, or csv: a text, and the body of a GET (json)",
                           .choices = {"json", "csv"}},
                          height_parameter()},
           .result = "height, k, left_out, groups; or height, csv",
           .handler = get_statistics,
           .body = {kCsvMember, "text/csv; charset=utf-8"}}};
}

}  // namespace generion::rpc
