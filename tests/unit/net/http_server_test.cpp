#include "net/http_server.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "server_fixture.h"

using namespace generion;
using namespace generion::net;
using namespace generion::test;
using std::chrono::milliseconds;

TEST_CASE("requests are answered in order on one connection") {
  TestServer server;
  RawClient client(server.port);
  CHECK(client.ask("POST", "/echo?a=b", "{}").body == "POST /echo?a=b {}");
  CHECK(client.ask("GET", "/thread").body == "GET /thread? ");
  CHECK(client.ask("GET", "/peer").body == "127.0.0.1 ");
  client.send(
      "GET /1 HTTP/1.1\r\nHost: localhost\r\n\r\nGET /2 HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK(client.receive()->body == "GET /1? ");
  CHECK(client.receive()->body == "GET /2? ");
  const auto head = client.ask("HEAD", "/3");
  CHECK(head.status == 200);
  CHECK(head.headers.at("content-length") == "9");
  CHECK(client.ask("GET", "/4").headers.at("content-type") == "application/json");
  CHECK(server.server.stats().requests == 7);
  CHECK(server.server.stats().connections == 1);
}

TEST_CASE("a client that wants to close is left in peace") {
  TestServer server;
  RawClient client(server.port);
  const auto answer = client.ask("GET", "/", "", "Connection: close\r\n");
  CHECK(answer.status == 200);
  CHECK(client.is_closed());
  RawClient old(server.port);
  old.send("GET / HTTP/1.0\r\nHost: localhost\r\n\r\n");
  CHECK(old.receive()->status == 200);
  CHECK(old.is_closed());
  CHECK(becomes_true([&] { return server.server.stats().connections == 0; }));
}

TEST_CASE("Host, Origin and media type are checked on the wire") {
  Listener listener;
  listener.cors = {"https://app.example"};
  TestServer server({}, listener);
  RawClient client(server.port);
  client.send("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n");
  const auto rebound = client.receive();
  CHECK(rebound->status == 421);
  CHECK(rebound->says("FORBIDDEN"));
  client.send("GET / HTTP/1.1\r\n\r\n");
  CHECK(client.receive()->status == 400);
  CHECK(client
            .ask("POST", "/", "{}",
                 "Content-Type: application/json\r\nOrigin: https://app.example\r\n")
            .headers.at("access-control-allow-origin") == "https://app.example");
  const auto preflight = client.ask(
      "OPTIONS", "/", "", "Origin: https://app.example\r\nAccess-Control-Request-Method: POST\r\n");
  CHECK(preflight.status == 204);
  CHECK(preflight.headers.at("access-control-allow-origin") == "https://app.example");
  CHECK(!client.ask("GET", "/", "", "Origin: https://evil.example\r\n")
             .headers.contains("access-control-allow-origin"));
  // Refused before its body is read, so the connection ends.
  const auto typed = client.ask("POST", "/", "{}", "Content-Type: text/plain\r\n");
  CHECK(typed.status == 415);
  CHECK(typed.says("POST takes application/json"));
  CHECK(client.is_closed());
}

// A proxy's form of a request was answered 404. RFC 9112, 3.2.2: a server takes it, and its host
// counts instead of the header's.
TEST_CASE("a whole address as the target is served like its path") {
  TestServer server;
  RawClient client(server.port);
  client.send("GET http://localhost:1/echo?a=b HTTP/1.1\r\nHost: evil.example\r\n\r\n");
  CHECK(client.receive()->body == "GET /echo?a=b ");
  client.send("GET http://evil.example/echo HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const auto foreign = client.receive();
  CHECK(foreign->status == 421);
  CHECK(foreign->says("evil.example"));
  client.send("GET http://localhost/echo HTTP/1.1\r\n\r\n");
  CHECK(client.receive()->status == 400);  // HTTP/1.1 asks for the header nevertheless
}

TEST_CASE("a body, a header or an address that is too large is told its limit") {
  HttpLimits limits;
  limits.body_bytes_max = 1'000;
  limits.header_bytes_max = 8'000;
  TestServer server(limits);
  CHECK(RawClient(server.port).ask("POST", "/", std::string(1'000, ' ')).status == 200);

  RawClient large(server.port);
  const auto body = large.ask("POST", "/", std::string(1'001, ' '));
  CHECK(body.status == 413);
  CHECK(body.says("above 1000 bytes"));
  CHECK(body.says(R"("code":"TOO_LARGE","limit":1000)"));
  CHECK(large.is_closed());

  RawClient chunked(server.port);
  chunked.send(
      "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      "Transfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 5; ++i) chunked.send("100\r\n" + std::string(256, ' ') + "\r\n");
  CHECK(chunked.receive()->status == 413);

  RawClient header(server.port);
  header.send("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(8'000, 'x') + "\r\n\r\n");
  const auto refused = header.receive();
  CHECK(refused->status == 431);
  CHECK(refused->says(R"("limit":8000)"));

  CHECK(RawClient(server.port).ask("GET", "/" + std::string(5'000, 'x')).status == 414);
  CHECK(server.server.stats().refused_requests == 4);
}

TEST_CASE("a client that is still sending gets the refusal of what it sends") {
  HttpLimits limits;
  limits.body_bytes_max = 1'000;
  TestServer server(limits);
  RawClient client(server.port);
  const auto answer = client.ask("POST", "/", std::string(4'000'000, ' '));
  CHECK(answer.status == 413);
}

TEST_CASE("what is no HTTP is told so") {
  TestServer server;
  for (const char* text : {"hello\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET /\x01 HTTP/1.1\r\n\r\n",
                           "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n"}) {
    INFO(text);
    RawClient client(server.port);
    client.send(text);
    const auto answer = client.receive();
    REQUIRE(answer);
    CHECK(answer->status == 400);
    CHECK(answer->says("MALFORMED"));
    CHECK(client.is_closed());
  }
  RawClient bad_path(server.port);
  CHECK(bad_path.ask("GET", "/%zz").status == 400);
  CHECK(bad_path.ask("GET", "/fine").status == 200);
}

TEST_CASE("requests above an address's rate are told when to come again") {
  HttpLimits limits;
  limits.requests_per_second = 1;
  limits.requests_burst = 3;
  TestServer server(limits);
  RawClient client(server.port);
  for (int i = 0; i < 3; ++i) CHECK(client.ask("GET", "/").status == 200);
  const auto refused = client.ask("GET", "/");
  CHECK(refused.status == 429);
  CHECK(refused.says("RATE_LIMITED"));
  CHECK(refused.says(R"("limit":1,"retry_after_ms":)"));
  CHECK(refused.headers.at("retry-after") == "1");
  CHECK(RawClient(server.port).ask("GET", "/").status == 429);  // the address, not the connection
}

TEST_CASE("connections above the total and above an address's share are told so") {
  HttpLimits limits;
  limits.connections_max = 2;
  TestServer full(limits);
  RawClient a(full.port);
  RawClient b(full.port);
  CHECK(a.ask("GET", "/").status == 200);
  CHECK(b.ask("GET", "/").status == 200);
  RawClient c(full.port);
  const auto refused = c.ask("GET", "/");
  CHECK(refused.status == 503);
  CHECK(refused.says(R"("code":"OVERLOADED","limit":2,"retry_after_ms":1000)"));
  CHECK(c.is_closed());
  CHECK(a.ask("GET", "/").status == 200);

  limits.connections_max = 10;
  limits.connections_per_address_max = 1;
  TestServer greedy(limits);
  RawClient d(greedy.port);
  CHECK(d.ask("GET", "/").status == 200);
  const auto second = RawClient(greedy.port).ask("GET", "/");
  CHECK(second.status == 429);
  CHECK(second.says("TOO_MANY"));
  CHECK(greedy.server.stats().refused_connections == 1);
}

TEST_CASE("slow senders are cut off and told, idle ones closed") {
  HttpLimits limits;
  limits.read_timeout = milliseconds(100);
  limits.idle_timeout = milliseconds(100);
  TestServer server(limits);
  RawClient header(server.port);
  header.send("GET / HTTP/1.1\r\nHost:");
  const auto slow = header.receive();
  REQUIRE(slow);
  CHECK(slow->status == 408);
  CHECK(slow->says("not complete after 100 ms"));
  CHECK(header.is_closed());
  RawClient body(server.port);
  body.send(
      "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
      "9\r\n\r\n{");
  CHECK(body.receive()->status == 408);
  CHECK(RawClient(server.port).is_closed());  // never sent a byte
  RawClient idle(server.port);
  CHECK(idle.ask("GET", "/").status == 200);
  CHECK(idle.is_closed());
  CHECK(server.server.stats().timeouts == 2);
  // A handler may take longer than that.
  RawClient waiting(server.port);
  waiting.send("GET /hold HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK(becomes_true([&] { return server.handler->held() == 1; }));
  server.handler->release();
  CHECK(waiting.receive()->body == "released");
}

TEST_CASE("a handler that drops an answer or throws ends only its connection") {
  TestServer server;
  RawClient dropped(server.port);
  dropped.send("GET /drop HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK(dropped.is_closed());
  RawClient thrown(server.port);
  thrown.send("GET /throw HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK(thrown.is_closed());
  CHECK(server.server.stats().failures == 1);
  CHECK(RawClient(server.port).ask("GET", "/").status == 200);
}

TEST_CASE("stopping lets a request finish, and cuts it after the grace") {
  auto server = std::make_unique<TestServer>();
  RawClient idle(server->port);
  CHECK(idle.ask("GET", "/").status == 200);
  RawClient busy(server->port);
  busy.send("GET /hold HTTP/1.1\r\nHost: localhost\r\n\r\n");
  REQUIRE(becomes_true([&] { return server->handler->held() == 1; }));
  std::thread stopper([&] { server->server.stop(milliseconds(10'000)); });
  CHECK(idle.is_closed());
  server->handler->release();
  CHECK(busy.receive()->body == "released");
  CHECK(busy.is_closed());
  stopper.join();
  CHECK(server->server.stats().connections == 0);
  CHECK_THROWS(RawClient(server->port));

  TestServer stuck;
  RawClient client(stuck.port);
  client.send("GET /hold HTTP/1.1\r\nHost: localhost\r\n\r\n");
  REQUIRE(becomes_true([&] { return stuck.handler->held() == 1; }));
  stuck.server.stop(milliseconds(20));
  CHECK(client.is_closed());
  stuck.handler->release();  // too late, and harmless
}

TEST_CASE("an address that can't be bound is refused with its reason") {
  TestServer server;
  Listener listener;
  listener.where = TcpAddress{"127.0.0.1", server.port};
  const auto taken = server.server.listen(listener, server.handler);
  REQUIRE(!taken);
  CHECK(taken.error().code == Code::port_in_use);
  CHECK(taken.error().message.find("127.0.0.1:" + std::to_string(server.port)) !=
        std::string::npos);
  listener.where = TcpAddress{"localhost", 0};
  CHECK(server.server.listen(listener, server.handler).error().code == Code::bad_config);
  listener.where = TcpAddress{"0.0.0.0", 0};
  CHECK(server.server.listen(listener, server.handler).error().code == Code::bad_config);
}

TEST_CASE("a Unix socket is for its owner and group, and replaces one left behind") {
  const TemporaryDirectory directory;
  Listener listener;
  listener.where = UnixAddress{directory / "admin.sock"};
  {
    TestServer server({}, listener);
    struct stat info{};
    REQUIRE(::stat((directory / "admin.sock").c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0660);
    RawClient client((directory / "admin.sock").string());
    CHECK(client.ask("GET", "/peer").body == "unix ");
    // No browser comes here: any Host is fine.
    client.send("GET / HTTP/1.1\r\nHost: anything\r\n\r\n");
    CHECK(client.receive()->status == 200);
    CHECK(server.server.listen(listener, server.handler).error().code == Code::port_in_use);
  }
  CHECK(!std::filesystem::exists(directory / "admin.sock"));

  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  (directory / "admin.sock").string().copy(address.sun_path, sizeof address.sun_path - 1);
  REQUIRE(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  ::close(fd);
  TestServer again({}, listener);
  CHECK(RawClient((directory / "admin.sock").string()).ask("GET", "/").status == 200);

  listener.where = UnixAddress{directory.write("file", "precious", false)};
  CHECK(again.server.listen(listener, again.handler).error().code == Code::file_exists);
  CHECK(std::filesystem::exists(directory / "file"));
  listener.where = UnixAddress{directory / std::string(200, 'x')};
  CHECK(again.server.listen(listener, again.handler).error().code == Code::bad_config);
}
