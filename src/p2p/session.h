// One connection with another node, from the first byte of TCP to the last.
//
//   TCP -> TLS (keys) -> Hello both ways -> Welcome both ways -> messages
//
// Everything runs on the connection's strand, except push, held_bytes and the counters.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "io/asio.h"
#include "io/connections.h"
#include "io/deadline.h"
#include "io/rate_limiter.h"
#include "p2p/admission.h"
#include "p2p/frame_reader.h"
#include "p2p/send_queue.h"
#include "p2p/tls.h"

namespace generion::p2p {

class Session;
using SessionPtr = std::shared_ptr<Session>;

// Why a connection ended.
struct Ending {
  enum class Kind : std::uint8_t {
    ordinary,   // the other end closed, or the line broke, or this node wanted it
    misbehaved  // the other end broke the rules: it is paused
  };
  Kind kind = Kind::ordinary;
  std::string why{};               // for people; empty: nothing went wrong
  std::optional<Refusal> said{};   // this end's last word
  std::optional<Refusal> heard{};  // the other end's
};

// What the network does for its sessions; called on their strands.
class SessionHost {
 public:
  virtual ~SessionHost() = default;
  // Whether the peer is welcome; none: it is.
  virtual std::optional<Refusal> judge(const Session& session) = 0;
  // Both ends said Welcome. The network calls `begin` now or when an older connection with the
  // same peer has ended; or answers why not.
  virtual std::optional<Refusal> on_welcomed(const SessionPtr& session) = 0;
  // From `begin` on, once.
  virtual void on_begun(const SessionPtr& session) = 0;
  virtual void on_message(const SessionPtr& session, PeerMessage message,
                          std::shared_ptr<const void> hold) = 0;
  // The last call of each session, whether it began or not.
  virtual void on_ended(const SessionPtr& session, const Ending& ending) = 0;
};

// What all sessions of a network share; outlives them.
struct SessionContext {
  SessionHost& host;
  NetworkLimits limits;
  std::shared_ptr<io::asio::ssl::context> tls;
  Bytes hello;  // this node's, as a frame
};

struct SessionCounters {
  std::atomic<std::uint64_t> bytes_in{0};
  std::atomic<std::uint64_t> bytes_out{0};
  std::atomic<std::uint64_t> messages_in{0};
  std::atomic<std::uint64_t> messages_out{0};
  std::atomic<std::uint64_t> dropped{0};
};

// An envelope with its length before it.
FramePtr make_frame(ByteView envelope);

class Session : public io::Session, public std::enable_shared_from_this<Session> {
 public:
  // An incoming one. `handshake` is given back when the handshake is over.
  static SessionPtr accepted(const SessionContext& context, io::Socket socket, std::string address,
                             std::unique_ptr<io::Connections::Ticket> ticket,
                             std::unique_ptr<io::Connections::Ticket> handshake);
  // One that this node opens.
  static SessionPtr dialled(const SessionContext& context, io::asio::io_context& io,
                            const KnownPeer& peer, std::unique_ptr<io::Connections::Ticket> ticket);
  Session(const SessionContext& context, io::Socket socket, std::optional<KnownPeer> dials,
          std::unique_ptr<io::Connections::Ticket> ticket);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // --- any thread ---

  void start();
  // The network has registered this session: it is read from now on. Returns at once.
  void begin();
  // queued, dropped (and counted) or not_connected.
  Sent push(Priority priority, FramePtr frame);
  // Says its last word, if it has one, and closes. The first ending counts.
  void end(Ending ending);
  void finish() override;  // the node stops
  void cut() override;

  std::optional<std::chrono::microseconds> round_trip() const;
  std::optional<std::chrono::milliseconds> clock_offset() const;
  std::size_t held_bytes() const { return held_->bytes.load(); }
  QueueDepth depth(Priority priority) const;
  const SessionCounters& counters() const { return counters_; }

  // --- constant from `judge` on ---

