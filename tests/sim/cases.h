// Fixed cases that random seeds hardly reach; the mutants use them too.
#pragma once

#include "network.h"

namespace generion::sim {

// One replica, A, has prepared a batch in view 0 and is cut off. In view 1 another batch is
// prepared at the same height, and executed by B alone, which is cut off then. The primary of
// view 2 hears of both batches: it must prescribe that of view 1.
Outcome withheld_digest();

// SEALs are lost for five minutes while hospitals' signs of life go on.
Outcome lost_seals();

// A executes the last block of an epoch alone and is cut off then; the others end the epoch without
// it.
Outcome last_block_alone();

// D is the only one that can prove an epoch's end. It enters the next one, and loses its journal.
Outcome journal_lost_at_end();

}  // namespace generion::sim
