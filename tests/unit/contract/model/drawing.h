// One operation being chosen: what the chain is like by now, and values that are worth trying:
// mostly such that the operation takes effect, now and then anything.
#pragma once

#include <functional>

#include "rules.h"
#include "sequence.h"
#include "source.h"

namespace generion::contract::model {

struct Drawing {
  Source& source;
  const Model& model;
  const Labels& labels;
  std::uint64_t& labels_used;

  const World& world() const { return model.world; }
  Identity who() const { return world().whose(model.sender()); }
  std::optional<UserId> user() const;

  Value number(std::uint64_t value) const { return {'n', value}; }
  Value new_label(char letter) { return {letter, ++labels_used}; }
  Value any(char letter, std::uint64_t count) { return {letter, 1 + source.below(count)}; }

  Value myself() const { return name_of(model.sender()); }
  Value anybody();         // any key that there may be
  Value a_user();          // mostly somebody's address
  Value an_institution();  // mostly one's address
  Value a_spare_key();     // mostly nobody's
  Value a_validator();     // mostly a member's consensus key
  // Of an action that is decided and waits; nullptr: none does, or it is not wanted.
  template <class Action>
  const Action* a_waiting() {
    std::vector<const Action*> all;
    for (const Proposal& proposal : world().proposals) {
      const auto* action = std::get_if<Action>(&proposal.action);
      const bool waits = awaits(proposal) || proposal.status == Proposal::Status::passed;
      if (action != nullptr && waits) all.push_back(action);
    }
    return !all.empty() && source.one_in(2) ? source.pick(all) : nullptr;
  }

  // Mostly one that `suits`; else any, or one that there is not.
  Value a_record(const std::function<bool(const Record&)>& suits);
  Value my_record();  // not deleted
  Value a_share(const std::function<bool(const Share&)>& suits);
  Value an_order(const std::function<bool(const Order&)>& suits);
  Value a_proposal(const std::function<bool(const Proposal&)>& suits);

  // Of tokens, around what the sender has.
  Value an_amount();
};

}  // namespace generion::contract::model
