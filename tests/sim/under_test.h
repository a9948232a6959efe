// Included first into the simulator's own copy of the replica: a broken invariant ends the run and
// not the process, and the mutants can be switched on.
#pragma once

#include "base/assert.h"
#include "broken.h"
#include "mutants/mutants.h"

#undef GENERION_ASSERT
#define GENERION_ASSERT(condition)    \
  ((condition) ? static_cast<void>(0) \
               : ::generion::sim::broken_assertion(#condition, __FILE__, __LINE__))

#define GENERION_MUTANT(name) (::generion::sim::active_mutant() == ::generion::sim::Mutant::name)
