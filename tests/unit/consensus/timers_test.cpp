#include "consensus/timers.h"

#include <catch2/catch.hpp>

namespace generion::consensus {
namespace {

TEST_CASE("timers: runs only while there is work, and is not pushed on by more of it") {
  ViewTimer timer(100, 1'000);
  timer.on_work(false, Monotonic(5));
  CHECK(timer.deadline() == std::nullopt);
  timer.on_work(true, Monotonic(10));
  timer.on_work(true, Monotonic(90));
  CHECK(timer.deadline() == Monotonic(110));
  timer.on_work(false, Monotonic(95));
  CHECK(timer.deadline() == std::nullopt);
}

TEST_CASE("timers: doubles with each failed view up to the cap, and falls back after progress") {
  ViewTimer timer(100, 500);
  timer.on_view_left();
  CHECK(timer.timeout_ms() == 100);  // the first view was given up after the shortest time
  timer.on_view_left();
  CHECK(timer.timeout_ms() == 200);
  timer.on_view_left();
  timer.on_view_left();
  CHECK(timer.timeout_ms() == 500);
  for (int i = 0; i < 100; ++i) timer.on_view_left();
  CHECK(timer.timeout_ms() == 500);
  timer.on_execution();
  CHECK(timer.timeout_ms() == 100);
  timer.on_view_left();
  CHECK(timer.timeout_ms() == 100);
}

TEST_CASE("timers: an execution and a new view start the time again") {
  ViewTimer timer(100, 500);
  timer.on_work(true, Monotonic(0));
  timer.on_execution();
  timer.on_work(true, Monotonic(80));
  CHECK(timer.deadline() == Monotonic(180));
  timer.on_view_entered();
  timer.on_work(true, Monotonic(120));
  CHECK(timer.deadline() == Monotonic(220));
}

}  // namespace
}  // namespace generion::consensus
