#include "net/http_rules.h"

#include <catch2/catch.hpp>

#include "base/limits.h"

using namespace generion;
using namespace generion::net;

namespace {

Rules rules() {
  Rules out;
  out.hosts = {"localhost", "127.0.0.1", "[::1]", "Node.Example"};
  out.origins = {"https://wallet.example"};
  out.cors = {"https://app.example"};
  return out;
}

Head head(std::string_view host, std::string_view origin = "", Method method = Method::get) {
  Head out;
  out.method = method;
  out.host = host;
  out.origin = origin;
  out.content_type = "application/json";
  return out;
}

unsigned status(const Rules& of, const Head& asked) {
  const auto refusal = check_head(of, asked);
  return refusal ? refusal->status : 200;
}

}  // namespace

TEST_CASE("a Host header names this server, in any case and with any port") {
  for (const char* host :
       {"localhost", "LOCALHOST:80", "127.0.0.1:8645", "[::1]:1", "[::1]", "node.example:443"}) {
    INFO(host);
    CHECK(status(rules(), head(host)) == 200);
  }
  for (const char* host : {"evil.example", "localhost.evil.example", "127.0.0.2", "[::2]", "[::1",
                           "a:b", "localhost:x@evil.example", "x@localhost"}) {
    INFO(host);
    CHECK(status(rules(), head(host)) == 421);
  }
  CHECK(status(rules(), head("")) == 400);
  const auto refusal = check_head(rules(), head("evil.example"));
  CHECK(refusal->body.find("evil.example") != std::string::npos);
  CHECK(refusal->body.find("127.0.0.1") != std::string::npos);

  Rules on_unix = rules();
  on_unix.is_unix = true;
  CHECK(status(on_unix, head("anything")) == 200);
  CHECK(status(on_unix, head("")) == 200);
}

TEST_CASE("a target is a path, or a whole address whose host counts") {
  const auto parts = [](std::string_view target) {
    const Target out = split_target(target);
    return std::vector<std::string_view>{out.host, out.path, out.query};
  };
  using Parts = std::vector<std::string_view>;
  CHECK(parts("/a/b?c=d?e") == Parts{"", "/a/b", "c=d?e"});
  CHECK(parts("/") == Parts{"", "/", ""});
  CHECK(parts("/a?") == Parts{"", "/a", ""});
  CHECK(parts("*") == Parts{"", "*", ""});
  CHECK(parts("http://localhost:80/a?b") == Parts{"localhost:80", "/a", "b"});
  CHECK(parts("HTTPS://[::1]:80") == Parts{"[::1]:80", "/", ""});
  CHECK(parts("http://localhost?a=http://b/") == Parts{"localhost", "/", "a=http://b/"});
  CHECK(parts("/http://localhost/a") == Parts{"", "/http://localhost/a", ""});
  CHECK(parts("ftp://localhost/a") == Parts{"", "ftp://localhost/a", ""});
  CHECK(parts("http://") == Parts{"", "/", ""});
}

TEST_CASE("a foreign Origin may read but neither change anything nor open a WebSocket") {
  CHECK(status(rules(), head("localhost", "https://evil.example")) == 200);
  CHECK(status(rules(), head("localhost", "https://evil.example", Method::post)) == 403);
  CHECK(status(rules(), head("localhost", "https://evil.example", Method::delete_)) == 403);
  CHECK(status(rules(), head("localhost", "null", Method::post)) == 403);
  CHECK(status(rules(), head("localhost", "https://app.example", Method::post)) == 200);
  CHECK(status(rules(), head("localhost:80", "http://localhost:80", Method::post)) == 200);
  // Another scheme or port is another origin.
  CHECK(status(rules(), head("localhost:80", "https://localhost:80", Method::post)) == 403);
  CHECK(status(rules(), head("localhost:80", "http://localhost:81", Method::post)) == 403);

  Head upgrade = head("localhost", "https://app.example");
  upgrade.is_upgrade = true;
  CHECK(status(rules(), upgrade) == 403);  // cors is not origins
  upgrade.origin = "https://wallet.example";
  CHECK(status(rules(), upgrade) == 200);
  upgrade.origin = "http://localhost";
  CHECK(status(rules(), upgrade) == 200);
  upgrade.origin = "";
  CHECK(status(rules(), upgrade) == 200);
}

TEST_CASE("POST takes application/json, with or without parameters") {
  Head post = head("localhost", "", Method::post);
  for (const char* type :
       {"application/json", "Application/JSON; charset=utf-8", "application/json ;x=y"}) {
    post.content_type = type;
    CHECK(status(rules(), post) == 200);
  }
  for (const char* type :
       {"", "text/plain", "application/jsonp", "application/x-www-form-urlencoded"}) {
    post.content_type = type;
    CHECK(status(rules(), post) == 415);
  }
}

TEST_CASE("OPTIONS tells allowed origins what they may send, and others that they may not") {
  Head preflight = head("localhost", "https://app.example", Method::options);
  preflight.asked_method = "POST";
  CHECK(options_response(rules(), preflight).status == 204);
  preflight.origin = "https://evil.example";
  CHECK(options_response(rules(), preflight).status == 403);
  preflight.origin = "";
  CHECK(options_response(rules(), preflight).status == 204);
}

TEST_CASE("an address is decoded once and strictly") {
  CHECK(percent_decoded("/a%20b%2Fc+d", false) == "/a b/c+d");
  CHECK(percent_decoded("a+b", true) == "a b");
  CHECK(percent_decoded("%2541", false) == "%41");
  for (const char* bad : {"%", "%4", "%zz", "a%00b"}) {
    CHECK(percent_decoded(bad, false).error().code == Code::malformed);
  }
  const auto pairs = parse_query("a=1&&b=x%26y&c&d==");
  REQUIRE(pairs);
  CHECK(*pairs == std::vector<std::pair<std::string, std::string>>{
                      {"a", "1"}, {"b", "x&y"}, {"c", ""}, {"d", "="}});
  CHECK(parse_query("a=%").error().code == Code::malformed);
}

TEST_CASE("a query has a bounded number of parameters") {
  std::string query;
  for (std::size_t i = 0; i < limits::kQueryParametersMax; ++i) query += "a=1&";
  CHECK(parse_query(query)->size() == limits::kQueryParametersMax);
  CHECK(parse_query(query + "a=1").error().code == Code::too_many);
}

TEST_CASE("an error's text is JSON whatever it quotes") {
  CHECK(json_quoted("a\"b\\c\n\x01") == R"("a\"b\\c\u000a\u0001")");
  CHECK(json_quoted("\xff") == R"("?")");
  const auto out = error_response(429, {Code::rate_limited, "slow \"down\""},
                                  {.limit = 7, .retry_after_ms = 1'001});
  CHECK(out.status == 429);
  CHECK(out.body == R"({"code":-32000,"message":"slow \"down\"",)"
                    R"("data":{"code":"RATE_LIMITED","limit":7,"retry_after_ms":1001}})");
  CHECK(out.headers == std::vector<std::pair<std::string, std::string>>{{"Retry-After", "2"}});
}
