// What nodes tell each other: consensus messages, transactions, batches and blocks (PeerMessage),
// and what the two ends of a connection say about the connection itself (LinkMessage).
// docs/protocol/network.md describes them; wire/peer.h has their bytes.
//
// A request is answered by one reply. What does not fit a reply is asked for again, from where the
// reply ends. Whatever a reply holds is a claim: the receiver checks digests, certificates and
// signatures itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "types/block.h"
#include "types/epoch_chain.h"
#include "types/messages.h"
#include "types/transaction.h"

namespace generion {

// The only version that nodes of this release speak.
inline constexpr std::uint32_t kPeerProtocol = 1;

// Transactions that a node offers for ordering. At most limits::kBundleTransactionsMax, and best
// not above limits::kPeerReplyBytes in all.
struct TransactionBundle {
  std::vector<SignedTransaction> transactions;
  friend bool operator==(const TransactionBundle&, const TransactionBundle&) = default;
};

// "These are in my mempool": the answer to a bundle.
struct TransactionAck {
  std::vector<TxId> ids;  // at most limits::kBatchTransactionsMax
  friend bool operator==(const TransactionAck&, const TransactionAck&) = default;
};

struct TransactionRequest {
  std::vector<TxId> ids;  // at most limits::kBatchTransactionsMax
  friend bool operator==(const TransactionRequest&, const TransactionRequest&) = default;
};

// An id that stands in neither list did not fit: it may be asked for again.
struct TransactionReply {
  std::vector<SignedTransaction> transactions;
  std::vector<TxId> missing;  // the sender does not hold these
  friend bool operator==(const TransactionReply&, const TransactionReply&) = default;
};

// A batch by its digest, as whoever has PREPAREd it keeps it.
struct BatchRequest {
  Height height;
  Hash digest;
  std::uint32_t first = 0;  // the place of the first transaction that is wanted
  friend bool operator==(const BatchRequest&, const BatchRequest&) = default;
};

// Not held: no batch and no transaction.
struct BatchReply {
  Height height;
  Hash digest;
  std::optional<Batch> batch;  // the ids, if `first` is 0
  std::uint32_t first = 0;
  // Those of the places from `first` on, in order, as far as they are held and fit. Erased
  // attachments are empty.
  std::vector<SignedTransaction> transactions;
  friend bool operator==(const BatchReply&, const BatchReply&) = default;
};

struct BlockRequest {
  Height from;
  std::uint32_t first = 0;      // in block `from`, the place of the first transaction wanted
  std::uint32_t count_max = 0;  // blocks; at most limits::kBlocksPerReplyMax
  friend bool operator==(const BlockRequest&, const BlockRequest&) = default;
};

// A final block with what it takes to execute it again.
struct CertifiedBlock {
  CertifiedHeader certified;
  Batch batch;
  std::uint32_t first = 0;
  // Those of the places from `first` on, in order; fewer than are left only in a reply's last
  // block. Erased attachments are empty.
  std::vector<SignedTransaction> transactions;
  friend bool operator==(const CertifiedBlock&, const CertifiedBlock&) = default;
};

// Ascending without a gap from the height that was asked for; empty if that is not held.
struct BlockReply {
  Height from;  // as in the request
  std::vector<CertifiedBlock> blocks;
  friend bool operator==(const BlockReply&, const BlockReply&) = default;
};

// How far a node is: said to everybody on connecting, and to observers when it grows. `stable` is
// proven; absent for the genesis state.
struct Tip {
  Height executed;
  std::optional<CertifiedHeader> stable;
  friend bool operator==(const Tip&, const Tip&) = default;
};

// Which snapshots there are (docs/protocol/snapshots.md).
struct SnapshotListRequest {
  friend bool operator==(const SnapshotListRequest&, const SnapshotListRequest&) = default;
};

struct SnapshotListReply {
  std::vector<CertifiedHeader> snapshots;  // at most limits::kSnapshotsListedMax, newest first
  friend bool operator==(const SnapshotListReply&, const SnapshotListReply&) = default;
};

struct EpochEndsRequest {
  Epoch first;
  friend bool operator==(const EpochEndsRequest&, const EpochEndsRequest&) = default;
};

// The last blocks of epochs, ascending without a gap from the first that was asked for, at most
// limits::kEpochEndsPerReplyMax; empty if that epoch is not over here.
struct EpochEndsReply {
  Epoch first;  // as in the request
  std::vector<EpochEnd> ends;
  friend bool operator==(const EpochEndsReply&, const EpochEndsReply&) = default;
};

// A part of the snapshot of a block, from a byte on.
struct SnapshotPartRequest {
  Hash block;
  std::uint64_t part = 0;
  std::uint64_t offset = 0;
  friend bool operator==(const SnapshotPartRequest&, const SnapshotPartRequest&) = default;
};

// About limits::kPeerReplyBytes of it, at most; `size` is that of the whole part, 0 if it is not
// held.
struct SnapshotPartReply {
  Hash block;
  std::uint64_t part = 0;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  Bytes bytes;
  friend bool operator==(const SnapshotPartReply&, const SnapshotPartReply&) = default;
};

// Blocks without their transactions, downwards from `height`.
struct WindowRequest {
  Height height;
  friend bool operator==(const WindowRequest&, const WindowRequest&) = default;
};

struct WindowBlock {
  BlockHeader header;
  Batch batch;
  friend bool operator==(const WindowBlock&, const WindowBlock&) = default;
};

// Descending without a gap, at most limits::kWindowBlocksPerReplyMax; empty if that is not held.
struct WindowReply {
  Height height;  // as in the request
  std::vector<WindowBlock> blocks;
  friend bool operator==(const WindowReply&, const WindowReply&) = default;
};

using PeerMessage =
    std::variant<Message, TransactionBundle, TransactionAck, TransactionRequest, TransactionReply,
                 BatchRequest, BatchReply, BlockRequest, BlockReply, Tip, SnapshotListRequest,
                 SnapshotListReply, EpochEndsRequest, EpochEndsReply, SnapshotPartRequest,
                 SnapshotPartReply, WindowRequest, WindowReply>;

enum class PeerRole : std::uint8_t {
  validator = 1,  // takes part in consensus
  observer = 2    // only follows
};

// The first thing that each end says. Of another protocol than kPeerProtocol only that number is
// read.
struct Hello {
  std::uint32_t protocol = kPeerProtocol;
  Hash chain;  // the chain id, which is the hash of the genesis content
  PeerRole role = PeerRole::observer;
  std::uint64_t instance = 0;  // random, new with each start of the program
  std::string software;        // its version, for people; at most limits::kPeerTextBytesMax
  friend bool operator==(const Hello&, const Hello&) = default;
};

// The Hello was right: from here on PeerMessages flow.
struct Welcome {
  friend bool operator==(const Welcome&, const Welcome&) = default;
};

// Numbers are frozen; an unknown one is taken as `other`.
enum class RefusalReason : std::uint8_t {
  other = 1,
  wrong_protocol = 2,
  wrong_chain = 3,
  unknown_key = 4,  // neither a validator of the epoch nor a listed observer
  duplicate = 5,    // another connection with this peer is kept
  paused = 6,       // disconnected for misbehaviour a while ago
  invalid = 7,      // broke the protocol
  flooding = 8,     // above the rate for too long
  too_slow = 9,     // does not take what is sent to it, or does not answer
  stopping = 10,    // the node is shut down
  self = 11         // both ends have the same key
};

// The last thing that an end says before it closes.
struct Refusal {
  RefusalReason reason = RefusalReason::other;
  std::string text;  // what was wrong and what would be right; at most limits::kPeerTextBytesMax
  std::uint64_t retry_after_ms = 0;  // 0: not said
  friend bool operator==(const Refusal&, const Refusal&) = default;
};

struct Ping {
  std::uint64_t number = 0;
  friend bool operator==(const Ping&, const Ping&) = default;
};

struct Pong {
  std::uint64_t number = 0;  // of the ping
  TimeMs time;               // the sender's clock
  friend bool operator==(const Pong&, const Pong&) = default;
};

using LinkMessage = std::variant<Hello, Welcome, Refusal, Ping, Pong>;

// What one frame carries.
using PeerFrame = std::variant<LinkMessage, PeerMessage>;

}  // namespace generion
