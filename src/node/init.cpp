#include "node/init.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/file.h"
#include "base/hex.h"
#include "crypto/sealed_key.h"
#include "ledger/journal/journal.h"
#include "node/config.h"
#include "node/host_port.h"
#include "node/init_config.h"

namespace generion::node {
namespace {

namespace fs = std::filesystem;

// A directory beside the target that goes away unless it is renamed.
class Draft {
 public:
  static Result<Draft> make(const fs::path& target) {
    std::string pattern =
        (target.parent_path() / ("." + target.filename().string() + ".XXXXXX")).string();
    if (::mkdtemp(pattern.data()) == nullptr) {
      return fail(
          errno == ENOSPC ? Code::disk_full : Code::io_error,
          fmt::format(
              "no directory can be made beside {}: {}; its parent must exist and be writable",
              target.string(), std::strerror(errno)));
    }
    return Draft(pattern);
  }

  Draft(Draft&& other) noexcept : path_(std::exchange(other.path_, fs::path())) {}
  Draft& operator=(Draft&&) = delete;
  ~Draft() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }

  const fs::path& path() const { return path_; }

  // Takes the target's place. rename(2) replaces an empty directory and refuses any other.
  Result<void> publish(const fs::path& target) {
    if (const auto synced = sync_directory(path_); !synced) return fail(synced.error());
    if (::rename(path_.c_str(), target.c_str()) != 0) {
      const bool taken = errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR;
      return fail(taken ? Code::file_exists : Code::io_error,
                  fmt::format("{} cannot be made: {}", target.string(), std::strerror(errno)));
    }
    path_.clear();
    return sync_directory(target.parent_path());
  }

 private:
  explicit Draft(fs::path path) : path_(std::move(path)) {}
  fs::path path_;
};

Result<void> check_target(const fs::path& target) {
  std::error_code error;
  const fs::file_status status = fs::status(target, error);
  if (!fs::exists(status)) return {};
  if (!fs::is_directory(status) || !fs::is_empty(target, error)) {
    return fail(
        Code::file_exists,
        fmt::format(
            "{} is there already and is no empty directory; nothing was changed. Give a new "
            "directory: init never touches a node that exists",
            target.string()));
  }
  return {};
}

Result<void> write_key(const fs::path& path, crypto::KeyKind kind, const crypto::SigningKey& key,
                       const std::optional<crypto::SecretBytes>& passphrase) {
  const auto file = crypto::KeyFile::of_key(kind, key);
  if (!passphrase) {
    return write_file_atomic(path, crypto::encode_key_file(file).view(), kPrivateFileMode,
                             IfExists::refuse);
  }
  const auto sealed = crypto::seal_key_file(file, passphrase->view());
  if (!sealed) return fail(sealed.error());
  return write_file_atomic(path, sealed->view(), kPrivateFileMode, IfExists::refuse);
}

// A node's keys, and what its files are to say.
struct Draftee {
  crypto::SigningKey key = crypto::SigningKey::generate();
  crypto::SigningKey governance = crypto::SigningKey::generate();
  std::string name;
  PeerRole role = PeerRole::validator;
  HostPort rpc;
  HostPort p2p;
};

Genesis make_genesis(const InitOptions& options, const std::vector<Draftee>& nodes) {
  Genesis out{.chain_name = options.chain_name,
              .time = options.time,
              .validators = {},
              .institutions = options.institutions,
              .parameters = options.parameters};
  for (const Draftee& node : nodes) {
    if (node.role != PeerRole::validator) continue;
    out.validators.push_back({.key = node.key.public_key(),
                              .governance_key = node.governance.public_key(),
                              .name = node.name});
  }
  std::ranges::sort(out.validators, {}, &GenesisValidator::key);
  std::ranges::sort(out.institutions, {}, &GenesisInstitution::address);
  return out;
}

// The address must be one that generiond takes; what the file alone cannot tell is not looked at.
Result<void> check_config(const fs::path& file) {
  const LoadedConfig loaded = load_config({.file = file, .checks = FileChecks::none});
  if (loaded.mistakes.empty()) return {};
  const Mistake& first = loaded.mistakes.front();
  return fail(Code::bad_config, fmt::format("{}: {}", first.key, first.message));
}

// What a start would refuse is refused here, before anything is made.
Result<std::string> checked_genesis_text(const Genesis& genesis) {
  std::string out = genesis_json(genesis);
  if (const auto parsed = parse_genesis(out); !parsed) return fail(parsed.error());
  return out;
}

// Fills a directory that exists and is empty.
Result<void> fill_directory(const fs::path& at, const Draftee& node, const InitOptions& options,
                            const Genesis& genesis, const InitConfig& config) {
  const auto text = checked_genesis_text(genesis);
  if (!text) return fail(text.error());
  const fs::path data = at / kDataDirectory;
  auto done =
      write_key(at / kValidatorKeyFile, crypto::KeyKind::validator, node.key, options.passphrase);
  if (done && node.role == PeerRole::validator) {
    done = write_key(at / kGovernanceKeyFile, crypto::KeyKind::governance, node.governance,
                     options.passphrase);
  }
  if (done) done = write_file_atomic(at / kGenesisFile, *text, kPublicFileMode);
  if (done) done = write_file_atomic(at / kConfigFile, init_config_text(config), kPublicFileMode);
  if (done) done = check_config(at / kConfigFile);
  if (done) done = create_private_directory(data);
  if (done) done = ledger::Journal::create(data / kJournalDirectory, chain_id(genesis));
  if (done) done = sync_directory(data);
  return done;
}

fs::path target_of(const fs::path& directory) {
  const fs::path target = fs::absolute(directory).lexically_normal();
  return target.has_filename() ? target : target.parent_path();
}

Result<std::vector<Draftee>> draft_nodes(const InitNetworkOptions& options) {
  const auto first = parse_host_port(options.common.rpc_address, HostKind::ip_address);
  const std::size_t count = options.validators + options.observers;
  if (!first || first->port == 0 || first->port + 2 * count > UINT16_MAX) {
    return fail(Code::bad_config,
                fmt::format("{} is no address from which {} nodes can take two ports each; give "
                            "an IP address and a port, such as 127.0.0.1:8564",
                            options.common.rpc_address, count));
  }
  std::vector<Draftee> out(count);
  for (std::size_t i = 0; i < count; ++i) {
    const bool is_validator = i < options.validators;
    out[i].role = is_validator ? PeerRole::validator : PeerRole::observer;
    out[i].name = is_validator ? fmt::format("validator-{}", i + 1)
                               : fmt::format("observer-{}", i + 1 - options.validators);
    const auto port = static_cast<std::uint16_t>(first->port + 2 * i);
    out[i].rpc = {first->host, port};
    out[i].p2p = {first->host, static_cast<std::uint16_t>(port + 1)};
  }
  return out;
}

// Of two nodes one would do; both know the other's address, so that either may start first.
InitConfig network_config(const std::vector<Draftee>& nodes, const Draftee& self, bool is_sealed) {
  InitConfig out{host_port_text(self.rpc), is_sealed, P2pListen{self.p2p.host, self.p2p.port}, {}};
  for (const Draftee& other : nodes) {
    if (&other == &self) continue;
    out.peers.push_back({other.key.public_key(), other.role, other.p2p.host, other.p2p.port});
  }
  return out;
}

}  // namespace

