#include "cli/commands/listing.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/limits.h"
#include "cli/commands/parse.h"
#include "client/rpc_client.h"
#include "types/amount.h"

namespace generion::cli {
namespace {

// What is less, in a member that ends with _ms, is a length of time: no chain is of 1973.
constexpr std::uint64_t kFirstTimeMs = 100'000'000'000;

// Members whose texts are amounts in the smallest unit.
bool is_amount(std::string_view member) {
  constexpr std::string_view kAmounts[] = {"amount", "balance", "price", "value"};
  return std::ranges::find(kAmounts, member) != std::end(kAmounts);
}

std::string amount_text(std::string_view digits) {
  std::uint64_t amount = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), amount);
  const bool whole = error == std::errc() && end == digits.data() + digits.size();
  return whole ? token_text(amount) : std::string(digits);
}

std::string value_text(const boost::json::value& value, std::string_view member);

std::string list_text(const boost::json::array& list) {
  std::string out;
  for (const auto& entry : list) {
    if (!out.empty()) out += ", ";
    out += value_text(entry, "");
  }
  return out;
}

std::string value_text(const boost::json::value& value, std::string_view member) {
  if (const auto* text = value.if_string()) {
    return is_amount(member) ? amount_text(*text) : std::string(*text);
  }
  if (const auto* list = value.if_array()) return list_text(*list);
  if (const auto* flag = value.if_bool()) return *flag ? "yes" : "no";
  const bool is_time = member.ends_with("_ms");
  if (is_time && value.is_number()) {
    boost::json::error_code error;
    const auto ms = value.to_number<std::uint64_t>(error);
    if (!error) return ms < kFirstTimeMs ? duration_text(ms) : time_text(TimeMs(ms));
  }
  return boost::json::serialize(value);
}

struct Page {
  boost::json::array items;
  std::string cursor{};  // empty on the last page
};

Result<Page> get_page(client::Rpc& node, std::string_view method, boost::json::object params) {
  auto answer = node.call(method, std::move(params));
  if (!answer) return fail(answer.error());
  auto* page = answer->if_object();
  auto* items = page == nullptr ? nullptr : page->if_contains("items");
  if (items == nullptr || !items->is_array()) {
    return fail(Code::malformed,
                fmt::format("the node's answer to {} is no page; is it a generiond?", method));
  }
  Page out{.items = std::move(items->as_array())};
  if (const auto* cursor = page->if_contains("cursor"); cursor != nullptr && cursor->is_string()) {
    out.cursor = std::string(cursor->as_string());
  }
  return out;
}

}  // namespace

void add_page_options(CLI::App& app, PageArgs& args) {
  auto* limit = app.add_option("--limit", args.limit, "The most to show")
                    ->check(CLI::Range(std::uint64_t{1}, limits::kListedMax))
                    ->capture_default_str();
  app.add_flag("--all", args.all, "Show all")->excludes(limit);
}

std::string member_text(const boost::json::object& item, std::string_view member) {
  const auto* value = item.if_contains(member);
  return value == nullptr ? std::string() : value_text(*value, member);
}

Result<Report> object_report(Context& context, std::string_view method,
                             boost::json::object params) {
  const auto node = context.node();
  if (!node) return fail(node.error());
  auto answer = (*node)->call(method, std::move(params));
  if (!answer) return fail(answer.error());
  std::string text =
      answer->is_object() ? object_text(answer->as_object()) : boost::json::serialize(*answer);
  return Report{.json = std::move(*answer), .text = std::move(text)};
}

std::string object_text(const boost::json::object& object) {
  std::vector<std::pair<std::string, std::string>> fields;
  for (const auto& [name, value] : object) {
    fields.emplace_back(std::string(name), value_text(value, name));
  }
  return field_lines(fields);
}

std::string items_text(const boost::json::array& items, const std::vector<ListColumn>& columns,
                       std::string_view empty) {
  if (items.empty()) return std::string(empty);
  std::vector<Column> titles;
  for (const ListColumn& column : columns) titles.push_back({column.title, column.align});
  Table table(std::move(titles));
  for (const auto& item : items) {
    std::vector<std::string> cells;
    for (const ListColumn& column : columns) {
      cells.push_back(item.is_object() ? member_text(item.as_object(), column.member)
                                       : value_text(item, column.member));
    }
    table.add(std::move(cells));
  }
  return table.text();
}

Result<Report> list_report(Context& context, std::string_view method, boost::json::object params,
                           const PageArgs& args, const std::vector<ListColumn>& columns,
                           std::string_view empty) {
  const auto node = context.node();
  if (!node) return fail(node.error());
  const std::uint64_t wanted = args.all ? limits::kListedMax : args.limit;
  boost::json::array items;
  std::string cursor;
  do {
    boost::json::object page_params = params;
    page_params["limit"] = std::min<std::uint64_t>(wanted - items.size(), limits::kPageMax);
    if (!cursor.empty()) page_params["cursor"] = cursor;
    auto page = get_page(**node, method, std::move(page_params));
    if (!page) return fail(page.error());
    for (auto& item : page->items) items.push_back(std::move(item));
    cursor = std::move(page->cursor);
  } while (!cursor.empty() && items.size() < wanted);

  std::string text = items_text(items, columns, empty);
  const bool more = !cursor.empty();
  if (more) text += "There are more: --limit, or --all.\n";
  return Report{.json = boost::json::object{{"items", std::move(items)}, {"more", more}},
                .text = std::move(text)};
}

}  // namespace generion::cli
