#include "cli/terminal/table.h"

#include <fmt/format.h>
#include <utf8proc.h>

#include <algorithm>

#include "base/assert.h"

namespace generion::cli {
namespace {

struct Decoded {
  utf8proc_int32_t code_point = -1;  // negative: no UTF-8 here
  std::size_t length = 1;
};

Decoded decode_one(std::string_view text) {
  Decoded out;
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  const auto length =
      utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text.size()), &out.code_point);
  if (length > 0) out.length = static_cast<std::size_t>(length);
  return out;
}

// Embeddings, overrides and isolates reorder the rest of the line.
bool changes_direction(utf8proc_int32_t c) {
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F;
}

bool is_control(utf8proc_int32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029;
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const Decoded one = decode_one(text);
    width += one.code_point < 0
                 ? 1
                 : static_cast<std::size_t>(std::max(0, utf8proc_charwidth(one.code_point)));
    text.remove_prefix(one.length);
  }
  return width;
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Decoded one = decode_one(text);
    const std::string_view bytes = text.substr(0, one.length);
    if (one.code_point < 0 || is_control(one.code_point) || changes_direction(one.code_point)) {
      for (const char c : bytes) out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      out += bytes;
    }
    text.remove_prefix(one.length);
  }
  return out;
}

Table::Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

void Table::add(std::vector<std::string> cells) {
  GENERION_ASSERT(cells.size() == columns_.size());
  for (std::string& cell : cells) cell = printable(cell);
  rows_.push_back(std::move(cells));
}

std::string Table::text() const {
  if (rows_.empty()) return {};
  std::vector<std::string> titles;
  std::vector<std::size_t> widths;
  for (const Column& column : columns_) {
    titles.push_back(column.title);
    widths.push_back(display_width(column.title));
  }
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(row[i]));
    }
  }
  std::string out = line(titles, widths);
  for (const auto& row : rows_) out += line(row, widths);
  return out;
}

std::string Table::line(const std::vector<std::string>& cells,
                        const std::vector<std::size_t>& widths) const {
  std::string out;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string padding(widths[i] - display_width(cells[i]), ' ');
    if (i > 0) out += "  ";
    out += columns_[i].align == Align::right ? padding + cells[i] : cells[i] + padding;
  }
  while (out.ends_with(' ')) out.pop_back();
  return out + '\n';
}

std::string field_lines(const std::vector<std::pair<std::string, std::string>>& fields) {
  std::size_t width = 0;
  for (const auto& field : fields) width = std::max(width, display_width(field.first));
  std::string out;
  for (const auto& [name, value] : fields) {
    out += name + std::string(width - display_width(name), ' ') + "  " + printable(value) + '\n';
  }
  return out;
}

}  // namespace generion::cli
