// Gathers what is known of this node, for its RPC and its metrics.
#pragma once

#include <filesystem>
#include <functional>

#include "node/block_watch.h"
#include "node/config.h"
#include "node/evidence_log.h"
#include "node/replica_thread.h"
#include "node/verify_pool.h"
#include "rpc/health.h"

namespace generion::node {

// Any thread.
class Health {
 public:
  // All of them must outlive this.
  struct Parts {
    const ledger::Ledger& ledger;
    const ReplicaThread& replica;
    const VerifyPool& pool;
    const BlockWatch& watch;
    const EvidenceLog& evidence;
    std::function<std::vector<rpc::PeerView>()> peers;
    std::filesystem::path data_dir;
    std::vector<rpc::CertificateEnd> certificates;
    std::function<std::optional<rpc::JoinProgress>()> joining;
  };
  explicit Health(Parts parts) : parts_(std::move(parts)) {}

  rpc::NodeHealth look() const;

 private:
  rpc::NodeStatus status(const RunnerStatus& runner) const;

  const Parts parts_;
};

// The same nodes; the validators among them with the names that the chain has for them.
std::vector<rpc::PeerView> with_names(std::vector<rpc::PeerView> peers,
                                      const ledger::StateVersion& state);

// When the listeners' certificates end. One that cannot be read is left out: the RPC says what is
// wrong with it when it loads it.
std::vector<rpc::CertificateEnd> certificate_ends(const RpcConfig& config);

}  // namespace generion::node
