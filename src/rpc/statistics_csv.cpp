#include "rpc/statistics_csv.h"

#include <fmt/core.h>

#include "types/address.h"

namespace generion::rpc {
namespace {

constexpr std::string_view kOwners = "owners";

std::string cell(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string out = "\"";
  for (const char c : text) out.append(c == '"' ? 2 : 1, c);
  return out + '"';
}

std::string cell(const std::optional<std::uint64_t>& count) {
  return count ? std::to_string(*count) : std::string();
}

std::string group_line(const contract::StatisticsGroup& group) {
  std::string out;
  const auto add = [&out](const std::string& text) { out.append(text).push_back(','); };
  if (group.month) add(month_text(*group.month));
  if (group.type) add(cell(*group.type));
  if (group.institution) {
    const auto& maker = *group.institution;
    add(maker.address ? address_text(*maker.address) : std::string());
    add(cell(maker.address ? std::string_view(maker.name) : kOwners));
  }
  for (const auto& count : {group.created, group.verified, group.deleted, group.shared,
                            group.offered, group.sold, group.value}) {
    add(cell(count));
  }
  out.back() = '\n';
  return out;
}

}  // namespace

std::string month_text(std::uint32_t month) {
  return fmt::format("{:04}-{:02}", month / 12, month % 12 + 1);
}

std::string statistics_csv(const contract::StatisticsQuestion& question,
                           const contract::Statistics& statistics) {
  std::string out;
  if (question.by_month) out += "month,";
  if (question.by_type) out += "type,";
  if (question.by_institution) out += "institution,institution_name,";
  out += "created,verified,deleted,shared,offered,sold,value\n";
  for (const contract::StatisticsGroup& group : statistics.groups) out += group_line(group);
  return out;
}

}  // namespace generion::rpc
