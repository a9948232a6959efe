#include "cli/localnet/network.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <tuple>

#include "node/config.h"
#include "node/host_port.h"
#include "node/init.h"

namespace generion::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kAnswerMs = 500;

Result<ChildNode> start_child(const fs::path& directory, const std::vector<std::string>& settings) {
  return ChildNode::start(directory / node::kConfigFile, directory / kNodeLogFile, settings);
}

std::uint64_t number_at(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_number() ? value->to_number<std::uint64_t>() : 0;
}

std::string text_at(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

void read_status(const boost::json::value& answer, NodeState& out) {
  const auto* status = answer.if_object();
  if (status == nullptr) return;
  const auto* ready = status->if_contains("ready");
  const bool is_ready = ready != nullptr && ready->is_bool() && ready->as_bool();
  out.phase = is_ready ? NodePhase::ready : NodePhase::not_ready;
  out.reason = text_at(*status, "not_ready_reason");
  out.role = text_at(*status, "role");
  out.height = number_at(*status, "height");
  out.sealed_height = number_at(*status, "sealed_height");
  out.view = number_at(*status, "view");
  out.mempool = number_at(*status, "mempool");
  out.peers = number_at(*status, "peers");
}

}  // namespace

Result<LocalNetwork::Member> LocalNetwork::start_member(const fs::path& directory,
                                                        const std::vector<std::string>& settings) {
  const fs::path config = directory / node::kConfigFile;
  const node::LoadedConfig loaded = node::load_config({.file = config});
  if (!loaded.mistakes.empty()) {
    return fail(Code::bad_config, node::mistake_text(loaded.mistakes.front()));
  }
  const node::RpcListener& listener = loaded.config.rpc.listeners.front();
  std::string url = "http://" + node::host_port_text({listener.host, listener.port});
  auto rpc = client::RpcClient::create(
      {.url = url, .connect_timeout_ms = kAnswerMs, .call_timeout_ms = kAnswerMs});
  if (!rpc) return fail(rpc.error());
  auto child = start_child(directory, settings);
  if (!child) return fail(child.error());
  return Member{directory.filename().string(), directory, std::move(url), std::move(*child),
                std::move(*rpc)};
}

Result<LocalNetwork> LocalNetwork::start(const fs::path& directory,
                                         const std::vector<std::string>& settings) {
  std::vector<fs::path> folders;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    if (fs::exists(entry.path() / node::kConfigFile, error)) folders.push_back(entry.path());
  }
  if (folders.empty()) {
    return fail(Code::file_missing,
                fmt::format("{} holds no nodes; give a new directory to have them made, or one "
                            "that localnet made",
                            directory.string()));
  }
  // validator-1, validator-2, ..., validator-10, observer-1
  std::ranges::sort(folders, {}, [](const fs::path& folder) {
    const std::string name = folder.filename().string();
    return std::tuple(!name.starts_with("validator"), name.size(), name);
  });
  std::vector<Member> members;
  for (const fs::path& folder : folders) {
    auto member = start_member(folder, settings);
    if (!member) return fail(member.error());
    members.push_back(std::move(*member));
  }
  return LocalNetwork(std::move(members), settings);
}

std::vector<NodeState> LocalNetwork::states() {
  std::vector<NodeState> out;
  for (Member& member : members_) {
    NodeState state;
    state.name = member.name;
    state.url = member.url;
    if (const auto status = member.child.poll()) {
      state.phase = NodePhase::ended;
      state.reason = exit_text(*status);
    } else {
      state.process = member.child.process();
      if (const auto answer = member.rpc->call("getStatus", {})) read_status(*answer, state);
    }
    out.push_back(std::move(state));
  }
  return out;
}

Result<void> LocalNetwork::restart(std::size_t i) {
  auto child = start_child(members_[i].directory, settings_);
  if (!child) return fail(child.error());
  members_[i].child = std::move(*child);
  return {};
}

int LocalNetwork::stop() {
  for (Member& member : members_) member.child.terminate();
  int out = 0;
  for (Member& member : members_) {
    const int status = member.child.stop();
    if (out == 0) out = status;
  }
  return out;
}

}  // namespace generion::cli
