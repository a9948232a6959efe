// Tables for people: columns as wide as their widest cell on screen, whatever the script.
//
//   Table table({{"ID", Align::right}, {"NAME", Align::left}});
//   table.add({"7", "Łukasz"});
//   out << table.text();
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace generion::cli {

// Columns that UTF-8 text takes on a terminal: 0 for a combining accent, 2 for a wide character.
std::size_t display_width(std::string_view text);

// Text of other people, fit for a terminal: control characters and what is no UTF-8 become visible
// escapes such as
// "\x1b", so that no name can move the cursor or recolour the screen. Direction overrides are
// escaped too.
std::string printable(std::string_view text);

enum class Align : std::uint8_t { left, right };

struct Column {
  std::string title;
  Align align = Align::left;
};

class Table {
 public:
  explicit Table(std::vector<Column> columns);

  // One cell a column. Cells are made printable.
  void add(std::vector<std::string> cells);
  std::size_t rows() const { return rows_.size(); }

  // Title line and rows, two spaces between columns, no blanks at line ends. Without rows: "" .
  std::string text() const;

 private:
  std::string line(const std::vector<std::string>& cells,
                   const std::vector<std::size_t>& widths) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

// Names and values below each other, the values aligned: for one thing's fields.
std::string field_lines(const std::vector<std::pair<std::string, std::string>>& fields);

}  // namespace generion::cli
