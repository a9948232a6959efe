// What an object of the state says, for people and scripts: a proof's content in words.
#pragma once

#include <boost/json.hpp>

#include "base/bytes.h"

namespace generion::cli {

// "kind" ("record", "user", "institution", "share", "order", "proposal", "validators",
// "statistics", "counters", "parameters") and the object's fields; only "kind": "object" for bytes
// that this version cannot read.
boost::json::object proven_object_json(ByteView key, ByteView value);

}  // namespace generion::cli
