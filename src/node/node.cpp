#include "node/node.h"

#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/file.h"
#include "base/hex.h"
#include "base/limits.h"
#include "node/eraser.h"
#include "node/executor_thread.h"
#include "node/init.h"
#include "node/journal_codec.h"
#include "node/journal_thread.h"
#include "node/metrics.h"
#include "node/node_backend.h"
#include "node/proof_guard.h"
#include "node/proofs.h"
#include "node/replica_thread.h"
#include "node/rpc_service.h"
#include "node/validator_key.h"
#include "node/verify_pool.h"

namespace generion::node {
namespace {

Result<Genesis> load_genesis(const std::filesystem::path& path) {
  auto text = read_file(path, limits::kGenesisBytesMax);
  if (!text) return fail(text.error());
  auto genesis = parse_genesis(*text);
  if (!genesis) {
    return fail(genesis.error().code, path.string() + ": " + genesis.error().message);
  }
  return genesis;
}

Result<void> check_members(const Genesis& genesis, const PublicKey& self) {
  if (genesis.validators.size() > 1) {
    return fail(Code::bad_config,
                fmt::format("the genesis file names {} validators; this version runs chains of one "
                            "validator, it has no network between validators",
                            genesis.validators.size()));
  }
  if (genesis.validators.front().key != self) {
    return fail(Code::bad_config,
                fmt::format("the key file's key {} is not the validator {} of the genesis file; "
                            "give the key that belongs to this chain",
                            to_hex(self), to_hex(genesis.validators.front().key)));
  }
  return {};
}

RunnerSettings runner_settings(const Config& config, const Genesis& genesis,
                               const ledger::Ledger& ledger, const PublicKey& self) {
  RunnerSettings out;
  out.replica.members = {ledger.chain(), Epoch(0), ledger.epoch()->validators};
  out.replica.self = self;
  out.replica.genesis_time = genesis.time;
  out.replica.heartbeat_ms = genesis.parameters.heartbeat_ms;
  out.replica.empty_gap_ms = genesis.parameters.heartbeat_ms / 2;
  out.replica.timeout_ms = config.consensus.view_timeout_ms;
  out.replica.timeout_max_ms = config.consensus.view_timeout_max_ms;
  out.parameters = genesis.parameters;
  out.batch_fill = config.consensus.batch_fill;
  out.mempool = {config.mempool.transactions_max, config.mempool.bytes_max,
                 config.mempool.per_sender_max};
  return out;
}

ledger::LedgerOptions ledger_options(const LedgerConfig& config) {
  return {config.kept_blocks, config.kept_ms, config.cache_mib * 1024 * 1024,
          config.flush_transactions};
}

std::size_t verify_threads(const Config& config) {
  if (config.verify_threads > 0) return config.verify_threads;
  return std::max(1U, std::thread::hardware_concurrency());
}

std::vector<JournalThread::Restored> journal_heights(
    const consensus::Restored& restored, const std::vector<ledger::JournalEntry>& records) {
  std::vector<JournalThread::Restored> out;
  for (std::size_t i = 0; i < records.size(); ++i) {
    out.push_back({records[i].sequence, journal_height(restored.entries[i])});
  }
  return out;
}

}  // namespace

// Members in the order in which they are made; they end in the opposite order.
class Node::Impl {
 public:
  static Result<std::unique_ptr<Impl>> start(const Config& config);
  ~Impl() { stop(); }

  Result<void> wait();
  void request_stop();
  void stop();
  std::uint16_t rpc_port() const { return rpc_->port(); }

 private:
  Impl(Genesis genesis, crypto::SigningKey key)
      : genesis_(std::move(genesis)), key_(std::move(key)) {}

  void start_threads(const Config& config, RunnerSettings settings,
                     const consensus::Restored& restored, std::unique_ptr<ledger::Journal> journal,
                     std::vector<JournalThread::Restored> heights);
  RunnerLinks links();
  void answer_sealed(Waiters::Sealed waiter);
  void fail_node(Error error);

  Genesis genesis_;
  crypto::SigningKey key_;
  std::unique_ptr<ledger::Ledger> ledger_;
  ProofGuard proof_guard_;
  std::unique_ptr<VerifyPool> pool_;
  BlockWatch block_watch_;
  ReplicaThread replica_;
  std::unique_ptr<JournalThread> journal_;
  std::unique_ptr<ExecutorThread> executor_;
  std::unique_ptr<ReplicaRunner> runner_;
  std::unique_ptr<Eraser> eraser_;
  std::unique_ptr<Metrics> metrics_;
  std::unique_ptr<NodeBackend> backend_;
  std::unique_ptr<RpcService> rpc_;

