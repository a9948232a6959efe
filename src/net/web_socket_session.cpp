#include "net/web_socket_session.h"

#include <fmt/core.h>

#include <deque>
#include <mutex>

#include "base/limits.h"
#include "net/deadline.h"

namespace generion::net {
namespace {

// Where a handler's answers arrive from any thread, for as long as the connection lives.
class Outlet {
 public:
  using Deliver = std::function<void(std::string)>;

  explicit Outlet(Deliver deliver) : deliver_(std::move(deliver)) {}

  void deliver(std::string text) {
    const std::lock_guard lock(mutex_);
    if (deliver_) deliver_(std::move(text));
  }
  void close() {
    const std::lock_guard lock(mutex_);
    deliver_ = nullptr;
  }

 private:
  std::mutex mutex_;
  Deliver deliver_;  // guarded by mutex_; posts to the connection's strand, so it never waits
};

// The Reply that a handler gets: an answer that is dropped counts as an empty one.
class ReplyOnce {
 public:
  explicit ReplyOnce(std::shared_ptr<Outlet> outlet) : outlet_(std::move(outlet)) {}
  ReplyOnce(ReplyOnce&&) = default;
  ReplyOnce& operator=(ReplyOnce&&) = default;
  ~ReplyOnce() {
    if (outlet_) outlet_->deliver({});
  }
  void operator()(std::string text) { std::exchange(outlet_, nullptr)->deliver(std::move(text)); }

