// The model of a chain over the whole world: what must hold whatever its figures are.
#include "wan/wan.h"

#include <catch2/catch.hpp>

#include "wan/cities.h"
#include "wan/wan_report.h"

namespace generion::sim {
namespace {

WanSettings small(std::size_t validators, double load) {
  WanSettings out;
  out.validators = validators;
  out.load = load;
  out.warm_up_ms = 1'500;
  out.measured_ms = 2'500;
  return out;
}

TEST_CASE("wan: delays between cities") {
  const City& frankfurt = kCities[0];
  CHECK(one_way_us(frankfurt, frankfurt) == 500);
  for (const City& a : kCities) {
    for (const City& b : kCities) CHECK(one_way_us(a, b) == one_way_us(b, a));
  }
  // 6,200 km; published pings are some 80 ms, there and back.
  CHECK(one_way_us(frankfurt, kCities[1]) > 35'000);
  CHECK(one_way_us(frankfurt, kCities[1]) < 55'000);
}

TEST_CASE("wan: a light load is executed, no quicker than light allows") {
  for (const std::size_t validators : {4, 7, 10}) {
    const WanResult seen = run_wan(small(validators, 200));
    CHECK(seen.executed == Approx(200).epsilon(0.1));
    CHECK(seen.view == 0);
    // PRE-PREPARE and PREPARE, then COMMIT: a quorum has to be heard three times.
    CHECK(seen.p50_ms >= 3 * static_cast<double>(quorum_delay_us(validators)) / 1'000);
    CHECK(seen.p50_ms < 1'500);
    CHECK(seen.p99_ms >= seen.p50_ms);
  }
}

TEST_CASE("wan: the same settings give the same result, another seed nearly so") {
  const WanSettings settings = small(4, 500);
  const WanResult seen = run_wan(settings);
  CHECK(run_wan(settings) == seen);
  WanSettings other = settings;
  other.seed = 2;
  CHECK(run_wan(other).p50_ms == Approx(seen.p50_ms).epsilon(0.2));
}

TEST_CASE("wan: bandwidth and verification bound the throughput") {
  WanSettings settings = small(4, 2'000);
  const WanResult seen = run_wan(settings);
  CHECK(seen.executed == Approx(2'000).epsilon(0.1));
  // A quarter of them leaves each validator for three others; the ids leave the primary.
  CHECK(seen.uplink_mbit > (500 * 400 + 2'000 * 32) * 3 * 8 / 1e6 * 0.9);
  CHECK(seen.uplink_mbit < 12);
  settings.transaction_us = 8'000;  // 500 a second with 4 cores
  CHECK(run_wan(settings).executed < 700);
  settings = small(4, 2'000);
  settings.uplink_mbit = 2;  // 2,000 of 400 bytes are 6.4
  CHECK(run_wan(settings).executed < 1'200);
}

TEST_CASE("wan: rows and plot") {
  const WanRow row{4, 100, {100, 2, 350.4, 700, 0.3, 0.01, 0, 3}};
  CHECK(as_table_row(row) == "| 4 | 100 | 100 | 2.0 | 350 ms | 700 ms | 0.3 Mbit/s | 0.01 | 0 |\n");
  const std::string svg = as_svg({row});
  CHECK(svg.find("4 validators") != std::string::npos);
  CHECK(svg.ends_with("</svg>\n"));
}

}  // namespace
}  // namespace generion::sim
