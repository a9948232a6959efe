// A chain of its own for a benchmark or a test: one validator or more, made in a temporary
// directory, run as child processes, removed afterwards.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "cli/localnet/network.h"
#include "crypto/keys.h"
#include "types/ids.h"

namespace generion::cli {

struct LocalChainOptions {
  std::size_t validators = 1;
  std::vector<std::string> settings = {};  // KEY=VALUE over the configuration
  std::string chain_name = "benchmark";
};

class LocalChain {
 public:
  // Starts the generiond that stands beside this program for each validator and waits until all are
  // ready. The institution is accredited from genesis. Errors: file_missing (no generiond there),
  // timed_out (with the end of its log), cancelled (Ctrl-C, under an InterruptWatch), those of
  // init.
  static Result<std::unique_ptr<LocalChain>> start(const crypto::SigningKey& institution,
                                                   const LocalChainOptions& options = {});
  ~LocalChain();  // ends the processes, removes the directory
  LocalChain(const LocalChain&) = delete;
  LocalChain& operator=(const LocalChain&) = delete;

  std::size_t size() const { return keys_.size(); }

  // Ends a node as a power cut of the program would: SIGKILL. Returns when it is gone.
  void kill(std::size_t i = 0) { network_->kill(i); }

  // Starts it again after `kill` or `stop`, and waits until it is ready. Errors: those of start.
  Result<void> restart(std::size_t i = 0);

  // As LocalNetwork::states.
  std::vector<NodeState> states() { return network_->states(); }

  // SIGTERM to all; returns 0 if all ended with that status.
  int stop();

  const std::string& url(std::size_t i = 0) const { return network_->url(i); }
  std::filesystem::path directory(std::size_t i = 0) const { return network_->directory(i); }
  std::filesystem::path admin_socket(std::size_t i = 0) const {
    return directory(i) / "admin.sock";
  }
  pid_t process(std::size_t i = 0) const { return network_->process(i); }
  const PublicKey& key(std::size_t i) const { return keys_[i]; }
  const Hash& chain() const { return chain_; }

 private:
  LocalChain() = default;
  Result<void> make(const crypto::SigningKey& institution, const LocalChainOptions& options);
  Result<void> wait_until_ready();

  std::filesystem::path temporary_;
  Hash chain_;
  std::vector<PublicKey> keys_;
  std::optional<LocalNetwork> network_;
};

}  // namespace generion::cli
