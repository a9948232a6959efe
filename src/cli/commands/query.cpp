#include <fmt/format.h>

#include <charconv>

#include "cli/commands/command.h"
#include "cli/commands/listing.h"

namespace generion::cli {
namespace {

struct QueryArgs {
  std::string method;
  std::vector<std::string> parameters;
};

// Numbers up to 2^53 and booleans as such, all else as text; `name:=JSON` says it exactly.
boost::json::value guess(std::string_view text) {
  if (text == "true" || text == "false") return text == "true";
  constexpr std::uint64_t kNumberMax = std::uint64_t{1} << 53;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole =
      error == std::errc{} && end == text.data() + text.size() && number <= kNumberMax;
  if (whole && (text.size() == 1 || !text.starts_with('0'))) return number;
  return boost::json::string(text);
}

Result<boost::json::object> parse_parameters(const std::vector<std::string>& parameters) {
  boost::json::object out;
  for (const std::string& one : parameters) {
    const std::size_t equals = one.find('=');
    if (equals == std::string::npos || equals == 0) {
      return fail(Code::usage,
                  fmt::format("\"{}\" is no parameter; they are name=value, or name:=JSON", one));
    }
    const bool exact = equals > 1 && one[equals - 1] == ':';
    const std::string name = one.substr(0, exact ? equals - 1 : equals);
    const std::string value = one.substr(equals + 1);
    if (out.contains(name))
      return fail(Code::usage, fmt::format("parameter {} is given twice; give it once", name));
    if (!exact) {
      out[name] = guess(value);
      continue;
    }
    boost::json::error_code error;
    out[name] = boost::json::parse(value, error);
    if (error)
      return fail(Code::usage, fmt::format("{}:= takes JSON, and \"{}\" is none", name, value));
  }
  return out;
}

Result<Report> query(Context& context, const QueryArgs& args) {
  auto parameters = parse_parameters(args.parameters);
  if (!parameters) return fail(parameters.error());
  return object_report(context, args.method, std::move(*parameters));
}

}  // namespace

void add_query(CLI::App& root, Action& selected) {
  auto [app, args] = add_command<QueryArgs>(
      root, "query",
      "Call any method of the node's RPC (docs/protocol/rpc.md, or the node's /openrpc.json)",
      selected, query);
  app->add_option("METHOD", args->method, "Such as getRecord")->required();
  app->add_option("PARAMETER", args->parameters,
                  "name=value, such as record_id=7; name:=JSON for exact types");
}

}  // namespace generion::cli