Result<InitResult> initialize_node(const InitOptions& options) {
  const fs::path directory = target_of(options.directory);
  if (const auto free = check_target(directory); !free) return fail(free.error());
  std::vector<Draftee> nodes(1);
  nodes.front().name = options.validator_name;
  const Genesis genesis = make_genesis(options, nodes);
  if (const auto text = checked_genesis_text(genesis); !text) return fail(text.error());

  auto draft = Draft::make(directory);
  if (!draft) return fail(draft.error());
  const InitConfig config{options.rpc_address, options.passphrase.has_value(), std::nullopt, {}};
  auto done = fill_directory(draft->path(), nodes.front(), options, genesis, config);
  if (done) done = draft->publish(directory);
  if (!done) return fail(done.error());
  return InitResult{.chain_id = chain_id(genesis),
                    .validator = nodes.front().key.public_key(),
                    .governance = nodes.front().governance.public_key()};
}

Result<InitNetworkResult> initialize_network(const InitNetworkOptions& options) {
  const fs::path directory = target_of(options.common.directory);
  if (const auto free = check_target(directory); !free) return fail(free.error());
  auto nodes = draft_nodes(options);
  if (!nodes) return fail(nodes.error());
  const Genesis genesis = make_genesis(options.common, *nodes);
  if (const auto text = checked_genesis_text(genesis); !text) return fail(text.error());

  auto draft = Draft::make(directory);
  if (!draft) return fail(draft.error());
  InitNetworkResult out{chain_id(genesis), {}};
  for (const Draftee& node : *nodes) {
    const fs::path at = draft->path() / node.name;
    const InitConfig config = network_config(*nodes, node, options.common.passphrase.has_value());
    auto done = create_private_directory(at);
    if (done) done = fill_directory(at, node, options.common, genesis, config);
    if (done) done = sync_directory(at);
    if (!done) return fail(done.error());
    out.nodes.push_back({node.name, node.role, node.key.public_key(), host_port_text(node.rpc)});
  }
  if (const auto done = draft->publish(directory); !done) return fail(done.error());
  return out;
}

}  // namespace generion::node
