// The node as its RPC sees it.
#pragma once

#include "ledger/ledger.h"
#include "node/block_watch.h"
#include "node/evidence_log.h"
#include "node/health.h"
#include "node/metrics.h"
#include "node/proof_guard.h"
#include "node/replica_thread.h"
#include "node/verify_pool.h"
#include "rpc/backend.h"

namespace generion::node {

class NodeBackend final : public rpc::Backend {
 public:
  // All of them must outlive the backend.
  struct Parts {
    const Genesis& genesis;
    const ledger::Ledger& ledger;
    VerifyPool& pool;
    ReplicaThread& replica;
    const PendingIds& pending;
    ProofGuard& proof_guard;
    const Health& health;
    const Metrics& metrics;
    BlockWatch& watch;
    const EvidenceLog& evidence;
    std::function<std::vector<rpc::PeerView>()> peers;
    std::function<bool()> withholds_attachments;  // the data were restored lately
  };
  explicit NodeBackend(Parts parts);

  void submit(SignedTransaction transaction, rpc::Wait wait, SubmitCallback callback) override;
  void simulate(SignedTransaction transaction, SimulateCallback callback) override;
  void watch(std::function<void()> listener) override { watch_.watch(std::move(listener)); }
  rpc::Heights heights() const override;
  rpc::NodeStatus status() const override { return health_.look().status; }
  rpc::NodeHealth health() const override { return health_.look(); }
  const Genesis& genesis() const override { return genesis_; }
  const Hash& chain_id() const override { return ledger_.chain(); }
  std::string metrics() const override;
  Result<std::shared_ptr<const rpc::Version>> version(std::optional<Height> height) const override;
  Result<rpc::BlockView> block(Height height) const override;
  Result<BlockHeader> header(Height height) const override;
  Result<wire::ArchivedBlock> archived_block(Height height) const override;
  Result<rpc::LinksView> links(Height from, std::size_t limit) const override;
  Result<std::vector<TransactionBody>> bodies(Height height) const override;
  rpc::Pending pending(std::size_t ids_max) const override;
  std::vector<rpc::PeerView> peers() const override { return peers_(); }
  std::vector<rpc::EvidenceView> evidence() const override { return evidence_.newest(); }
  std::vector<TxId> expired() const override { return pending_.expired(); }
  Result<rpc::TransactionView> transaction(const TxId& id) const override;
  Result<rpc::ReceiptView> receipt(const TxId& id) const override;
  Result<Bytes> prove_receipt(const TxId& id) const override;
  Result<Bytes> attachment(const contract::AttachmentId& id) const override;

 private:
  void check_and_post(SignedTransaction transaction, rpc::Wait wait, SubmitCallback callback);
  Result<rpc::Simulation> check_and_run(SignedTransaction transaction) const;

  const Genesis& genesis_;
  const ledger::Ledger& ledger_;
  VerifyPool& pool_;
  ReplicaThread& replica_;
  const PendingIds& pending_;
  ProofGuard& proof_guard_;
  const Health& health_;
  const Metrics& metrics_;
  BlockWatch& watch_;
  const EvidenceLog& evidence_;
  const std::function<std::vector<rpc::PeerView>()> peers_;
  const std::function<bool()> withholds_attachments_;
};

}  // namespace generion::node
