// Private to wire: the frames by which a node joins (types/peer_messages.h, SnapshotListRequest to
// WindowReply).
#pragma once

#include "types/peer_messages.h"

namespace generion::wire {

Result<PeerFrame> read_snapshot_list_request(ByteView bytes);
Result<PeerFrame> read_snapshot_list_reply(ByteView bytes);
Result<PeerFrame> read_epoch_ends_request(ByteView bytes);
Result<PeerFrame> read_epoch_ends_reply(ByteView bytes);
Result<PeerFrame> read_snapshot_part_request(ByteView bytes);
Result<PeerFrame> read_snapshot_part_reply(ByteView bytes);
Result<PeerFrame> read_window_request(ByteView bytes);
Result<PeerFrame> read_window_reply(ByteView bytes);

Bytes encode_certified(const CertifiedHeader& certified);
Bytes encode_part(const SnapshotListReply& reply);
Bytes encode_part(const EpochEndsReply& reply);
Bytes encode_part(const SnapshotPartRequest& request);
Bytes encode_part(const SnapshotPartReply& reply);
Bytes encode_part(const WindowReply& reply);

}  // namespace generion::wire
