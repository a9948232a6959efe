// What an audited chain consists of, for its report.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "audit/checked_block.h"
#include "contract/state.h"
#include "types/block.h"

namespace generion::audit {

struct Statistics {
  struct Day {
    std::uint64_t blocks = 0;
    std::uint64_t transactions = 0;  // executed or refused
    std::uint64_t operations = 0;    // that took effect
  };
  struct Operations {
    std::uint64_t effective = 0;
    std::uint64_t refused = 0;  // of refused transactions
  };
  struct Validator {
    std::string name;
    std::uint64_t certificates = 0;  // of its epochs' blocks
    std::uint64_t seals = 0;         // in those
    std::uint64_t proposed = 0;      // blocks
  };
  struct Institution {
    std::string name;
    std::string status;
    std::uint64_t transactions = 0;  // that it signed
    std::uint64_t refused = 0;       // of those
    std::uint64_t operations = 0;    // of its own that took effect
  };

  std::uint64_t blocks = 0;
  std::uint64_t transactions = 0;  // executed or refused
  std::uint64_t refused = 0;
  std::uint64_t skipped = 0;
  std::uint64_t operations = 0;  // that took effect
  std::uint64_t epochs = 1;
  std::uint64_t set_changes = 0;
  std::uint64_t certificates = 0;
  std::map<std::uint64_t, Day> days;  // by days since 1970-01-01 UTC, by block time
  std::map<std::string, Operations, std::less<>> by_operation;
  std::map<Code, std::uint64_t> refusals;                 // transactions
  std::map<std::string, std::uint64_t, std::less<>> due;  // what fell due by itself
  std::map<PublicKey, Validator> validators;
  std::map<Address, Institution> institutions;
};

// A block that was found right, of an epoch with these validators.
void count_block(Statistics& out, const CheckedBlock& block, const ValidatorSet& set);

// Institutions that the block made or changed; before count_block of the next one.
void count_institutions(Statistics& out, const contract::BlockWrites& writes);

}  // namespace generion::audit
