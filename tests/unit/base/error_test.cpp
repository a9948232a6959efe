#include "base/error.h"

#include <catch2/catch.hpp>

namespace generion {

TEST_CASE("every code has one number and one name") {
#define GENERION_TEST_CODE(id, number, name)   \
  CHECK(code_name(Code::id) == name);          \
  CHECK(code_from_number(number) == Code::id); \
  CHECK(code_from_name(name) == Code::id);
  GENERION_CODES(GENERION_TEST_CODE)
#undef GENERION_TEST_CODE
  CHECK_FALSE(code_from_number(65'535));
  CHECK_FALSE(code_from_number(std::uint64_t{1} << 32 | 1));
  CHECK_FALSE(code_from_name("not_owner"));
}

}  // namespace generion