  std::mutex mutex_;
  std::condition_variable stop_wanted_;
  bool stop_requested_ = false;
  bool stopped_ = false;
  std::optional<Error> failure_;
};

Result<std::unique_ptr<Node::Impl>> Node::Impl::start(const Config& config) {
  auto genesis = load_genesis(config.genesis);
  if (!genesis) return fail(genesis.error());
  auto key = load_validator_key(config.key_file, config.passphrase);
  if (!key) return fail(key.error());
  if (auto ok = check_members(*genesis, key->public_key()); !ok) return fail(ok.error());

  std::unique_ptr<Impl> node(new Impl(std::move(*genesis), std::move(*key)));
  auto journal =
      ledger::Journal::open(config.data_dir / kJournalDirectory, chain_id(node->genesis_));
  if (!journal) return fail(journal.error());
  auto ledger =
      ledger::Ledger::open(config.data_dir, node->genesis_, ledger_options(config.ledger));
  if (!ledger) return fail(ledger.error());
  node->ledger_ = std::move(*ledger);
  auto restored = restore_replica(*node->ledger_, journal->entries);
  if (!restored) return fail(restored.error());
  const auto due = next_due(*node->ledger_);
  if (!due) return fail(due.error());
  RunnerSettings settings =
      runner_settings(config, node->genesis_, *node->ledger_, node->key_.public_key());
  settings.next_due = *due;
  node->start_threads(config, std::move(settings), *restored, std::move(journal->journal),
                      journal_heights(*restored, journal->entries));

  auto rpc = RpcService::start(config, *node->backend_);
  if (!rpc) return fail(rpc.error());
  node->rpc_ = std::move(*rpc);
  spdlog::info("chain {} '{}' at height {}, sealed {}", to_hex(node->ledger_->chain()),
               node->genesis_.chain_name, node->ledger_->tip()->height().value(),
               node->ledger_->stable().value());
  return node;
}

void Node::Impl::start_threads(const Config& config, RunnerSettings settings,
                               const consensus::Restored& restored,
                               std::unique_ptr<ledger::Journal> journal,
                               std::vector<JournalThread::Restored> heights) {
  pool_ = std::make_unique<VerifyPool>(verify_threads(config), config.mempool.transactions_max,
                                       [this] { replica_.wake(); });
  const auto failed = [this](Error error) { fail_node(std::move(error)); };
  journal_ =
      std::make_unique<JournalThread>(*ledger_, std::move(journal), std::move(heights), failed);
  executor_ = std::make_unique<ExecutorThread>(
      *ledger_,
      [this](ExecutorThread::BlockPtr block) {
        replica_.post(
            [block = std::move(block)](ReplicaRunner& runner) { runner.on_executed(block); });
      },
      [this](ExecutorThread::BlockPtr block, std::optional<TimeMs> next_due) {
        replica_.post([block = std::move(block), next_due](ReplicaRunner& runner) {
          runner.on_applied(block, next_due);
        });
      },
      failed);
  runner_ = std::make_unique<ReplicaRunner>(std::move(settings), restored, *ledger_, key_, links());
  eraser_ = std::make_unique<Eraser>(
      *ledger_, std::chrono::milliseconds(genesis_.parameters.erase_within_ms), failed);
  metrics_ = std::make_unique<Metrics>(*ledger_, *journal_, replica_, *pool_, proof_guard_);
  backend_ = std::make_unique<NodeBackend>(genesis_, *ledger_, *pool_, replica_, runner_->pending(),
                                           proof_guard_, *metrics_, block_watch_);
  replica_.run(*runner_);
}

RunnerLinks Node::Impl::links() {
  RunnerLinks out;
  out.post = [this](ReplicaTask task) { replica_.post(std::move(task)); };
  out.persist = [this](DurableJob job) { journal_->push(std::move(job)); };
  out.execute = [this](Batch batch, std::vector<TransactionPtr> transactions) {
    executor_->execute(std::move(batch), std::move(transactions));
  };
  out.apply = [this](ExecutorThread::BlockPtr block) { executor_->apply(std::move(block)); };
  out.answer_sealed = [this](Waiters::Sealed waiter) { answer_sealed(std::move(waiter)); };
  out.on_block = [this] { block_watch_.notify(); };
  out.fatal = [this](Error error) { fail_node(std::move(error)); };
  return out;
}

void Node::Impl::answer_sealed(Waiters::Sealed waiter) {
  auto shared = std::make_shared<Waiters::Sealed>(std::move(waiter));
  const auto answer = [this, shared] {
    shared->outcome.sealed = true;
    auto proof = prove_receipt(*ledger_, shared->outcome.tx_id);
    if (!proof) return shared->callback(fail(proof.error()));
    shared->outcome.proof = std::move(*proof);
    shared->callback(shared->outcome);
  };
  // Votes' queue: these waiters were admitted before, so their number is bounded already.
  if (!pool_->submit(Urgency::vote, answer)) {
    shared->callback(fail(Code::shutting_down,
                          "the node is stopping; the transaction was executed, "
                          "getTransaction tells its outcome"));
  }
}

void Node::Impl::fail_node(Error error) {
  spdlog::critical("the node stops: {}: {}", code_name(error.code), error.message);
  const std::lock_guard lock(mutex_);
  if (!failure_) failure_ = std::move(error);
  stop_wanted_.notify_all();
}

Result<void> Node::Impl::wait() {
  std::unique_lock lock(mutex_);
  stop_wanted_.wait(lock, [&] { return stop_requested_ || failure_; });
  if (failure_) return fail(*failure_);
  return {};
}

void Node::Impl::request_stop() {
  const std::lock_guard lock(mutex_);
  stop_requested_ = true;
  stop_wanted_.notify_all();
}

void Node::Impl::stop() {
  if (stopped_) return;
  stopped_ = true;
  if (rpc_) rpc_->stop();
  replica_.stop();
  if (journal_) journal_->stop();
  if (executor_) executor_->stop();
  eraser_.reset();
  pool_.reset();
}

Node::Node(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Node::~Node() = default;

Result<std::unique_ptr<Node>> Node::start(const Config& config) {
  auto impl = Impl::start(config);
  if (!impl) return fail(impl.error());
  return std::unique_ptr<Node>(new Node(std::move(*impl)));
}

Result<void> Node::wait() {
  return impl_->wait();
}
void Node::request_stop() {
  impl_->request_stop();
}
void Node::stop() {
  impl_->stop();
}
std::uint16_t Node::rpc_port() const {
  return impl_->rpc_port();
}

}  // namespace generion::node
