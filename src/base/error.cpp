#include "base/error.h"

namespace generion {

std::string_view code_name(Code code) {
  switch (code) {
#define GENERION_CODE_NAME(id, number, name) \
  case Code::id:                             \
    return name;
    GENERION_CODES(GENERION_CODE_NAME)
#undef GENERION_CODE_NAME
  }
  return "UNKNOWN";
}

std::optional<Code> code_from_number(std::uint64_t number) {
  switch (number) {
#define GENERION_CODE_NUMBER(id, value, name) \
  case value:                                 \
    return Code::id;
    GENERION_CODES(GENERION_CODE_NUMBER)
#undef GENERION_CODE_NUMBER
  }
  return std::nullopt;
}

std::optional<Code> code_from_name(std::string_view name) {
#define GENERION_CODE_LOOKUP(id, value, text) \
  if (name == text) return Code::id;
  GENERION_CODES(GENERION_CODE_LOOKUP)
#undef GENERION_CODE_LOOKUP
  return std::nullopt;
}

}  // namespace generion
