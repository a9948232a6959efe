// What waits to be written to one peer, bounded, in order of priority.
//
// Within a priority the order is kept. Votes go before everything else; transactions and blocks
// take turns by bytes. What the connection itself has to say (LinkMessage) goes before the votes.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "p2p/network.h"

namespace generion::p2p {

// A frame with its header, shared by all whom it is sent to.
using FramePtr = std::shared_ptr<const Bytes>;

// One thread at a time.
class SendQueue {
 public:
  SendQueue(const std::array<std::size_t, kPriorities>& bytes_max,
            const std::array<std::size_t, kPriorities>& messages_max)
      : bytes_max_(bytes_max), messages_max_(messages_max) {}

  // False: it does not fit, and is not kept. Into an empty lane everything fits.
  bool push(Priority priority, FramePtr frame);
  // False: so many wait already that the peer can't be reading.
  bool push_link(FramePtr frame);

  // The next frames to be written: as many as fit `bytes_max`, at least one unless all is empty.
  std::vector<FramePtr> take(std::size_t bytes_max);
  // Only what the connection itself has to say is left.
  void clear_messages();

  bool is_empty() const;
  QueueDepth depth(Priority priority) const;

 private:
  struct Lane {
    std::deque<FramePtr> frames;
    std::size_t bytes = 0;
  };

  Lane& lane(Priority priority) { return lanes_[static_cast<std::size_t>(priority)]; }
  Lane* next_lane();

  const std::array<std::size_t, kPriorities> bytes_max_;
  const std::array<std::size_t, kPriorities> messages_max_;
  Lane links_;
  std::array<Lane, kPriorities> lanes_;
  // Bytes of transactions written more than of blocks, while both were waiting.
  std::int64_t transactions_ahead_ = 0;
};

}  // namespace generion::p2p
