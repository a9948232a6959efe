// Sends logged transactions until each one's end is known.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "base/error.h"
#include "client/import_log.h"
#include "client/node_api.h"

namespace generion::client {

// A transaction that took no effect and never will.
struct VoidTransaction {
  LoggedTransaction logged;
  Error reason;
};

// Borrows node and log. One thread.
class TransactionSender {
 public:
  // `pause` waits between two tries; empty: sleeps.
  TransactionSender(Rpc& node, ImportLog& log, Wait wait,
                    std::function<void(std::uint64_t ms)> pause);

  // Notes each end in the log. Returns those without effect: refused, or expired before they were
  // ordered. An error (unreachable, overloaded for a minute, a refusal before ordering) leaves the
  // rest pending in the log: settle them in a later run.
  Result<std::vector<VoidTransaction>> settle(std::vector<LoggedTransaction> transactions);

 private:
  // What an answer says about a transaction.
  enum class Fate { done, voided, open };
  struct Verdict {
    Fate fate = Fate::open;
    Error reason;  // of voided and open
  };

  Result<std::vector<Result<Outcome>>> send(const std::vector<LoggedTransaction>& transactions);
  Result<Verdict> judge(const LoggedTransaction& logged, const Result<Outcome>& answer);
  Result<Verdict> judge_outcome(const LoggedTransaction& logged, const Outcome& outcome);
  Result<Verdict> judge_expired(const LoggedTransaction& logged);

  Rpc& node_;
  ImportLog& log_;
  Wait wait_;
  std::function<void(std::uint64_t ms)> pause_;
};

}  // namespace generion::client
