// Who may call at one address.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "net/http_server.h"
#include "rpc/dispatcher.h"

namespace generion::rpc {

enum class Access : std::uint8_t { open, token, client_certificate };

struct ListenerRules {
  // Not set: open on loopback and Unix sockets; beyond, it must be set.
  std::optional<Access> access;
  std::filesystem::path
      token_file;  // for Access::token; mode 0600, at least limits::kTokenBytesMin characters
  std::vector<std::string> methods;  // the only ones served here; empty: all
  bool metrics = false;              // whether /metrics is served here
};

// ListenerRules, checked and loaded. Immutable.
class Gate {
 public:
  // Errors: bad_config (access not set beyond loopback, client_certificate without a CA, unknown
  // method, short token), file_missing, bad_file_mode.
  static Result<Gate> open(const ListenerRules& rules, const net::Listener& listener,
                           const MethodTable& table);

  // Why a request is refused (401 without the token); nullopt if it is not. Takes the same time for
  // each wrong token.
  std::optional<net::Response> check(const net::Request& request) const;

  const MethodList& methods() const { return methods_; }
  bool serves_metrics() const { return metrics_; }

 private:
  std::optional<Hash> token_hash_;
  MethodList methods_;
  bool metrics_ = false;
};

}  // namespace generion::rpc
