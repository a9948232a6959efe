#include "cli/commands/parse.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <vector>

#include "base/hex.h"
#include "types/amount.h"

namespace generion::cli {
namespace {

constexpr std::uint64_t kMsPerMinute = 60'000;
constexpr std::uint64_t kMsPerHour = 60 * kMsPerMinute;
constexpr std::uint64_t kMsPerDay = 24 * kMsPerHour;
constexpr std::uint64_t kDurationMsMax = 36'500 * kMsPerDay;

// Whole numbers at the places of 'd' of a pattern such as "dddd-dd-dd"; nullopt if the text does
// not have its shape.
std::optional<std::vector<int>> numbers_at(std::string_view pattern, std::string_view text) {
  if (text.size() != pattern.size()) return std::nullopt;
  std::vector<int> out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool wants_digit = pattern[i] == 'd';
    const bool is_digit = text[i] >= '0' && text[i] <= '9';
    if (wants_digit != is_digit || (!wants_digit && text[i] != pattern[i])) return std::nullopt;
    if (!wants_digit) continue;
    if (i == 0 || pattern[i - 1] != 'd') out.push_back(0);
    out.back() = out.back() * 10 + (text[i] - '0');
  }
  return out;
}

std::optional<TimeMs> parse_date(std::string_view text) {
  using namespace std::chrono;
  auto fields = numbers_at("dddd-dd-dd", text);
  if (!fields) fields = numbers_at("dddd-dd-dd dd:dd:dd", text);
  if (!fields) return std::nullopt;
  fields->resize(6, 0);
  const auto& at = *fields;
  const year_month_day date{year(at[0]), month(static_cast<unsigned>(at[1])),
                            day(static_cast<unsigned>(at[2]))};
  const bool good = date.ok() && at[0] >= 1970 && at[3] < 24 && at[4] < 60 && at[5] < 60;
  if (!good) return std::nullopt;
  const milliseconds since =
      sys_days(date).time_since_epoch() + hours(at[3]) + minutes(at[4]) + seconds(at[5]);
  return TimeMs(static_cast<std::uint64_t>(since.count()));
}

}  // namespace

Result<std::uint64_t> parse_duration_ms(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  const std::uint64_t unit_ms = unit == "d"   ? kMsPerDay
                                : unit == "h" ? kMsPerHour
                                : unit == "m" ? kMsPerMinute
                                              : 0;
  if (error != std::errc() || unit_ms == 0 || number == 0 || number > kDurationMsMax / unit_ms) {
    return fail(Code::usage, fmt::format("\"{}\" is no length of time; it takes one such as 30d, "
                                         "36h or 45m",
                                         text));
  }
  return number * unit_ms;
}

std::string duration_text(std::uint64_t ms) {
  constexpr std::uint64_t kMsPerSecond = 1'000;
  if (ms == 0) return "0";
  if (ms % kMsPerDay == 0) return fmt::format("{}d", ms / kMsPerDay);
  if (ms % kMsPerHour == 0) return fmt::format("{}h", ms / kMsPerHour);
  if (ms % kMsPerMinute == 0) return fmt::format("{}m", ms / kMsPerMinute);
  if (ms % kMsPerSecond == 0) return fmt::format("{}s", ms / kMsPerSecond);
  return fmt::format("{}ms", ms);
}

Result<TimeMs> parse_time_to_come(std::string_view text, TimeMs now) {
  if (const auto date = parse_date(text)) {
    if (*date > now) return *date;
    return fail(Code::usage, fmt::format("{} UTC is past; it takes a time to come", text));
  }
  const auto duration = parse_duration_ms(text);
  if (duration) return now.plus(*duration);
  return fail(Code::usage,
              fmt::format("\"{}\" is no time; it takes one such as 30d, 12h, 2027-01-31 or "
                          "\"2027-01-31 18:00:00\" (UTC)",
                          text));
}

Result<std::uint64_t> parse_token_option(std::string_view name, std::string_view text) {
  const auto amount = parse_tokens(text);
  if (amount) return amount;
  return fail(Code::usage, fmt::format("{}: {}", name, amount.error().message));
}

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
