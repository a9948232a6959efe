// Random sequences, chosen step by step by what the chain is like, and played at once.
#pragma once

#include "run.h"
#include "source.h"

namespace generion::contract::model {

struct Played {
  Sequence sequence;
  std::optional<std::string> wrong;  // what, in the last block of the sequence
  Coverage coverage;
};

// Until the source is done or there are so many operations. Begins with users that have tokens, now
// and then with nobody.
Played play_random(Source& source, std::uint64_t setup, std::size_t operations, Subject& subject);

}  // namespace generion::contract::model
