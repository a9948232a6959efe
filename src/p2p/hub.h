// All peers and connections of one node: who is connected, who is dialled when, who is refused.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "p2p/backoff.h"
#include "p2p/session.h"

namespace generion::p2p {

class Hub : public SessionHost, public std::enable_shared_from_this<Hub> {
 public:
  // As Network's.
  Hub(io::asio::io_context& io, const PublicKey& key, const NetworkSettings& settings,
      NetworkHandlers handlers, std::shared_ptr<io::asio::ssl::context> tls);
  Result<std::uint16_t> start();
  void stop();
  Sent send(const PublicKey& peer, const PeerMessage& message);
  std::size_t broadcast(Audience audience, const PeerMessage& message);
  void set_validators(const std::vector<PublicKey>& validators);
  void set_peers(const std::vector<KnownPeer>& peers);
  void punish(const PublicKey& peer, const std::string& why);
  std::vector<PeerStatus> peers();
  NetworkStats stats() const;

  // SessionHost; on the sessions' strands.
  std::optional<Refusal> judge(const Session& session) override;
  std::optional<Refusal> on_welcomed(const SessionPtr& session) override;
  void on_begun(const SessionPtr& session) override;
  void on_message(const SessionPtr& session, PeerMessage message,
                  std::shared_ptr<const void> hold) override;
  void on_ended(const SessionPtr& session, const Ending& ending) override;

 private:
  using Time = std::chrono::steady_clock::time_point;

  struct Peer {
    std::optional<KnownPeer> known;
    bool is_validator = false;
    SessionPtr session;  // begun, or about to
    SessionPtr next;     // takes its place as soon as it has ended
    SessionPtr dialling;
    unsigned failures = 0;  // dials, and connections that did not last
    Time dial_at{};         // not before
    Time begun_at{};        // of the session; zero: it has not begun
    Pause pause;
    PeerStatus status;  // what outlasts a connection; counters without the present one's

    std::optional<PeerRole> role() const;
    bool is_dialable() const;
    Time due_at() const { return std::max(dial_at, pause.until()); }
  };
  using Peers = std::map<PublicKey, Peer>;

  // hub.cpp; with mutex_ held.
  Standing standing_of(const PublicKey& key) const;
  void after_change();
  void note_ending(Peer& peer, const Session& session, const Ending& ending);
  void plan_redial(Peer& peer, const Session& session, const Ending& ending);

  // hub_status.cpp; with mutex_ held.
  static void refresh_state(Peer& peer, Time now);
  static PeerStatus status_of(const PublicKey& key, const Peer& peer);

  // hub_connect.cpp.
  io::Awaitable<void> accept_all();
  void accepted(io::Socket socket, const io::asio::ip::tcp::endpoint& from);
  void arm_dial_timer();  // with mutex_ held
  void dial_due();

  io::asio::io_context& io_;
  const OwnSide own_;
  const std::optional<ListenAddress> listen_;
  const NetworkHandlers handlers_;
  const SessionContext context_;
  io::Connections connections_;  // all of them
  io::Connections handshakes_;   // incoming ones whose handshake is not over
  const io::Strand strand_;      // of the acceptor and the dial timer
  io::TcpAcceptor acceptor_;
  io::Timer dial_timer_;

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  Peers peers_;
  bool is_started_ = false;
  bool is_stopping_ = false;
  NetworkStats stats_;
};

}  // namespace generion::p2p
