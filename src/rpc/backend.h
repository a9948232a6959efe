// What the RPC asks of its node. The node implements Backend; rpc knows no node.
//
// Threads: every function is called from any io thread, several at a time. The reads may take a
// disk access but wait for nothing else; `submit` returns at once.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "contract/state.h"
#include "types/block.h"
#include "types/genesis.h"
#include "types/proof.h"
#include "types/submission.h"
#include "types/transaction.h"
#include "wire/archive.h"

namespace generion::rpc {

using generion::Wait;

// What the node knows of a transaction; what is not known yet is absent.
struct Outcome {
  using State = TxState;

  TxId tx_id;
  std::optional<Hash> tx_hash;
  State state = State::unknown;
  // In the block: from state executed or refused on.
  std::optional<Height> height;
  std::optional<std::uint64_t> index;  // among the block's receipts
  Code code = Code::ok;                // why, if refused or expired
  std::string message;                 // the code's sentence, if there is more to say
  std::uint64_t failed_operation = 0;  // if refused
  std::vector<std::uint64_t> new_ids;
  bool sealed = false;  // the block has a certificate
  std::optional<Bytes>
      proof;  // of the receipt (a proof file), if sealed and asked for with Wait::sealed
};

// One height of the state, unchanged for as long as it is held. Hold it for one request only.
class Version {
 public:
  virtual ~Version() = default;
  virtual Height height() const = 0;
  virtual Hash block_hash() const = 0;
  virtual TimeMs block_time() const = 0;
  virtual const contract::StateReader& state() const = 0;
  // A proof file (docs/protocol/proofs.md) of the object with this key, or of its absence where
  // that can be proven. Errors: not_found; not_ready if the height has no certificate (yet).
  virtual Result<Bytes> prove(ByteView key) const = 0;
  // One object of the state with its path. Error not_found.
  virtual Result<ObjectProof> prove_object(ByteView key) const = 0;
  virtual const BlockHeader& header() const = 0;
  // Error not_ready: the height has none (yet).
  virtual Result<Certificate> certificate() const = 0;
  // The changes of the validator set up to it, as proofs bring them.
  virtual Result<std::vector<SetChange>> set_changes() const = 0;
};

struct NodeStatus {
  std::string version;  // of the program
  std::string role;     // "validator" or "observer"
  Epoch epoch;
  View view;
  Height height;
  Height sealed_height;  // the newest with a certificate
  Hash block_hash;
  TimeMs block_time;
  TimeMs time;                       // the node's clock
  std::optional<PublicKey> primary;  // of the view; absent on an observer
  Height head;                       // of the chain, as far as this node has heard
  std::uint64_t peers = 0;           // nodes that it is connected with
  std::uint64_t mempool = 0;
  std::uint64_t validators = 0;
  std::uint64_t quorum = 0;
  bool ready = false;
  std::string not_ready_reason;  // and what is being done about it; empty if ready
};

// Another node, as this one sees it; counters since this node's start.
struct PeerView {
  PublicKey key;
  std::string name;   // of a validator, as the chain has it; else empty
  std::string role;   // "validator" or "observer"
  std::string state;  // "connected", "waiting", "dialling", "not_dialled" or "paused"
  TimeMs since;       // of the state
  std::string address;
  std::string software;
  bool dialled = false;  // this node opened the connection
  std::optional<std::uint64_t> round_trip_us;
  std::optional<std::int64_t> clock_offset_ms;  // this node's clock less the other's
  std::uint64_t queued_messages = 0;
  std::uint64_t queued_bytes = 0;
  std::uint64_t messages_in = 0;
  std::uint64_t messages_out = 0;
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::uint64_t dropped = 0;  // messages, for a full queue
  std::uint64_t connections = 0;
  std::uint64_t pauses = 0;  // for misbehaviour
  std::string last_error;    // why the last connection or dial ended; empty: none did
};

// Two signed messages of one validator that no correct one signs both of.
struct EvidenceView {
  PublicKey culprit;
  TimeMs found_at;
  std::string kind;  // of the messages: "PREPARE"
  Epoch epoch;
  View view;
  std::optional<Height> height;  // if the messages speak of one
  Bytes first;                   // as they travel (generion.v1.Message)
  Bytes second;
};

struct BlockView {
  BlockHeader header;
  Hash block_hash;
  std::vector<TxId> tx_ids;                    // the batch's, skipped ones counted
  std::vector<std::uint32_t> skipped;          // places in tx_ids, ascending
  std::vector<SystemReceipt> system_receipts;  // of what fell due by itself
  std::vector<Receipt> receipts;               // of those not skipped, in order
  std::optional<Certificate> certificate;
};

struct TransactionView {
  Outcome outcome;
  std::optional<SignedTransaction> transaction;  // erased attachments are empty
  std::optional<TimeMs> block_time;
};

struct ReceiptView {
  Receipt receipt;
  Height height;
  std::uint64_t index = 0;  // among the block's receipts
};

// What a transaction would do to the state at `height`.
struct Simulation {
  TxId tx_id;
  Hash tx_hash;
  Height height;
  Receipt receipt;
  std::string message;  // the refusal's sentence; empty if there is none
};

// Up to where the chain can be read.
struct Heights {
  Height executed;  // of the newest applied state
  Height sealed;    // of the newest block that is applied and has a certificate
};

// Transactions that wait to be executed.
struct Pending {
  std::uint64_t count = 0;
  std::vector<TxId> ids;  // some of them, in no order
};

// Blocks by which the validators are followed.
struct LinksView {
  std::vector<ChainLink> links;
  bool more = false;  // there are more changes of the set above the last one
};

struct NodeHealth;  // rpc/health.h

class Backend {
 public:
  virtual ~Backend() = default;

