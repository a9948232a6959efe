#include "client/http_connection.h"

#include <fmt/core.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <chrono>
#include <optional>

#include "client/tls_client.h"

namespace generion::client {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using asio::local::stream_protocol;
using boost::system::error_code;

namespace {

using Clock = std::chrono::steady_clock;
using Request = http::request<http::string_body>;
using Parser = http::response_parser<http::string_body>;

// Why an exchange failed, and whether the server had closed a kept connection before it answered.
struct Failure {
  Error error;
  bool stale = false;
};

bool means_closed(const error_code& ec) {
  return ec == http::error::end_of_stream || ec == asio::error::eof ||
         ec == asio::error::connection_reset || ec == asio::error::broken_pipe ||
         ec == asio::ssl::error::stream_truncated;
}

}  // namespace

class HttpConnection::Impl {
 public:
  Impl(Endpoint endpoint, HttpOptions options, std::unique_ptr<asio::ssl::context> tls)
      : endpoint_(std::move(endpoint)), options_(std::move(options)), tls_(std::move(tls)) {}

  const Endpoint& endpoint() const { return endpoint_; }

  Result<HttpAnswer> send(const HttpRequest& request) {
    const Request message = to_message(request);
    const bool kept = connected_;
    if (!kept) {
      if (auto ok = connect(); !ok) return fail(ok.error());
    }
    auto answer = exchange(message);
    if (!answer && kept && answer.error().stale) {
      if (auto ok = connect(); !ok) return fail(ok.error());
      answer = exchange(message);
    }
    if (!answer) return fail(answer.error().error);
    return std::move(*answer);
  }

 private:
  Request to_message(const HttpRequest& request) const {
    Request out;
    out.version(11);
    out.method_string(request.method);
    out.target(request.target);
    out.set(http::field::host, endpoint_.authority());
    for (const auto& [name, value] : request.headers) out.set(name, value);
    out.keep_alive(true);
    out.body() = request.body;
    out.prepare_payload();
    return out;
  }

  // Runs one asynchronous operation to its end or to the deadline.
  template <class Start>
  error_code await(Clock::time_point deadline, Start start) {
    std::optional<error_code> result;
    start([&result](error_code ec, auto&&...) { result = ec; });
    io_.restart();
    io_.run_until(deadline);
    if (!result) {
      resolver_.cancel();
      close();
      io_.restart();
      io_.run();
      return asio::error::timed_out;
    }
    return *result;
  }

  void close() {
    connected_ = false;
    error_code ignored;
    if (tls_stream_) tls_stream_->next_layer().close(ignored);
    if (tcp_) tcp_->close(ignored);
    if (local_) local_->close(ignored);
  }

  Result<void> connect() {
    close();
    buffer_.clear();
    tls_stream_.reset();
    const auto deadline = Clock::now() + std::chrono::milliseconds(options_.connect_timeout_ms);
    auto ok = endpoint_.kind == Endpoint::Kind::unix_socket ? connect_local(deadline)
                                                            : connect_tcp(deadline);
    if (ok && endpoint_.kind == Endpoint::Kind::https) ok = handshake(deadline);
    if (!ok) close();
    connected_ = ok.has_value();
    return ok;
  }

  Result<void> connect_local(Clock::time_point deadline) {
    local_.emplace(io_);
    const error_code ec = await(deadline, [this](auto done) {
      local_->async_connect(stream_protocol::endpoint(endpoint_.socket_path), done);
    });
    if (ec)
      return fail(unreachable(ec, "check that the node runs and that you may use its socket"));
    return {};
  }

  Result<void> connect_tcp(Clock::time_point deadline) {
    tcp::resolver::results_type addresses;
    error_code ec = await(deadline, [this, &addresses](auto done) {
      resolver_.async_resolve(endpoint_.host, endpoint_.port,
                              [done, &addresses](error_code e, tcp::resolver::results_type found) {
                                addresses = std::move(found);
                                done(e);
                              });
    });
    if (ec) return fail(unreachable(ec, "check the host name in the address"));
    tcp_.emplace(io_);
    ec = await(deadline,
               [this, &addresses](auto done) { asio::async_connect(*tcp_, addresses, done); });
    if (ec) return fail(unreachable(ec, "check that the node runs and listens on this address"));
    error_code ignored;
    tcp_->set_option(tcp::no_delay(true), ignored);
    return {};
  }

