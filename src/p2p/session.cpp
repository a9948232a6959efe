// A connection's life: opening, handshake, end. session_io.cpp has what happens in between.
#include "p2p/session.h"

#include <fmt/core.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/ip/basic_resolver.hpp>

#include "base/limits.h"
#include "io/tcp_address.h"
#include "types/address.h"
#include "wire/peer.h"

namespace generion::p2p {
namespace {

using io::error_code;
using io::asio::redirect_error;
using std::chrono::milliseconds;

// How long the other end has to read this end's last word.
constexpr milliseconds kLingerTime{1'000};
// What may wait in the kernel without having been sent: a vote must not stand behind megabytes
// there.
constexpr int kUnsentBytesMax = 256 * 1024;

Ending broken(std::string_view what, const error_code& ec) {
  return {.why = fmt::format("{}: {}", what, ec.message())};
}

void tune(io::Socket& socket) {
  error_code ignored;
  socket.set_option(io::asio::ip::tcp::no_delay(true), ignored);
  ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &kUnsentBytesMax,
               sizeof kUnsentBytesMax);
}

}  // namespace

SessionPtr Session::accepted(const SessionContext& context, io::Socket socket, std::string address,
                             std::unique_ptr<io::Connections::Ticket> ticket,
                             std::unique_ptr<io::Connections::Ticket> handshake) {
  auto session =
      std::make_shared<Session>(context, std::move(socket), std::nullopt, std::move(ticket));
  session->address_ = std::move(address);
  session->handshake_ = std::move(handshake);
  return session;
}

SessionPtr Session::dialled(const SessionContext& context, io::asio::io_context& io,
                            const KnownPeer& peer,
                            std::unique_ptr<io::Connections::Ticket> ticket) {
  auto session = std::make_shared<Session>(context, io::Socket(io::asio::make_strand(io)), peer,
                                           std::move(ticket));
  session->address_ = io::address_text({peer.host, peer.port});
  session->peer_ = peer.key;
  return session;
}

Session::Session(const SessionContext& context, io::Socket socket, std::optional<KnownPeer> dials,
                 std::unique_ptr<io::Connections::Ticket> ticket)
    : context_(context),
      ticket_(std::move(ticket)),
      dials_(std::move(dials)),
      strand_(socket.get_executor()),
      stream_(std::move(socket), *context.tls),
      reader_(limits::kHelloBytesMax),
      read_gate_(strand_),
      write_gate_(strand_),
      ping_timer_(strand_),
      byte_rate_(context.limits.bytes_per_second, context.limits.bytes_per_second,
                 std::chrono::steady_clock::now()),
      message_rate_(context.limits.messages_per_second, context.limits.messages_per_second,
                    std::chrono::steady_clock::now()),
      held_(std::make_shared<Held>()),
      queue_(context.limits.queue_bytes_max, context.limits.queue_messages_max) {
  deadline_ = std::make_shared<io::Deadline>(strand_, [this] {
    leave({.why = fmt::format("the handshake took more than {} ms",
                              context_.limits.handshake_timeout.count())});
    close_socket();
  });
  frame_deadline_ = std::make_shared<io::Deadline>(strand_, [this] {
    leave({.why = "a frame took too long to come",
           .said = refusal(RefusalReason::too_slow,
                           fmt::format("a frame was not whole after {} ms",
                                       context_.limits.read_timeout.count()))});
  });
  write_deadline_ = std::make_shared<io::Deadline>(strand_, [this] {
    leave({.why = fmt::format("it took nothing for {} ms", context_.limits.write_timeout.count())});
    close_socket();
  });
}

void Session::start() {
  held_->session = weak_from_this();
  ticket_->attach(weak_from_this());
  io::asio::post(strand_, [self = shared_from_this()] { self->run(); });
}

void Session::run() {
  deadline_->set(context_.limits.handshake_timeout);
  spawn(read_all());
}

void Session::spawn(io::Awaitable<void> loop) {
  ++loops_;
  io::asio::co_spawn(strand_, std::move(loop),
                     [self = shared_from_this()](std::exception_ptr failure) {
                       if (failure) {
                         self->leave({.why = "this node failed to handle what it sent"});
                         self->close_socket();
                       }
                       if (--self->loops_ > 0) return;
                       self->deadline_->stop();
                       self->frame_deadline_->stop();
                       self->write_deadline_->stop();
                       self->context_.host.on_ended(self, self->ending_);
                     });
}

io::Awaitable<void> Session::read_all() {
  const bool is_open = co_await connect() && co_await shake_hands() && co_await exchange_hellos();
  if (is_open) co_await read_messages();
  if (has_tls_ && !is_closed_) co_await discard();
  close_socket();
}

io::Awaitable<bool> Session::connect() {
  if (!dials_) {
    tune(stream_.next_layer());
    co_return !is_leaving_;
  }
  error_code ec;
  std::vector<io::asio::ip::tcp::endpoint> endpoints;
  const auto numeric = io::asio::ip::make_address(dials_->host, ec);
  if (!ec) {
    endpoints.emplace_back(numeric, dials_->port);
  } else {
    io::asio::ip::basic_resolver<io::asio::ip::tcp, io::Strand> resolver(strand_);
    const auto found = co_await resolver.async_resolve(dials_->host, std::to_string(dials_->port),
                                                       redirect_error(io::kAwait, ec));
    for (const auto& entry : found) endpoints.push_back(entry.endpoint());
  }
  if (ec) leave(broken(fmt::format("{} is not found", dials_->host), ec));
  for (const auto& endpoint : endpoints) {
    if (is_leaving_) co_return false;
    error_code ignored;
    stream_.next_layer().close(ignored);
    co_await stream_.next_layer().async_connect(endpoint, redirect_error(io::kAwait, ec));
    if (!ec) break;
  }
  if (ec) leave(broken(fmt::format("can't connect to {}", address_), ec));
  if (is_leaving_) co_return false;
  tune(stream_.next_layer());
  co_return true;
}

io::Awaitable<bool> Session::shake_hands() {
  error_code ec;
  if (dials_) {
    expect_key(stream_, peer_);
    co_await stream_.async_handshake(io::asio::ssl::stream_base::client,
                                     redirect_error(io::kAwait, ec));
  } else {
    co_await stream_.async_handshake(io::asio::ssl::stream_base::server,
                                     redirect_error(io::kAwait, ec));
  }
  if (ec && dials_ && SSL_get_verify_result(stream_.native_handle()) != X509_V_OK) {
    leave({.why = fmt::format("{} holds another key than {}: check its address and its key",
                              address_, address_text(peer_))});
  } else if (ec) {
    leave(broken("the TLS handshake failed", ec));
  }
  if (is_leaving_) co_return false;
  const auto key = peer_key(stream_);
  if (!key) {
    leave({.why = "it showed no Ed25519 key"});
    co_return false;
  }
  peer_ = *key;
  has_tls_ = true;
  spawn(write_all());
  co_return true;
}

io::Awaitable<std::optional<LinkMessage>> Session::read_link() {
  while (!is_leaving_) {
    const auto frame = reader_.next();
    if (!frame) {
      misbehaved(RefusalReason::invalid, frame.error().message);
    } else if (*frame) {
      auto decoded = wire::decode_frame(**frame);
      if (decoded) {
        if (auto* link = std::get_if<LinkMessage>(&*decoded)) co_return std::move(*link);
      }
      misbehaved(RefusalReason::invalid, decoded ? "a message came before the handshake was over"
                                                 : decoded.error().message);
    } else {
      co_await read_some();
    }
  }
  co_return std::nullopt;
}

io::Awaitable<bool> Session::exchange_hellos() {
  push_link(std::make_shared<const Bytes>(context_.hello));
  auto first = co_await read_link();
  if (!first) co_return false;
  if (const auto* hello = std::get_if<Hello>(&*first)) {
    hello_ = *hello;
    if (auto no = context_.host.judge(*this)) {
      std::string why = no->text;
      leave({.why = std::move(why), .said = std::move(no)});
      co_return false;
    }
    push_link(Welcome{});
    first = co_await read_link();
    if (!first) co_return false;
    if (std::holds_alternative<Welcome>(*first)) {
      if (auto no = context_.host.on_welcomed(shared_from_this())) {
        leave({.said = std::move(no)});
        co_return false;
      }
      while (!is_begun_ && !is_leaving_) co_await wait_at_read_gate(std::nullopt);
      co_return !is_leaving_;
    }
  }
  if (!handle_last_word(*first)) {
    misbehaved(RefusalReason::invalid, "the handshake is out of order: Hello, then Welcome");
  }
  co_return false;
}

void Session::begin() {
  io::asio::post(strand_, [self = shared_from_this()] {
    if (self->is_leaving_) return;
    self->is_begun_ = true;
    self->handshake_.reset();
    self->deadline_->clear();
    self->reader_.set_frame_bytes_max(limits::kFrameBytesMax);
    self->heard_at_ = std::chrono::steady_clock::now();
    {
      const std::lock_guard lock(self->mutex_);
      self->takes_messages_ = true;
    }
    self->context_.host.on_begun(self);
    self->read_gate_.cancel();
    self->spawn(self->ping());
  });
}

void Session::end(Ending ending) {
  io::asio::post(strand_, [self = shared_from_this(), ending = std::move(ending)]() mutable {
    self->leave(std::move(ending));
  });
}

void Session::finish() {
  end({.said = stopping()});
}

void Session::cut() {
  io::asio::post(strand_, [self = shared_from_this()] {
    self->leave({});
    self->close_socket();
  });
}

// The first reason stays. With a last word to say, the writer says it and closes this direction;
// the reader waits for the other end to close, so that the word is not lost.
void Session::leave(Ending ending) {
  if (is_leaving_) return;
  is_leaving_ = true;
  ending_ = std::move(ending);
  handshake_.reset();
  frame_deadline_->clear();
  {
    const std::lock_guard lock(mutex_);
    takes_messages_ = false;
    queue_.clear_messages();
  }
  if (!has_tls_ || !ending_.said) return close_socket();
  deadline_->set(kLingerTime);
  push_link(*ending_.said);
  read_gate_.cancel();
  ping_timer_.cancel();
}

void Session::close_socket() {
  if (is_closed_) return;
  is_closed_ = true;
  is_leaving_ = true;
  error_code ignored;
  stream_.next_layer().close(ignored);
  read_gate_.cancel();
  ping_timer_.cancel();
  wake_writer();
}

}  // namespace generion::p2p
