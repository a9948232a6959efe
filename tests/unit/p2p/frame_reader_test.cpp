#include "p2p/frame_reader.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>

#include "base/byte_io.h"

namespace generion::p2p {
namespace {

Bytes frame(ByteView content) {
  return ByteWriter().sized(content).bytes();
}

void feed(FrameReader& reader, ByteView bytes) {
  while (!bytes.empty()) {
    const auto space = reader.space();
    const std::size_t part = std::min(space.size(), bytes.size());
    std::copy_n(bytes.begin(), part, space.begin());
    reader.filled(part);
    bytes.remove_prefix(part);
  }
}

TEST_CASE("frame reader: frames in pieces of any size come out whole and in order") {
  std::mt19937 random(7);
  std::vector<Bytes> contents;
  Bytes stream;
  for (int i = 0; i < 200; ++i) {
    const std::size_t size = i % 20 == 0 ? 1 + random() % 300'000 : 1 + random() % 200;
    contents.emplace_back(size, static_cast<char>('a' + i % 26));
    stream += frame(contents.back());
  }
  FrameReader reader(1'000'000);
  std::size_t seen = 0;
  for (ByteView rest = stream; !rest.empty();) {
    const std::size_t part = std::min<std::size_t>(rest.size(), 1 + random() % 20'000);
    feed(reader, rest.substr(0, part));
    rest.remove_prefix(part);
    while (const auto next = *reader.next()) {
      REQUIRE(seen < contents.size());
      if (*next != contents[seen]) FAIL("frame " << seen);
      ++seen;
    }
  }
  CHECK(seen == contents.size());
  CHECK_FALSE(reader.is_inside_frame());
}

TEST_CASE("frame reader: a length above the limit, or of nothing, is an error before the frame") {
  FrameReader reader(10);
  feed(reader, frame("0123456789"));
  CHECK(reader.next().value() == ByteView("0123456789"));
  feed(reader, Bytes("\0\0\0\x0b", 4));
  CHECK(reader.next().error().code == Code::too_large);
  FrameReader other(10);
  feed(other, Bytes(4, '\0'));
  CHECK(other.next().error().code == Code::malformed);
}

TEST_CASE("frame reader: the limit can be raised between two frames") {
  FrameReader reader(4);
  feed(reader, frame("one") + frame("longer"));
  CHECK(reader.next().value() == ByteView("one"));
  reader.set_frame_bytes_max(6);
  CHECK(reader.next().value() == ByteView("longer"));
}

TEST_CASE("frame reader: memory follows what has come, not what was announced") {
  FrameReader reader(16 * 1024 * 1024);
  feed(reader, Bytes("\x01\0\0\0", 4));
  REQUIRE(reader.next().has_value());
  CHECK(reader.is_inside_frame());
  CHECK(reader.space().size() <= 64 * 1024);
}

TEST_CASE("frame reader: the memory of a large frame is given back after a while") {
  FrameReader reader(1'000'000);
  feed(reader, frame(Bytes(1'000'000, 'x')));
  CHECK(reader.next().value()->size() == 1'000'000);
  CHECK(reader.space().size() >= 1'000'000);
  for (int i = 0; i < 100; ++i) {
    feed(reader, frame("small"));
    CHECK(reader.next().value() == ByteView("small"));
  }
  CHECK(reader.space().size() <= 64 * 1024);
}

}  // namespace
}  // namespace generion::p2p