  const PublicKey& peer() const { return peer_; }  // of a dialled one always
  bool has_begun() const { return is_begun_; }     // on the strand
  bool is_dialled() const { return dials_.has_value(); }
  const Hello& hello() const { return hello_; }
  const std::string& address() const { return address_; }
  Connection connection() const { return {is_dialled(), hello_.instance}; }

  // The peer's, as the network knows it; any thread.
  std::atomic<PeerRole> role{PeerRole::observer};

 private:
  using Time = std::chrono::steady_clock::time_point;
  // The bytes of messages that the handler still holds.
  struct Held {
    std::atomic<std::size_t> bytes{0};
    std::weak_ptr<Session> session;
  };
  struct Hold;

  // session.cpp: life and handshake.
  void run();
  void spawn(io::Awaitable<void> loop);  // the session ends with the last of its loops
  io::Awaitable<void> read_all();
  io::Awaitable<bool> connect();
  io::Awaitable<bool> shake_hands();
  io::Awaitable<bool> exchange_hellos();
  io::Awaitable<std::optional<LinkMessage>> read_link();
  void leave(Ending ending);
  void close_socket();

  // session_io.cpp: reading, writing, pinging.
  io::Awaitable<void> read_messages();
  io::Awaitable<std::size_t> read_some();
  io::Awaitable<void> wait_at_read_gate(std::optional<std::chrono::milliseconds> time);
  io::Awaitable<void> keep_rate(std::size_t bytes, std::size_t frames);
  io::Awaitable<void> discard();
  std::size_t handle_frames();
  void handle(ByteView frame);
  void handle_link(const LinkMessage& message);
  bool handle_last_word(const LinkMessage& message);  // false: it was none
  void misbehaved(RefusalReason reason, const std::string& why);
  io::Awaitable<void> write_all();
  io::Awaitable<void> write(ByteView bytes);
  io::Awaitable<void> ping();
  std::vector<FramePtr> take_frames();
  void push_link(const LinkMessage& message);
  void push_link(FramePtr frame);
  void wake_writer();
  void released();

  const SessionContext& context_;
  // Destroyed last: whoever waits for its end may then destroy the network.
  const std::unique_ptr<io::Connections::Ticket> ticket_;
  std::unique_ptr<io::Connections::Ticket> handshake_;
  const std::optional<KnownPeer> dials_;
  const io::Strand strand_;
  io::TlsStream stream_;
  PublicKey peer_;
  Hello hello_;
  std::string address_;

  // Of the strand.
  bool has_tls_ = false;
  bool is_begun_ = false;
  bool is_leaving_ = false;  // the last word is said or being said
  bool is_closed_ = false;
  unsigned loops_ = 0;  // coroutines that run
  Ending ending_;
  FrameReader reader_;
  io::Timer read_gate_;   // the reader waits here for `begin`, room, or its rate
  io::Timer write_gate_;  // the writer waits here for something to write
  io::Timer ping_timer_;
  std::shared_ptr<io::Deadline> deadline_;        // of the handshake, then of the end
  std::shared_ptr<io::Deadline> frame_deadline_;  // of the frame that is being read
  std::shared_ptr<io::Deadline> write_deadline_;  // of the bytes that are being written
  bool holds_back_ = false;                       // this end does not read for now
  Time heard_at_{};
  std::uint64_t ping_number_ = 0;
  Time pinged_at_{};
  io::TokenBucket byte_rate_;
  io::TokenBucket message_rate_;
  std::optional<Time> flooding_since_;
  Time slowed_at_{};

  std::shared_ptr<Held> held_;
  SessionCounters counters_;
  std::atomic<std::int64_t> clock_offset_ms_{0};  // written before round_trip_us_
  std::atomic<std::int64_t> round_trip_us_{-1};   // below 0: no pong came yet

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  SendQueue queue_;
  bool writer_sleeps_ = false;
  bool takes_messages_ = false;
};

}  // namespace generion::p2p
