// Which votes need no signature check because nobody needs them any more. Written by the replica
// thread, asked by those who receive; what it lets through is only work, never wrong.
#pragma once

#include <map>
#include <mutex>

#include "types/messages.h"

namespace generion::node {

class VoteFilter {
 public:
  // Votes on these heights are settled.
  void on_stable(Height stable);
  // This replica holds q PREPAREs of this view and height; others add nothing.
  void on_prepared(Height height, View view);

  // Whether the message may still matter to the replica.
  bool is_wanted(const Message& message) const;

 private:
  mutable std::mutex mutex_;
  Height stable_;
  std::map<Height, View> prepared_;  // above stable_
};

}  // namespace generion::node