  Result<void> handshake(Clock::time_point deadline) {
    tls_stream_.emplace(std::move(*tcp_), *tls_);
    tcp_.reset();
    SSL* const connection = tls_stream_->native_handle();
    // The macro for this holds a C cast.
    SSL_ctrl(connection, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             endpoint_.host.data());
    if (options_.pinned_certificate.empty()) {
      tls_stream_->set_verify_callback(asio::ssl::host_name_verification(endpoint_.host));
    }
    const error_code ec = await(deadline, [this](auto done) {
      tls_stream_->async_handshake(asio::ssl::stream_base::client, done);
    });
    if (ec == asio::error::timed_out) return fail(unreachable(ec, "check that it speaks HTTPS"));
    if (ec) return fail(handshake_error(connection, ec.message(), endpoint_));
    return check_pin(connection, options_, endpoint_);
  }

  std::expected<HttpAnswer, Failure> exchange(const Request& message) {
    if (tls_stream_) return exchange_on(*tls_stream_, message);
    if (local_) return exchange_on(*local_, message);
    return exchange_on(*tcp_, message);
  }

  template <class Stream>
  std::expected<HttpAnswer, Failure> exchange_on(Stream& stream, const Request& message) {
    const auto deadline = Clock::now() + std::chrono::milliseconds(options_.call_timeout_ms);
    error_code ec = await(deadline, [&](auto done) { http::async_write(stream, message, done); });
    // A server that refuses a body it has not read answers and closes: the answer counts.
    if (ec && !means_closed(ec)) return std::unexpected(failure(ec, false));
    Parser parser;
    parser.body_limit(options_.answer_bytes_max);
    ec = await(deadline, [&](auto done) { http::async_read(stream, buffer_, parser, done); });
    if (ec) return std::unexpected(failure(ec, !parser.got_some() && means_closed(ec)));
    const bool keep = parser.keep_alive();
    auto answer = parser.release();
    if (!keep) close();
    return HttpAnswer{answer.result_int(), std::string(answer[http::field::content_type]),
                      std::move(answer.body())};
  }

  Failure failure(const error_code& ec, bool stale) {
    close();
    if (ec == asio::error::timed_out) {
      return {{Code::timed_out,
               fmt::format("{} gave no whole answer within {} ms; whether the call took effect is "
                           "unknown",
                           endpoint_.url, options_.call_timeout_ms)},
              false};
    }
    if (ec == http::error::body_limit) {
      return {
          {Code::too_large, fmt::format("the answer of {} is longer than {} bytes: ask for less",
                                        endpoint_.url, options_.answer_bytes_max)},
          false};
    }
    if (ec.category() == make_error_code(http::error::bad_version).category() &&
        !means_closed(ec)) {
      return {unreachable(ec, "it does not speak HTTP; check the address"), stale};
    }
    return {unreachable(ec, "the connection broke; check that the node still runs"), stale};
  }

  Error unreachable(const error_code& cause, std::string_view advice) const {
    return {Code::unreachable,
            fmt::format("no answer from {} ({}): {}", endpoint_.url, cause.message(), advice)};
  }

  Endpoint endpoint_;
  HttpOptions options_;
  std::unique_ptr<asio::ssl::context> tls_;
  asio::io_context io_{1};
  tcp::resolver resolver_{io_};
  std::optional<tcp::socket> tcp_;
  std::optional<asio::ssl::stream<tcp::socket>> tls_stream_;
  std::optional<stream_protocol::socket> local_;
  beast::flat_buffer buffer_;
  bool connected_ = false;
};

Result<std::unique_ptr<HttpConnection>> HttpConnection::create(Endpoint endpoint,
                                                               HttpOptions options) {
  std::unique_ptr<asio::ssl::context> tls;
  if (endpoint.kind == Endpoint::Kind::https) {
    auto context = make_tls_context(options);
    if (!context) return fail(context.error());
    tls = std::move(*context);
  } else if (!options.pinned_certificate.empty() || !options.ca_file.empty()) {
    return fail(Code::usage, fmt::format("certificates are checked on https:// addresses only; {} "
                                         "is none",
                                         endpoint.url));
  }
  return std::unique_ptr<HttpConnection>(new HttpConnection(
      std::make_unique<Impl>(std::move(endpoint), std::move(options), std::move(tls))));
}

HttpConnection::HttpConnection(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpConnection::~HttpConnection() = default;

Result<HttpAnswer> HttpConnection::send(const HttpRequest& request) {
  return impl_->send(request);
}

const Endpoint& HttpConnection::endpoint() const {
  return impl_->endpoint();
}

}  // namespace generion::client
