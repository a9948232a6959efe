// Subscriptions from outside, over real WebSockets.
#include "rpc/subscriptions.h"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

#include "../net/server_fixture.h"
#include "fake_backend.h"
#include "rpc/rpc_server.h"

using namespace generion;
using namespace generion::rpc;
using namespace generion::test;

namespace {

struct Rig {
  explicit Rig(const SubscriptionLimits& limits = {}, const net::HttpLimits& http = {})
      : server(threads.context(), backend, {.subscriptions = limits}, http) {
    const auto bound = server.listen({}, {});
    if (!bound) throw std::runtime_error(bound.error().message);
    port = *bound;
  }
  // So many blocks, sealed together.
  void blocks(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      backend.commit(backend.sign('P', {DeleteRecord{RecordId(99)}}));
    backend.seal_all();
  }

  FakeBackend backend;
  io::IoThreads threads{2};
  RpcServer server;
  std::uint16_t port = 0;
};

struct Socket : RawClient {
  explicit Socket(std::uint16_t port, int receive_buffer = 0) : RawClient(port, receive_buffer) {
    if (upgrade().status != 101) throw std::runtime_error("not opened");
  }
  Json read() {
    const auto frame = receive_frame();
    if (!frame) throw std::runtime_error("no frame");
    if (frame->opcode == 8) throw std::runtime_error("closed: " + frame->payload.substr(2));
    return boost::json::parse(frame->payload);
  }
  Json ask(const std::string& method, const std::string& params) {
    send_frame(R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":)" + params + "}");
    return read();
  }
  std::uint64_t height() { return read().at("params").at("height").to_number<std::uint64_t>(); }
  std::string close_reason() {
    auto frame = receive_frame();
    while (frame && frame->opcode != 8) frame = receive_frame();
    return frame ? frame->payload.substr(2) : "no frame";
  }
};

std::string code_of(const Json& answer) {
  return std::string(answer.at("error").at("data").at("code").as_string());
}

}  // namespace

TEST_CASE("new blocks are told in order, after the answer to subscribe") {
  Rig rig;
  rig.blocks(2);
  Socket socket(rig.port);
  const Json made = socket.ask("subscribe", R"({"kind":"blocks"})").at("result");
  CHECK(made.at("subscription") == 1);
  CHECK(made.at("from_height") == 3);
  for (int i = 0; i < 100; ++i) rig.blocks(1);
  for (std::uint64_t height = 3; height < 103; ++height) CHECK(socket.height() == height);
  CHECK(rig.server.subscriptions() == 1);
  socket.close();
  CHECK(becomes_true([&] { return rig.server.subscriptions() == 0; }));
}

TEST_CASE("resumed from a height, the past comes first, without gap or repeat") {
  Rig rig;
  rig.blocks(300);
  Socket socket(rig.port);
  CHECK(socket.ask("subscribe", R"({"kind":"blocks","from_height":1})")
            .at("result")
            .at("from_height") == 1);
  std::thread chain([&] {
    for (int i = 0; i < 50; ++i) rig.blocks(2);
  });
  for (std::uint64_t height = 1; height <= 400; ++height) REQUIRE(socket.height() == height);
  chain.join();
  CHECK(code_of(socket.ask("subscribe", R"({"kind":"blocks","from_height":402})")) ==
        "HEIGHT_AHEAD");
  CHECK(socket.ask("subscribe", R"({"kind":"blocks","from_height":401})")
            .at("result")
            .at("subscription") == 2);
  rig.backend.first_block = Height(10);
  CHECK(code_of(socket.ask("subscribe", R"({"kind":"blocks","from_height":9})")) == "HEIGHT_GONE");
}

TEST_CASE("what is told is sealed, unless executed blocks were asked for") {
  Rig rig;
  Socket sealed(rig.port);
  Socket executed(rig.port);
  sealed.ask("subscribe", R"({"kind":"blocks"})");
  executed.ask("subscribe", R"({"kind":"blocks","wait":"executed"})");
  rig.backend.commit(rig.backend.sign('P', {DeleteRecord{RecordId(99)}}));
  rig.backend.notify();
  CHECK(executed.height() == 1);
  // Nothing came before this answer.
  CHECK(sealed.ask("getStatus", "{}").at("result").at("height") == 1);
  rig.backend.seal_all();
  CHECK(sealed.height() == 1);
}

TEST_CASE("several subscriptions of one connection are served in turn, until each is ended") {
  Rig rig;
  rig.backend.create_record('H', 'P', "data");
  rig.backend.seal_all();
  Socket socket(rig.port);
  const std::string of_p = R"({"kind":"records","owner":")" + address_of('P') + R"("})";
  socket.ask("subscribe", R"({"kind":"blocks"})");
  socket.ask("subscribe", of_p);
  rig.backend.create_record('H', 'P', "more");
  rig.backend.seal_all();
  std::set<std::int64_t> told;
  for (int i = 0; i < 2; ++i) told.insert(socket.read().at("params").at("subscription").as_int64());
  CHECK(told == std::set<std::int64_t>{1, 2});
  CHECK(socket.ask("unsubscribe", "[1]").at("result").at("subscription") == 1);
  CHECK(code_of(socket.ask("unsubscribe", "[1]")) == "NOT_FOUND");
  CHECK(rig.server.subscriptions() == 1);
  rig.backend.create_record('H', 'P', "more");
  rig.backend.seal_all();
  const Json only = socket.read().at("params");
  CHECK(only.at("subscription") == 2);
  CHECK(only.at("items").at(0).at("record_id") == 3);
}

