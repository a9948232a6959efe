// What kind of message it is, and of which view and height: for traces, filters and scripts.
#pragma once

#include <optional>
#include <string_view>

#include "types/messages.h"

namespace generion::sim {

// "PRE-PREPARE", "PREPARE" and so on.
std::string_view kind_of(const Message& message);
// nullopt: it has none.
std::optional<View> view_of(const Message& message);
// Of the batch or block that it is about; nullopt: none, or several.
std::optional<Height> height_of(const Message& message);

}  // namespace generion::sim
