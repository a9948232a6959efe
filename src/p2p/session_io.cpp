// What a connection does while it is up: reading, writing, pinging.
#include <fmt/core.h>

#include <boost/asio/write.hpp>

#include "base/byte_io.h"
#include "base/limits.h"
#include "p2p/session.h"
#include "wire/peer.h"

namespace generion::p2p {
namespace {

using io::error_code;
using io::asio::redirect_error;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

// What is written at once: enough to fill packets and TLS records, little enough that a vote that
// comes meanwhile does not wait long.
constexpr std::size_t kWriteBytes = 64 * 1024;
// A peer that is not slowed for so long has stopped flooding.
constexpr milliseconds kCalm{2'000};

TimeMs wall_clock() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return TimeMs(static_cast<std::uint64_t>(std::chrono::duration_cast<milliseconds>(now).count()));
}

// The other clock was read half a round trip before `now`.
std::int64_t offset_between(TimeMs now, milliseconds round_trip, TimeMs other) {
  return static_cast<std::int64_t>(now.value()) - round_trip.count() / 2 -
         static_cast<std::int64_t>(std::min(other.value(), limits::kTimeMsMax));
}

}  // namespace

FramePtr make_frame(ByteView envelope) {
  ByteWriter out;
  out.reserve(kFrameHeaderBytes + envelope.size());
  return std::make_shared<const Bytes>(std::move(out.sized(envelope)).bytes());
}

// Gives a message's bytes back when the handler is done with it.
struct Session::Hold {
  std::shared_ptr<Held> held;
  std::size_t bytes;
  std::size_t bytes_max;

