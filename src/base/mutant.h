// Where a deliberate mistake can be put into the protocol, to see whether the simulator finds it.
// Each place is the constant false in the programs. Only the copies of some files that tests/sim
// compiles for itself define it otherwise (tests/sim/mutants).
#pragma once

#ifndef GENERION_MUTANT
#define GENERION_MUTANT(name) false
#endif
