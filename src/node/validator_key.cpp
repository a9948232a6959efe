#include "node/validator_key.h"

#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/file.h"
#include "base/limits.h"
#include "crypto/sealed_key.h"

namespace generion::node {
namespace {

crypto::SecretBytes without_line_end(Bytes text) {
  ByteView view = text;
  if (view.ends_with('\n')) view.remove_suffix(1);
  if (view.ends_with('\r')) view.remove_suffix(1);
  auto out = crypto::SecretBytes::copy_of(view);
  crypto::wipe(text);
  return out;
}

Result<crypto::SecretBytes> read_secret_file(const std::filesystem::path& path) {
  if (auto ok = check_private(path); !ok) return fail(ok.error());
  auto text = read_file(path, limits::kSecretInputBytesMax);
  if (!text) return fail(text.error());
  return without_line_end(std::move(*text));
}

Result<crypto::SecretBytes> read_secret_descriptor(int descriptor) {
  Bytes text(limits::kSecretInputBytesMax, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t count = read(descriptor, text.data() + size, text.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      crypto::wipe(text);
      return fail(Code::io_error, fmt::format("the passphrase can't be read from descriptor {}: {}",
                                              descriptor, std::strerror(errno)));
    }
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  auto out = without_line_end(text.substr(0, size));
  crypto::wipe(text);
  return out;
}

Result<crypto::SecretBytes> read_credential(const std::string& name) {
  const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
  if (directory == nullptr) {
    return fail(Code::bad_config,
                fmt::format("passphrase_credential is '{}', but CREDENTIALS_DIRECTORY is not set; "
                            "start the node by systemd with LoadCredential={}:FILE",
                            name, name));
  }
  auto text = read_file(std::filesystem::path(directory) / name, limits::kSecretInputBytesMax);
  if (!text) return fail(text.error());
  return without_line_end(std::move(*text));
}

Result<crypto::SecretBytes> read_passphrase(const PassphraseSource& source) {
  if (!source.file.empty()) return read_secret_file(source.file);
  if (source.fd) return read_secret_descriptor(static_cast<int>(*source.fd));
  if (!source.credential.empty()) return read_credential(source.credential);
  return crypto::SecretBytes();
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
  const auto passphrase = read_passphrase(source);
  if (!passphrase) return fail(passphrase.error());
  if (info->sealed && passphrase->size() == 0) {
    return fail(Code::bad_passphrase,
                fmt::format("{} is sealed; set passphrase_file, passphrase_credential or "
                            "passphrase_fd in the configuration",
                            path.string()));
  }
  auto key = crypto::open_key_file(*text, passphrase->view());
  crypto::wipe(*text);
  if (!key) return fail(key.error().code, path.string() + ": " + key.error().message);
  return crypto::SigningKey::from_seed(key->secret);
}

}  // namespace generion::node
