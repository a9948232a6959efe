// What each kind of due thing does; due.cpp calls them. Its row is gone by then.
#pragma once

#include "contract/due.h"

namespace generion::contract {

// A purchased order that was not delivered in time: the buyer gets the price back.
Result<void> refund_order(DueCall& call, OrderId id);

// A delivered order's opaque data has been kept long enough: it is erased.
Result<void> end_retention(DueCall& call, OrderId id);

}  // namespace generion::contract
