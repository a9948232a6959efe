#include "audit/auditor.h"

#include <fmt/format.h>

#include "audit/check_pool.h"
#include "audit/cpu_time.h"
#include "audit/replay.h"
#include "audit/work_directory.h"
#include "contract/queries.h"

namespace generion::audit {
namespace {

using Clock = std::chrono::steady_clock;

// Adds the time of its life.
class Timed {
 public:
  explicit Timed(std::chrono::nanoseconds& sum) : sum_(sum) {}
  ~Timed() { sum_ += Clock::now() - start_; }
  Timed(const Timed&) = delete;
  Timed& operator=(const Timed&) = delete;

 private:
  std::chrono::nanoseconds& sum_;
  Clock::time_point start_ = Clock::now();
};

// Reads ahead of the checks: blocks with the attachments that follow them.
class Feed {
 public:
  Feed(BlockSource& source, CheckPool& pool) : source_(source), pool_(pool) {}

  // Until the pool is full or the source ends. What the source cannot decode is kept in fault().
  Result<void> fill();
  const std::optional<Error>& fault() const { return fault_; }

 private:
  Result<void> add(wire::ArchiveEntry entry);

  BlockSource& source_;
  CheckPool& pool_;
  std::unique_ptr<CheckedBlock> block_;  // the last one; its attachments may follow
  bool ended_ = false;
  std::optional<Error> fault_;
};

Result<void> Feed::fill() {
  while (!ended_ && !pool_.is_full()) {
    auto entry = source_.next();
    const bool is_malformed = !entry && (entry.error().code == Code::malformed ||
                                         entry.error().code == Code::not_canonical ||
                                         entry.error().code == Code::too_many);
    if (is_malformed) fault_ = entry.error();
    if (!entry && !is_malformed) return fail(entry.error());
    if (is_malformed || !entry->has_value()) {
      ended_ = true;
      if (block_) pool_.add(std::move(block_));
      return {};
    }
    if (auto done = add(std::move(**entry)); !done) return done;
  }
  return {};
}

Result<void> Feed::add(wire::ArchiveEntry entry) {
  if (auto* block = std::get_if<wire::ArchivedBlock>(&entry)) {
    if (block_) pool_.add(std::move(block_));
    block_ = make_unchecked(std::move(*block));
    return {};
  }
  const auto& attachment = std::get<wire::ArchivedAttachment>(entry);
  if (!block_ || attachment.id.height != block_->block.header.height) {
    return fail(Code::damaged, fmt::format("an attachment of block {} does not follow its block",
                                           attachment.id.height.value()));
  }
  block_->attachments.push_back({attachment.id.transaction, attachment.id.number,
                                 attachment.data.size(), crypto::blake2b256({attachment.data})});
  return {};
}

void describe(const Replay& replay, AuditReport& out) {
  const auto tip = replay.tip();
  out.height = tip->height();
  out.head_hash = tip->hash();
  out.head_time = tip->header().time;
  out.state_root = tip->header().state_root;
  out.objects = tip->header().object_count;
  const contract::Counters counters = contract::read_counters(*tip);
  out.records = counters.records;
  out.users = counters.users;
  out.tokens = replay.supply().minted();
  out.tokens_held = replay.supply().escrowed();
  out.epoch = replay.epoch().number;
  out.validators = replay.epoch().validators.size();
  out.attachments = replay.attachments().present();
  out.attachments_erased = replay.attachments().erased();
  out.attachments_kept = replay.attachments().kept();
  out.statistics = replay.statistics();
}

// Until the chain ends or a fault is found.
Result<std::optional<Fault>> run(Feed& feed, CheckPool& pool, Replay& replay, Height last,
                                 const AuditOptions& options, AuditTimes& times) {
  while (true) {
    {
      const CpuTimed timed(times.reading);
      if (auto done = feed.fill(); !done) return fail(done.error());
    }
    if (pool.is_empty()) break;
    std::unique_ptr<CheckedBlock> block;
    {
      const Timed timed(times.waiting);
      block = pool.take();
    }
    {
      const CpuTimed timed(times.executing);
      auto fault = replay.apply(*block);
      if (!fault || fault->has_value()) return fault;
    }
    if (options.progress) {
      const Statistics& counted = replay.statistics();
      options.progress({replay.tip()->height(), last, counted.transactions + counted.skipped});
    }
    if (options.is_cancelled && options.is_cancelled()) {
      return fail(Code::cancelled, fmt::format("stopped after block {}, with everything up to it "
                                               "found right",
                                               replay.tip()->height().value()));
    }
  }
  if (feed.fault()) {
    return block_fault(replay.tip()->height().next(), "block", "a well-formed block",
                       feed.fault()->message);
  }
  return replay.finish();
}

}  // namespace

Result<AuditReport> audit(BlockSource& source, const Genesis& genesis,
                          const AuditOptions& options) {
  const auto start = Clock::now();
  AuditReport out;
  out.chain = chain_id(genesis);
  out.chain_name = genesis.chain_name;
  out.has_attachments = source.has_attachments();
  const auto work = WorkDirectory::reserve(options.work);  // goes after the replay in it
  if (!work) return fail(work.error());
  auto replay = Replay::begin(options.work, genesis, out.has_attachments);
  if (!replay) return fail(replay.error());
  CheckPool pool(options.threads, out.chain);
  Feed feed(source, pool);
  try {
    auto fault = run(feed, pool, **replay, source.last(), options, out.times);
    if (!fault) return fail(fault.error());
    out.fault = std::move(*fault);
    describe(**replay, out);
  } catch (const ledger::StorageFailure& failure) {
    return fail(failure.error());
  }
  out.times.threads = options.threads;
  out.times.checking = pool.checking();
  out.times.total = Clock::now() - start;
  return out;
}

}  // namespace generion::audit
