// The thread that makes votes, batches and blocks durable. All that wait share one sync of the
// chain database and one of the journal; only then are they told.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "ledger/journal/journal.h"
#include "ledger/ledger.h"
#include "node/inbox.h"

namespace generion::node {

// An entry of the vote journal.
struct JournalRecord {
  Bytes bytes;
  // The entry is not needed once this height is stable; absent: it is needed as long as Trim::keep
  // has it.
  std::optional<Height> needed_until;
};

// What came up to now is needed only above `stable`, and of the records without a height only
// `keep`.
struct Trim {
  Height stable;
  std::vector<Bytes> keep;
};

struct DurableJob {
  ledger::ChainWrites chain;  // durable before the records
  std::vector<JournalRecord> records;
  std::optional<Trim> trim;              // older records may go
  std::move_only_function<void()> done;  // on the journal thread, once durable; may be empty
};

class JournalThread {
 public:
  // `failed` is called once, on the journal thread, when the disk refused; nothing is done after
  // that.
  using Failed = std::move_only_function<void(Error)>;

  // `restored` are the heights of the journal's entries at opening, ascending by sequence.
  struct Restored {
    ledger::JournalSequence sequence;
    std::optional<Height> needed_until;
  };
  struct Opened {
    std::unique_ptr<ledger::Journal> journal;
    std::vector<Restored> restored;
  };
  JournalThread(ledger::Ledger& ledger, Opened opened, Failed failed);
  ~JournalThread();  // what was pushed is made durable first

  // Any thread.
  void push(DurableJob job) { inbox_.push(std::move(job)); }

  // Waits until all that was pushed is durable, then ends the thread.
  void stop();

  ledger::JournalCounters counters() const;

 private:
  void run();
  Result<void> make_durable(std::vector<DurableJob>& jobs);
  Result<void> append(Bytes record, std::optional<Height> needed_until);
  Result<void> trim(Trim wanted, std::size_t older);

  ledger::Ledger& ledger_;
  std::unique_ptr<ledger::Journal> journal_;
  std::deque<Restored> live_;  // records that are not trimmed
  Failed failed_;
  mutable std::mutex counters_mutex_;
  ledger::JournalCounters counters_;
  Inbox<DurableJob> inbox_;
  std::thread thread_;
};

}  // namespace generion::node
