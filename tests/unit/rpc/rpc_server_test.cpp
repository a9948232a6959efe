// The RPC from outside, over real sockets.
#include "rpc/rpc_server.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>

#include "../net/server_fixture.h"
#include "base/base64.h"
#include "fake_backend.h"
#include "wire/transaction.h"

using namespace generion;
using namespace generion::rpc;
using namespace generion::test;
using std::chrono::milliseconds;

namespace {

struct Rig {
  explicit Rig(const ListenerRules& rules = {}, const RpcLimits& limits = {},
               const net::HttpLimits& http = {})
      : server(threads.context(), backend, limits, http) {
    const auto bound = server.listen({}, rules);
    if (!bound) throw std::runtime_error(bound.error().message);
    port = *bound;
  }
  Error listen_error(const net::Listener& listener, const ListenerRules& rules) {
    const auto bound = server.listen(listener, rules);
    return bound ? Error{Code::ok, ""} : bound.error();
  }

  FakeBackend backend;
  io::IoThreads threads{2};
  RpcServer server;
  std::uint16_t port = 0;
};

const std::string kStatus = R"({"jsonrpc":"2.0","id":1,"method":"getStatus"})";

std::string send_call(FakeBackend& backend, const std::string& id, const std::string& wait) {
  const std::string transaction =
      to_base64(wire::encode_transaction(backend.sign('P', {DeleteRecord{RecordId(1)}})));
  return R"({"jsonrpc":"2.0","id":)" + id +
         R"(,"method":"sendTransaction","params":{"transaction":")" + transaction +
         R"(","wait":")" + wait + "\"}}";
}

}  // namespace

TEST_CASE("one method answers the same over POST, GET and WebSocket") {
  Rig rig;
  RawClient client(rig.port);
  const Json posted = boost::json::parse(client.ask("POST", "/", kStatus).body).at("result");
  CHECK(boost::json::parse(client.ask("GET", "/getStatus").body) == posted);
  CHECK(client.upgrade().status == 101);
  client.send_frame(kStatus);
  CHECK(boost::json::parse(client.receive_frame()->payload).at("result") == posted);
  client.send_frame("{");
  CHECK(boost::json::parse(client.receive_frame()->payload).at("error").at("code").as_int64() ==
        -32700);
  client.send_frame("[" + kStatus + "," + kStatus + "]");
  CHECK(boost::json::parse(client.receive_frame()->payload).as_array().size() == 2);
  client.send_frame(R"({"jsonrpc":"2.0","method":"getStatus"})");
  client.send_frame(R"({"jsonrpc":"2.0","id":"after","method":"getStatus"})");
  CHECK(boost::json::parse(client.receive_frame()->payload).at("id").as_string() == "after");
}

TEST_CASE("paths and HTTP methods that are not served say what is") {
  Rig rig;
  RawClient client(rig.port);
  const auto get = client.ask("GET", "/");
  CHECK(get.status == 405);
  CHECK(get.headers.at("allow") == "POST");
  CHECK(client.ask("POST", "/getStatus", "{}").status == 405);
  CHECK(client.ask("DELETE", "/").status == 405);
  CHECK(client.ask("GET", "/getStats").says("did you mean /getStatus?"));
  CHECK(client.ask("GET", "/etc/passwd").status == 404);
  CHECK(client.ask("GET", "/sendTransaction?transaction=AAAA").status == 405);
  CHECK(client.ask("GET", "/ws").status == 426);
  CHECK(client.ask("GET", "/metrics").status == 404);
  CHECK(client.ask("GET", "/metrics").says("admin socket"));
  CHECK(client.ask("HEAD", "/getStatus").status == 200);
  CHECK(RawClient(rig.port).upgrade("", "/getStatus").status == 404);
  const auto openrpc = client.ask("GET", "/openrpc.json");
  CHECK(openrpc.body == node_methods().openrpc());
  CHECK(client.ask("POST", "/", "{").status == 400);
  CHECK(client.ask("POST", "/", R"({"jsonrpc":"2.0","method":"getStatus"})").status == 204);
}

TEST_CASE("health, readiness and metrics") {
  ListenerRules rules;
  rules.metrics = true;
  Rig rig(rules);
  RawClient client(rig.port);
  const auto health = client.ask("GET", "/health");
  CHECK(health.status == 200);
  CHECK(health.says(R"({"live":true,"ready":true,"well":true,"reasons":[])"));
  CHECK(client.ask("GET", "/ready").status == 200);
  const auto metrics = client.ask("GET", "/metrics");
  CHECK(metrics.body == "generion_height 7\n");
  CHECK(metrics.headers.at("content-type").starts_with("text/plain"));
  rig.backend.ready = false;
  CHECK(client.ask("GET", "/health").says(R"("ready":false)"));
  const auto waiting = client.ask("GET", "/ready");
  CHECK(waiting.status == 503);
  CHECK(waiting.says("fetching blocks: 3 of 10"));
  CHECK(waiting.says("NOT_READY"));
  CHECK(client.ask("POST", "/health", "{}").status == 405);
}

