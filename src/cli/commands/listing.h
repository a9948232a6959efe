// Lists of the node, page by page at one height, as a table.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/commands/command.h"
#include "cli/terminal/table.h"

namespace generion::cli {

struct PageArgs {
  std::uint64_t limit = 100;
  bool all = false;
};

void add_page_options(CLI::App& app, PageArgs& args);

// A column of the table: its title, and the member of each item that it shows.
struct ListColumn {
  std::string title;
  std::string member;
  Align align = Align::left;
};

// `empty`: what people are told if there is nothing.
Result<Report> list_report(Context& context, std::string_view method, boost::json::object params,
                           const PageArgs& args, const std::vector<ListColumn>& columns,
                           std::string_view empty);

// A node's answer about one thing.
Result<Report> object_report(Context& context, std::string_view method, boost::json::object params);

// A member as people read it: times as dates, amounts in tokens, lists with commas, booleans as yes
// or no, absent ones empty.
std::string member_text(const boost::json::object& item, std::string_view member);

// An object's members below each other; nested ones as JSON.
std::string object_text(const boost::json::object& object);

}  // namespace generion::cli
