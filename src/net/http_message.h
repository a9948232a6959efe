// A request and its response as handlers see them: whole, bounded, without a library's types.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "io/rate_limiter.h"

namespace generion::net {

using io::TokenBucket;

enum class Method : std::uint8_t { get, head, post, put, delete_, options, other };

std::string_view method_name(Method method);

// Who is at the other end of a connection.
struct Peer {
  std::string address;           // numeric IP address; "unix" for a Unix socket
  std::string certificate_name;  // the common name of a verified client certificate, else empty
  // What he may still ask; HTTP requests are charged one each before the handler sees them,
  // WebSocket messages are not. Null: no limit.
  std::shared_ptr<TokenBucket> rate;
};

struct Request {
  Method method = Method::other;
  std::string path;   // percent-decoded, without the query
  std::string query;  // as received, without the '?'
  std::string authorization;
  std::string body;
  Peer peer;
};

struct Response {
  unsigned status = 200;
  std::string body;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
};

// What stands in an error's data besides its code.
struct ErrorDetails {
  std::optional<std::uint64_t> limit = std::nullopt;
  std::optional<std::uint64_t> retry_after_ms = std::nullopt;
};

// {"code": -32000, "message": ..., "data": {"code": "TOO_LARGE", "limit": ...}}, and the header
// Retry-After.
Response error_response(unsigned status, const Error& error, ErrorDetails details = {});

// `text` as a JSON string with its quotes.
std::string json_quoted(std::string_view text);

// Error malformed: a '%' without two hexadecimal digits, or a zero byte.
Result<std::string> percent_decoded(std::string_view text, bool plus_is_space);

// name=value pairs in their order. Errors: malformed; too_many above limits::kQueryParametersMax.
Result<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view query);

// Answers one request, once, from any thread, now or later. Dropping it unanswered closes the
// connection.
using Respond = std::move_only_function<void(Response)>;
// Answers one WebSocket message; an empty text sends nothing. Threads as above.
using Reply = std::move_only_function<void(std::string)>;

// One open WebSocket, for what nobody asked: notifications. Safe from any thread; without effect
// once the connection has ended.
class Channel {
 public:
  virtual ~Channel() = default;
  // Sends `text` behind what waits already. `taken` is called once, on an io thread, when the
  // socket has taken it all; it is dropped uncalled if the connection ends before.
  virtual void push(std::string text, std::move_only_function<void()> taken) = 0;
  // Closes with code 1008 and this reason, as a reader that is too slow; what waits is dropped.
  virtual void cut_off(std::string reason) = 0;
};

// Serves one WebSocket. Called on io threads, one at a time; must not block. Dies with the
// connection.
class MessageHandler {
 public:
  virtual ~MessageHandler() = default;
  virtual void on_message(std::string message, Reply reply) = 0;
  // What a reader who is cut off because he takes nothing should know; at most 60 bytes.
  virtual std::string advice() const { return {}; }
};

// Serves what a listener receives. Called on io threads, several at a time; must not block.
class HttpHandler {
 public:
  virtual ~HttpHandler() = default;
  virtual void on_request(Request request, Respond respond) = 0;
  // nullopt opens the WebSocket; a response refuses it. The Origin was checked.
  virtual std::optional<Response> refuse_upgrade(const Request& request) = 0;
  // A WebSocket was opened.
  virtual std::unique_ptr<MessageHandler> on_open(Peer peer, std::shared_ptr<Channel> channel) = 0;
};

}  // namespace generion::net
