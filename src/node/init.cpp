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

namespace generion::node {
namespace {

namespace fs = std::filesystem;

// The configuration file of a new node: what differs from the defaults, the rest is in
// configs/generiond.toml.
constexpr std::string_view kConfigTemplate =
    R"(# What is not here has its default; configs/generiond.toml has every key.
data_dir = "{}"
genesis = "{}"
key_file = "{}"
admin_socket = "admin.sock"
{}
[[rpc.listener]]
address = "{}"
access = "open"
)";

constexpr std::string_view kSealedHint = R"(
# The key is sealed. Its passphrase comes from one of these, or is asked for on the terminal:
#passphrase_file = "/etc/generion/passphrase"
#passphrase_credential = "validator"
#passphrase_fd = 3
)";

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

Genesis make_genesis(const InitOptions& options, const PublicKey& validator,
                     const PublicKey& governance) {
  Genesis out{.chain_name = options.chain_name,
              .time = options.time,
              .validators = {{.key = validator,
                              .governance_key = governance,
                              .name = options.validator_name}},
              .institutions = options.institutions,
              .parameters = options.parameters};
  std::ranges::sort(out.institutions, {}, &GenesisInstitution::address);
  return out;
}

std::string config_text(const InitOptions& options) {
  return fmt::format(kConfigTemplate, kDataDirectory, kGenesisFile, kValidatorKeyFile,
                     options.passphrase ? kSealedHint : "", options.rpc_address);
}

// The address must be one that generiond takes; what the file alone cannot tell is not looked at.
Result<void> check_config(const fs::path& file) {
  const LoadedConfig loaded = load_config({.file = file, .checks = FileChecks::none});
  if (loaded.mistakes.empty()) return {};
  const Mistake& first = loaded.mistakes.front();
  return fail(Code::bad_config, fmt::format("{}: {}", first.key, first.message));
}

}  // namespace

Result<InitResult> initialize_node(const InitOptions& options) {
  const fs::path target = fs::absolute(options.directory).lexically_normal();
  const fs::path directory = target.has_filename() ? target : target.parent_path();
  if (const auto free = check_target(directory); !free) return fail(free.error());

  const auto validator = crypto::SigningKey::generate();
  const auto governance = crypto::SigningKey::generate();
  const Genesis genesis = make_genesis(options, validator.public_key(), governance.public_key());
  const std::string genesis_text = genesis_json(genesis);
  // What a start would refuse is refused here, before anything is made.
  if (const auto parsed = parse_genesis(genesis_text); !parsed) return fail(parsed.error());

  auto draft = Draft::make(directory);
  if (!draft) return fail(draft.error());
  const fs::path& at = draft->path();
  const Hash chain = chain_id(genesis);
  const fs::path data = at / kDataDirectory;
  auto done =
      write_key(at / kValidatorKeyFile, crypto::KeyKind::validator, validator, options.passphrase);
  if (done) {
    done = write_key(at / kGovernanceKeyFile, crypto::KeyKind::governance, governance,
                     options.passphrase);
  }
  if (done) done = write_file_atomic(at / kGenesisFile, genesis_text, kPublicFileMode);
  if (done) done = write_file_atomic(at / kConfigFile, config_text(options), kPublicFileMode);
  if (done) done = check_config(at / kConfigFile);
  if (done) done = create_private_directory(data);
  if (done) done = ledger::Journal::create(data / kJournalDirectory, chain);
  if (done) done = sync_directory(data);
  if (done) done = draft->publish(directory);
  if (!done) return fail(done.error());
  return InitResult{.chain_id = chain,
                    .validator = validator.public_key(),
                    .governance = governance.public_key()};
}

}  // namespace generion::node
