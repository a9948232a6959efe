#include "p2p/backoff.h"

#include <catch2/catch.hpp>

namespace generion::p2p {
namespace {

using std::chrono::milliseconds;

TEST_CASE("backoff: doubles up to its end, and half of it is chance") {
  const milliseconds min{100};
  const milliseconds max{1'000};
  const milliseconds whole[] = {min, milliseconds(200), milliseconds(400), milliseconds(800), max};
  for (unsigned failures = 0; failures < 5; ++failures) {
    for (const std::uint64_t random : {std::uint64_t{0}, std::uint64_t{12'345}, UINT64_MAX}) {
      const milliseconds delay = redial_delay(min, max, failures, random);
      CHECK(delay >= whole[failures] / 2);
      CHECK(delay <= whole[failures]);
    }
    CHECK(redial_delay(min, max, failures, 0) == whole[failures] / 2);
  }
  CHECK(redial_delay(min, max, UINT32_MAX, 0) == max / 2);
  CHECK(redial_delay(milliseconds(1), max, 0, 0) == milliseconds(1));
}

TEST_CASE("backoff: a pause grows with each, up to its end, and is forgiven after an hour") {
  const milliseconds min{1'000};
  const milliseconds max{3'000};
  Pause::Time now{};
  Pause pause;
  CHECK(pause.left(now).count() == 0);
  pause.begin(min, max, now);
  CHECK(pause.left(now) == milliseconds(1'000));
  now += milliseconds(400);
  CHECK(pause.left(now) == milliseconds(600));
  now += milliseconds(600);
  CHECK(pause.left(now).count() == 0);
  pause.begin(min, max, now);
  CHECK(pause.left(now) == milliseconds(2'000));
  pause.begin(min, max, now);
  CHECK(pause.left(now) == max);
  now += std::chrono::hours(2);
  pause.begin(min, max, now);
  CHECK(pause.left(now) == min);
}

}  // namespace
}  // namespace generion::p2p
