#include <fmt/format.h>

#include "cli/commands/command.h"
#include "cli/commands/listing.h"
#include "cli/terminal/table.h"

namespace generion::cli {
namespace {

struct StatsArgs {
  std::vector<std::string> by{"month", "type", "institution"};
  std::string from;
  std::string to;
  std::uint64_t k = 5;
  std::uint64_t height = 0;
  bool csv = false;
};

boost::json::object question_of(const StatsArgs& args) {
  boost::json::object out{{"by", fmt::format("{}", fmt::join(args.by, ","))}, {"k", args.k}};
  if (!args.from.empty()) out["from"] = args.from;
  if (!args.to.empty()) out["to"] = args.to;
  if (args.height != 0) out["height"] = args.height;
  if (args.csv) out["format"] = "csv";
  return out;
}

// Counts that were left out, being small, as "<k".
std::string count_text(const boost::json::object& group, std::string_view member, std::uint64_t k) {
  if (group.contains(member)) return member_text(group, member);
  return member == "value" ? "-" : fmt::format("<{}", k);
}

std::string table_text(const boost::json::object& answer, const StatsArgs& args) {
  const auto* groups = answer.if_contains("groups");
  if (groups == nullptr || !groups->is_array()) return boost::json::serialize(answer);
  std::vector<Column> titles;
  std::vector<std::string_view> names;
  const auto add_name = [&](std::string_view by, std::string title, std::string_view member) {
    if (std::ranges::find(args.by, by) == args.by.end()) return;
    titles.push_back({std::move(title)});
    names.push_back(member);
  };
  add_name("month", "MONTH", "month");
  add_name("type", "TYPE", "type");
  add_name("institution", "MADE BY", "institution_name");
  constexpr std::pair<const char*, std::string_view> kCounts[] = {
      {"CREATED", "created"},  {"VERIFIED", "verified"}, {"DELETED", "deleted"},
      {"SHARED", "shared"},    {"OFFERED", "offered"},   {"SOLD", "sold"},
      {"TOKENS PAID", "value"}};
  for (const auto& [title, member] : kCounts) titles.push_back({title, Align::right});
  Table table(std::move(titles));
  for (const auto& value : groups->as_array()) {
    if (!value.is_object()) return boost::json::serialize(answer);
    const boost::json::object& group = value.as_object();
    std::vector<std::string> cells;
    for (const std::string_view name : names) cells.push_back(member_text(group, name));
    for (const auto& [title, member] : kCounts) cells.push_back(count_text(group, member, args.k));
    table.add(std::move(cells));
  }
  if (table.rows() == 0) return "Nothing happened in these months.\n";
  std::string out = table.text();
  const std::string left_out = member_text(answer, "left_out");
  if (left_out != "0") {
    out += fmt::format("\n{} counts below {} are not told (--k).\n", left_out, args.k);
  }
  return out;
}

Result<Report> show_statistics(Context& context, const StatsArgs& args) {
  if (args.csv && context.options().json) {
    return fail(Code::usage, "--csv and --json: give one of the two");
  }
  Result<Report> out = object_report(context, "getStatistics", question_of(args));
  if (!out || !out->json.is_object()) return out;
  const boost::json::object& answer = out->json.as_object();
  if (!args.csv) {
    out->text = table_text(answer, args);
    return out;
  }
  const auto* csv = answer.if_contains("csv");
  if (csv == nullptr || !csv->is_string()) {
    return fail(Code::malformed, "the node gave no CSV; is it of an older version?");
  }
  out->text = std::string(csv->as_string());
  return out;
}

}  // namespace

void add_stats(CLI::App& root, Action& selected) {
  auto [app, args] = add_command<StatsArgs>(
      root, "stats", "What happened to records, in sums by month, type and institution", selected,
      show_statistics);
  app->add_option("--by", args->by, "What to group by, with commas; none: one sum of all")
      ->delimiter(',')
      ->check(CLI::IsMember({"month", "type", "institution", "none"}))
      ->capture_default_str();
  app->add_option("--from", args->from, "The first month, such as 2026-01");
  app->add_option("--to", args->to, "The last month");
  app->add_option("--k", args->k,
                  "Do not tell counts from 1 to K - 1, for publication; 0: tell all")
      ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{1'000'000}))
      ->capture_default_str();
  app->add_option("--height", args->height, "As of this block; without it, the newest")
      ->check(CLI::PositiveNumber);
  app->add_flag("--csv", args->csv, "The node's CSV: at one height the same bytes from every node");
}

}  // namespace generion::cli
