#include "node/node.h"

#include <spdlog/spdlog.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/file.h"
#include "base/hex.h"
#include "node/client_signature.h"
#include "node/clock.h"
#include "node/eraser.h"
#include "node/evidence_log.h"
#include "node/executor_thread.h"
#include "node/health.h"
#include "node/init.h"
#include "node/journal_codec.h"
#include "node/journal_thread.h"
#include "node/metrics.h"
#include "node/node_backend.h"
#include "node/node_settings.h"
#include "node/open_journal.h"
#include "node/peer_inbox.h"
#include "node/peer_network.h"
#include "node/proof_guard.h"
#include "node/proofs.h"
#include "node/replica_thread.h"
#include "node/restore.h"
#include "node/rpc_service.h"
#include "node/snapshot_service.h"
#include "node/validator_key.h"
#include "node/verify_pool.h"

namespace generion::node {
namespace {

constexpr std::string_view kEvidenceDirectory = "evidence";  // inside data

std::vector<JournalThread::Restored> journal_heights(
    const std::vector<consensus::JournalEntry>& entries,
    const std::vector<ledger::JournalEntry>& records) {
  std::vector<JournalThread::Restored> out;
  for (std::size_t i = 0; i < records.size(); ++i) {
    out.push_back({records[i].sequence, journal_height(entries[i])});
  }
  return out;
}

}  // namespace

// Members in the order in which they are made; they end in the opposite order.
class Node::Impl {
 public:
  static Result<std::unique_ptr<Impl>> start(const Config& config, crypto::SigningKey key);
  crypto::SigningKey take_key() { return std::move(key_); }
  ~Impl() { stop(); }

  Result<void> wait();
  void request_stop();
  void stop();
  bool wants_restart() const { return wants_restart_; }
  std::uint16_t rpc_port() const { return rpc_->port(); }

 private:
  Impl(std::filesystem::path data_dir, Genesis genesis, crypto::SigningKey key)
      : data_dir_(std::move(data_dir)), genesis_(std::move(genesis)), key_(std::move(key)) {}

  void start_threads(const Config& config, RunnerSettings settings,
                     const consensus::Restored& restored,
                     std::vector<consensus::JournalEntry> entries, JournalThread::Opened journal);
  Result<RunnerSettings> restore_settings(const Config& config) const;
  Result<void> make_network(const Config& config, const EpochState& epoch);
  Result<void> start_network(const EpochState& epoch);
  std::vector<rpc::PeerView> peer_views() const;
  bool has_caught_up() const;  // by the word of those who are connected
  RunnerLinks links();
  void answer_sealed(Waiters::Sealed waiter);
  void keep_evidence(const consensus::Evidence& found);
  void keep_listening(const std::optional<Listening>& listening);
  void fail_node(Error error);

  const std::filesystem::path data_dir_;
  Genesis genesis_;
  crypto::SigningKey key_;
  std::unique_ptr<ledger::Ledger> ledger_;
  ProofGuard proof_guard_;
  std::unique_ptr<VerifyPool> pool_;
  BlockWatch block_watch_;
  ReplicaThread replica_;
  std::unique_ptr<SnapshotService> snapshots_;
  std::unique_ptr<JournalThread> journal_;
  std::unique_ptr<ExecutorThread> executor_;
  std::unique_ptr<ReplicaRunner> runner_;
  std::unique_ptr<PeerNetwork> peers_;
  std::unique_ptr<PeerServer> server_;
  std::unique_ptr<PeerInbox> inbox_;
  std::unique_ptr<EvidenceLog> evidence_;
  std::unique_ptr<Eraser> eraser_;
  std::unique_ptr<Health> health_;
  std::unique_ptr<Metrics> metrics_;
  std::unique_ptr<NodeBackend> backend_;
  std::unique_ptr<RpcService> rpc_;

