// Many sequences, one seed after the other, and what is told of one that fails.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "generator.h"

namespace generion::contract::model {

struct Finding {
  std::uint64_t seed = 0;
  std::string wrong;
  Sequence shrunk;
};

// Seed, what is wrong, and the shrunk sequence with how to replay it.
std::string print(const Finding& finding);

class Campaign {
 public:
  explicit Campaign(Subject& subject) : subject_(subject) {}

  // One sequence, whose length and chain follow from the seed; a failing one is shrunk.
  std::optional<Finding> play(std::uint64_t seed);
  std::optional<Finding> shrink_found(std::uint64_t seed, const Sequence& sequence);

  std::uint64_t operations() const { return operations_; }
  const Coverage& coverage() const { return coverage_; }

 private:
  Subject& subject_;
  std::uint64_t operations_ = 0;
  Coverage coverage_;
};

// Operations and endings, a line each, with how often they came.
std::string print(const Coverage& coverage);

// Endings that the contract knows and that did not come; after 100,000 operations there is none,
// or the generator no longer reaches what it should.
std::string missing(const Coverage& coverage);

}  // namespace generion::contract::model
