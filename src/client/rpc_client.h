// A blocking JSON-RPC 2.0 client of one node, over HTTP, HTTPS or a Unix socket
// (docs/protocol/rpc.md).
//
//   auto node = client::RpcClient::create({.url = "https://node.example:8443"});
//   auto status = (*node)->call("getStatus", {});
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"

namespace generion::client {

struct RpcCall {
  std::string method;
  boost::json::object params;
};

// What the other parts of the client need from a node; tests give their own.
class Rpc {
 public:
  virtual ~Rpc() = default;

  // The call's result. A refusal by the node comes back with its own code (`data.code`), a node
  // that does not answer as unreachable, one that answers too late as timed_out. Whether a call
  // that failed with one of these two took effect is unknown.
  virtual Result<boost::json::value> call(std::string_view method, boost::json::object params) = 0;

  // One JSON-RPC batch: as many results as calls, in their order. The outer error: no answer to the
  // batch as a whole.
  virtual Result<std::vector<Result<boost::json::value>>> call_batch(
      std::vector<RpcCall> calls) = 0;
};

struct RpcOptions {
  // http://host:port, https://host:port, or unix:/path/of/socket. Plain http:// only to loopback,
  // unless allow_plain.
  std::string url = "http://127.0.0.1:8564";
  bool allow_plain = false;
  // PEM file of the authorities that https:// servers are checked against; empty: the system's.
  std::string ca_file{};
  // SHA-256 of the server's certificate (DER), 64 hex digits: exactly this certificate is accepted,
  // whoever signed it and whatever name it bears. Empty: by authority and host name.
  std::string pinned_certificate{};
  std::string client_certificate_file{};  // PEM, for rpc.access = client_certificate
  std::string client_key_file{};          // PEM
  std::string token_file{};  // for rpc.access = token; mode 0600; first line is the token
  std::uint64_t connect_timeout_ms = 5'000;
  std::uint64_t call_timeout_ms = 60'000;  // for writing the request and reading the whole answer
};

// Keeps its connection open between calls and opens it again when the server closed it. One thread
// at a time.
class RpcClient final : public Rpc {
 public:
  // Connects to nobody yet. Errors: usage (URL, pin), file_missing, bad_file_mode, bad_config (a
  // file holds no usable certificate or key).
  static Result<std::unique_ptr<RpcClient>> create(RpcOptions options);
  ~RpcClient() override;
  RpcClient(const RpcClient&) = delete;
  RpcClient& operator=(const RpcClient&) = delete;

  Result<boost::json::value> call(std::string_view method, boost::json::object params) override;
  Result<std::vector<Result<boost::json::value>>> call_batch(std::vector<RpcCall> calls) override;

  const std::string& url() const;

 private:
  class Impl;
  explicit RpcClient(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace generion::client
