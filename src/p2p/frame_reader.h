// Cuts a byte stream into frames: 4-byte length (big-endian), then so many bytes.
//
// Memory follows what has come, not what a length claims.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"

namespace generion::p2p {

inline constexpr std::size_t kFrameHeaderBytes = 4;

class FrameReader {
 public:
  explicit FrameReader(std::size_t frame_bytes_max) : frame_bytes_max_(frame_bytes_max) {}

  // Of frames whose length has not been read yet.
  void set_frame_bytes_max(std::size_t max) { frame_bytes_max_ = max; }

  // Where the next bytes go; never empty. Frames that `next` gave are gone.
  std::span<char> space();
  // So many bytes of `space` were filled.
  void filled(std::size_t bytes) { end_ += bytes; }

  // The next whole frame, without its header; none: more bytes are needed. Error too_large or
  // malformed (an empty frame): nothing behind it can be read any more.
  Result<std::optional<ByteView>> next();

  // Whether a frame has begun and is not whole yet.
  bool is_inside_frame() const { return begin_ != end_; }

 private:
  std::size_t frame_bytes_max_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;  // of what was not given out yet
  std::size_t end_ = 0;    // of what was filled
  unsigned reads_since_large_ = 0;
};

}  // namespace generion::p2p
