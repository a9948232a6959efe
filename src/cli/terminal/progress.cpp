#include "cli/terminal/progress.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/terminal/table.h"

namespace generion::cli {
namespace {

constexpr std::uint64_t kQuietMs = 1'000;
constexpr std::uint64_t kBetweenDrawsMs = 100;
constexpr std::uint64_t kBarWidth = 20;

std::string grouped(std::uint64_t value) {
  std::string out = fmt::format("{}", value);
  for (std::size_t at = out.size(); at > 3;) {
    at -= 3;
    out.insert(at, ",");
  }
  return out;
}

std::string duration(std::uint64_t seconds) {
  if (seconds < 60) return fmt::format("{} s", seconds);
  if (seconds < 3'600) return fmt::format("{} min {:02} s", seconds / 60, seconds % 60);
  return fmt::format("{} h {:02} min", seconds / 3'600, seconds / 60 % 60);
}

}  // namespace

std::string progress_line(const std::string& label, const std::string& unit, std::uint64_t done,
                          std::uint64_t total, std::uint64_t elapsed_ms, std::size_t columns) {
  const std::uint64_t shown = std::min(done, total);
  const std::uint64_t tenths_per_second =
      elapsed_ms == 0 ? 0 : done * 10'000 / elapsed_ms;  // done stays far below 2^50
  std::string out = label;
  if (total > 0) {
    const std::uint64_t filled = shown * kBarWidth / total;
    const std::string bar = std::string(filled, '#') + std::string(kBarWidth - filled, '-');
    out += fmt::format("  [{}]  {:3}%  {} of {} {}", bar, shown * 100 / total, grouped(done),
                       grouped(total), unit);
  } else {
    out += fmt::format("  {} {}", grouped(done), unit);
  }
  if (tenths_per_second > 0) {
    out += tenths_per_second < 100
               ? fmt::format("  {}.{}/s", tenths_per_second / 10, tenths_per_second % 10)
               : fmt::format("  {}/s", grouped(tenths_per_second / 10));
    if (total > shown)
      out += fmt::format("  {} left", duration((total - shown) * 10 / tenths_per_second + 1));
  }
  // A wrapped line could not be drawn over.
  while (columns > 0 && display_width(out) >= columns) {
    do {
      out.pop_back();
    } while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0xC0) == 0xC0);
  }
  return out;
}

Progress::Progress(std::ostream& out, bool is_terminal, std::size_t columns, std::string label,
                   std::string unit, SteadyMs clock)
    : out_(out),
      is_terminal_(is_terminal),
      columns_(columns),
      label_(std::move(label)),
      unit_(std::move(unit)),
      clock_(std::move(clock)),
      started_ms_(clock_()) {}

Progress::~Progress() {
  clear();
}

void Progress::update(std::uint64_t done, std::uint64_t total) {
  if (!is_terminal_) return;
  const std::uint64_t now = clock_();
  if (now - started_ms_ < kQuietMs || (drawn_ && now - drawn_ms_ < kBetweenDrawsMs)) return;
  out_ << "\r\x1b[K" << progress_line(label_, unit_, done, total, now - started_ms_, columns_)
       << std::flush;
  drawn_ms_ = now;
  drawn_ = true;
}

void Progress::clear() {
  if (!drawn_) return;
  out_ << "\r\x1b[K" << std::flush;
  drawn_ = false;
}

}  // namespace generion::cli
