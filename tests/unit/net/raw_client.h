// A client that speaks HTTP and WebSocket byte by byte over a blocking socket, so that a test can
// also do what no library would. Waits at most 10 s for anything.
#pragma once

#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>

#include "base/bytes.h"

namespace generion::test {

struct HttpAnswer {
  unsigned status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;

  bool says(std::string_view text) const { return body.find(text) != body.npos; }
};

struct Frame {
  unsigned opcode = 0;  // 1 text, 8 close
  std::string payload;

  unsigned close_code() const {
    return payload.size() < 2 ? 0
                              : static_cast<unsigned char>(payload[0]) * 256u +
                                    static_cast<unsigned char>(payload[1]);
  }
};

class RawClient {
 public:
  explicit RawClient(std::uint16_t port, int receive_buffer = 0) {
    open(AF_INET, receive_buffer);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connect_to(&address, sizeof address);
  }
  explicit RawClient(const std::string& path) {
    open(AF_UNIX, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    connect_to(&address, sizeof address);
  }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  ~RawClient() { close(); }

  void close() {
    if (ssl_ != nullptr) SSL_free(ssl_);
    if (fd_ >= 0) ::close(fd_);
    ssl_ = nullptr;
    fd_ = -1;
  }

  // False: the handshake failed.
  bool start_tls(SSL_CTX* context) {
    ssl_ = SSL_new(context);
    SSL_set_fd(ssl_, fd_);
    return SSL_connect(ssl_) == 1;
  }

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ssl_ != nullptr
                               ? SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()))
                               : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;  // the answer, or its absence, tells
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  // nullopt: closed before a whole answer came.
  std::optional<HttpAnswer> receive(bool has_body = true) {
    const auto head = take_until("\r\n\r\n");
    if (!head) return std::nullopt;
    HttpAnswer out;
    out.status = static_cast<unsigned>(std::stoul(head->substr(9, 3)));
    for (std::size_t at = head->find("\r\n"); at != head->npos && at + 2 < head->size();) {
      const std::size_t end = head->find("\r\n", at + 2);
      const std::string line = head->substr(at + 2, end - at - 2);
      at = end;
      if (line.empty()) break;
      std::string name = line.substr(0, line.find(':'));
      std::transform(name.begin(), name.end(), name.begin(),
                     [](unsigned char c) { return std::tolower(c); });
      out.headers[name] = line.substr(line.find(':') + 2);
    }
    if (has_body && out.headers.contains("content-length")) {
      const auto body = take(std::stoul(out.headers["content-length"]));
      if (!body) return std::nullopt;
      out.body = *body;
    }
    return out;
  }

  // Sends a request with a Host and reads the answer. Throws if none comes.
  HttpAnswer ask(const std::string& method, const std::string& target, const std::string& body = "",
                 const std::string& headers = "Content-Type: application/json\r\n") {
    send(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    auto out = receive(method != "HEAD");
    if (!out) throw std::runtime_error("no answer to " + method + " " + target);
    return *out;
  }

  HttpAnswer upgrade(const std::string& headers = "", const std::string& target = "/ws") {
    send("GET " + target +
         " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + headers +
         "\r\n");
    auto out = receive();
    if (!out) throw std::runtime_error("no answer to the upgrade");
    return *out;
  }

  void send_frame(std::string_view payload, unsigned opcode = 1) {
    std::string out;
    out += static_cast<char>(0x80 | opcode);
    if (payload.size() < 126) {
      out += static_cast<char>(0x80 | payload.size());
    } else if (payload.size() < 65'536) {
      out += static_cast<char>(0x80 | 126);
      for (int shift = 8; shift >= 0; shift -= 8) out += static_cast<char>(payload.size() >> shift);
    } else {
      out += static_cast<char>(0x80 | 127);
      for (int shift = 56; shift >= 0; shift -= 8)
        out += static_cast<char>(payload.size() >> shift);
    }
    out.append(4, '\0');  // a mask of zeros changes nothing
    out += payload;
    send(out);
  }

  // nullopt: closed without a frame.
  std::optional<Frame> receive_frame() {
    const auto head = take(2);
    if (!head) return std::nullopt;
    std::size_t size = static_cast<unsigned char>((*head)[1]) & 127u;
    const std::size_t more = size == 126 ? 2 : size == 127 ? 8 : 0;
    if (more > 0) {
      const auto length = take(more);
      if (!length) return std::nullopt;
      size = 0;
      for (const char c : *length) size = size * 256 + static_cast<unsigned char>(c);
    }
    const auto payload = take(size);
    if (!payload) return std::nullopt;
    return Frame{static_cast<unsigned char>((*head)[0]) & 15u, *payload};
  }

  // Whether the server closes without sending more.
  bool is_closed() { return buffer_.empty() && !fill(); }

 private:
  void open(int family, int receive_buffer) {
    fd_ = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval limit{.tv_sec = 10, .tv_usec = 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (receive_buffer > 0) {
      ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    }
  }
  template <class Address>
  void connect_to(const Address* address, socklen_t size) {
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(address), size) != 0) {
      throw std::runtime_error("can't connect");
    }
  }
  bool fill() {
    char chunk[16384];
    const ssize_t size =
        ssl_ != nullptr ? SSL_read(ssl_, chunk, sizeof chunk) : ::recv(fd_, chunk, sizeof chunk, 0);
    if (size <= 0) return false;
    buffer_.append(chunk, static_cast<std::size_t>(size));
    return true;
  }
  std::optional<std::string> take(std::size_t size) {
    while (buffer_.size() < size) {
      if (!fill()) return std::nullopt;
    }
    std::string out = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return out;
  }
  std::optional<std::string> take_until(std::string_view end) {
    while (buffer_.find(end) == buffer_.npos) {
      if (!fill()) return std::nullopt;
    }
    return take(buffer_.find(end) + end.size());
  }

  int fd_ = -1;
  SSL* ssl_ = nullptr;
  std::string buffer_;
};

}  // namespace generion::test
