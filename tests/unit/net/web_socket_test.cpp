#include <catch2/catch.hpp>

#include "net/http_server.h"
#include "server_fixture.h"

using namespace generion;
using namespace generion::net;
using namespace generion::test;
using std::chrono::milliseconds;

namespace {

std::string reason(const std::optional<Frame>& frame) {
  return frame ? frame->payload.substr(2) : "no frame";
}

// The close frame behind whatever still arrives.
std::optional<Frame> close_frame(RawClient& client) {
  auto frame = client.receive_frame();
  while (frame && frame->opcode != 8) frame = client.receive_frame();
  return frame;
}

}  // namespace

TEST_CASE("messages are answered, in whatever order the answers come") {
  TestServer server;
  RawClient client(server.port);
  CHECK(client.upgrade().status == 101);
  client.send_frame("hold");
  client.send_frame("none");
  client.send_frame("second");
  CHECK(client.receive_frame()->payload == "second");
  server.handler->release();
  CHECK(client.receive_frame()->payload == "released");
  client.send_frame("big 200000");
  CHECK(client.receive_frame()->payload.size() == 200'000);
  client.send_frame("", 8);
  CHECK(client.receive_frame()->opcode == 8);
  CHECK(client.is_closed());
  CHECK(server.server.stats().messages == 4);
}

TEST_CASE("a WebSocket opens only at its path and for known origins") {
  Listener listener;
  listener.origins = {"https://wallet.example"};
  TestServer server({}, listener);
  CHECK(RawClient(server.port).upgrade("", "/other").status == 404);
  const auto refused = RawClient(server.port).upgrade("Origin: https://evil.example\r\n");
  CHECK(refused.status == 403);
  CHECK(refused.says("https://wallet.example"));
  CHECK(RawClient(server.port).upgrade("Origin: https://wallet.example\r\n").status == 101);
  CHECK(RawClient(server.port).upgrade("Origin: http://localhost\r\n").status == 101);
}

TEST_CASE("a message that is too large, or no text, closes the WebSocket with the reason") {
  HttpLimits limits;
  limits.message_bytes_max = 1'000;
  TestServer server(limits);
  RawClient client(server.port);
  client.upgrade();
  client.send_frame(std::string(1'000, 'x'));
  CHECK(client.receive_frame()->payload.size() == 1'000);
  client.send_frame(std::string(1'001, 'x'));
  const auto large = close_frame(client);
  REQUIRE(large);
  CHECK(large->close_code() == 1009);
  CHECK(reason(large) == "message above 1000 bytes");
  RawClient binary(server.port);
  binary.upgrade();
  binary.send_frame("{}", 2);
  CHECK(close_frame(binary)->close_code() == 1003);
}

TEST_CASE("a client that sends ahead is read no faster than it is answered") {
  HttpLimits limits;
  limits.websocket_queue_max = 4;
  TestServer server(limits);
  RawClient client(server.port);
  client.upgrade();
  for (int i = 0; i < 500; ++i) client.send_frame(std::to_string(i));
  for (int i = 0; i < 500; ++i) {
    const auto frame = client.receive_frame();
    REQUIRE(frame);
    CHECK(frame->payload == std::to_string(i));
  }
  for (int i = 0; i < 20; ++i) client.send_frame("hold");
  CHECK(becomes_true([&] { return server.handler->held() == 4; }));
  for (int released = 0; released < 20; ++released) {
    while (server.handler->held() == 0) std::this_thread::yield();
    server.handler->release();
    // At most the four that were held came in between.
    CHECK(server.handler->held() <= 4);
    if (server.server.stats().messages == 520 && server.handler->held() == 0) break;
  }
  server.handler->release();
}

TEST_CASE("a reader that takes nothing is told that it is too slow, and cut off") {
  HttpLimits limits;
  limits.write_timeout = milliseconds(100);
  limits.websocket_queue_bytes_max = 64'000'000;
  TestServer server(limits);
  RawClient client(server.port, 4'096);
  client.upgrade();
  client.send_frame("big 8000000");  // more than the sockets hold
  CHECK(becomes_true([&] { return server.server.stats().slow_readers == 1; }));
  CHECK(becomes_true([&] { return server.server.stats().connections == 0; }));
}

TEST_CASE("a reader that comes back in time finds out that it was too slow") {
  HttpLimits limits;
  limits.write_timeout = milliseconds(1'000);
  limits.websocket_queue_bytes_max = 64'000'000;
  TestServer server(limits);
  RawClient client(server.port, 4'096);
  client.upgrade();
  client.send_frame("big 8000000");
  REQUIRE(becomes_true([&] { return server.server.stats().slow_readers == 1; }));
  const auto told = close_frame(client);
  REQUIRE(told);
  CHECK(told->close_code() == 1008);
  CHECK(reason(told) == "reader too slow: a message was not taken within 1000 ms; come back later");
}

TEST_CASE("answers waiting for one reader are bounded in bytes") {
  HttpLimits limits;
  limits.websocket_queue_bytes_max = 100'000;
  TestServer server(limits);
  RawClient client(server.port, 4'096);
  client.upgrade();
  client.send_frame("big 100001");
  const auto told = close_frame(client);
  REQUIRE(told);
  CHECK(told->close_code() == 1008);
  CHECK(reason(told).find("more than 100000 bytes") != std::string::npos);
}

TEST_CASE("a handler pushes messages that nobody asked for, each when the one before was taken") {
  TestServer server;
  RawClient client(server.port);
  client.upgrade();
  client.send_frame("push 1000 300");
  for (int i = 1; i <= 1'000; ++i) {
    const auto frame = client.receive_frame();
    REQUIRE(frame);
    REQUIRE(frame->payload.size() == 300);
    REQUIRE(frame->payload.starts_with(std::to_string(i) + " "));
  }
  client.send_frame("still answered");
  CHECK(client.receive_frame()->payload == "still answered");
  client.close();
  CHECK(becomes_true([&] { return server.handler->open_sockets() == 0; }));
}

TEST_CASE("what is pushed to a reader that takes nothing does not grow") {
  HttpLimits limits;
  limits.write_timeout = milliseconds(200);
  TestServer server(limits);
  RawClient client(server.port, 4'096);
  client.upgrade();
  client.send_frame("push 1000 1000000");
  CHECK(becomes_true([&] { return server.server.stats().slow_readers == 1; }));
  CHECK(server.handler->pushed() < 100);  // what the sockets between held, and one
  CHECK(becomes_true([&] { return server.handler->open_sockets() == 0; }));
}

TEST_CASE("a handler cuts a reader off with its reason") {
  TestServer server;
  RawClient client(server.port);
  client.upgrade();
  client.send_frame("cut 7 blocks behind");
  const auto told = close_frame(client);
  REQUIRE(told);
  CHECK(told->close_code() == 1008);
  CHECK(reason(told) == "7 blocks behind");
  CHECK(server.server.stats().slow_readers == 1);
}

TEST_CASE("a server that stops says so on its WebSockets") {
  TestServer server;
  RawClient client(server.port);
  client.upgrade();
  client.send_frame("hold");
  REQUIRE(becomes_true([&] { return server.handler->held() == 1; }));
  std::thread stopper([&] { server.server.stop(milliseconds(10'000)); });
  server.handler->release();
  CHECK(client.receive_frame()->payload == "released");
  const auto told = client.receive_frame();
  REQUIRE(told);
  CHECK(told->close_code() == 1001);
  client.send_frame(told->payload.substr(0, 2), 8);
  CHECK(client.is_closed());
  client.close();
  stopper.join();
}

TEST_CASE("a WebSocket that does not finish is cut after the grace, and late answers do no harm") {
  TestServer server;
  RawClient client(server.port);
  client.upgrade();
  client.send_frame("hold");
  REQUIRE(becomes_true([&] { return server.handler->held() == 1; }));
  server.server.stop(milliseconds(20));
  CHECK(client.is_closed());
  server.handler->release();
}