 private:
  std::shared_ptr<Outlet> outlet_;
};

template <class Stream>
class WebSocketSession : public Session,
                         public std::enable_shared_from_this<WebSocketSession<Stream>> {
 public:
  WebSocketSession(Stream stream, std::shared_ptr<const ListenerState> listener, Peer peer,
                   std::unique_ptr<Connections::Ticket> ticket, ParsedRequest upgrade)
      : ws_(std::move(stream)),
        strand_(beast::get_lowest_layer(ws_).get_executor()),
        listener_(std::move(listener)),
        limits_(listener_->server->limits),
        counters_(listener_->server->counters),
        peer_(std::move(peer)),
        ticket_(std::move(ticket)),
        upgrade_(std::move(upgrade)),
        room_(strand_, Timer::time_point::max()),
        work_(strand_, Timer::time_point::max()) {
    deadline_ = std::make_shared<Deadline>(strand_, [this] { on_stalled(); });
  }

  void start() {
    ticket_->attach(this->weak_from_this());
    outlet_ = std::make_shared<Outlet>([this, weak = this->weak_from_this()](std::string text) {
      // Posted only while the connection lives: run() closes the outlet at its end.
      if (auto self = weak.lock()) {
        asio::post(strand_,
                   [self, text = std::move(text)]() mutable { self->on_answer(std::move(text)); });
      }
    });
    asio::co_spawn(strand_, read_all(), ended());
  }

  void finish() override {
    asio::post(strand_, [self = this->shared_from_this()] {
      self->finishing_ = true;
      self->close_if_done();
    });
  }

  void cut() override {
    asio::post(strand_, [self = this->shared_from_this()] { self->drop(); });
  }

 private:
  auto ended() {
    return [self = this->shared_from_this()](std::exception_ptr failure) {
      if (failure) ++self->counters_.failures;
      self->drop();
    };
  }

  // Ends both loops at once. May be called again.
  void drop() {
    closing_ = true;
    outlet_->close();
    error_code ignored;
    beast::get_lowest_layer(ws_).close(ignored);
    queue_.clear();
    deadline_->stop();
    room_.cancel();
    work_.cancel();
  }

  // What is queued is dropped; the reason goes out behind the message that is being written, if
  // any.
  void begin_close(websocket::close_code code, std::string_view reason) {
    if (closing_) return;
    closing_ = true;
    reason_ = websocket::close_reason(code, reason.substr(0, 120));
    queue_.clear();
    queued_bytes_ = 0;
    deadline_->set(limits_.write_timeout);
    room_.cancel();
    work_.cancel();
  }

  void on_stalled() {
    if (closing_) return drop();
    ++counters_.slow_readers;
    begin_close(websocket::close_code::policy_error,
                fmt::format("reader too slow: a message was not taken within {} ms",
                            limits_.write_timeout.count()));
  }

  void on_answer(std::string text) {
    --in_flight_;
    if (!text.empty() && !closing_) {
      queued_bytes_ += text.size();
      queue_.push_back(std::move(text));
      if (queued_bytes_ > limits_.websocket_queue_bytes_max) {
        ++counters_.slow_readers;
        begin_close(websocket::close_code::policy_error,
                    fmt::format("reader too slow: more than {} bytes of answers wait for it",
                                limits_.websocket_queue_bytes_max));
      }
      work_.cancel();
    }
    room_.cancel();
    close_if_done();
  }

  void close_if_done() {
    if (finishing_ && in_flight_ == 0 && queue_.empty() && !writing_) {
      begin_close(websocket::close_code::going_away,
                  "the server is stopping; connect to another node");
    }
  }

  bool has_room() const {
    return in_flight_ + queue_.size() < limits_.websocket_queue_max &&
           queued_bytes_ <= limits_.websocket_queue_bytes_max / 4;
  }

  Awaitable<void> read_all() {
    auto timeouts = websocket::stream_base::timeout::suggested(beast::role_type::server);
    timeouts.handshake_timeout = limits_.read_timeout;
    timeouts.idle_timeout = limits_.idle_timeout;
    timeouts.keep_alive_pings = true;
    ws_.set_option(timeouts);
    ws_.read_message_max(0);  // read_message has the limit, and says it
    ws_.auto_fragment(false);
    ws_.text(true);
    error_code ec;
    co_await ws_.async_accept(upgrade_, asio::redirect_error(kAwait, ec));
    if (ec || closing_) co_return;
    asio::co_spawn(strand_, write_all(), ended());
    while (!closing_) {
      std::string message;
      if (!co_await read_message(message)) co_return;
      if (closing_ || finishing_) continue;
      if (message.size() > limits_.message_bytes_max) {
        ++counters_.refused_requests;
        begin_close(websocket::close_code::too_big,
                    fmt::format("message above {} bytes", limits_.message_bytes_max));
        continue;
      }
      if (!ws_.got_text()) {
        begin_close(websocket::close_code::unknown_data, "binary message; send JSON as text");
        continue;
      }
      ++counters_.messages;
      ++in_flight_;
      listener_->handler->on_message(peer_, std::move(message), ReplyOnce(outlet_));
      while (!has_room() && !closing_) {
        co_await room_.async_wait(asio::redirect_error(kAwait, ec));
      }
    }
    // The close frame's answer is read by async_close in write_all, which ends the connection.
    co_await until_closed();
  }

  Awaitable<void> until_closed() {
    error_code ec;
    while (beast::get_lowest_layer(ws_).is_open()) {
      co_await room_.async_wait(asio::redirect_error(kAwait, ec));
    }
  }

  // One message, or the beginning of one that is above the limit. False: the connection is over.
  Awaitable<bool> read_message(std::string& message) {
    auto buffer = asio::dynamic_buffer(message);
    error_code ec;
    do {
      co_await ws_.async_read_some(buffer, limits_.message_bytes_max + 1 - message.size(),
                                   asio::redirect_error(kAwait, ec));
      if (ec == beast::error::timeout) ++counters_.timeouts;
      if (ec) co_return false;
    } while (!ws_.is_message_done() && message.size() <= limits_.message_bytes_max);
    co_return true;
  }

  Awaitable<void> write_all() {
    error_code ec;
    while (!ec) {
      if (queue_.empty()) {
        if (closing_) break;
        error_code woken;
        co_await work_.async_wait(asio::redirect_error(kAwait, woken));
        continue;
      }
      const std::string text = std::move(queue_.front());
      queue_.pop_front();
      if (!closing_) deadline_->set(limits_.write_timeout);
      writing_ = true;
      co_await ws_.async_write(asio::buffer(text), asio::redirect_error(kAwait, ec));
      writing_ = false;
      if (closing_) continue;
      deadline_->clear();
      queued_bytes_ -= text.size();
      room_.cancel();
      close_if_done();
    }
    if (!ec && ws_.is_open()) {
      co_await ws_.async_close(reason_, asio::redirect_error(kAwait, ec));
    }
  }

  websocket::stream<Stream> ws_;
  Strand strand_;
  std::shared_ptr<const ListenerState> listener_;
  const HttpLimits& limits_;
  Counters& counters_;
  Peer peer_;
  std::unique_ptr<Connections::Ticket> ticket_;
  ParsedRequest upgrade_;
  std::shared_ptr<Outlet> outlet_;
  std::shared_ptr<Deadline> deadline_;  // of the message that is being written, or of closing
  std::deque<std::string> queue_;       // answers not yet written
  std::size_t queued_bytes_ = 0;        // of these and the one being written
  std::size_t in_flight_ = 0;           // messages that the handler has not answered
  // Timers that never fire: cancelling one wakes its loop.
  Timer room_;
  Timer work_;
  websocket::close_reason reason_;
  bool writing_ = false;
  bool closing_ = false;
  bool finishing_ = false;
};

}  // namespace

void start_web_socket(Socket stream, std::shared_ptr<const ListenerState> listener, Peer peer,
                      std::unique_ptr<Connections::Ticket> ticket, ParsedRequest upgrade) {
  std::make_shared<WebSocketSession<Socket>>(std::move(stream), std::move(listener),
                                             std::move(peer), std::move(ticket), std::move(upgrade))
      ->start();
}

void start_web_socket(TlsStream stream, std::shared_ptr<const ListenerState> listener, Peer peer,
                      std::unique_ptr<Connections::Ticket> ticket, ParsedRequest upgrade) {
  std::make_shared<WebSocketSession<TlsStream>>(std::move(stream), std::move(listener),
                                                std::move(peer), std::move(ticket),
                                                std::move(upgrade))
      ->start();
}

}  // namespace generion::net