  Hold(std::shared_ptr<Held> counter, std::size_t size, std::size_t max)
      : held(std::move(counter)), bytes(size), bytes_max(max) {
    held->bytes += bytes;
  }
  Hold(const Hold&) = delete;
  Hold& operator=(const Hold&) = delete;
  ~Hold() {
    const std::size_t before = held->bytes.fetch_sub(bytes);
    if (before <= bytes_max || before - bytes > bytes_max) return;
    if (const SessionPtr session = held->session.lock()) session->released();
  }
};

void Session::released() {
  io::asio::post(strand_, [self = shared_from_this()] { self->read_gate_.cancel(); });
}

// Until somebody cancels the gate, or for `time`. Time in which this end does not read is not the
// other end's.
io::Awaitable<void> Session::wait_at_read_gate(std::optional<milliseconds> time) {
  frame_deadline_->clear();
  holds_back_ = true;
  if (time) {
    read_gate_.expires_after(*time);
  } else {
    read_gate_.expires_at(io::Timer::time_point::max());
  }
  error_code ignored;
  co_await read_gate_.async_wait(redirect_error(io::kAwait, ignored));
  holds_back_ = false;
  heard_at_ = steady_clock::now();
  if (is_begun_ && !is_leaving_ && reader_.is_inside_frame()) {
    frame_deadline_->set(context_.limits.read_timeout);
  }
}

// Bytes read; 0: the connection is over.
io::Awaitable<std::size_t> Session::read_some() {
  const auto space = reader_.space();
  error_code ec;
  const std::size_t bytes = co_await stream_.async_read_some(
      io::asio::buffer(space.data(), space.size()), redirect_error(io::kAwait, ec));
  if (ec) {
    leave({.why = ec == io::asio::error::eof || ec == io::asio::ssl::error::stream_truncated
                      ? "it closed the connection"
                      : fmt::format("the connection broke: {}", ec.message())});
    close_socket();
    co_return 0;
  }
  counters_.bytes_in += bytes;
  heard_at_ = steady_clock::now();
  reader_.filled(bytes);
  co_return bytes;
}

io::Awaitable<void> Session::read_messages() {
  std::size_t bytes = 0;  // what came with the handshake was counted there
  while (!is_leaving_) {
    const std::size_t frames = handle_frames();
    if (is_leaving_) break;
    co_await keep_rate(bytes, frames);
    while (held_->bytes > context_.limits.held_bytes_max && !is_leaving_) {
      co_await wait_at_read_gate(std::nullopt);
    }
    if (is_leaving_) break;
    bytes = co_await read_some();
  }
}

// Handles the whole frames that are there; how many there were.
std::size_t Session::handle_frames() {
  std::size_t count = 0;
  while (!is_leaving_) {
    const auto frame = reader_.next();
    if (!frame) {
      misbehaved(RefusalReason::invalid, frame.error().message);
      break;
    }
    if (!*frame) {
      if (!reader_.is_inside_frame()) {
        frame_deadline_->clear();
      } else if (count > 0 || !frame_deadline_->is_set()) {
        frame_deadline_->set(context_.limits.read_timeout);
      }
      break;
    }
    ++count;
    handle(**frame);
  }
  counters_.messages_in += count;
  return count;
}

void Session::handle(ByteView frame) {
  auto decoded = wire::decode_frame(frame);
  if (!decoded) return misbehaved(RefusalReason::invalid, decoded.error().message);
  if (const auto* link = std::get_if<LinkMessage>(&*decoded)) return handle_link(*link);
  context_.host.on_message(
      shared_from_this(), std::get<PeerMessage>(std::move(*decoded)),
      std::make_shared<Hold>(held_, frame.size(), context_.limits.held_bytes_max));
}

void Session::handle_link(const LinkMessage& message) {
  if (const auto* ping = std::get_if<Ping>(&message)) {
    push_link(Pong{ping->number, wall_clock()});
  } else if (const auto* pong = std::get_if<Pong>(&message)) {
    if (pong->number != ping_number_) return;
    const auto passed = steady_clock::now() - pinged_at_;
    clock_offset_ms_ =
        offset_between(wall_clock(), std::chrono::duration_cast<milliseconds>(passed), pong->time);
    round_trip_us_ = std::chrono::duration_cast<std::chrono::microseconds>(passed).count();
  } else if (!handle_last_word(message)) {
    misbehaved(RefusalReason::invalid, "a handshake came after the handshake");
  }
}

bool Session::handle_last_word(const LinkMessage& message) {
  const auto* heard = std::get_if<Refusal>(&message);
  if (heard == nullptr) return false;
  leave({.why = fmt::format("it refused: {}", heard->text), .heard = *heard});
  return true;
}

void Session::misbehaved(RefusalReason reason, const std::string& why) {
  leave({.kind = Ending::Kind::misbehaved, .why = why, .said = refusal(reason, why)});
}

// Waits until what was read is within the rate.
io::Awaitable<void> Session::keep_rate(std::size_t bytes, std::size_t frames) {
  const auto take = [&] {
    const auto now = steady_clock::now();
    milliseconds wait{0};
    if (bytes > 0 && byte_rate_.per_second() > 0) wait = byte_rate_.take(bytes, now);
    if (wait.count() == 0) bytes = 0;
    if (frames > 0 && message_rate_.per_second() > 0) {
      const milliseconds other = message_rate_.take(frames, now);
      if (other.count() == 0) frames = 0;
      wait = std::max(wait, other);
    }
    return wait;
  };
  for (auto wait = take(); wait.count() > 0 && !is_leaving_; wait = take()) {
    const auto now = steady_clock::now();
    if (!flooding_since_ || now - slowed_at_ > kCalm) flooding_since_ = now;
    slowed_at_ = now;
    if (now - *flooding_since_ >= context_.limits.flood_patience) {
      misbehaved(RefusalReason::flooding,
                 fmt::format("more than {} bytes or {} messages a second, for {} ms",
                             byte_rate_.per_second(), message_rate_.per_second(),
                             context_.limits.flood_patience.count()));
      co_return;
    }
    co_await wait_at_read_gate(wait);
  }
}

// After the last word: until the other end closes, too.
io::Awaitable<void> Session::discard() {
  error_code ec;
  while (!ec && !is_closed_) {
    const auto space = reader_.space();
    co_await stream_.next_layer().async_read_some(io::asio::buffer(space.data(), space.size()),
                                                  redirect_error(io::kAwait, ec));
  }
}

Sent Session::push(Priority priority, FramePtr frame) {
  {
    const std::lock_guard lock(mutex_);
    if (!takes_messages_) return Sent::not_connected;
    if (!queue_.push(priority, std::move(frame))) {
      ++counters_.dropped;
      return Sent::dropped;
    }
    if (!std::exchange(writer_sleeps_, false)) return Sent::queued;
  }
  io::asio::post(strand_, [self = shared_from_this()] { self->write_gate_.cancel(); });
  return Sent::queued;
}

void Session::push_link(const LinkMessage& message) {
  push_link(make_frame(wire::encode_frame(message)));
}

void Session::push_link(FramePtr frame) {
  {
    const std::lock_guard lock(mutex_);
    if (!queue_.push_link(std::move(frame))) return;
  }
  wake_writer();
}

void Session::wake_writer() {
  {
    const std::lock_guard lock(mutex_);
    writer_sleeps_ = false;
  }
  write_gate_.cancel();
}

std::vector<FramePtr> Session::take_frames() {
  const std::lock_guard lock(mutex_);
  auto out = queue_.take(kWriteBytes);
  writer_sleeps_ = out.empty();
  return out;
}

io::Awaitable<void> Session::write_all() {
  Bytes joined;
  while (!is_closed_) {
    const auto frames = take_frames();
    if (frames.empty()) {
      if (is_leaving_) break;
      error_code ignored;
      write_gate_.expires_at(io::Timer::time_point::max());
      co_await write_gate_.async_wait(redirect_error(io::kAwait, ignored));
      continue;
    }
    if (frames.size() == 1) {
      co_await write(*frames.front());
    } else {
      joined.clear();
      for (const FramePtr& frame : frames) joined += *frame;
      co_await write(joined);
    }
    counters_.messages_out += frames.size();
  }
  error_code ignored;
  if (!is_closed_) stream_.next_layer().shutdown(io::Socket::shutdown_send, ignored);
}

io::Awaitable<void> Session::write(ByteView bytes) {
  while (!bytes.empty() && !is_closed_) {
    const ByteView part = bytes.substr(0, kWriteBytes);
    write_deadline_->set(context_.limits.write_timeout);
    error_code ec;
    co_await io::asio::async_write(stream_, io::asio::buffer(part.data(), part.size()),
                                   redirect_error(io::kAwait, ec));
    write_deadline_->clear();
    if (ec) {
      leave({.why = fmt::format("the connection broke: {}", ec.message())});
      close_socket();
      co_return;
    }
    counters_.bytes_out += part.size();
    bytes.remove_prefix(part.size());
  }
}

io::Awaitable<void> Session::ping() {
  while (!is_leaving_) {
    const auto now = steady_clock::now();
    if (!holds_back_ && now - heard_at_ > context_.limits.silence_max) {
      leave({.why = fmt::format("it was silent for {} ms", context_.limits.silence_max.count()),
             .said = refusal(RefusalReason::too_slow, "nothing was heard for too long")});
      co_return;
    }
    pinged_at_ = now;
    push_link(Ping{++ping_number_});
    ping_timer_.expires_after(context_.limits.ping_interval);
    error_code ignored;
    co_await ping_timer_.async_wait(redirect_error(io::kAwait, ignored));
  }
}

std::optional<std::chrono::microseconds> Session::round_trip() const {
  const std::int64_t us = round_trip_us_;
  if (us < 0) return std::nullopt;
  return std::chrono::microseconds(us);
}

std::optional<milliseconds> Session::clock_offset() const {
  if (round_trip_us_ < 0) return std::nullopt;
  return milliseconds(clock_offset_ms_);
}

QueueDepth Session::depth(Priority priority) const {
  const std::lock_guard lock(mutex_);
  return queue_.depth(priority);
}

}  // namespace generion::p2p
