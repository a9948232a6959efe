// The paths of the original middleware, /identity/...: its replies for its clients, made of this
// node's methods. docs/developers/original.md has the table.
#pragma once

#include "rpc/dispatcher.h"

namespace generion::rpc {

// Immutable; any thread. `dispatcher` must outlive it and what it answers.
class IdentityPaths {
 public:
  explicit IdentityPaths(const Dispatcher& dispatcher) : dispatcher_(dispatcher) {}

  static bool is_path(std::string_view path);

  // Answers one request below /identity.
  void serve(const net::Request& request, const MethodList& served, net::Respond respond) const;

  // The gate's refusal of a request, as the original would say it.
  static net::Response refuse(const net::Request& request, const net::Response& refusal);

 private:
  const Dispatcher& dispatcher_;
};

}  // namespace generion::rpc
