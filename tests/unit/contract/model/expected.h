// The objects that the state must hold if the model is right: its facts, with all counts, lists of
// open orders and statistics counted anew.
#pragma once

#include <map>

#include "world.h"

namespace generion::contract::model {

// Key -> canonical bytes, all of the state.
std::map<Bytes, Bytes> expected_objects(const World& world);

}  // namespace generion::contract::model
