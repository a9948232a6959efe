#include "p2p/frame_reader.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/byte_io.h"

namespace generion::p2p {
namespace {

constexpr std::size_t kSpaceMin = 16 * 1024;     // what one TLS record holds
constexpr std::size_t kBufferBytes = 64 * 1024;  // kept between frames
constexpr unsigned kReadsKept = 64;              // how long more than that is kept

}  // namespace

std::span<char> FrameReader::space() {
  if (begin_ == end_) {
    begin_ = end_ = 0;
    // A large frame's memory is given back, unless such frames come one after the other.
    if (buffer_.size() > kBufferBytes && ++reads_since_large_ > kReadsKept) buffer_ = {};
  }
  if (buffer_.empty()) buffer_.resize(kBufferBytes);
  if (buffer_.size() - end_ < kSpaceMin && begin_ > 0) {
    std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
              buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
    end_ -= begin_;
    begin_ = 0;
  }
  if (buffer_.size() - end_ < kSpaceMin) buffer_.resize(buffer_.size() * 2);
  return std::span(buffer_).subspan(end_);
}

Result<std::optional<ByteView>> FrameReader::next() {
  const ByteView waiting(buffer_.data() + begin_, end_ - begin_);
  if (waiting.size() < kFrameHeaderBytes) return std::optional<ByteView>();
  const std::size_t size = ByteReader(waiting).u32();
  if (size == 0) return fail(Code::malformed, "a frame is empty; it holds one message");
  if (size > frame_bytes_max_) {
    return fail(Code::too_large, fmt::format("a frame of {} bytes is announced; at most {} are "
                                             "taken here",
                                             size, frame_bytes_max_));
  }
  if (waiting.size() - kFrameHeaderBytes < size) return std::optional<ByteView>();
  begin_ += kFrameHeaderBytes + size;
  if (size > kBufferBytes) reads_since_large_ = 0;
  return std::optional(waiting.substr(kFrameHeaderBytes, size));
}

}  // namespace generion::p2p
