// A small HTTP server on loopback or a Unix socket, with TLS if asked: it hands each request to the
// test and sends back the bytes that it returns.
#pragma once

#include <arpa/inet.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <csignal>
#include <functional>
#include <optional>
#include <string>
#include <thread>

#include "base/hex.h"

namespace generion::client {

// A self-signed certificate for 127.0.0.1 with its key.
class TestCertificate {
 public:
  TestCertificate() : key_(EVP_EC_gen("P-256")), certificate_(X509_new()) {
    X509_set_version(certificate_, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate_), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate_), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate_), 3600);
    X509_NAME* name = X509_get_subject_name(certificate_);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
    X509_set_issuer_name(certificate_, name);
    X509_set_pubkey(certificate_, key_);
    X509_EXTENSION* names =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1");
    X509_add_ext(certificate_, names, -1);
    X509_EXTENSION_free(names);
    X509_sign(certificate_, key_, EVP_sha256());
  }
  ~TestCertificate() {
    X509_free(certificate_);
    EVP_PKEY_free(key_);
  }
  TestCertificate(const TestCertificate&) = delete;
  TestCertificate& operator=(const TestCertificate&) = delete;

  std::string pem() const {
    BIO* out = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(out, certificate_);
    char* data = nullptr;
    const long size = BIO_get_mem_data(out, &data);
    std::string text(data, static_cast<std::size_t>(size));
    BIO_free(out);
    return text;
  }

  std::string sha256() const {
    Bytes digest(32, '\0');
    unsigned size = 0;
    X509_digest(certificate_, EVP_sha256(), reinterpret_cast<unsigned char*>(digest.data()), &size);
    return to_hex(digest);
  }

  SSL_CTX* context() const {
    SSL_CTX* out = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate(out, certificate_);
    SSL_CTX_use_PrivateKey(out, key_);
    return out;
  }

 private:
  EVP_PKEY* key_;
  X509* certificate_;
};

inline std::string http_answer(std::string_view body, std::string_view status = "200 OK") {
  return "HTTP/1.1 " + std::string(status) +
         "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + std::string(body);
}

class TestServer {
 public:
  // Gets head and body of a request; nullopt closes the connection without an answer.
  using Handler = std::function<std::optional<std::string>(const std::string& request)>;

  explicit TestServer(Handler handler, const TestCertificate* certificate = nullptr)
      : handler_(std::move(handler)), tls_(certificate ? certificate->context() : nullptr) {
    std::signal(SIGPIPE, SIG_IGN);  // a client that refuses the certificate hangs up
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    socklen_t size = sizeof address;
    REQUIRE(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    url_ = (tls_ ? "https://127.0.0.1:" : "http://127.0.0.1:") +
           std::to_string(ntohs(address.sin_port));
    start();
  }

  TestServer(Handler handler, const std::string& socket_path) : handler_(std::move(handler)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket_path.copy(address.sun_path, sizeof address.sun_path - 1);
    listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    url_ = "unix:" + socket_path;
    start();
  }

  ~TestServer() {
    ::shutdown(listener_, SHUT_RDWR);
    if (const int open = connection_.load(); open >= 0) ::shutdown(open, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
    SSL_CTX_free(tls_);
  }
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  const std::string& url() const { return url_; }
  int connections() const { return connections_; }

 private:
  void start() {
    REQUIRE(::listen(listener_, 8) == 0);
    thread_ = std::thread([this] {
      for (int fd = accept_one(); fd >= 0; fd = accept_one()) {
        connection_ = fd;
        ++connections_;
        serve(fd);
        connection_ = -1;
        ::close(fd);
      }
    });
  }

  int accept_one() const { return ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC); }

  void serve(int fd) {
    SSL* tls = tls_ ? SSL_new(tls_) : nullptr;
    if (tls != nullptr) SSL_set_fd(tls, fd);
    if (tls == nullptr || SSL_accept(tls) == 1) {
      while (auto request = read_request(fd, tls)) {
        const auto answer = handler_(*request);
        if (!answer) break;
        write_all(fd, tls, *answer);
      }
    }
    SSL_free(tls);
  }

  static std::optional<std::string> read_request(int fd, SSL* tls) {
    std::string request;
    std::size_t wanted = 0;
    char piece[4096];
    while (wanted == 0 || request.size() < wanted) {
      const long size = tls != nullptr ? SSL_read(tls, piece, sizeof piece)
                                       : static_cast<long>(::recv(fd, piece, sizeof piece, 0));
      if (size <= 0) return std::nullopt;
      request.append(piece, static_cast<std::size_t>(size));
      const std::size_t head = request.find("\r\n\r\n");
      if (head == std::string::npos) continue;
      const std::size_t length = request.find("Content-Length: ");
      wanted = head + 4 + (length < head ? std::stoul(request.substr(length + 16)) : 0);
    }
    return request;
  }

  static void write_all(int fd, SSL* tls, std::string_view bytes) {
    while (!bytes.empty()) {
      const long size =
          tls != nullptr ? SSL_write(tls, bytes.data(), static_cast<int>(bytes.size()))
                         : static_cast<long>(::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL));
      if (size <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(size));
    }
  }

  Handler handler_;
  SSL_CTX* tls_ = nullptr;
  int listener_ = -1;
  std::atomic<int> connection_{-1};
  std::atomic<int> connections_{0};
  std::string url_;
  std::thread thread_;
};

}  // namespace generion::client