TEST_CASE("access by token") {
  const TemporaryDirectory directory;
  const std::string token = "0123456789abcdef";
  ListenerRules rules;
  rules.access = Access::token;
  rules.token_file = directory.write("token", token + "\n", true);
  Rig rig(rules);
  RawClient client(rig.port);
  const std::string json = "Content-Type: application/json\r\n";
  const auto none = client.ask("POST", "/", kStatus);
  CHECK(none.status == 401);
  CHECK(none.says("UNAUTHORIZED"));
  CHECK(none.headers.at("www-authenticate") == "Bearer");
  for (const std::string& wrong : {std::string("x"), token + "x", token.substr(1), std::string()}) {
    RawClient other(rig.port);
    CHECK(
        other.ask("POST", "/", kStatus, json + "Authorization: Bearer " + wrong + "\r\n").status >=
        400);
  }
  CHECK(client.ask("POST", "/", kStatus, json + "Authorization: Basic " + token + "\r\n").status ==
        401);
  CHECK(client.ask("GET", "/getStatus").status == 401);
  CHECK(client.ask("GET", "/openrpc.json").status == 401);
  CHECK(client.ask("GET", "/health").body == R"({"live":true})");  // to strangers, no more
  CHECK(client.ask("GET", "/health", "", "Authorization: Bearer " + token + "\r\n")
            .says(R"("well":true)"));
  CHECK(client.ask("POST", "/", kStatus, json + "Authorization: Bearer " + token + "\r\n").status ==
        200);
  CHECK(RawClient(rig.port).upgrade().status == 401);
  CHECK(RawClient(rig.port).upgrade("Authorization: Bearer " + token + "\r\n").status == 101);
}

TEST_CASE("a listener that would be open by mistake does not start") {
  const TemporaryDirectory directory;
  Rig rig;
  net::Listener beyond;
  beyond.where = net::TcpAddress{"0.0.0.0", 0};
  beyond.plain_beyond_loopback = true;
  const Error open = rig.listen_error(beyond, {});
  CHECK(open.code == Code::bad_config);
  CHECK(open.message.find("0.0.0.0") != std::string::npos);
  ListenerRules rules;
  rules.access = Access::open;
  CHECK(rig.listen_error(beyond, rules).code == Code::ok);

  rules.access = Access::client_certificate;
  CHECK(rig.listen_error({}, rules).code == Code::bad_config);
  rules.access = Access::token;
  CHECK(rig.listen_error({}, rules).code == Code::file_missing);
  rules.token_file = directory.write("open", "0123456789abcdef", false);
  CHECK(rig.listen_error({}, rules).code == Code::bad_file_mode);
  rules.token_file = directory.write("short", "0123456789abcde\n", true);
  CHECK(rig.listen_error({}, rules).code == Code::bad_config);
  ListenerRules listed;
  listed.methods = {"getStats"};
  CHECK(rig.listen_error({}, listed).message.find("getStatus") != std::string::npos);
}

TEST_CASE("a listener with a list of methods serves those") {
  ListenerRules rules;
  rules.methods = {"getStatus"};
  Rig rig(rules);
  RawClient client(rig.port);
  CHECK(client.ask("GET", "/getStatus").status == 200);
  CHECK(client.ask("GET", "/getGenesis").status == 403);
  CHECK(client.ask("POST", "/", send_call(rig.backend, "1", "accepted")).says("FORBIDDEN"));
  CHECK(rig.backend.submitted() == 0);
}

TEST_CASE("sendTransaction stays open until its stage is reached") {
  Rig rig;
  RawClient client(rig.port);
  const auto sent = rig.backend.sign('P', {DeleteRecord{RecordId(1)}});
  const std::string call = R"({"jsonrpc":"2.0","id":1,"method":"sendTransaction","params":[")" +
                           to_base64(wire::encode_transaction(sent)) + R"(","executed"]})";
  client.send(
      "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: " +
      std::to_string(call.size()) + "\r\n\r\n" + call);
  REQUIRE(becomes_true([&] { return rig.backend.submitted() == 1; }));
  CHECK(rig.backend.submitted_at(0) == sent);
  CHECK(becomes_true([&] { return rig.server.waiting() == 1; }));
  rig.backend.report(0, outcome_of(Outcome::State::executed, Height(7)));
  const Json outcome = boost::json::parse(client.receive()->body).at("result");
  CHECK(outcome.at("state").as_string() == "executed");
  CHECK(outcome.at("height").as_int64() == 7);
  CHECK(!outcome.at("sealed").as_bool());
  CHECK(rig.server.waiting() == 0);
}

