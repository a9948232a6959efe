// One chain, driven by a sequence, the model beside it. After every block the two are compared,
// whole: receipts, objects, look-ups, histories, what is erased; and the invariants are checked.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "../memory_state.h"
#include "invariants.h"
#include "operations.h"
#include "rules.h"
#include "sequence.h"
#include "setup.h"
#include "subject.h"

namespace generion::contract::model {

// How often an operation ended so, by the operation's and the code's name. What fell due begins
// with "due:", what waited for an epoch has the action's name.
using Coverage = std::map<std::pair<std::string, std::string>, std::uint64_t>;

class Run {
 public:
  Run(std::uint64_t setup, Subject& subject);

  const Model& model() const { return model_; }
  const Labels& labels() const { return labels_; }
  const Coverage& coverage() const { return coverage_; }

  // Empty blocks of 1 ms each. What is wrong, if something is.
  std::optional<std::string> pass_idle(std::uint64_t blocks);
  void start_block(std::uint64_t milliseconds);
  void begin(Value sender);
  void step(const Step& step);
  // A transaction that would not even decode is left out.
  void end();
  // What is wrong, if something is.
  std::optional<std::string> end_block();

 private:
  void count_due(const SystemReceipt& receipt);
  void count_done(const EpochObject& over);
  std::optional<std::string> compare(const Executed& executed);
  std::optional<std::string> compare_receipts(const Executed& executed);
  std::optional<std::string> compare_idle(const Executed& executed);
  std::optional<std::string> compare_epoch(const BlockWrites& writes) const;
  std::optional<std::string> compare_rules() const;
  std::optional<std::string> compare_next_epoch() const;
  std::optional<std::string> compare_refused(const MemoryState& before, const Executed& executed);
  std::optional<std::string> compare_writes(const BlockWrites& writes);
  std::optional<std::string> compare_objects() const;
  std::optional<std::string> compare_due() const;
  std::optional<std::string> compare_rebuilt(const Executed& executed);

  Subject& subject_;
  Model model_;
  const std::uint64_t genesis_due_;
  MemoryState state_;
  Parameters state_before_;  // the parameters by which the block goes
  Decoded objects_;
  Labels labels_;
  Labels labels_before_;
  Coverage coverage_;

  BlockContext context_;
  std::vector<SystemReceipt> due_;
  std::vector<Placed> transactions_;
  std::vector<Outcome> outcomes_;
  Doers doers_;
  std::uint64_t nonce_ = 0;

  Address sender_;
  std::vector<Operation> operations_;
};

// Plays all of it; what is wrong, if something is.
std::optional<std::string> play(const Sequence& sequence, Subject& subject);

}  // namespace generion::contract::model
