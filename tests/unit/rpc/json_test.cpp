#include "rpc/json.h"

#include <catch2/catch.hpp>

#include "base/limits.h"
#include "rpc/cursor.h"

using namespace generion;
using namespace generion::rpc;

namespace {

bool parses(std::string_view text) {
  return parse_json(text, {}).has_value();
}

}  // namespace

TEST_CASE("JSON from outside is read strictly") {
  CHECK(parses(R"({"a":[1,2,{"b":"c"}],"d":null})"));
  CHECK(parses("17"));
  for (const char* text : {"", "{", "{]", "{\"a\":1,}", "nul", "{'a':1}", "[1] 2", "\"\xff\"", "01",
                           "\"\\x\"", "[1,,2]"}) {
    INFO(text);
    const auto out = parse_json(text, {});
    REQUIRE(!out);
    CHECK(out.error().code == Code::malformed);
  }
}

TEST_CASE("a key may stand once in an object") {
  CHECK(!parses(R"({"a":1,"a":1})"));
  CHECK(!parses(R"({"a":1,"\u0061":2})"));
  CHECK(!parses(R"([{"x":{"b":1,"c":2,"b":3}}])"));
  CHECK(parses(R"([{"a":1},{"a":1}])"));
  CHECK(parses(R"({"a":{"a":{"a":1}}})"));
  // Colons and quotes inside texts are no members.
  CHECK(parses(R"({"a:b":"c:d\":e\\","f":"\\\":","g":["::",":"]})"));
  CHECK(!parses(R"({"a:b":"\"","a:b":1})"));
  const auto twice = parse_json(R"({"a":1,"a":2})", {});
  CHECK(twice.error().message.find("twice") != std::string::npos);
}

TEST_CASE("JSON has a bounded depth") {
  const std::size_t max = limits::kJsonDepthMax;
  CHECK(parses(std::string(max, '[') + std::string(max, ']')));
  const auto deep = parse_json(std::string(max + 1, '[') + std::string(max + 1, ']'), {});
  REQUIRE(!deep);
  CHECK(deep.error().message.find(std::to_string(max)) != std::string::npos);
  CHECK(!parses(std::string(1'000'000, '[')));
}

TEST_CASE("a cursor belongs to one question and is nothing else than what was given out") {
  const std::string cursor = encode_cursor("getRecordList\nusr_adr=x", {Height(7), "after"});
  const auto back = decode_cursor("getRecordList\nusr_adr=x", cursor);
  REQUIRE(back);
  CHECK(back->height == Height(7));
  CHECK(back->after == "after");
  CHECK(decode_cursor("getRecordList\nusr_adr=y", cursor).error().code == Code::bad_cursor);
  for (std::size_t i = 0; i < cursor.size(); ++i) {
    std::string changed = cursor;
    changed[i] = changed[i] == '0' ? '1' : '0';
    CHECK(!decode_cursor("getRecordList\nusr_adr=x", changed));
  }
  for (const std::string& garbage : {std::string(), std::string("zz"), std::string("00"),
                                     cursor + "00", cursor.substr(2), std::string(5'000, '0')}) {
    CHECK(decode_cursor("getRecordList\nusr_adr=x", garbage).error().code == Code::bad_cursor);
  }
}
