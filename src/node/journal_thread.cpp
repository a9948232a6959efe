#include "node/journal_thread.h"

#include <pthread.h>

#include <algorithm>
#include <iterator>

namespace generion::node {
namespace {

// Trimming writes the kept records again, so it is done only now and then.
constexpr std::size_t kTrimRecords = 4'096;

template <class T>
void move_append(std::vector<T>& to, std::vector<T>& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace

JournalThread::JournalThread(ledger::Ledger& ledger, Opened opened, Failed failed)
    : ledger_(ledger),
      journal_(std::move(opened.journal)),
      live_(opened.restored.begin(), opened.restored.end()),
      failed_(std::move(failed)),
      thread_([this] { run(); }) {
  pthread_setname_np(thread_.native_handle(), "journal");
}

JournalThread::~JournalThread() {
  stop();
}

void JournalThread::stop() {
  inbox_.close();
  if (thread_.joinable()) thread_.join();
}

ledger::JournalCounters JournalThread::counters() const {
  const std::lock_guard lock(counters_mutex_);
  return counters_;
}

void JournalThread::run() {
  while (auto jobs = inbox_.take()) {
    if (auto ok = make_durable(*jobs); !ok) {
      failed_(ok.error());
      return;
    }
    {
      const std::lock_guard lock(counters_mutex_);
      counters_ = journal_->counters();
    }
    for (DurableJob& job : *jobs) {
      if (job.done) job.done();
    }
  }
}

Result<void> JournalThread::make_durable(std::vector<DurableJob>& jobs) {
  ledger::ChainWrites chain;
  std::optional<Trim> wanted;
  std::size_t older = 0;  // records that `wanted` speaks of
  bool has_records = false;
  for (DurableJob& job : jobs) {
    move_append(chain.batches, job.chain.batches);
    move_append(chain.blocks, job.chain.blocks);
    move_append(chain.stable, job.chain.stable);
    for (JournalRecord& record : job.records) {
      has_records = true;
      if (auto ok = append(std::move(record.bytes), record.needed_until); !ok) return ok;
    }
    if (!job.trim) continue;
    wanted = std::move(job.trim);
    older = live_.size();
  }
  if (!chain.empty()) {
    if (auto ok = ledger_.persist(chain); !ok) return ok;
  }
  if (wanted && live_.size() >= kTrimRecords) {
    if (auto ok = trim(std::move(*wanted), older); !ok) return ok;
    has_records = true;
  }
  return has_records ? journal_->sync() : Result<void>{};
}

Result<void> JournalThread::append(Bytes record, std::optional<Height> needed_until) {
  auto sequence = journal_->append(record);
  if (!sequence) return fail(sequence.error());
  live_.push_back({*sequence, needed_until});
  return {};
}

Result<void> JournalThread::trim(Trim wanted, std::size_t older) {
  // The kept ones stand at the end again before the old ones go; both in one sync.
  for (Bytes& record : wanted.keep) {
    if (auto ok = append(std::move(record), std::nullopt); !ok) return ok;
  }
  for (; older > 0; --older) {
    const auto& needed_until = live_.front().needed_until;
    if (needed_until && *needed_until > wanted.stable) break;
    live_.pop_front();
  }
  if (!live_.empty()) journal_->trim(live_.front().sequence);
  return {};
}

}  // namespace generion::node
