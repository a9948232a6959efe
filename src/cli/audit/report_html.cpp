// The report as a page: what was found, what to compare with others, charts.
#include <fmt/format.h>

#include <algorithm>

#include "base/hex.h"
#include "cli/audit/report.h"
#include "cli/commands/parse.h"
#include "cli/terminal/table.h"
#include "types/address.h"

namespace generion::cli {
namespace {

constexpr std::uint64_t kDayMs = 86'400'000;
constexpr std::uint64_t kChartWidth = 760;
constexpr std::uint64_t kChartHeight = 160;
constexpr std::size_t kBarsMax = 380;  // then neighbouring days share one

struct Bar {
  std::string label;
  std::uint64_t value = 0;
  std::uint64_t second = 0;  // a part of it in another colour
  std::string note{};
};

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string escaped_lines(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out += escaped(text.substr(0, end)) + '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::uint64_t highest(const std::vector<Bar>& bars) {
  std::uint64_t out = 1;
  for (const Bar& bar : bars) out = std::max(out, bar.value);
  return out;
}

// Standing bars, one a day or for some neighbouring ones.
std::string columns(std::string_view title, const std::vector<Bar>& bars) {
  if (bars.empty()) return {};
  const std::uint64_t top = highest(bars);
  const std::uint64_t width = kChartWidth / bars.size();
  std::string out = fmt::format(
      "<figure><figcaption>{}</figcaption><svg role=\"img\" aria-label=\"{}\" "
      "viewBox=\"0 0 {} {}\">",
      title, title, kChartWidth, kChartHeight + 20);
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const std::uint64_t height =
        std::max<std::uint64_t>(bars[i].value * kChartHeight / top, bars[i].value > 0 ? 1 : 0);
    out += fmt::format(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"><title>{}: {}</title></rect>",
        i * width, kChartHeight - height, std::max<std::uint64_t>(width > 2 ? width - 1 : width, 1),
        height, escaped(bars[i].label), bars[i].value);
  }
  out += fmt::format(
      "<text x=\"0\" y=\"{0}\">{1}</text><text x=\"{2}\" y=\"{0}\" "
      "text-anchor=\"end\">{3}; at most {4}</text></svg></figure>",
      kChartHeight + 15, escaped(bars.front().label), kChartWidth, escaped(bars.back().label), top);
  return out;
}

// Lying bars with a name each.
std::string rows(std::string_view title, const std::vector<Bar>& bars) {
  if (bars.empty()) return {};
  constexpr std::uint64_t kRow = 22;
  constexpr std::uint64_t kNames = 260;
  constexpr std::uint64_t kBars = 330;
  const std::uint64_t top = highest(bars);
  std::string out = fmt::format(
      "<figure><figcaption>{}</figcaption><svg role=\"img\" aria-label=\"{}\" "
      "viewBox=\"0 0 {} {}\">",
      title, title, kChartWidth, kRow * bars.size());
  std::uint64_t y = 0;
  for (const Bar& bar : bars) {
    const std::uint64_t length = bar.value * kBars / top;
    out += fmt::format(
        "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text><rect x=\"{}\" y=\"{}\" width=\"{}\" "
        "height=\"14\"/><rect class=\"second\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"14\"/>"
        "<text x=\"{}\" y=\"{}\">{}</text>",
        kNames - 8, y + 15, escaped(bar.label), kNames, y + 4, length, kNames, y + 4,
        bar.second * kBars / top, kNames + length + 6, y + 15,
        escaped(bar.note.empty() ? fmt::format("{}", bar.value) : bar.note));
    y += kRow;
  }
  return out + "</svg></figure>";
}

template <class Value>
std::vector<Bar> days(const audit::Statistics& counted, Value value) {
  std::vector<Bar> out;
  if (counted.days.empty()) return out;
  const std::uint64_t first = counted.days.begin()->first;
  const std::uint64_t span = counted.days.rbegin()->first - first + 1;
  const std::uint64_t together = (span + kBarsMax - 1) / kBarsMax;
  out.resize((span + together - 1) / together);
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i].label = time_text(TimeMs((first + i * together) * kDayMs)).substr(0, 10);
  }
  for (const auto& [day, count] : counted.days) out[(day - first) / together].value += value(count);
  return out;
}

