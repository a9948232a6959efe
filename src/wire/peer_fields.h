// Private to wire: the numbers of generion.v1.PeerFrame's fields.
#pragma once

#include <cstdint>

namespace generion::wire {

enum PeerField : std::uint32_t {
  kHello = 1,
  kWelcome = 2,
  kRefusal = 3,
  kPing = 4,
  kPong = 5,
  kConsensus = 8,
  kTransactionBundle = 9,
  kTransactionAck = 10,
  kTransactionRequest = 11,
  kTransactionReply = 12,
  kBatchRequest = 13,
  kBatchReply = 14,
  kBlockRequest = 15,
  kBlockReply = 16,
  kTip = 17,
  kSnapshotListRequest = 18,
  kSnapshotListReply = 19,
  kEpochEndsRequest = 20,
  kEpochEndsReply = 21,
  kSnapshotPartRequest = 22,
  kSnapshotPartReply = 23,
  kWindowRequest = 24,
  kWindowReply = 25
};

}  // namespace generion::wire
