// The nodes in a directory that node::initialize_network made, as child processes.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/localnet/board.h"
#include "cli/localnet/child_node.h"
#include "client/rpc_client.h"

namespace generion::cli {

inline constexpr std::string_view kNodeLogFile = "node.log";  // in a node's directory

class LocalNetwork {
 public:
  // Starts a node for each configuration in a folder of `directory`, validators first, by number;
  // its log is node.log beside it. Errors: file_missing (no nodes there), those of starting.
  static Result<LocalNetwork> start(const std::filesystem::path& directory,
                                    const std::vector<std::string>& settings);

  // Asks each node how it fares; takes at most half a second for one that does not answer.
  std::vector<NodeState> states();

  std::size_t size() const { return members_.size(); }
  const std::string& url(std::size_t i) const { return members_[i].url; }
  const std::filesystem::path& directory(std::size_t i) const { return members_[i].directory; }
  pid_t process(std::size_t i) const { return members_[i].child.process(); }  // -1: has ended

  // SIGKILL: as a power cut of the program. Returns when it is gone.
  void kill(std::size_t i) { members_[i].child.kill(); }
  // Starts again what has ended.
  Result<void> restart(std::size_t i);

  // Ends all of them and waits for that. 0 if all ended with that exit status, else the first other
  // one, as waitpid tells.
  int stop();

 private:
  struct Member {
    std::string name;
    std::filesystem::path directory;
    std::string url;
    ChildNode child;
    std::unique_ptr<client::Rpc> rpc;
  };

  LocalNetwork(std::vector<Member> members, std::vector<std::string> settings)
      : members_(std::move(members)), settings_(std::move(settings)) {}
  static Result<Member> start_member(const std::filesystem::path& directory,
                                     const std::vector<std::string>& settings);

  std::vector<Member> members_;
  std::vector<std::string> settings_;
};

}  // namespace generion::cli
