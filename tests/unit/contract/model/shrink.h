// A failing sequence made short: what can be left out without it passing is left out.
#pragma once

#include <functional>

#include "sequence.h"

namespace generion::contract::model {

// `fails` must hold for the sequence, and holds for what is returned.
Sequence shrink(Sequence sequence, const std::function<bool(const Sequence&)>& fails);

}  // namespace generion::contract::model
