#include "rpc/dispatcher.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "base/base64.h"
#include "base/hex.h"
#include "fake_backend.h"
#include "io/io_threads.h"
#include "wire/transaction.h"

using namespace generion;
using namespace generion::rpc;
using namespace generion::test;

namespace {

struct Rig {
  FakeBackend backend;
  io::IoThreads threads{1};
  Submissions submissions{threads.context(), backend, 100, std::chrono::milliseconds(60'000)};
  MethodTable table = node_methods();
  Dispatcher dispatcher{table, Context{backend, submissions}, 5};
  net::Peer peer;
  MethodList served;

  // The reply if it is there at once.
  std::optional<Reply> call(std::string_view text) {
    auto out = std::make_shared<std::optional<Reply>>();
    dispatcher.call(text, {served, peer}, [out](Reply reply) { *out = std::move(reply); });
    return *out;
  }
  Json json(std::string_view text) {
    const auto reply = call(text);
    return boost::json::parse(reply.value().text);
  }
  // The error object of a call of `method` with these params.
  Json error(const std::string& method, const std::string& params) {
    return json(R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":)" + params + "}")
        .at("error");
  }
  Json result(const std::string& method, const std::string& params = "{}") {
    const Json out =
        json(R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":)" + params + "}");
    if (!out.as_object().contains("result")) FAIL(boost::json::serialize(out));
    return out.at("result");
  }
};

std::string code_of(const Json& error) {
  return std::string(error.at("data").at("code").as_string());
}
std::string message_of(const Json& error) {
  return std::string(error.at("message").as_string());
}

bool says(const Json& error, std::string_view text) {
  return message_of(error).find(text) != std::string::npos;
}

const std::string kStatus = R"({"jsonrpc":"2.0","id":1,"method":"getStatus"})";

}  // namespace

TEST_CASE("a call is answered with its id, of whatever kind") {
  Rig rig;
  CHECK(rig.json(kStatus).at("result").at("role").as_string() == "validator");
  CHECK(rig.json(kStatus).at("jsonrpc").as_string() == "2.0");
  for (const char* id : {"1", "-5", "\"a\\\"b\"", "null", "9007199254740993"}) {
    const Json out =
        rig.json(std::string(R"({"jsonrpc":"2.0","method":"getStatus","id":)") + id + "}");
    CHECK(boost::json::serialize(out.at("id")) == id);
  }
}

TEST_CASE("what is no JSON-RPC request is refused with the standard codes") {
  Rig rig;
  const auto code = [&](std::string_view text) {
    return rig.json(text).at("error").at("code").as_int64();
  };
  CHECK(code("{") == -32700);
  CHECK(rig.call("{")->http_status == 400);
  CHECK(rig.json("{").at("id").is_null());
  CHECK(code("[]") == -32600);
  for (const char* text : {"1", "\"x\"", "{}", R"({"jsonrpc":"1.0","id":1,"method":"getStatus"})",
                           R"({"id":1,"method":"getStatus"})", R"({"jsonrpc":"2.0","id":1})",
                           R"({"jsonrpc":"2.0","id":1,"method":7})",
                           R"({"jsonrpc":"2.0","id":1.5,"method":"getStatus"})",
                           R"({"jsonrpc":"2.0","id":[],"method":"getStatus"})",
                           R"({"jsonrpc":"2.0","id":1,"method":"getStatus","params":7})",
                           R"({"jsonrpc":"2.0","id":1,"method":"getStatus","parms":[]})"}) {
    INFO(text);
    CHECK(code(text) == -32600);
  }
  CHECK(says(rig.json(R"({"jsonrpc":"2.0","id":1,"method":"getStatus","parms":[]})").at("error"),
             "\"parms\""));
  CHECK(code(R"({"jsonrpc":"2.0","id":1,"method":"getStatus","id":2})") == -32700);
}

TEST_CASE("batches are bounded, in order, and each member stands for itself") {
  Rig rig;
  const Json out = rig.json(R"([{"jsonrpc":"2.0","id":"a","method":"getStatus"},7,
      {"jsonrpc":"2.0","method":"getStatus"},{"jsonrpc":"2.0","id":"b","method":"nothing"}])");
  REQUIRE(out.as_array().size() == 3);
  CHECK(out.at(0).at("id").as_string() == "a");
  CHECK(out.at(0).as_object().contains("result"));
  CHECK(out.at(1).at("error").at("code").as_int64() == -32600);
  CHECK(out.at(2).at("error").at("code").as_int64() == -32601);

