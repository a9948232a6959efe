#include "p2p/send_queue.h"

namespace generion::p2p {
namespace {

// A handshake, answers to pings, and a refusal are never so many.
constexpr std::size_t kLinksMax = 64;

}  // namespace

bool SendQueue::push(Priority priority, FramePtr frame) {
  const auto place = static_cast<std::size_t>(priority);
  Lane& lane = lanes_[place];
  const bool is_full =
      lane.frames.size() >= messages_max_[place] || lane.bytes + frame->size() > bytes_max_[place];
  if (is_full && !lane.frames.empty()) return false;
  lane.bytes += frame->size();
  lane.frames.push_back(std::move(frame));
  return true;
}

bool SendQueue::push_link(FramePtr frame) {
  if (links_.frames.size() >= kLinksMax) return false;
  links_.bytes += frame->size();
  links_.frames.push_back(std::move(frame));
  return true;
}

SendQueue::Lane* SendQueue::next_lane() {
  if (!links_.frames.empty()) return &links_;
  if (!lane(Priority::votes).frames.empty()) return &lane(Priority::votes);
  Lane& transactions = lane(Priority::transactions);
  Lane& blocks = lane(Priority::blocks);
  if (transactions.frames.empty() || blocks.frames.empty()) {
    transactions_ahead_ = 0;
    if (!transactions.frames.empty()) return &transactions;
    return blocks.frames.empty() ? nullptr : &blocks;
  }
  const bool turn_of_transactions = transactions_ahead_ <= 0;
  Lane& next = turn_of_transactions ? transactions : blocks;
  const auto size = static_cast<std::int64_t>(next.frames.front()->size());
  transactions_ahead_ += turn_of_transactions ? size : -size;
  return &next;
}

std::vector<FramePtr> SendQueue::take(std::size_t bytes_max) {
  std::vector<FramePtr> out;
  std::size_t bytes = 0;
  while (bytes < bytes_max) {
    Lane* const from = next_lane();
    if (from == nullptr) break;
    const std::size_t size = from->frames.front()->size();
    // A large frame goes alone, so that it delays nothing that stands before it here.
    if (!out.empty() && bytes + size > bytes_max) break;
    from->bytes -= size;
    bytes += size;
    out.push_back(std::move(from->frames.front()));
    from->frames.pop_front();
  }
  return out;
}

void SendQueue::clear_messages() {
  lanes_ = {};
}

bool SendQueue::is_empty() const {
  bool out = links_.frames.empty();
  for (const Lane& lane : lanes_) out = out && lane.frames.empty();
  return out;
}

QueueDepth SendQueue::depth(Priority priority) const {
  const Lane& lane = lanes_[static_cast<std::size_t>(priority)];
  return {lane.frames.size(), lane.bytes};
}

}  // namespace generion::p2p