std::string charts(const audit::Statistics& counted) {
  std::string out =
      columns("Blocks per day", days(counted, [](const auto& d) { return d.blocks; }));
  out +=
      columns("Transactions per day", days(counted, [](const auto& d) { return d.transactions; }));
  std::vector<Bar> operations;
  for (const auto& [name, count] : counted.by_operation) {
    operations.push_back({name, count.effective + count.refused, count.refused,
                          fmt::format("{}, {} refused", count.effective, count.refused)});
  }
  out += rows("Operations by kind (light: in refused transactions)", operations);
  std::vector<Bar> validators;
  for (const auto& [key, count] : counted.validators) {
    validators.push_back({count.name.empty() ? to_hex(key).substr(0, 16) : count.name,
                          count.certificates,
                          count.certificates - std::min(count.certificates, count.seals),
                          fmt::format("{} of {} seals, {} proposals", count.seals,
                                      count.certificates, count.proposed)});
  }
  out += rows("Validators: seals in the certificates of their epochs (light: none)", validators);
  std::vector<Bar> institutions;
  for (const auto& [address, count] : counted.institutions) {
    institutions.push_back({count.name, count.transactions, count.refused,
                            fmt::format("{} transactions, {} refused; {}", count.transactions,
                                        count.refused, count.status)});
  }
  out += rows("Institutions: transactions that they signed (light: refused)", institutions);
  std::vector<Bar> refusals;
  for (const auto& [code, count] : counted.refusals) {
    refusals.push_back({std::string(code_name(code)), count});
  }
  out += rows("Refused transactions by code", refusals);
  std::vector<Bar> due;
  for (const auto& [name, count] : counted.due) due.push_back({name, count});
  return out + rows("What fell due by itself", due);
}

constexpr std::string_view kStyle =
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 "
    "1rem;color:#1b1f24;background:#fff}h1{font-size:1.6rem}pre{white-space:pre-wrap;"
    "overflow-wrap:anywhere;background:#f4f6f8;padding:1rem;border-radius:6px}"
    ".verdict{padding:.8rem 1rem;border-radius:6px;font-weight:600}.sound{background:#dff3e4;"
    "color:#0b4a1e}.fault{background:#fde2e0;color:#7a1210}figure{margin:2rem 0}figcaption{"
    "font-weight:600;margin-bottom:.5rem}svg{width:100%;height:auto}svg rect{fill:#2563a8}"
    "svg rect.second{fill:#f2b872}svg text{font-size:12px;fill:#1b1f24}";

}  // namespace

std::string report_html(const audit::AuditReport& report) {
  const bool is_sound = !report.fault;
  const std::string title = "Audit of " + escaped(report.chain_name);
  std::string out = fmt::format(
      "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width,initial-scale=1\"><title>{}</title><style>{}</style></head>"
      "<body><h1>{}</h1>",
      title, kStyle, title);
  out += fmt::format(
      "<p class=\"verdict {}\">{}</p>", is_sound ? "sound" : "fault",
      is_sound ? fmt::format("Everything up to block {} was found right.", report.height.value())
               : escaped("A fault was found: " + fault_text(*report.fault)));
  out += fmt::format(
      "<p>Compare with others, aloud: block {} of {} UTC has the hash <b>{}</b>.</p><pre>{}</pre>",
      report.height.value(), time_text(report.head_time), grouped_hex(to_hex(report.head_hash)),
      escaped_lines(report_text(report)));
  return out + charts(report.statistics) + "</body></html>\n";
}

}  // namespace generion::cli
