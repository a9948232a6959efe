#include "cli/terminal/progress.h"

#include <catch2/catch.hpp>
#include <sstream>

#include "cli/terminal/table.h"

namespace generion::cli {
namespace {

constexpr std::size_t kWide = 200;

TEST_CASE("the line tells share, counts, rate and time left") {
  CHECK(progress_line("import", "records", 1'000, 2'000, 4'000, kWide) ==
        "import  [##########----------]   50%  1,000 of 2,000 records  250/s  5 s left");
  CHECK(progress_line("import", "records", 3, 9, 2'000, kWide) ==
        "import  [######--------------]   33%  3 of 9 records  1.5/s  5 s left");
  CHECK(progress_line("import", "records", 2'000, 2'000, 4'000, kWide) ==
        "import  [####################]  100%  2,000 of 2,000 records  500/s");
}

TEST_CASE("long times are told in minutes and hours") {
  CHECK(progress_line("x", "u", 10, 1'210, 1'000, kWide).ends_with("  2 min 01 s left"));
  CHECK(progress_line("x", "u", 1, 7'201, 1'000, kWide).ends_with("  2 h 00 min left"));
}

TEST_CASE("without a total or progress there is still a line") {
  CHECK(progress_line("scan", "keys", 5, 0, 1'000, kWide) == "scan  5 keys  5.0/s");
  CHECK(progress_line("scan", "keys", 0, 10, 0, kWide) ==
        "scan  [--------------------]    0%  0 of 10 keys");
  CHECK(progress_line("scan", "keys", 20, 10, 1'000, kWide).find("100%") != std::string::npos);
}

TEST_CASE("a line never wraps and never ends inside a character") {
  for (std::size_t columns = 1; columns < 60; ++columns) {
    const std::string line = progress_line("Łódź 山", "records", 5, 10, 1'000, columns);
    INFO(columns);
    CHECK(display_width(line) < columns);
    CHECK(printable(line) == line);
  }
}

// A clock that the test turns.
struct Clock {
  std::uint64_t now = 5'000;
  SteadyMs reader() {
    return [this] { return now; };
  }
};

TEST_CASE("nothing is drawn in the first second") {
  std::ostringstream out;
  Clock clock;
  Progress progress(out, true, 80, "import", "records", clock.reader());
  progress.update(1, 10);
  clock.now += 999;
  progress.update(2, 10);
  CHECK(out.str().empty());
  clock.now += 1;
  progress.update(3, 10);
  CHECK(out.str().find("3 of 10 records") != std::string::npos);
}

TEST_CASE("at most ten lines a second") {
  std::ostringstream out;
  Clock clock;
  Progress progress(out, true, 80, "import", "records", clock.reader());
  clock.now += 1'000;
  progress.update(1, 10);
  const std::string after_first = out.str();
  clock.now += 99;
  progress.update(2, 10);
  CHECK(out.str() == after_first);
  clock.now += 1;
  progress.update(3, 10);
  CHECK(out.str() != after_first);
}

TEST_CASE("the line is cleared at the end, and nothing is written where there is no terminal") {
  std::ostringstream terminal;
  std::ostringstream pipe;
  Clock clock;
  {
    Progress drawn(terminal, true, 80, "import", "records", clock.reader());
    Progress silent(pipe, false, 80, "import", "records", clock.reader());
    clock.now += 2'000;
    drawn.update(1, 10);
    silent.update(1, 10);
  }
  CHECK(terminal.str().ends_with("\r\x1b[K"));
  CHECK(pipe.str().empty());
}

}  // namespace
}  // namespace generion::cli
