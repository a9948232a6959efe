#include "base/utf8.h"

#include <catch2/catch.hpp>

namespace generion {
namespace {

TEST_CASE("text of every length of sequence is UTF-8") {
  CHECK(is_utf8(""));
  CHECK(is_utf8("plain"));
  CHECK(is_utf8("\xC2\x80 \xDF\xBF"));
  CHECK(is_utf8("\xE0\xA0\x80 \xED\x9F\xBF \xEE\x80\x80 \xEF\xBF\xBF"));
  CHECK(is_utf8("\xF0\x90\x80\x80 \xF4\x8F\xBF\xBF"));
}

TEST_CASE("what RFC 3629 forbids is no UTF-8") {
  CHECK_FALSE(is_utf8("\x80"));              // nothing leads
  CHECK_FALSE(is_utf8("\xC0\xAF"));          // overlong
  CHECK_FALSE(is_utf8("\xE0\x9F\xBF"));      // overlong
  CHECK_FALSE(is_utf8("\xF0\x8F\xBF\xBF"));  // overlong
  CHECK_FALSE(is_utf8("\xED\xA0\x80"));      // a surrogate
  CHECK_FALSE(is_utf8("\xF4\x90\x80\x80"));  // above U+10FFFF
  CHECK_FALSE(is_utf8("\xF5\x80\x80\x80"));
  CHECK_FALSE(is_utf8("\xE2\x82"));   // cut off
  CHECK_FALSE(is_utf8("\xC3(\x28"));  // the second is none
}

}  // namespace
}  // namespace generion
