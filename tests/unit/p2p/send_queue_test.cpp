#include "p2p/send_queue.h"

#include <catch2/catch.hpp>

namespace generion::p2p {
namespace {

FramePtr frame(char name, std::size_t size = 10) {
  return std::make_shared<const Bytes>(size, name);
}

SendQueue roomy() {
  return SendQueue({1'000'000, 1'000'000, 1'000'000}, {1'000, 1'000, 1'000});
}

std::string names(const std::vector<FramePtr>& frames) {
  std::string out;
  for (const FramePtr& entry : frames) out += entry->front();
  return out;
}

TEST_CASE("send queue: links first, then votes, then the others by turns") {
  SendQueue queue = roomy();
  for (const char name : {'a', 'b', 'c'}) queue.push(Priority::blocks, frame(name));
  for (const char name : {'t', 'u', 'v'}) queue.push(Priority::transactions, frame(name));
  for (const char name : {'1', '2'}) queue.push(Priority::votes, frame(name));
  queue.push_link(frame('!'));
  CHECK(names(queue.take(1'000'000)) == "!12taubvc");
  CHECK(queue.is_empty());
  CHECK(queue.take(1'000'000).empty());
}

TEST_CASE("send queue: turns are counted in bytes") {
  SendQueue queue = roomy();
  for (const char name : {'A', 'B'}) queue.push(Priority::blocks, frame(name, 100));
  for (int i = 0; i < 30; ++i) queue.push(Priority::transactions, frame('t', 20));
  CHECK(names(queue.take(1'000'000)) == "tAtttttB" + std::string(24, 't'));
}

TEST_CASE("send queue: as much as fits is taken at once, and a large frame alone") {
  SendQueue queue = roomy();
  queue.push(Priority::votes, frame('1'));
  queue.push(Priority::votes, frame('2'));
  queue.push(Priority::blocks, frame('B', 5'000));
  CHECK(names(queue.take(100)) == "12");
  CHECK(names(queue.take(100)) == "B");
  CHECK(queue.take(100).empty());
}

TEST_CASE("send queue: each priority has a bound in bytes and in messages") {
  SendQueue queue({25, 100, 100}, {10, 2, 10});
  CHECK(queue.push(Priority::votes, frame('1')));
  CHECK(queue.push(Priority::votes, frame('2')));
  CHECK_FALSE(queue.push(Priority::votes, frame('3')));
  CHECK(queue.push(Priority::transactions, frame('t')));
  CHECK(queue.push(Priority::transactions, frame('u')));
  CHECK_FALSE(queue.push(Priority::transactions, frame('v')));
  CHECK(queue.depth(Priority::votes) == QueueDepth{2, 20});
  CHECK(queue.depth(Priority::blocks) == QueueDepth{});
  queue.take(10);
  CHECK(queue.push(Priority::votes, frame('3')));
  for (int i = 0; i < 64; ++i) CHECK(queue.push_link(frame('!')));
  CHECK_FALSE(queue.push_link(frame('!')));
}

TEST_CASE("send queue: what is larger than the bound fits alone") {
  SendQueue queue({25, 25, 25}, {10, 10, 10});
  CHECK(queue.push(Priority::blocks, frame('B', 100)));
  CHECK_FALSE(queue.push(Priority::blocks, frame('c', 1)));
  CHECK(names(queue.take(10)) == "B");
  CHECK(queue.push(Priority::blocks, frame('c', 1)));
}

TEST_CASE("send queue: what is left of a connection that ends is its last word") {
  SendQueue queue = roomy();
  queue.push(Priority::votes, frame('1'));
  queue.push_link(frame('!'));
  queue.clear_messages();
  CHECK(queue.depth(Priority::votes) == QueueDepth{});
  CHECK(names(queue.take(100)) == "!");
}

}  // namespace
}  // namespace generion::p2p
