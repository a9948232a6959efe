// The node's RPC as configured: its io threads and its listeners.
#pragma once

#include <cstdint>
#include <memory>

#include "base/error.h"
#include "node/config.h"
#include "rpc/backend.h"

namespace generion::node {

class RpcService {
 public:
  // Listens where the configuration says, and on the admin socket. `backend` must outlive the
  // service. Errors: port_in_use, bad_config, and those of certificates, keys and token files.
  static Result<std::unique_ptr<RpcService>> start(const Config& config, rpc::Backend& backend);
  ~RpcService();  // stops

  // Stops accepting, tells those who wait, lets what is being answered finish for a short while.
  void stop();

  std::uint16_t port() const;  // of the first listener

 private:
  class Impl;
  explicit RpcService(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace generion::node