  std::mutex mutex_;
  std::condition_variable stop_wanted_;
  bool stop_requested_ = false;
  std::atomic<bool> wants_restart_{false};
  bool stopped_ = false;
  std::optional<Error> failure_;
};

Result<std::unique_ptr<Node::Impl>> Node::Impl::start(const Config& config,
                                                      crypto::SigningKey key) {
  auto genesis = load_genesis(config.genesis);
  if (!genesis) return fail(genesis.error());
  if (auto ok = check_build(*genesis); !ok) return fail(ok.error());
  std::unique_ptr<Impl> node(new Impl(config.data_dir, std::move(*genesis), std::move(key)));
  const PublicKey& self = node->key_.public_key();
  auto journal = open_journal(config, chain_id(node->genesis_));
  if (!journal) return fail(journal.error());
  auto entries = decode_journal(journal->entries);
  if (!entries) return fail(entries.error());
  auto ledger =
      ledger::Ledger::open(config.data_dir, node->genesis_, ledger_options(config.ledger));
  if (!ledger) return fail(ledger.error());
  node->ledger_ = std::move(*ledger);

  auto settings = node->restore_settings(config);
  if (!settings) return fail(settings.error());
  const EpochState epoch = settings->epoch;
  if (auto ok = check_members(config, epoch.rules->validators, self); !ok) return fail(ok.error());
  const auto restored = restore_replica(*node->ledger_, epoch.rules->number, *entries);
  if (!restored) return fail(restored.error());
  if (auto ok = node->make_network(config, epoch); !ok) return fail(ok.error());
  JournalThread::Opened opened{std::move(journal->journal),
                               journal_heights(*entries, journal->entries)};
  node->start_threads(config, std::move(*settings), *restored, std::move(*entries),
                      std::move(opened));
  auto snapshots = SnapshotService::open(
      config, node->genesis_, *node->ledger_,
      [raw = node.get()](Error error) { raw->fail_node(std::move(error)); },
      [raw = node.get(), alone = !has_network(config)] { return alone || raw->has_caught_up(); });
  if (!snapshots) return fail(snapshots.error());
  node->snapshots_ = std::move(*snapshots);
  if (auto ok = node->start_network(epoch); !ok) return fail(ok.error());

  auto rpc = RpcService::start(config, *node->backend_);
  if (!rpc) return fail(rpc.error());
  node->rpc_ = std::move(*rpc);
  spdlog::info("chain {} '{}' at height {}, sealed {}", to_hex(node->ledger_->chain()),
               node->genesis_.chain_name, node->ledger_->tip()->height().value(),
               node->ledger_->stable().value());
  return node;
}

// With what the ledger and the data directory say.
Result<RunnerSettings> Node::Impl::restore_settings(const Config& config) const {
  const auto epoch = epoch_state(*ledger_);
  if (!epoch) return fail(epoch.error());
  if (auto ok = check_version(*epoch->rules); !ok) return fail(ok.error());
  RunnerSettings out = runner_settings(config, *epoch, key_.public_key());
  const auto due = next_due(*ledger_);
  if (!due) return fail(due.error());
  out.next_due = *due;
  const auto listening = read_listening(data_dir_);
  if (!listening) return fail(listening.error());
  out.listening = *listening;
  return out;
}

void Node::Impl::start_threads(const Config& config, RunnerSettings settings,
                               const consensus::Restored& restored,
                               std::vector<consensus::JournalEntry> entries,
                               JournalThread::Opened journal) {
  pool_ = std::make_unique<VerifyPool>(verify_threads(config), config.mempool.transactions_max,
                                       [this] { replica_.wake(); });
  const auto failed = [this](Error error) { fail_node(std::move(error)); };
  journal_ = std::make_unique<JournalThread>(*ledger_, std::move(journal), failed);
  executor_ = std::make_unique<ExecutorThread>(
      *ledger_,
      [this](ExecutorThread::BlockPtr block) {
        replica_.post(
            [block = std::move(block)](ReplicaRunner& runner) { runner.on_executed(block); });
      },
      [this](ExecutorThread::BlockPtr block, std::optional<TimeMs> next_due) {
        snapshots_->on_applied(*block);
        replica_.post([block = std::move(block), next_due](ReplicaRunner& runner) {
          runner.on_applied(block, next_due);
        });
      },
      failed);
  runner_ = std::make_unique<ReplicaRunner>(std::move(settings), restored, std::move(entries),
                                            *ledger_, key_, links());
  evidence_ = std::make_unique<EvidenceLog>(config.data_dir / kEvidenceDirectory);
  evidence_->load();
  eraser_ = std::make_unique<Eraser>(*ledger_, failed);
  health_ = std::make_unique<Health>(Health::Parts{
      *ledger_, replica_, *pool_, block_watch_, *evidence_, [this] { return peer_views(); },
      data_dir_, certificate_ends(config.rpc), [this] { return snapshots_->progress(); }});
  metrics_ = std::make_unique<Metrics>(
      Metrics::Parts{*ledger_, *journal_, replica_, *health_, proof_guard_,
                     [this] { return inbox_ ? inbox_->counters() : PeerCounters(); }});
  backend_ = std::make_unique<NodeBackend>(NodeBackend::Parts{
      genesis_, *ledger_, *pool_, replica_, runner_->pending(), proof_guard_, *health_, *metrics_,
      block_watch_, *evidence_, [this] { return peer_views(); },
      [this] { return snapshots_->withholds_attachments(); }});
}

// Nothing comes in or goes out before start_network.
Result<void> Node::Impl::make_network(const Config& config, const EpochState& epoch) {
  if (!has_network(config)) return {};
  PeerNetwork::Handlers handlers;
  handlers.on_connected = [this](const PublicKey& peer) {
    replica_.post([peer](ReplicaRunner& runner) { runner.on_connected(peer); });
  };
  handlers.on_disconnected = [this](const PublicKey& peer) {
    if (auto* joiner = snapshots_->joiner()) joiner->on_disconnected(peer);
    replica_.post([peer](ReplicaRunner& runner) { runner.on_disconnected(peer); });
  };
  handlers.on_received = [this](p2p::Received received) {
    inbox_->on_received(received.peer, std::move(received.message), std::move(received.hold));
  };
  auto network =
      PeerNetwork::create(config.p2p, ledger_->chain(), epoch, key_, std::move(handlers));
  if (!network) return fail(network.error());
  peers_ = std::move(*network);
  return {};
}

Result<void> Node::Impl::start_network(const EpochState& epoch) {
  if (peers_) {
    const PeerLinks links = peers_->links();
    server_ = std::make_unique<PeerServer>(*ledger_, key_.public_key(), links.send);
    snapshots_->start(
        links,
        [this](bool joining) {
          replica_.post([joining](ReplicaRunner& runner) { runner.pause_sync(joining); });
        },
        [this] {
          wants_restart_ = true;
          request_stop();
        });
    inbox_ = std::make_unique<PeerInbox>(
        PeerInbox::Parts{*ledger_, *pool_, replica_, *server_, snapshots_->server(),
                         snapshots_->joiner(), runner_->pending(), runner_->vote_filter(),
                         links.punish},
        epoch);
  }
  replica_.run(*runner_);
  return peers_ ? peers_->start() : Result<void>{};
}

std::vector<rpc::PeerView> Node::Impl::peer_views() const {
  if (!peers_) return {};
  return with_names(peers_->peers(), *ledger_->tip());
}

bool Node::Impl::has_caught_up() const {
  const rpc::NodeHealth health = health_->look();
  return health.peers_connected() > 0 && !health.is_syncing && health.lag() == 0;
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
  out.verify = [this](std::move_only_function<ReplicaTask()> job) {
    pool_->submit(Urgency::vote, [this, job = std::move(job)]() mutable { replica_.post(job()); });
  };
  out.is_checking = [this] { return pool_->waiting() > 0; };
  out.peers = peers_ ? peers_->links() : no_peers();
  out.keep_listening = [this](const std::optional<Listening>& listening) {
    pool_->submit(Urgency::vote, [this, listening] { keep_listening(listening); });
  };
  out.begin_epoch = [this](const EpochState& epoch) {
    if (!peers_) return;
    inbox_->begin_epoch(epoch);
    peers_->begin_epoch(epoch);
  };
  out.keep_evidence = [this](const consensus::Evidence& found) {
    pool_->submit(Urgency::vote, [this, found] { keep_evidence(found); });
  };
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

void Node::Impl::keep_evidence(const consensus::Evidence& found) {
  const auto kept = evidence_->add(found, read_clocks().wall);
  if (!kept) spdlog::error("evidence could not be kept: {}", kept.error().message);
}

void Node::Impl::keep_listening(const std::optional<Listening>& listening) {
  if (!listening) {
    spdlog::info("this node votes again");
  } else if (listening->until) {
    spdlog::warn("this node listens until epoch {} begins", listening->until->value());
  } else {
    spdlog::critical(
        "this node's journal lacks votes that it has cast: an old copy, or a second machine with "
        "its key. It votes no more and only follows");
  }
  if (auto kept = write_listening(data_dir_, listening); !kept) fail_node(kept.error());
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
  if (peers_) peers_->stop();
  replica_.stop();
  if (journal_) journal_->stop();
  if (executor_) executor_->stop();
  if (snapshots_) snapshots_->stop();
  eraser_.reset();
  server_.reset();
  pool_.reset();
}

Node::Node(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Node::~Node() = default;

Result<std::unique_ptr<Node>> Node::start(const Config& config) {
  auto key = load_validator_key(config.key_file, config.passphrase);
  if (!key) return fail(key.error());
  auto impl = Impl::start(config, std::move(*key));
  if (!impl) return fail(impl.error());
  return std::unique_ptr<Node>(new Node(std::move(*impl)));
}

Result<std::unique_ptr<Node>> Node::start_again(const Config& config,
                                                std::unique_ptr<Node> before) {
  crypto::SigningKey key = before->impl_->take_key();
  before.reset();
  auto impl = Impl::start(config, std::move(key));
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
bool Node::wants_restart() const {
  return impl_->wants_restart();
}
std::uint16_t Node::rpc_port() const {
  return impl_->rpc_port();
}

}  // namespace generion::node
