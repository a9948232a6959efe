#include "node/validator_key.h"

#include <fmt/core.h>
#include <unistd.h>

#include <cstdlib>

#include "base/file.h"
#include "base/limits.h"
#include "crypto/sealed_key.h"
#include "crypto/secret_input.h"

namespace generion::node {
namespace {

Result<crypto::SecretBytes> read_credential(const std::string& name) {
  const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
  if (directory == nullptr) {
    return fail(Code::bad_config,
                fmt::format("passphrase_credential is '{}', but CREDENTIALS_DIRECTORY is not set; "
                            "start the node by systemd with LoadCredential={}:FILE",
                            name, name));
  }
  return crypto::read_secret_file(std::filesystem::path(directory) / name,
                                  crypto::Protection::by_system);
}

// Whether somebody sits there: not for a service, nor for a process in the background.
bool is_at_terminal() {
  return ::isatty(STDIN_FILENO) == 1 && ::tcgetpgrp(STDIN_FILENO) == ::getpgrp();
}

Result<crypto::SecretBytes> read_passphrase(const PassphraseSource& source,
                                            const std::filesystem::path& key_file) {
  if (!source.file.empty()) return crypto::read_secret_file(source.file);
  if (source.fd) return crypto::read_secret_descriptor(static_cast<int>(*source.fd));
  if (!source.credential.empty()) return read_credential(source.credential);
  if (is_at_terminal()) {
    return crypto::ask_secret(fmt::format("Passphrase of {}", key_file.string()));
  }
  return fail(Code::bad_passphrase,
              fmt::format("{} is sealed; set passphrase_file, passphrase_credential or "
                          "passphrase_fd in the configuration, or start the node on a terminal",
                          key_file.string()));
}

}  // namespace

Result<crypto::SigningKey> load_validator_key(const std::filesystem::path& path,
                                              const PassphraseSource& source) {
  if (auto ok = check_private(path); !ok) return fail(ok.error());
  auto text = read_file(path, limits::kKeyFileBytesMax);
  if (!text) return fail(text.error());
  const auto info = crypto::inspect_key_file(*text);
  if (!info) return fail(info.error().code, path.string() + ": " + info.error().message);
  if (info->kind != crypto::KeyKind::validator) {
    return fail(Code::bad_config,
                fmt::format("{} holds a key of kind {}; a node takes a validator key",
                            path.string(), crypto::key_kind_name(info->kind)));
  }
  crypto::SecretBytes passphrase;
  if (info->sealed) {
    auto given = read_passphrase(source, path);
    if (!given) return fail(given.error());
    passphrase = std::move(*given);
  }
  auto key = crypto::open_key_file(*text, passphrase.view());
  crypto::wipe(*text);
  if (!key) return fail(key.error().code, path.string() + ": " + key.error().message);
  return crypto::SigningKey::from_seed(key->secret);
}

}  // namespace generion::node
