#include "rpc/submissions.h"

#include <catch2/catch.hpp>
#include <future>

#include "fake_backend.h"
#include "io/io_threads.h"

using namespace generion;
using namespace generion::rpc;
using namespace generion::test;
using State = Outcome::State;
using std::chrono::milliseconds;

namespace {

using Result_ = std::expected<Outcome, Failure>;

struct Rig {
  explicit Rig(milliseconds timeout = milliseconds(60'000), std::size_t max = 3)
      : submissions(threads.context(), backend, max, timeout) {}

  std::future<Result_> submit(Wait wait) {
    std::promise<Result_> promise;
    auto out = promise.get_future();
    submissions.submit({}, wait, [promise = std::move(promise)](Result_ result) mutable {
      promise.set_value(std::move(result));
    });
    return out;
  }

  FakeBackend backend;
  io::IoThreads threads{1};
  Submissions submissions;
};

bool is_done(const std::future<Result_>& future) {
  return future.wait_for(milliseconds(0)) == std::future_status::ready;
}

}  // namespace

TEST_CASE("each wait ends with its stage, or with a refusal") {
  const std::optional<Height> in_block = Height(7);
  CHECK(is_reached(outcome_of(State::accepted), Wait::accepted));
  CHECK(!is_reached(outcome_of(State::accepted), Wait::executed));
  CHECK(!is_reached(outcome_of(State::accepted), Wait::sealed));
  CHECK(is_reached(outcome_of(State::executed, in_block), Wait::accepted));
  CHECK(is_reached(outcome_of(State::executed, in_block), Wait::executed));
  CHECK(!is_reached(outcome_of(State::executed, in_block), Wait::sealed));
  CHECK(is_reached(outcome_of(State::executed, in_block, true), Wait::sealed));
  CHECK(!is_reached(outcome_of(State::refused, in_block), Wait::sealed));
  CHECK(is_reached(outcome_of(State::refused, in_block, true), Wait::sealed));
  CHECK(is_reached(outcome_of(State::refused), Wait::sealed));
  for (const Wait wait : {Wait::accepted, Wait::executed, Wait::sealed}) {
    CHECK(is_reached(outcome_of(State::expired), wait));
    CHECK(!is_reached(outcome_of(State::unknown), wait));
  }
}

TEST_CASE("a caller is answered once, when his stage is reached") {
  Rig rig;
  auto future = rig.submit(Wait::sealed);
  CHECK(rig.submissions.waiting() == 1);
  rig.backend.report(0, outcome_of(State::accepted));
  rig.backend.report(0, outcome_of(State::executed, Height(7)));
  CHECK(!is_done(future));
  rig.backend.report(0, outcome_of(State::executed, Height(7), true));
  REQUIRE(is_done(future));
  CHECK(future.get()->sealed);
  CHECK(rig.submissions.waiting() == 0);
  rig.backend.report(0, outcome_of(State::executed, Height(8), true));  // ignored
  rig.backend.report(0, fail(Code::overloaded, "late"));
}

TEST_CASE("an error ends the wait with its code") {
  Rig rig;
  auto future = rig.submit(Wait::executed);
  rig.backend.report(0, fail(Code::bad_signature, "wrong"));
  CHECK(future.get().error().error.code == Code::bad_signature);
}

TEST_CASE("when the time is over the caller hears what is known") {
  Rig rig(milliseconds(30));
  auto known = rig.submit(Wait::sealed);
  auto unknown = rig.submit(Wait::accepted);
  rig.backend.report(0, outcome_of(State::executed, Height(7)));
  const auto result = known.get();
  REQUIRE(!result);
  CHECK(result.error().error.code == Code::timed_out);
  CHECK(result.error().error.message.find("not sealed after 30 ms") != std::string::npos);
  REQUIRE(result.error().outcome);
  CHECK(result.error().outcome->height == Height(7));
  CHECK(!unknown.get().error().outcome);
  CHECK(rig.submissions.waiting() == 0);
  rig.backend.report(0, outcome_of(State::executed, Height(7), true));  // ignored
  auto later = rig.submit(Wait::sealed);
  CHECK(later.get().error().error.code == Code::timed_out);
}

TEST_CASE("callers above the bound are refused, and their transaction is not taken") {
  Rig rig;
  auto a = rig.submit(Wait::executed);
  auto b = rig.submit(Wait::executed);
  auto c = rig.submit(Wait::executed);
  const auto refused = rig.submit(Wait::executed).get();
  REQUIRE(!refused);
  CHECK(refused.error().error.code == Code::overloaded);
  CHECK(refused.error().limit == 3);
  CHECK(refused.error().retry_after_ms);
  CHECK(rig.backend.submitted() == 3);
  rig.backend.report(1, outcome_of(State::executed, Height(1)));
  CHECK(b.get());
  auto d = rig.submit(Wait::executed);
  CHECK(rig.submissions.waiting() == 3);
}

TEST_CASE("stopping answers all that wait, and all that come later") {
  Rig rig;
  auto waiting = rig.submit(Wait::sealed);
  rig.backend.report(0, outcome_of(State::accepted));
  rig.submissions.stop();
  const auto result = waiting.get();
  CHECK(result.error().error.code == Code::shutting_down);
  CHECK(result.error().outcome->state == State::accepted);
  CHECK(rig.submit(Wait::accepted).get().error().error.code == Code::shutting_down);
  rig.backend.report(0, outcome_of(State::executed, Height(1), true));  // ignored
}