  // Called from any thread, once the wait is reached or an error stands. It may be called before
  // for each stage on the way (a sender whose time runs out is told the last one); calls after the
  // last are ignored. A transaction that was sent before gets its first outcome. Refused by the
  // contract is an outcome, not an error.
  using SubmitCallback = std::move_only_function<void(Result<Outcome>)>;
  virtual void submit(SignedTransaction transaction, Wait wait, SubmitCallback callback) = 0;

  // Runs the transaction against the newest state and changes nothing. `callback` is called once,
  // from any thread. Errors: those that a transaction gets before it may wait to be executed;
  // duplicate if it was executed already.
  using SimulateCallback = std::move_only_function<void(Result<Simulation>)>;
  virtual void simulate(SignedTransaction transaction, SimulateCallback callback) = 0;

  // `listener` is called whenever `heights` may have changed, from any thread, and must return at
  // once. There is one; an empty one ends it, and none is running when that returns.
  virtual void watch(std::function<void()> listener) = 0;
  virtual Heights heights() const = 0;

  virtual NodeStatus status() const = 0;
  virtual NodeHealth health() const = 0;
  virtual const Genesis& genesis() const = 0;  // never changes
  virtual const Hash& chain_id() const = 0;    // of genesis()
  virtual std::string metrics() const = 0;     // Prometheus' text format

  // The state at `height`, at the tip if absent. Errors: height_gone, height_ahead, not_ready.
  virtual Result<std::shared_ptr<const Version>> version(std::optional<Height> height) const = 0;

  // Errors: not_found (pruned, or not there yet), damaged.
  virtual Result<BlockView> block(Height height) const = 0;
  virtual Result<BlockHeader> header(Height height) const = 0;
  // Block `from`, if that is above 0, without seals if it has none of its own; each change of the
  // set by a higher block, at most `limit` of them; then, unless there are more, the newest block
  // with a certificate. Errors: not_ready (no block has one yet), height_ahead, not_found, damaged.
  virtual Result<LinksView> links(Height from, std::size_t limit) const = 0;
  // Of the transactions of that block, in the order of BlockView::tx_ids. Errors as `block`.
  virtual Result<std::vector<TransactionBody>> bodies(Height height) const = 0;
  virtual Pending pending(std::size_t ids_max) const = 0;
  virtual std::vector<PeerView> peers() const = 0;
  // The newest ones, at most limits::kEvidenceMax, oldest first.
  virtual std::vector<EvidenceView> evidence() const = 0;
  // The last ones that were taken and then expired unexecuted, at most limits::kExpiredIdsMax.
  virtual std::vector<TxId> expired() const = 0;
  // State unknown is an answer, not an error.
  virtual Result<TransactionView> transaction(const TxId& id) const = 0;
  virtual Result<ReceiptView> receipt(const TxId& id) const = 0;
  // A proof file of the receipt. Errors: not_found; not_ready if its block has no certificate yet.
  virtual Result<Bytes> prove_receipt(const TxId& id) const = 0;
  // The attachment's bytes. Error erased, or not_found.
  virtual Result<Bytes> attachment(const contract::AttachmentId& id) const = 0;
  // The block with all that proves it, without attachments. Errors: not_found, damaged.
  virtual Result<wire::ArchivedBlock> archived_block(Height height) const = 0;
};

}  // namespace generion::rpc
