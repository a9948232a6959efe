#include "types/amount.h"

#include <catch2/catch.hpp>

namespace generion {

TEST_CASE("an amount in tokens") {
  CHECK(token_text(0) == "0");
  CHECK(token_text(kToken) == "1");
  CHECK(token_text(10 * kToken) == "10");
  CHECK(token_text(1) == "0.00000001");
  CHECK(token_text(kToken + kToken / 10) == "1.1");
  CHECK(token_text(UINT64_MAX) == "184467440737.09551615");
}

TEST_CASE("tokens that a person types") {
  CHECK(parse_tokens("0") == 0U);
  CHECK(parse_tokens("12") == 12 * kToken);
  CHECK(parse_tokens("0.5") == kToken / 2);
  CHECK(parse_tokens(".5") == kToken / 2);
  CHECK(parse_tokens("5.") == 5 * kToken);
  CHECK(parse_tokens("0.00000001") == 1U);
  CHECK(parse_tokens("184467440737.09551615") == UINT64_MAX);
  for (const char* text :
       {"", ".", "-1", "+1", "1,5", "1.5.5", "1e3", " 1", "0.000000001", "184467440737.09551616",
        "184467440738", "99999999999999999999", "one", "1.-5", "0x1"}) {
    INFO(text);
    CHECK(parse_tokens(text).error().code == Code::bad_argument);
  }
}

}  // namespace generion
