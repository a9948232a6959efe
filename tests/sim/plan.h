// What happens to a simulated network: decided by the seed before the run begins.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "signatures.h"
#include "world.h"

namespace generion::sim {

// What a faulty member does.
enum class Fault : std::uint8_t {
  silent,     // nothing
  twins,      // two machines with its key, each honest by itself
  selective,  // it follows the protocol, but each message goes to some only
  censor,     // it follows the protocol, but does not know every third transaction
  wrong,      // it follows the protocol, but its execution gives other blocks
  liar        // anything that its key allows (adversary.h)
};

struct FaultyMember {
  std::size_t member = 0;
  Fault fault = Fault::silent;
};

struct Plan {
  std::uint64_t seed = 1;
  bool is_still = false;  // no random numbers: each delay is the shortest
  std::size_t members = 4;
  Signing signing = Signing::by_table;
  std::vector<FaultyMember> faulty;  // at most f

  // Until then anything happens; afterwards the network and all honest machines are well.
  std::uint64_t chaos_ms = 2'500;
  std::uint64_t drop_percent = 0;
  std::uint64_t duplicate_percent = 0;
  std::uint64_t slow_percent = 0;       // of messages, by up to a second
  std::uint64_t delay_ms = 5;           // of the others, at most
  std::uint64_t cut_percent = 0;        // of links, each 200 to 700 ms anew
  std::uint64_t isolation_percent = 0;  // of one machine from all others, each time
  std::uint64_t crash_percent = 0;      // of a machine, each time
  std::uint64_t crash_per_mille = 0;    // of a machine, at each of its syncs
  std::uint64_t down_ms = 1'500;        // of a machine that crashed, at most
  std::uint64_t power_cut_percent = 0;  // of all machines at once, each time
  std::uint64_t slow_disk_percent = 0;  // of a machine's disk, each time
  std::uint64_t skew_ms = 0;            // of clocks, at most, to both sides

  Reform reform = Reform::none;
  bool is_journal_lost = false;  // of the first machine that crashes; only if nobody is faulty

  std::uint64_t transactions = 12;
  std::uint64_t timeout_ms = 300;
  std::uint64_t heartbeat_ms = 2'000;
  std::uint64_t empty_gap_ms = 1'000;
  std::uint64_t window = 4;
  std::size_t batch_max = 3;  // transactions
};

// `members`: fixed by the caller; nullopt: by the seed too. Seed 0: nothing goes wrong.
Plan plan_of(std::uint64_t seed, std::optional<std::size_t> members);

// The same without what its faulty members make impossible: a set that shrinks tolerates fewer, and
// whose journal is lost counts as faulty for a while.
Plan possible(Plan plan);

// For traces and failures: one line.
std::string describe(const Plan& plan);

}  // namespace generion::sim
