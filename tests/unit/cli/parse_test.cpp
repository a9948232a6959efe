// Times, durations and amounts that a person types.
#include "cli/commands/parse.h"

#include <catch2/catch.hpp>

namespace generion::cli {

namespace {

constexpr TimeMs kNow{1'700'000'000'000};  // 2023-11-14 22:13:20

}  // namespace

TEST_CASE("durations") {
  CHECK(parse_duration_ms("45m") == 45 * 60'000U);
  CHECK(parse_duration_ms("36h") == 36 * 3'600'000U);
  CHECK(parse_duration_ms("30d") == 30 * 86'400'000ULL);
  for (const char* text : {"", "d", "30", "0d", "-1d", "1.5d", "1w", "30 d",
                           "99999999999999999999d", "36501d", "30days"}) {
    INFO(text);
    CHECK(parse_duration_ms(text).error().code == Code::usage);
  }
}

TEST_CASE("durations for people") {
  CHECK(duration_text(0) == "0");
  CHECK(duration_text(14 * 86'400'000) == "14d");
  CHECK(duration_text(36 * 3'600'000) == "36h");
  CHECK(duration_text(45 * 60'000) == "45m");
  CHECK(duration_text(90'000) == "90s");
  CHECK(duration_text(1'001) == "1001ms");
}

TEST_CASE("times to come, from now or by the calendar") {
  CHECK(parse_time_to_come("12h", kNow) == kNow.plus(12 * 3'600'000));
  CHECK(parse_time_to_come("2023-11-14 22:13:21", kNow) == kNow.plus(1'000));
  CHECK(time_text(*parse_time_to_come("2028-02-29", kNow)) == "2028-02-29 00:00:00");
  for (const char* text :
       {"2023-11-14", "2023-11-14 22:13:20", "2027-02-29", "2027-13-01", "2027-1-1", "2027-01-32",
        "2027-01-01 24:00:00", "2027-01-01 12:00", "2027-01-01T12:00:00", "0000-00-00", "soon"}) {
    INFO(text);
    CHECK(parse_time_to_come(text, kNow).error().code == Code::usage);
  }
}

TEST_CASE("an option's tokens, and what is wrong with them") {
  CHECK(parse_token_option("--price", "0.5") == 50'000'000U);
  const auto wrong = parse_token_option("--price", "ten");
  CHECK(wrong.error().code == Code::usage);
  CHECK(wrong.error().message.starts_with("--price: \"ten\""));
}

}  // namespace generion::cli