TEST_CASE("a subscription is refused with its reason") {
  SubscriptionLimits limits;
  limits.per_connection_max = 2;
  limits.total_max = 3;
  Rig rig(limits);
  Socket socket(rig.port);
  CHECK(code_of(socket.ask("subscribe", R"({"kind":"weather"})")) == "BAD_PARAMS");
  CHECK(code_of(socket.ask("subscribe", R"({"kind":"records"})")) == "BAD_PARAMS");
  CHECK(code_of(socket.ask("subscribe", R"({"kind":"blocks","owner":")" + address_of('P') +
                                            R"("})")) == "BAD_PARAMS");
  CHECK(code_of(socket.ask("subscribe", R"({"kind":"blocks","from_height":0})")) == "BAD_PARAMS");
  CHECK(rig.server.subscriptions() == 0);
  for (int i = 0; i < 2; ++i) socket.ask("subscribe", R"({"kind":"blocks"})");
  const Json third = socket.ask("subscribe", R"({"kind":"blocks"})");
  CHECK(code_of(third) == "TOO_MANY");
  CHECK(third.at("error").at("data").at("limit") == 2);
  Socket other(rig.port);
  CHECK(other.ask("subscribe", R"({"kind":"blocks"})").as_object().contains("result"));
  const Json full = other.ask("subscribe", R"({"kind":"blocks"})");
  CHECK(code_of(full) == "OVERLOADED");
  CHECK(full.at("error").at("data").at("limit") == 3);
  other.close();
  CHECK(becomes_true([&] { return rig.server.subscriptions() == 2; }));
  RawClient http(rig.port);
  const auto posted =
      http.ask("POST", "/", R"({"jsonrpc":"2.0","id":1,"method":"subscribe","params":["blocks"]})");
  CHECK(posted.says("WebSocket only"));
  CHECK(http.ask("GET", "/subscribe?kind=blocks").status == 426);
}

TEST_CASE("a reader who falls behind is told from where to resume, and cut off") {
  SubscriptionLimits limits;
  limits.behind_max = 20;
  Rig rig(limits);
  Socket socket(rig.port, 4'096);
  socket.ask("subscribe", R"({"kind":"transactions"})");
  rig.blocks(1);
  CHECK(socket.height() == 1);
  // Notifications too large for the sockets, of which nothing is read.
  std::vector<SignedTransaction> many(5'000, rig.backend.sign('P', {DeleteRecord{RecordId(99)}}));
  for (int i = 0; i < 2; ++i) rig.backend.commit_all(many);
  rig.backend.seal_all();
  rig.blocks(30);
  REQUIRE(becomes_true([&] { return rig.server.stats().slow_readers == 1; }));
  const std::string reason = socket.close_reason();
  CHECK(reason.find("at most 20; resume from height ") != std::string::npos);
  CHECK(becomes_true([&] { return rig.server.subscriptions() == 0; }));
}

TEST_CASE("a reader who takes nothing is told from where to resume") {
  net::HttpLimits http;
  http.write_timeout = std::chrono::milliseconds(300);
  Rig rig({}, http);
  Socket socket(rig.port, 4'096);
  socket.ask("subscribe", R"({"kind":"transactions"})");
  const auto refused = rig.backend.sign('P', {DeleteRecord{RecordId(99)}});
  for (int i = 0; i < 3; ++i)
    rig.backend.commit_all(std::vector<SignedTransaction>(5'000, refused));
  rig.backend.seal_all();
  REQUIRE(becomes_true([&] { return rig.server.stats().slow_readers == 1; }));
  CHECK(becomes_true([&] { return rig.server.subscriptions() == 0; }));
}

TEST_CASE("reading what is past costs the caller's rate") {
  net::HttpLimits http;
  http.requests_per_second = 50;
  http.requests_burst = 10;
  Rig rig({}, http);
  rig.blocks(40);
  Socket socket(rig.port);
  const auto begin = std::chrono::steady_clock::now();
  socket.ask("subscribe", R"({"kind":"blocks","from_height":1})");
  for (std::uint64_t height = 1; height <= 40; ++height) REQUIRE(socket.height() == height);
  // 10 at once, 30 more at 50 a second.
  CHECK(std::chrono::steady_clock::now() - begin > std::chrono::milliseconds(500));
}

TEST_CASE("a server that stops ends its subscriptions") {
  Rig rig;
  Socket socket(rig.port);
  socket.ask("subscribe", R"({"kind":"blocks"})");
  std::atomic<bool> done{false};
  std::thread chain([&] {
    while (!done) rig.blocks(1);
  });
  CHECK(socket.height() == 1);
  rig.server.stop(std::chrono::milliseconds(0));
  done = true;
  chain.join();
  CHECK(rig.server.subscriptions() == 0);
}
