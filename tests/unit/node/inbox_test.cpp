#include "node/inbox.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

namespace generion::node {
namespace {

using Numbers = std::vector<int>;

// The test ends only if these do not wait.
Numbers take(Inbox<int>& inbox) {
  return inbox.take().value_or(Numbers{-1});
}
Numbers take_what_is_there(Inbox<int>& inbox) {
  return inbox.take_until(std::chrono::steady_clock::now()).value_or(Numbers{-1});
}

TEST_CASE("inbox: all that has come is taken at once, in order") {
  Inbox<int> inbox;
  inbox.push(1);
  inbox.push(2);
  REQUIRE(take(inbox) == Numbers{1, 2});
  inbox.push(3);
  REQUIRE(take(inbox) == Numbers{3});
  REQUIRE(take_what_is_there(inbox).empty());
}

TEST_CASE("inbox: what was pushed lazily comes with a wake, another push, or a deadline") {
  Inbox<int> inbox;
  inbox.push_lazily(1);
  inbox.wake();
  REQUIRE(take(inbox) == Numbers{1});
  inbox.push_lazily(2);
  inbox.push(3);
  REQUIRE(take(inbox) == Numbers{2, 3});
  inbox.push_lazily(4);
  REQUIRE(take_what_is_there(inbox) == Numbers{4});
  inbox.wake();  // nobody is told of nothing
  REQUIRE(take_what_is_there(inbox).empty());
}

TEST_CASE("inbox: many lazy ones wake the owner") {
  Inbox<int> inbox;
  Numbers all;
  std::thread owner([&] {
    while (all.size() < 1'000) {
      for (const int number : take(inbox)) all.push_back(number);
    }
  });
  for (int i = 0; i < 1'000; ++i) inbox.push_lazily(i);
  inbox.wake();
  owner.join();
  for (int i = 0; i < 1'000; ++i) REQUIRE(all[static_cast<std::size_t>(i)] == i);
}

TEST_CASE("inbox: once closed what is there is taken, later events are dropped") {
  Inbox<int> inbox;
  inbox.push_lazily(1);
  inbox.close();
  inbox.push(2);
  inbox.push_lazily(3);
  REQUIRE(take(inbox) == Numbers{1});
  REQUIRE_FALSE(inbox.take().has_value());
}

}  // namespace
}  // namespace generion::node