  std::string five = kStatus;
  for (int i = 0; i < 4; ++i) five += "," + kStatus;
  CHECK(rig.json("[" + five + "]").as_array().size() == 5);
  const auto refused = rig.call("[" + five + "," + kStatus + "]");
  CHECK(refused->http_status == 413);
  const Json error = boost::json::parse(refused->text).at("error");
  CHECK(code_of(error) == "TOO_MANY");
  CHECK(error.at("data").at("limit").as_int64() == 5);
}

TEST_CASE("notifications are carried out without an answer, faulty ones too") {
  Rig rig;
  rig.backend.answers_at_once = true;
  const std::string transaction =
      to_base64(wire::encode_transaction(rig.backend.sign('H', {VerifyRecord{{RecordId(1)}}})));
  const auto sent =
      rig.call(R"({"jsonrpc":"2.0","method":"sendTransaction","params":[")" + transaction + "\"]}");
  CHECK(sent->text.empty());
  CHECK(sent->http_status == 204);
  CHECK(rig.backend.submitted() == 1);
  CHECK(rig.call(R"([{"jsonrpc":"2.0","method":"getStatus"},{"jsonrpc":"2.0","method":"nothing"}])")
            ->text.empty());
  CHECK(rig.call(R"({"jsonrpc":"2.0","method":"getBlock","params":{"height":"x"}})")->text.empty());
}

