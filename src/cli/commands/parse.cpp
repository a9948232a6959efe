#include "cli/commands/parse.h"

#include <fmt/format.h>

#include <chrono>

#include "base/hex.h"

namespace generion::cli {

Result<TxId> parse_tx_id(std::string_view text) {
  const auto bytes = from_hex(text);
  const auto id = bytes ? TxId::from(*bytes) : std::nullopt;
  if (!id) {
    return fail(Code::usage,
                fmt::format("\"{}\" is no transaction id; it has {} hexadecimal digits", text,
                            TxId::kSize * 2));
  }
  return *id;
}

std::string time_text(TimeMs time) {
  using namespace std::chrono;
  const sys_time<milliseconds> at{milliseconds(static_cast<std::int64_t>(time.value()))};
  const auto day = floor<days>(at);
  const year_month_day date(day);
  const hh_mm_ss clock(floor<seconds>(at - day));
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::string bytes_text(std::uint64_t bytes) {
  constexpr std::uint64_t kStep = 1'000;
  if (bytes < kStep) return fmt::format("{} bytes", bytes);
  constexpr std::string_view kUnits[] = {"kB", "MB", "GB", "TB"};
  std::uint64_t unit_bytes = kStep;
  std::size_t unit = 0;
  while (bytes / unit_bytes >= kStep && unit + 1 < std::size(kUnits)) {
    unit_bytes *= kStep;
    ++unit;
  }
  return fmt::format("{}.{} {}", bytes / unit_bytes, bytes % unit_bytes / (unit_bytes / 10),
                     kUnits[unit]);
}

std::string grouped_hex(std::string_view hex) {
  constexpr std::size_t kGroup = 4;
  std::string out;
  for (std::size_t i = 0; i < hex.size(); i += kGroup) {
    if (i > 0) out += ' ';
    out += hex.substr(i, kGroup);
  }
  return out;
}

}  // namespace generion::cli