TEST_CASE("a batch of transactions is answered when all its members are") {
  Rig rig;
  RawClient client(rig.port);
  client.upgrade();
  client.send_frame("[" + send_call(rig.backend, "1", "accepted") + "," +
                    send_call(rig.backend, "2", "executed") + "]");
  client.send_frame(send_call(rig.backend, "3", "accepted"));
  REQUIRE(becomes_true([&] { return rig.backend.submitted() == 3; }));
  rig.backend.report(1, fail(Code::bad_signature, "the signature does not cover the body"));
  rig.backend.report(2, outcome_of(Outcome::State::accepted));
  CHECK(boost::json::parse(client.receive_frame()->payload).at("id").as_int64() == 3);
  rig.backend.report(0, outcome_of(Outcome::State::accepted));
  const Json both = boost::json::parse(client.receive_frame()->payload);
  REQUIRE(both.as_array().size() == 2);
  CHECK(both.at(0).at("result").at("state").as_string() == "accepted");
  CHECK(both.at(1).at("id").as_int64() == 2);
  CHECK(both.at(1).at("error").at("data").at("code").as_string() == "BAD_SIGNATURE");
}

TEST_CASE("a wait that takes too long is told what is known") {
  RpcLimits limits;
  limits.wait_timeout = milliseconds(50);
  Rig rig({}, limits);
  RawClient client(rig.port);
  client.upgrade();
  client.send_frame(send_call(rig.backend, "1", "sealed"));
  REQUIRE(becomes_true([&] { return rig.backend.submitted() == 1; }));
  rig.backend.report(0, outcome_of(Outcome::State::executed, Height(7)));
  const Json error = boost::json::parse(client.receive_frame()->payload).at("error");
  CHECK(error.at("data").at("code").as_string() == "TIMED_OUT");
  CHECK(error.at("data").at("limit").as_int64() == 50);
  CHECK(error.at("data").at("outcome").at("height").as_int64() == 7);
}

TEST_CASE("bytes that are no transaction are refused before the node sees them") {
  Rig rig;
  RawClient client(rig.port);
  const auto answer = client.ask(
      "POST", "/", R"({"jsonrpc":"2.0","id":1,"method":"sendTransaction","params":["AAAA"]})");
  CHECK(answer.status == 200);
  CHECK(answer.says("MALFORMED"));
  CHECK(rig.backend.submitted() == 0);
}

TEST_CASE("calls in batches and on a WebSocket count against the rate too") {
  net::HttpLimits http;
  http.requests_per_second = 1;
  http.requests_burst = 4;
  Rig rig({}, {}, http);
  RawClient client(rig.port);
  CHECK(client.ask("POST", "/", "[" + kStatus + "," + kStatus + "]").status == 200);
  client.upgrade();  // the third
  client.send_frame(kStatus);
  CHECK(boost::json::parse(client.receive_frame()->payload).as_object().contains("result"));
  client.send_frame(kStatus);
  const Json error = boost::json::parse(client.receive_frame()->payload).at("error");
  CHECK(error.at("data").at("code").as_string() == "RATE_LIMITED");
  CHECK(error.at("data").as_object().contains("retry_after_ms"));
}

TEST_CASE("stopping answers those who wait") {
  Rig rig;
  RawClient client(rig.port);
  client.upgrade();
  client.send_frame(send_call(rig.backend, "1", "sealed"));
  REQUIRE(becomes_true([&] { return rig.server.waiting() == 1; }));
  std::thread stopper([&] { rig.server.stop(milliseconds(10'000)); });
  const Json error = boost::json::parse(client.receive_frame()->payload).at("error");
  CHECK(error.at("data").at("code").as_string() == "SHUTTING_DOWN");
  const auto told = client.receive_frame();
  CHECK(told->close_code() == 1001);
  client.send_frame(told->payload.substr(0, 2), 8);
  CHECK(client.is_closed());
  client.close();
  stopper.join();
}

TEST_CASE("the admin socket serves everything, metrics too") {
  const TemporaryDirectory directory;
  Rig rig;
  net::Listener admin;
  admin.where = net::UnixAddress{directory / "admin.sock"};
  ListenerRules rules;
  rules.metrics = true;
  REQUIRE(rig.listen_error(admin, rules).code == Code::ok);
  RawClient client((directory / "admin.sock").string());
  CHECK(client.ask("GET", "/metrics").status == 200);
  CHECK(client.ask("POST", "/", kStatus).status == 200);
}
