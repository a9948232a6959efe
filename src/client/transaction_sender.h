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

// How transactions ended.
struct Settled {
  std::vector<VoidTransaction> voided;  // refused, or expired before they were ordered
  // The first that the node refused before ordering. It stays pending in the log, as do others of
  // the kind: settle them in a later run.
  std::optional<VoidTransaction> stopped;
};

// Borrows node and log. One thread.
class TransactionSender {
 public:
  // `pause` waits between two tries; empty: sleeps.
  TransactionSender(Rpc& node, ImportLog& log, Wait wait,
                    std::function<void(std::uint64_t ms)> pause);

  // Notes each end in the log. An error (unreachable, overloaded for a minute) leaves the rest
  // pending in the log: settle them in a later run.
  Result<Settled> settle(std::vector<LoggedTransaction> transactions);

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
