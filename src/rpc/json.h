// JSON from outside, read strictly, and the bits of JSON that every answer is made of.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "base/error.h"

namespace generion::rpc {

using Json = boost::json::value;
using JsonObject = boost::json::object;
using JsonArray = boost::json::array;

// Error malformed: no JSON, deeper than limits::kJsonDepthMax, not UTF-8, or a key twice in one
// object. The value lives in `memory`.
Result<Json> parse_json(std::string_view text, boost::json::storage_ptr memory);

// "a number", "a text", ...: for messages about a wrong type.
std::string_view json_type(const Json& value);

}  // namespace generion::rpc
