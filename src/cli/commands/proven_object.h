// What an object of the state says, for people and scripts: a proof's content in words.
#pragma once

#include <boost/json.hpp>
#include <map>

#include "base/bytes.h"

namespace generion::cli {

// "kind" ("record", "user", "institution", "share", "order", "proposal", "validators",
// "statistics", "counters", "parameters") and the object's fields; only "kind": "object" for bytes
// that this version cannot read.
boost::json::object proven_object_json(ByteView key, ByteView value);

// The same with the names that the RPC's lists have for the addresses of users and institutions:
// usr_adr, creator_adr, grantee, customer. They are taken from `known`, objects by key; whoever is
// not there stays a number.
boost::json::object proven_item_json(ByteView key, ByteView value,
                                     const std::map<Bytes, Bytes>& known);

}  // namespace generion::cli
