// Listening and dialling; and starting and stopping with them.
#include "io/listen.h"
#include "p2p/hub.h"

namespace generion::p2p {
namespace {

using io::error_code;
using io::asio::redirect_error;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kAcceptPause{50};  // when the process is out of descriptors
constexpr milliseconds kStopGrace{2'000};

}  // namespace

Result<std::uint16_t> Hub::start() {
  std::uint16_t port = 0;
  if (listen_) {
    auto acceptor = io::bind_tcp({listen_->host, listen_->port}, strand_);
    if (!acceptor) return fail(acceptor.error());
    error_code ignored;
    port = acceptor->local_endpoint(ignored).port();
    acceptor_ = std::move(*acceptor);
    io::asio::co_spawn(strand_, accept_all(), [self = shared_from_this()](std::exception_ptr) {});
  }
  const std::lock_guard lock(mutex_);
  is_started_ = true;
  arm_dial_timer();
  return port;
}

void Hub::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  io::asio::post(strand_, [self = shared_from_this()] {
    error_code ignored;
    self->acceptor_.close(ignored);
    self->dial_timer_.cancel();
  });
  connections_.stop(kStopGrace);
}

io::Awaitable<void> Hub::accept_all() {
  while (acceptor_.is_open()) {
    io::asio::basic_stream_socket<io::asio::ip::tcp, io::Strand> socket(io::asio::make_strand(io_));
    io::asio::ip::tcp::endpoint from;
    error_code ec;
    co_await acceptor_.async_accept(socket, from, redirect_error(io::kAwait, ec));
    if (!acceptor_.is_open()) co_return;
    if (!ec) {
      accepted(io::Socket(std::move(socket)), from);
    } else {
      io::Timer pause(strand_, kAcceptPause);
      co_await pause.async_wait(redirect_error(io::kAwait, ec));
    }
  }
}

void Hub::accepted(io::Socket socket, const io::asio::ip::tcp::endpoint& from) {
  const std::string host = from.address().to_string();
  auto handshake = handshakes_.admit(host);
  const bool is_admitted =
      handshake && handshake->admission() == io::Connections::Admission::admitted;
  auto ticket = is_admitted ? connections_.admit("") : nullptr;
  {
    const std::lock_guard lock(mutex_);
    ++stats_.accepted;
    if (!ticket) ++stats_.turned_away;
  }
  if (!ticket) return;
  Session::accepted(context_, std::move(socket), io::address_text({host, from.port()}),
                    std::move(ticket), std::move(handshake))
      ->start();
}

void Hub::arm_dial_timer() {
  if (!is_started_ || is_stopping_) return;
  std::optional<Time> next;
  for (const auto& [key, peer] : peers_) {
    if (peer.is_dialable() && (!next || peer.due_at() < *next)) next = peer.due_at();
  }
  if (!next) return;
  io::asio::post(strand_, [self = shared_from_this(), at = *next] {
    const std::lock_guard lock(self->mutex_);
    if (self->is_stopping_) return;
    self->dial_timer_.expires_at(at);
    self->dial_timer_.async_wait([self](error_code ec) {
      if (!ec) self->dial_due();
    });
  });
}

void Hub::dial_due() {
  const std::lock_guard lock(mutex_);
  if (is_stopping_) return;
  const auto now = steady_clock::now();
  for (auto& [key, peer] : peers_) {
    if (!peer.is_dialable() || peer.due_at() > now) continue;
    auto ticket = connections_.admit("");
    if (!ticket) continue;
    peer.dialling = Session::dialled(context_, io_, *peer.known, std::move(ticket));
    peer.dialling->start();
    refresh_state(peer, now);
  }
  arm_dial_timer();
}

}  // namespace generion::p2p
