#include "net/web_socket_session.h"

#include <fmt/core.h>

#include <deque>
#include <mutex>

#include "base/limits.h"
#include "io/deadline.h"

namespace generion::net {
namespace {

// What arrives at a connection from any thread; called on its strand.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void on_answer(std::string text) = 0;
  virtual void on_push(std::string text, std::move_only_function<void()> taken) = 0;
  virtual void on_cut_off(std::string reason) = 0;
};

// Where answers and notifications arrive, for as long as the connection lives.
class Outlet : public Channel {
 public:
  Outlet(std::weak_ptr<Sink> sink, Strand strand)
      : sink_(std::move(sink)), strand_(std::move(strand)) {}

  void deliver(std::string text) {
    post([text = std::move(text)](Sink& sink) mutable { sink.on_answer(std::move(text)); });
  }
  void push(std::string text, std::move_only_function<void()> taken) override {
    post([text = std::move(text), taken = std::move(taken)](Sink& sink) mutable {
      sink.on_push(std::move(text), std::move(taken));
    });
  }
  void cut_off(std::string reason) override {
    post([reason = std::move(reason)](Sink& sink) mutable { sink.on_cut_off(std::move(reason)); });
  }
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }

 private:
  // Never waits: what is posted runs on the connection's strand.
  template <class Task>
  void post(Task task) {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    if (auto sink = sink_.lock()) {
      asio::post(strand_, [sink, task = std::move(task)]() mutable { task(*sink); });
    }
  }

  std::mutex mutex_;
  bool closed_ = false;  // guarded by mutex_; then the strand's context may be gone
  std::weak_ptr<Sink> sink_;
  Strand strand_;
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
class WebSocketSession : public io::Session,
                         public Sink,
                         public std::enable_shared_from_this<WebSocketSession<Stream>> {
 public:
  WebSocketSession(Stream stream, std::shared_ptr<const ListenerState> listener, Peer peer,
                   std::unique_ptr<io::Connections::Ticket> ticket, ParsedRequest upgrade)
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
    deadline_ = std::make_shared<io::Deadline>(strand_, [this] { on_stalled(); });
  }

  void start() {
    ticket_->attach(this->weak_from_this());
    outlet_ = std::make_shared<Outlet>(this->weak_from_this(), strand_);
    handler_ = listener_->handler->on_open(std::move(peer_), outlet_);
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
  struct Outgoing {
    std::string text;
    std::move_only_function<void()> taken;  // empty for an answer
  };

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
                fmt::format("reader too slow: a message was not taken within {} ms{}",
                            limits_.write_timeout.count(), handler_->advice()));
  }

  void on_answer(std::string text) override {
    --in_flight_;
    if (!text.empty() && !closing_) enqueue({std::move(text), nullptr});
    room_.cancel();
    close_if_done();
  }

  void on_push(std::string text, std::move_only_function<void()> taken) override {
    if (!closing_ && !finishing_) enqueue({std::move(text), std::move(taken)});
  }

  void on_cut_off(std::string reason) override {
    if (closing_) return;
    ++counters_.slow_readers;
    begin_close(websocket::close_code::policy_error, reason);
  }

  void enqueue(Outgoing message) {
    queued_bytes_ += message.text.size();
    queue_.push_back(std::move(message));
    if (queued_bytes_ > limits_.websocket_queue_bytes_max) {
      ++counters_.slow_readers;
      begin_close(websocket::close_code::policy_error,
                  fmt::format("reader too slow: more than {} bytes wait for it{}",
                              limits_.websocket_queue_bytes_max, handler_->advice()));
    }
    work_.cancel();
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
      handler_->on_message(std::move(message), ReplyOnce(outlet_));
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
      Outgoing message = std::move(queue_.front());
      queue_.pop_front();
      if (!closing_) deadline_->set(limits_.write_timeout);
      writing_ = true;
      co_await ws_.async_write(asio::buffer(message.text), asio::redirect_error(kAwait, ec));
      writing_ = false;
      if (closing_) continue;
      deadline_->clear();
      queued_bytes_ -= message.text.size();
      if (!ec && message.taken) message.taken();
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
  std::unique_ptr<io::Connections::Ticket> ticket_;
  std::unique_ptr<MessageHandler>
      handler_;  // before the ticket in dying: the server waits for that
  ParsedRequest upgrade_;
  std::shared_ptr<Outlet> outlet_;
  std::shared_ptr<io::Deadline> deadline_;  // of the message that is being written, or of closing
  std::deque<Outgoing> queue_;              // not yet written
  std::size_t queued_bytes_ = 0;            // of these and the one being written
  std::size_t in_flight_ = 0;               // messages that the handler has not answered
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
                      std::unique_ptr<io::Connections::Ticket> ticket, ParsedRequest upgrade) {
  std::make_shared<WebSocketSession<Socket>>(std::move(stream), std::move(listener),
                                             std::move(peer), std::move(ticket), std::move(upgrade))
      ->start();
}

void start_web_socket(TlsStream stream, std::shared_ptr<const ListenerState> listener, Peer peer,
                      std::unique_ptr<io::Connections::Ticket> ticket, ParsedRequest upgrade) {
  std::make_shared<WebSocketSession<TlsStream>>(std::move(stream), std::move(listener),
                                                std::move(peer), std::move(ticket),
                                                std::move(upgrade))
      ->start();
}

}  // namespace generion::net
