// One HTTP/1.1 connection to one server, with TLS where its URL says https. Blocking, with
// deadlines.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "client/endpoint.h"

namespace generion::client {

struct HttpOptions {
  std::string ca_file;             // PEM; empty: the system's authorities
  std::string pinned_certificate;  // SHA-256 of the server's certificate, hex; empty: not pinned
  std::string client_certificate_file;
  std::string client_key_file;
  std::uint64_t connect_timeout_ms = 5'000;
  std::uint64_t call_timeout_ms = 60'000;
  std::size_t answer_bytes_max = 0;
};

struct HttpRequest {
  std::string method;
  std::string target;
  std::vector<std::pair<std::string, std::string>> headers;
  Bytes body;
};

struct HttpAnswer {
  unsigned status = 0;
  std::string content_type;
  Bytes body;
};

// Connects when it must and keeps the connection for the next request. A request on a kept
// connection that the server has closed meanwhile is sent once more on a new one, so send only what
// may arrive twice. One thread at a time.
class HttpConnection {
 public:
  // Errors: usage, file_missing, bad_config (a certificate or key that cannot be used).
  static Result<std::unique_ptr<HttpConnection>> create(Endpoint endpoint, HttpOptions options);
  ~HttpConnection();

  // Errors: unreachable (with the address, the cause, and what to check), timed_out, too_large.
  Result<HttpAnswer> send(const HttpRequest& request);

  const Endpoint& endpoint() const;

 private:
  class Impl;
  explicit HttpConnection(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace generion::client
