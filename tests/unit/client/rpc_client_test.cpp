#include "client/rpc_client.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>
#include <mutex>

#include "client/endpoint.h"
#include "temporary_directory.h"
#include "test_server.h"

namespace generion::client {
namespace {

namespace json = boost::json;

std::unique_ptr<RpcClient> client_of(RpcOptions options) {
  auto client = RpcClient::create(std::move(options));
  REQUIRE(client);
  return std::move(*client);
}

json::value body_of(const std::string& request) {
  return json::parse(request.substr(request.find("\r\n\r\n") + 4));
}

// Answers every call with its own parameters.
std::optional<std::string> echo(const std::string& request) {
  const auto reply = [](const json::value& call) {
    const json::value* params = call.as_object().if_contains("params");
    return json::object{{"jsonrpc", "2.0"},
                        {"id", call.at("id")},
                        {"result", params != nullptr ? *params : json::value("none")}};
  };
  const json::value body = body_of(request);
  if (body.is_object()) return http_answer(json::serialize(reply(body)));
  json::array out;
  for (const json::value& call : body.as_array()) out.insert(out.begin(), reply(call));
  return http_answer(json::serialize(out));
}

Error call_error(const std::string& answer) {
  TestServer server([&answer](const std::string&) { return answer; });
  const auto result = client_of({.url = server.url()})->call("m", {});
  REQUIRE_FALSE(result);
  return result.error();
}

}  // namespace

TEST_CASE("calls share one connection") {
  std::string seen;
  TestServer server([&seen](const std::string& request) {
    seen = request;
    return echo(request);
  });
  const auto client = client_of({.url = server.url()});
  CHECK(*client->call("getStatus", {}) == json::value("none"));
  CHECK(seen.starts_with("POST / HTTP/1.1\r\n"));
  CHECK(seen.find("Content-Type: application/json") != std::string::npos);
  CHECK(seen.find("Host: " + server.url().substr(7)) != std::string::npos);
  CHECK(body_of(seen).at("method") == json::value("getStatus"));
  CHECK(*client->call("m", {{"a", 1}}) == (json::value{{"a", 1}}));
  CHECK(server.connections() == 1);
}

TEST_CASE("a connection that the server closed meanwhile is opened again") {
  int requests = 0;
  TestServer server([&requests](const std::string& request) -> std::optional<std::string> {
    if (++requests == 2) return std::nullopt;
    return echo(request);
  });
  const auto client = client_of({.url = server.url()});
  REQUIRE(client->call("a", {}));
  REQUIRE(client->call("b", {}));
  CHECK(server.connections() == 2);
  CHECK(requests == 3);
}

TEST_CASE("a batch comes back in the order of its calls") {
  TestServer server(echo);
  const auto client = client_of({.url = server.url()});
  const auto results =
      client->call_batch({{"a", {{"n", 0}}}, {"b", {{"n", 1}}}, {"c", {{"n", 2}}}});
  REQUIRE(results);
  REQUIRE(results->size() == 3);
  for (std::int64_t i = 0; i < 3; ++i) {
    CHECK((*results)[static_cast<std::size_t>(i)]->at("n") == json::value(i));
  }
  CHECK(client->call_batch({})->empty());
  CHECK(client->call_batch(std::vector<RpcCall>(1'001)).error().code == Code::too_many);
}

TEST_CASE("a call that is missing in the answer to a batch is an error of its own") {
  TestServer server([](const std::string&) {
    return http_answer(R"([{"jsonrpc":"2.0","id":1,"result":5},
      {"jsonrpc":"2.0","id":7,"result":6},{"id":"x"},3,
      {"jsonrpc":"2.0","id":2,
       "error":{"code":-32000,"message":"no","data":{"code":"NOT_OWNER"}}}])");
  });
  const auto results =
      client_of({.url = server.url()})->call_batch({{"a", {}}, {"b", {}}, {"c", {}}});
  REQUIRE(results);
  CHECK((*results)[0].error().code == Code::malformed);
  CHECK(*(*results)[1] == json::value(5));
  CHECK((*results)[2].error() == Error{Code::not_owner, "no"});
}

TEST_CASE("errors of the node keep their codes") {
  CHECK(call_error(http_answer(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32000,
    "message":"gone","data":{"code":"HEIGHT_GONE","height":5}}})")) ==
        Error{Code::height_gone, "gone"});
  CHECK(call_error(http_answer(R"({"id":1,"error":{"code":-32601,"message":"m"}})")).code ==
        Code::unknown_method);
  CHECK(call_error(http_answer(R"({"id":1,"error":{"code":-32602,"message":"m"}})")).code ==
        Code::bad_params);
  // Limits and access rules answer with the bare object and a status.
  CHECK(call_error(
            http_answer(R"({"code":-32000,"message":"slow down","data":{"code":"RATE_LIMITED"}})",
                        "429 Too Many Requests")) == Error{Code::rate_limited, "slow down"});
  CHECK(
      call_error(http_answer(R"({"id":1,"error":{"code":5,"data":{"code":"NEWER_CODE"}}})")).code ==
      Code::malformed);
  CHECK(call_error(http_answer(R"({"id":1})")).code == Code::malformed);
}

TEST_CASE("what is no node is unreachable, and the message names the address") {
  const Error html = call_error(http_answer("<html>", "502 Bad Gateway"));
  CHECK(html.code == Code::unreachable);
  CHECK(html.message.find("502") != std::string::npos);
  CHECK(html.message.find("http://127.0.0.1:") != std::string::npos);
  CHECK(call_error("SSH-2.0-OpenSSH\r\n\r\n").code == Code::unreachable);
  std::string gone;
  {
    TestServer server(echo);
    gone = server.url();
  }
  const auto result = client_of({.url = gone})->call("m", {});
  REQUIRE_FALSE(result);
  CHECK(result.error().code == Code::unreachable);
  CHECK(result.error().message.find(gone) != std::string::npos);
  CHECK(client_of({.url = "unix:/nonexistent/socket"})->call("m", {}).error().code ==
        Code::unreachable);
}

TEST_CASE("an answer that does not come in time is an error, and the next call works") {
  std::atomic<bool> hang = true;
  std::mutex held;
  held.lock();
  TestServer server([&](const std::string& request) -> std::optional<std::string> {
    if (!hang.exchange(false)) return echo(request);
    const std::lock_guard wait(held);
    return std::nullopt;
  });
  const auto client = client_of({.url = server.url(), .call_timeout_ms = 50});
  CHECK(client->call("m", {}).error().code == Code::timed_out);
  held.unlock();
  CHECK(client_of({.url = server.url()})->call("m", {}));
}

TEST_CASE("a Unix socket serves like TCP") {
  const TemporaryDirectory directory;
  TestServer server(echo, (directory / "rpc.sock").string());
  CHECK(client_of({.url = server.url()})->call("m", {}));
}

TEST_CASE("TLS servers are checked against authorities or a pinned certificate") {
  const TemporaryDirectory directory;
  const TestCertificate certificate;
  const TestCertificate other;
  TestServer server(echo, &certificate);
  const auto ca = directory.write("ca.pem", certificate.pem()).string();
  const auto other_ca = directory.write("other.pem", other.pem()).string();

  CHECK(client_of({.url = server.url(), .ca_file = ca})->call("m", {}));
  CHECK(
      client_of({.url = server.url(), .pinned_certificate = certificate.sha256()})->call("m", {}));

  const auto refused = [&server](RpcOptions options) {
    options.url = server.url();
    const auto result = client_of(std::move(options))->call("m", {});
    REQUIRE_FALSE(result);
    return result.error();
  };
  CHECK(refused({}).code == Code::unreachable);
  CHECK(refused({}).message.find("certificate") != std::string::npos);
  CHECK(refused({.ca_file = other_ca}).code == Code::unreachable);
  CHECK(refused({.pinned_certificate = other.sha256()}).message.find("another certificate") !=
        std::string::npos);
  // The name counts too: the certificate is for 127.0.0.1, not for localhost.
  auto elsewhere = server.url();
  elsewhere.replace(8, 9, "localhost");
  CHECK(client_of({.url = elsewhere, .ca_file = ca})->call("m", {}).error().code ==
        Code::unreachable);
  CHECK(RpcClient::create({.url = server.url(), .ca_file = "/nonexistent"}).error().code ==
        Code::file_missing);
  const auto junk = directory.write("junk.pem", "junk").string();
  CHECK(RpcClient::create({.url = server.url(), .ca_file = junk}).error().code == Code::bad_config);
  CHECK(RpcClient::create({.url = server.url(), .pinned_certificate = "abc"}).error().code ==
        Code::usage);
}

TEST_CASE("a token comes from a private file") {
  const TemporaryDirectory directory;
  std::string seen;
  TestServer server([&seen](const std::string& request) {
    seen = request;
    return echo(request);
  });
  const auto path = directory.write("token", "s3cret\nsecond line\n");
  const RpcOptions options{.url = server.url(), .token_file = path.string()};
  std::filesystem::permissions(path, std::filesystem::perms(0644));
  CHECK(RpcClient::create(options).error().code == Code::bad_file_mode);
  std::filesystem::permissions(path, std::filesystem::perms(0600));
  REQUIRE(client_of(options)->call("m", {}));
  CHECK(seen.find("Authorization: Bearer s3cret\r\n") != std::string::npos);
  directory.write("token", "\n");
  CHECK(RpcClient::create(options).error().code == Code::bad_config);
}

TEST_CASE("addresses are checked before anybody is asked") {
  const auto parsed = parse_endpoint("https://node.example/rpc");
  REQUIRE(parsed);
  CHECK(parsed->authority() == "node.example:443");
  CHECK(parsed->path == "/rpc");
  CHECK_FALSE(parsed->is_local());
  CHECK(parse_endpoint("http://[::1]:80")->authority() == "[::1]:80");
  CHECK(parse_endpoint("http://127.0.0.9")->is_local());
  CHECK_FALSE(parse_endpoint("http://127.0.0.1.example")->is_local());
  for (const char* wrong : {"", "node.example", "ftp://x", "http://", "http://:80", "http://h:0",
                            "http://h:65536", "http://h:x", "http://user@h", "http://[::1",
                            "http://h/a b", "unix:relative", "http://h h"}) {
    INFO(wrong);
    CHECK(RpcClient::create({.url = wrong}).error().code == Code::usage);
  }
  CHECK(RpcClient::create({.url = "http://node.example"}).error().message.find("https://") !=
        std::string::npos);
  CHECK(RpcClient::create({.url = "http://node.example", .allow_plain = true}));
  CHECK(RpcClient::create({.url = "http://127.0.0.1", .ca_file = "x"}).error().code == Code::usage);
}

}  // namespace generion::client
