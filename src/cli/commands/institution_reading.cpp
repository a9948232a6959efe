#include "cli/commands/institution_reading.h"

#include <fmt/format.h>

#include <algorithm>

#include "types/address.h"

namespace generion::cli {

Result<GenesisInstitution> parse_institution(const std::string& text) {
  const std::size_t equals = text.rfind("=gen1");
  if (equals == 0 || equals == std::string::npos) {
    return fail(Code::usage,
                fmt::format("--institution is \"{}\"; it takes NAME=ADDRESS[,KIND[,URL]], such as "
                            "\"City Hospital=gen1...\"",
                            text));
  }
  GenesisInstitution out;
  out.name = text.substr(0, equals);
  out.kind = "hospital";
  std::string_view rest = std::string_view(text).substr(equals + 1);
  const auto next = [&rest] {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const std::string_view part = rest.substr(0, comma);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    return part;
  };
  const auto address = parse_address(next());
  if (!address) return fail(address.error());
  out.address = *address;
  if (const auto kind = next(); !kind.empty()) out.kind = kind;
  out.data_source_url = rest;
  return out;
}

}  // namespace generion::cli
