// One HTTP connection: requests are answered one after the other; what a client sends ahead waits
// in the socket.
#include "base/limits.h"
#include "io/deadline.h"
#include "net/http_refusals.h"
#include "net/pending_answer.h"
#include "net/server_state.h"
#include "net/tls_context.h"
#include "net/web_socket_session.h"

namespace generion::net {
namespace {

using Parser = http::request_parser<http::string_body>;

constexpr std::chrono::milliseconds kLingerTime{2'000};

template <class Stream>
class HttpSession : public io::Session, public std::enable_shared_from_this<HttpSession<Stream>> {
 public:
  HttpSession(Stream stream, std::shared_ptr<const ListenerState> listener, Peer peer,
              std::unique_ptr<io::Connections::Ticket> ticket)
      : stream_(std::move(stream)),
        strand_(beast::get_lowest_layer(stream_).get_executor()),
        listener_(std::move(listener)),
        limits_(listener_->server->limits),
        counters_(listener_->server->counters),
        peer_(std::move(peer)),
        ticket_(std::move(ticket)),
        buffer_(limits_.header_bytes_max + limits_.body_bytes_max) {
    deadline_ = std::make_shared<io::Deadline>(strand_, [this] { cancel(); });
  }

  void start() {
    ticket_->attach(this->weak_from_this());
    asio::co_spawn(strand_, run(), [self = this->shared_from_this()](std::exception_ptr failure) {
      self->deadline_->stop();
      if (failure) ++self->counters_.failures;
    });
  }

  void finish() override {
    asio::post(strand_, [self = this->shared_from_this()] {
      self->finishing_ = true;
      if (self->idle_) self->cancel();
    });
  }

  void cut() override {
    asio::post(strand_, [self = this->shared_from_this()] {
      self->finishing_ = true;
      error_code ignored;
      beast::get_lowest_layer(self->stream_).close(ignored);
      if (self->pending_) self->pending_->complete(std::nullopt);
    });
  }

 private:
  enum class Next { read, close };

  void cancel() {
    error_code ignored;
    beast::get_lowest_layer(stream_).cancel(ignored);
  }

  Awaitable<void> run() {
    if (!co_await handshake()) co_return;
    Next next = Next::read;
    while (next == Next::read && !finishing_) next = co_await serve_one();
    if (ticket_) co_await close();
  }

  Awaitable<bool> handshake() {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      error_code ec;
      deadline_->set(limits_.read_timeout);
      co_await stream_.async_handshake(asio::ssl::stream_base::server,
                                       asio::redirect_error(kAwait, ec));
      deadline_->clear();
      if (deadline_->expired()) ++counters_.timeouts;
      if (ec) co_return false;
      peer_.certificate_name = client_certificate_name(stream_);
    }
    co_return true;
  }

  // The first bytes of the next request. False: the client is done, or silent for too long.
  Awaitable<bool> await_request() {
    if (buffer_.size() > 0) co_return true;
    error_code ec;
    idle_ = true;
    deadline_->set(is_first_ ? limits_.read_timeout : limits_.idle_timeout);
    const std::size_t size = co_await stream_.async_read_some(
        buffer_.prepare(std::min<std::size_t>(4'096, limits_.header_bytes_max)),
        asio::redirect_error(kAwait, ec));
    deadline_->clear();
    idle_ = false;
    buffer_.commit(size);
    co_return !ec;
  }

  Awaitable<Next> serve_one() {
    if (!co_await await_request()) co_return Next::close;
    is_first_ = false;
    Parser parser;
    parser.header_limit(static_cast<std::uint32_t>(limits_.header_bytes_max));
    parser.body_limit(limits_.body_bytes_max);
    error_code ec;
    deadline_->set(limits_.read_timeout);
    co_await http::async_read_header(stream_, buffer_, parser, asio::redirect_error(kAwait, ec));
    if (ec) co_return co_await refuse_unreadable(ec, parser);
    ++counters_.requests;
    if (auto refusal = check(parser.get())) {
      co_return co_await refuse(std::move(*refusal), parser);
    }
    if (websocket::is_upgrade(parser.get())) co_return co_await upgrade(parser);
    if (beast::iequals(parser.get()[http::field::expect], "100-continue")) {
      http::response<http::empty_body> go_on(http::status::continue_, parser.get().version());
      co_await http::async_write(stream_, go_on, asio::redirect_error(kAwait, ec));
      if (ec) co_return Next::close;
    }
    co_await http::async_read(stream_, buffer_, parser, asio::redirect_error(kAwait, ec));
    if (ec) co_return co_await refuse_unreadable(ec, parser);
    deadline_->clear();
    co_return co_await answer(parser.release());
  }

  // Everything that can be refused before the body is read.
  std::optional<Response> check(const ParsedRequest& request) {
    if (auto refusal = refuse_connection(ticket_->admission(), limits_, peer_)) return refusal;
    if (auto refusal = charge_request(limits_, peer_)) return refusal;
    return check_head(listener_->rules, head_of(request));
  }

  Awaitable<Next> refuse(Response refusal, Parser& parser) {
    ++counters_.refused_requests;
    const bool refused_connection = ticket_->admission() != io::Connections::Admission::admitted;
    const bool keep = parser.is_done() && parser.keep_alive() && !refused_connection;
    lingers_ = !keep;
    const Next next = co_await write(std::move(refusal), parser.get(), keep);
    co_return keep ? next : Next::close;
  }

  // A head or body that could not be read to its end.
  Awaitable<Next> refuse_unreadable(error_code ec, Parser& parser) {
    if (deadline_->expired()) ++counters_.timeouts;
    auto refusal = refuse_broken(ec, deadline_->expired(), limits_);
    if (!refusal) co_return Next::close;
    ++counters_.refused_requests;
    lingers_ = true;
    co_await write(std::move(*refusal), parser.get(), false);
    co_return Next::close;
  }

  Awaitable<Next> answer(ParsedRequest message) {
    const Head head = head_of(message);
    auto request = to_request(message);
    std::optional<Response> response;
    if (!request) {
      response = error_response(400, request.error());
    } else if (head.method == Method::options) {
      response = options_response(listener_->rules, head);
    } else {
      response = co_await ask_handler(std::move(*request));
    }
    if (!response) co_return Next::close;
    co_return co_await write(std::move(*response), message, message.keep_alive() && !finishing_);
  }

  Result<Request> to_request(ParsedRequest& message) {
    const Target target = split_target(message.target());
    auto path = percent_decoded(target.path, false);
    if (!path) return fail(path.error());
    Request out;
    out.method = method_of(message.method());
    out.path = std::move(*path);
    out.query = target.query;
    out.authorization = message[http::field::authorization];
    out.body = std::move(message.body());
    out.peer = peer_;
    return out;
  }

  Awaitable<std::optional<Response>> ask_handler(Request request) {
    auto start = [this, request = std::move(request)](auto resume) mutable {
      auto shared = std::make_shared<decltype(resume)>(std::move(resume));
      pending_ = std::make_shared<PendingAnswer>([strand = strand_, shared = std::move(shared)](
                                                     std::optional<Response> response) mutable {
        asio::post(strand, [shared = std::move(shared), response = std::move(response)]() mutable {
          std::move (*shared)(std::move(response));
        });
      });
      try {
        listener_->handler->on_request(std::move(request), AnswerOnce(pending_));
      } catch (const std::exception&) {
        // The answer was dropped with the handler's frame, which closes the connection.
        ++counters_.failures;
      }
    };
    std::optional<Response> response =
        co_await asio::async_initiate<const asio::use_awaitable_t<Strand>,
                                      void(std::optional<Response>)>(std::move(start), kAwait);
    pending_ = nullptr;
    co_return response;
  }

  Awaitable<Next> upgrade(Parser& parser) {
    auto request = to_request(parser.get());
    std::optional<Response> refusal;
    if (!request) {
      refusal = error_response(400, request.error());
    } else {
      refusal = listener_->handler->refuse_upgrade(*request);
    }
    if (refusal) co_return co_await refuse(std::move(*refusal), parser);
    deadline_->clear();
    start_web_socket(std::move(stream_), listener_, peer_, std::move(ticket_), parser.release());
    co_return Next::close;
  }

  Awaitable<Next> write(Response response, const ParsedRequest& request, bool keep_alive) {
    http::response<http::string_body> message;
    message.version(request.version() == 10 ? 10 : 11);
    message.result(response.status);
    if (!response.content_type.empty())
      message.set(http::field::content_type, response.content_type);
    for (const auto& [name, value] : response.headers) message.set(name, value);
    message.set(http::field::cache_control, "no-store");
    message.set("X-Content-Type-Options", "nosniff");
    if (!listener_->rules.cors.empty()) message.set(http::field::vary, "Origin");
    if (is_cors_allowed(listener_->rules, head_of(request))) {
      message.set(http::field::access_control_allow_origin, request[http::field::origin]);
    }
    message.keep_alive(keep_alive);
    const std::size_t size = response.body.size();
    message.body() = std::move(response.body);
    http::response_serializer<http::string_body> serializer(message);
    const bool head_only = request.method() == http::verb::head;
    if (response.status != 204) message.content_length(size);
    error_code ec;
    deadline_->set(limits_.write_timeout);
    if (head_only) {
      co_await http::async_write_header(stream_, serializer, asio::redirect_error(kAwait, ec));
    } else {
      co_await http::async_write(stream_, serializer, asio::redirect_error(kAwait, ec));
    }
    deadline_->clear();
    if (deadline_->expired()) ++counters_.slow_readers;
    co_return !ec && keep_alive ? Next::read : Next::close;
  }

  // A client that is still sending would lose the answer to a reset: what it sends is read and
  // dropped for a while.
  Awaitable<void> close() {
    Socket& socket = beast::get_lowest_layer(stream_);
    error_code ec;
    idle_ = true;
    deadline_->set(kLingerTime);
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      // Only our half: async_shutdown sends the alert and then waits, for no longer than the
      // deadline.
      co_await stream_.async_shutdown(asio::redirect_error(kAwait, ec));
    }
    socket.shutdown(Socket::shutdown_send, ec);
    std::size_t dropped = 0;
    while (lingers_ && !ec && !deadline_->expired() && !finishing_ &&
           dropped < limits::kLingerBytesMax) {
      buffer_.clear();
      dropped += co_await socket.async_read_some(buffer_.prepare(limits_.header_bytes_max),
                                                 asio::redirect_error(kAwait, ec));
    }
    deadline_->clear();
    socket.close(ec);
  }

  Stream stream_;
  Strand strand_;
  std::shared_ptr<const ListenerState> listener_;
  const HttpLimits& limits_;
  Counters& counters_;
  Peer peer_;
  std::unique_ptr<io::Connections::Ticket> ticket_;  // null once a WebSocket has taken over
  beast::flat_buffer buffer_;
  std::shared_ptr<io::Deadline> deadline_;
  std::shared_ptr<PendingAnswer> pending_;  // while a handler is asked
  bool is_first_ = true;
  bool idle_ = false;
  bool finishing_ = false;
  bool lingers_ = false;  // a refused request may still be on its way
};

}  // namespace

void start_session(Socket socket, std::shared_ptr<const ListenerState> listener, Peer peer,
                   std::unique_ptr<io::Connections::Ticket> ticket) {
  if (listener->tls) {
    TlsStream stream(std::move(socket), *listener->tls);
    std::make_shared<HttpSession<TlsStream>>(std::move(stream), std::move(listener),
                                             std::move(peer), std::move(ticket))
        ->start();
  } else {
    std::make_shared<HttpSession<Socket>>(std::move(socket), std::move(listener), std::move(peer),
                                          std::move(ticket))
        ->start();
  }
}

}  // namespace generion::net