TEST_CASE("an unknown method names the nearest one") {
  Rig rig;
  CHECK(says(rig.error("getRecrod", "{}"), "did you mean getRecord?"));
  CHECK(says(rig.error("GETSTATUS", "{}"), "did you mean getStatus?"));
  CHECK(code_of(rig.error("getRecrod", "{}")) == "UNKNOWN_METHOD");
  CHECK(says(rig.error("mineBitcoin", "{}"), "/openrpc.json"));
  CHECK(says(rig.error(std::string(10'000, 'x'), "{}"), "/openrpc.json"));
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("", "abc") == 3);
}

TEST_CASE("parameters are checked by name, type and bounds") {
  Rig rig;
  const auto refused = [&](const char* method, const std::string& params) {
    const Json error = rig.error(method, params);
    CHECK(error.at("code").as_int64() == -32602);
    CHECK(code_of(error) == "BAD_PARAMS");
    return message_of(error);
  };
  using Catch::Matchers::Contains;
  CHECK_THAT(refused("getBlock", "{}"), Contains("height is missing"));
  CHECK_THAT(refused("getBlock", "[]"), Contains("height is missing"));
  CHECK_THAT(refused("getBlock", R"({"hight":1})"),
             Contains("\"hight\"") && Contains("takes: height"));
  CHECK_THAT(refused("getBlock", "[1,2]"), Contains("2 parameters") && Contains("takes 1"));
  CHECK_THAT(refused("getStatus", R"({"a":1})"), Contains("none"));
  CHECK_THAT(refused("getBlock", R"(["1"])"),
             Contains("height: expected a whole number from 0 to 9007199254740992, got \"1\""));
  CHECK_THAT(refused("getBlock", "[-1]"), Contains("got -1"));
  CHECK_THAT(refused("getBlock", "[1.5]"), Contains("got a fraction"));
  CHECK_THAT(refused("getBlock", "[null]"), Contains("got null"));
  CHECK_THAT(refused("getBlock", "[[1]]"), Contains("got an array"));
  CHECK_THAT(refused("getBlock", "[9007199254740993]"), Contains("got 9007199254740993"));
  CHECK_THAT(refused("getBlock", "[18446744073709551615]"), Contains("got 18446744073709551615"));
  CHECK(code_of(rig.error("getBlock", "[9007199254740992]")) == "NOT_FOUND");
  CHECK_THAT(refused("getUserList", R"({"limit":0})"), Contains("from 1 to 1000"));
  CHECK_THAT(refused("getUserList", R"({"limit":1001})"), Contains("got 1001"));
  CHECK_THAT(refused("getUser", R"(["gen1nonsense"])"), Contains("address"));
  CHECK_THAT(refused("getUser", "[7]"),
             Contains("expected an address") && Contains("got a whole number"));
  CHECK_THAT(refused("getReceipt", R"(["ab"])"), Contains("64 hexadecimal digits"));
  CHECK_THAT(refused("getReceipt", R"({"tx_id":")" + std::string(64, 'a') + R"(","proof":1})"),
             Contains("proof: expected true or false, got a whole number"));
  CHECK_THAT(refused("sendTransaction", R"(["!!"])"), Contains("base64"));
  CHECK_THAT(refused("sendTransaction", R"(["AAAA","soon"])"),
             Contains("\"executed\"") && Contains("got \"soon\""));
  for (const char* ids : {"0", "\"\"", "\"0\"", "\"1:\"", "\":1\"", "\"1:x\"", "\"-1\"",
                          "\"99999999999999999999\"", "1.0", "[]"}) {
    INFO(ids);
    CHECK_THAT(refused("getRecord", "[" + std::string(ids) + "]"),
               Contains("record_id: expected a record id"));
  }
  std::string many = "1";
  for (std::size_t i = 1; i < limits::kIdsPerCallMax; ++i) many += ":1";
  CHECK(code_of(rig.error("getRecord", "[\"" + many + "\"]")) == "RECORD_NOT_FOUND");
  refused("getRecord", "[\"" + many + ":1\"]");
}

TEST_CASE("a listener's list of methods is all it serves") {
  Rig rig;
  rig.served = {"getBlock"};
  CHECK(code_of(rig.error("getStatus", "{}")) == "FORBIDDEN");
  CHECK(code_of(rig.error("getBlock", "[1]")) == "NOT_FOUND");
  CHECK(rig.dispatcher.get("getStatus", "", rig.served).status == 403);
}

TEST_CASE("calls are charged to the peer, all members of a batch at once") {
  Rig rig;
  rig.peer.rate = std::make_shared<net::TokenBucket>(1, 3, std::chrono::steady_clock::now());
  CHECK(rig.call("[" + kStatus + "," + kStatus + "]")->http_status == 200);
  const auto refused = rig.call("[" + kStatus + "," + kStatus + "]");
  CHECK(refused->http_status == 429);
  CHECK(refused->retry_after_ms);
  const Json error = boost::json::parse(refused->text).at("error");
  CHECK(code_of(error) == "RATE_LIMITED");
  CHECK(error.at("data").at("limit").as_int64() == 1);
  CHECK(rig.call(kStatus)->http_status == 200);
}

TEST_CASE("GET serves queries with the same results and a status that fits") {
  Rig rig;
  rig.backend.create_record('H', 'P', "data");
  const auto get = [&](std::string_view name, std::string_view query) {
    return rig.dispatcher.get(name, query, {});
  };
  CHECK(get("getBlock", "height=1").body == boost::json::serialize(rig.result("getBlock", "[1]")));
  CHECK(get("getRecord", "record_id=1:1").body ==
        boost::json::serialize(rig.result("getRecord", "[\"1:1\"]")));
  CHECK(get("getRecord", "record_id=1%3A1").status == 200);
  CHECK(get("getBlock", "height=7").status == 404);
  CHECK(get("getBlock", "").status == 400);
  CHECK(get("getBlock", "height=1&height=1").status == 400);
  CHECK(get("getBlock", "height=1&x=2").status == 400);
  CHECK(get("getBlock", "height=1x").status == 400);
  CHECK(get("getBlock", "height=%zz").status == 400);
  CHECK(get("nothing", "").status == 404);
  CHECK(get("getUserList", "height=9").status == 404);
  rig.backend.oldest = Height(1);
  CHECK(get("getUserList", "height=0").status == 410);
  const auto write = get("sendTransaction", "transaction=AAAA");
  CHECK(write.status == 405);
  CHECK(write.body.find("POST") != std::string::npos);
  const Json error = boost::json::parse(get("getBlock", "height=7").body);
  CHECK(code_of(error) == "NOT_FOUND");
}

TEST_CASE("a failing disk is an answer, not an end") {
  Rig rig;
  rig.backend.create_record('H', 'P', "data");
  rig.backend.reads_throw = true;
  CHECK(code_of(rig.error("getRecord", "[1]")) == "IO_ERROR");
  CHECK(rig.dispatcher.get("getRecord", "record_id=1", {}).status == 500);
}

TEST_CASE("openrpc.json lists exactly the table, and so does the documentation") {
  const MethodTable table = node_methods();
  const Json document = boost::json::parse(table.openrpc());
  CHECK(document.at("openrpc").as_string() == "1.2.6");
  const auto& methods = document.at("methods").as_array();
  REQUIRE(methods.size() == table.methods().size());
  std::ifstream file(GENERION_SOURCE "/docs/protocol/rpc.md");
  std::stringstream text;
  text << file.rdbuf();
  for (std::size_t i = 0; i < methods.size(); ++i) {
    const Method& method = table.methods()[i];
    CHECK(methods[i].at("name").as_string() == boost::json::string_view(method.name));
    CHECK(methods[i].at("params").as_array().size() == method.parameters.size());
    CHECK((methods[i].at("x-kind").as_string() == "query") == method.is_query());
    CHECK(table.find(method.name) == &method);
    CHECK(text.str().find("| `" + std::string(method.name) + "` |") != std::string::npos);
    bool optional_seen = false;
    for (std::size_t p = 0; p < method.parameters.size(); ++p) {
      CHECK(methods[i].at("params").at(p).at("required").as_bool() ==
            !method.parameters[p].is_optional);
      // Positional calls leave out optional ones from the end.
      CHECK(!(optional_seen && !method.parameters[p].is_optional));
      optional_seen = optional_seen || method.parameters[p].is_optional;
    }
  }
  std::size_t documented = 0;
  for (std::size_t at = text.str().find("\n| `"); at != std::string::npos;
       at = text.str().find("\n| `", at + 1))
    ++documented;
  CHECK(documented == table.methods().size());
}
