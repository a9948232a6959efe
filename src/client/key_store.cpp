#include "client/key_store.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/file.h"
#include "base/hex.h"
#include "base/limits.h"
#include "client/key_list.h"
#include "crypto/capsule.h"
#include "crypto/mnemonic.h"

namespace generion::client {
namespace fs = std::filesystem;
using crypto::SecretBytes;

namespace {

constexpr std::string_view kPhraseFile = "phrase.key";

Result<Bytes> read_private(const fs::path& path) {
  if (auto ok = check_private(path); !ok) return fail(ok.error());
  return read_file(path, limits::kKeyFileBytesMax);
}

// The text of a key file, sealed if there is a passphrase.
Result<SecretBytes> key_file_text(const crypto::KeyFile& key, const Passphrase& passphrase) {
  if (passphrase.size() == 0) return crypto::encode_key_file(key);
  return crypto::seal_key_file(key, passphrase.view());
}

Error with_path(const Error& error, const fs::path& path) {
  return {error.code, fmt::format("{}: {}", path.string(), error.message)};
}

// What the phrase file keeps: the phrase and, after a line end, BIP 39's own passphrase.
SecretBytes join_phrase(ByteView phrase, ByteView bip39_passphrase) {
  const bool plain = bip39_passphrase.empty();
  SecretBytes out(phrase.size() + (plain ? 0 : 1 + bip39_passphrase.size()));
  auto* end = std::copy(phrase.begin(), phrase.end(), out.data());
  if (!plain) {
    *end++ = '\n';
    std::copy(bip39_passphrase.begin(), bip39_passphrase.end(), end);
  }
  return out;
}

}  // namespace

struct KeyStore::State {
  fs::path directory;
  bool sealed = false;
  std::optional<SecretBytes> phrase;  // without BIP 39's passphrase
  std::optional<SecretBytes> seed;    // BIP 39's

  Result<void> take(ByteView secret) {
    const std::size_t line_end = secret.find('\n');
    const ByteView words = secret.substr(0, line_end);
    const ByteView extra = line_end == ByteView::npos ? ByteView() : secret.substr(line_end + 1);
    auto derived = crypto::phrase_seed(words, extra);
    if (!derived) return fail(derived.error());
    seed = std::move(*derived);
    phrase = SecretBytes::copy_of(words);
    return {};
  }

  fs::path list_path(const Hash& chain) const { return directory / (to_hex(chain) + ".keys"); }
};

KeyStore::KeyStore(std::unique_ptr<State> state) : state_(std::move(state)) {}
KeyStore::KeyStore(KeyStore&&) noexcept = default;
KeyStore& KeyStore::operator=(KeyStore&&) noexcept = default;
KeyStore::~KeyStore() = default;

SecretBytes KeyStore::new_phrase() {
  return crypto::new_phrase();
}

Result<KeyStore> KeyStore::create(const fs::path& directory, const SecretBytes& phrase,
                                  const SecretBytes& bip39_passphrase,
                                  const Passphrase& passphrase) {
  auto words = crypto::normalize_phrase(phrase.view());
  if (!words) return fail(words.error());
  auto state = std::make_unique<State>();
  state->directory = directory;
  state->sealed = passphrase.size() > 0;
  SecretBytes secret = join_phrase(words->view(), bip39_passphrase.view());
  if (auto ok = state->take(secret.view()); !ok) return fail(ok.error());
  const auto text = key_file_text(crypto::KeyFile::of_phrase(std::move(secret)), passphrase);
  if (!text) return fail(text.error());
  // A new account has no ~/.local/share yet. What goes wrong here, the next step tells.
  std::error_code ec;
  fs::create_directories(directory.parent_path(), ec);
  if (auto ok = create_private_directory(directory); !ok) return fail(ok.error());
  const fs::path path = directory / kPhraseFile;
  auto written = write_file_atomic(path, text->view(), kPrivateFileMode, IfExists::refuse);
  if (!written && written.error().code == Code::file_exists) {
    return fail(Code::file_exists,
                fmt::format("{} holds a phrase already, which is never overwritten: use another "
                            "directory",
                            directory.string()));
  }
  if (!written) return fail(written.error());
  return KeyStore(std::move(state));
}

Result<KeyStore> KeyStore::open(const fs::path& directory) {
  const fs::path path = directory / kPhraseFile;
  std::error_code ec;
  if (!fs::exists(path, ec)) {
    return fail(Code::file_missing,
                fmt::format("{} holds no keys: make new ones, or restore them from a phrase",
                            directory.string()));
  }
  if (auto ok = check_private(directory); !ok) return fail(ok.error());
  auto text = read_private(path);
  if (!text) return fail(text.error());
  const auto info = crypto::inspect_key_file(*text);
  crypto::wipe(*text);
  if (!info) return fail(with_path(info.error(), path));
  if (info->kind != crypto::KeyKind::phrase) {
    return fail(Code::malformed, fmt::format("{} holds a key of kind {}; a phrase belongs there",
                                             path.string(), crypto::key_kind_name(info->kind)));
  }
  auto state = std::make_unique<State>();
  state->directory = directory;
  state->sealed = info->sealed;
  return KeyStore(std::move(state));
}

const fs::path& KeyStore::directory() const {
  return state_->directory;
}

bool KeyStore::is_sealed() const {
  return state_->sealed;
}

bool KeyStore::is_unlocked() const {
  return state_->seed.has_value();
}

Result<void> KeyStore::unlock(const Passphrase& passphrase) {
  const fs::path path = state_->directory / kPhraseFile;
  auto text = read_private(path);
  if (!text) return fail(text.error());
  const auto file = crypto::open_key_file(*text, passphrase.view());
  crypto::wipe(*text);
  if (!file) return fail(with_path(file.error(), path));
  return state_->take(file->secret.view());
}

Result<SecretBytes> KeyStore::phrase() const {
  if (!is_unlocked()) return fail(locked());
  return state_->phrase->clone();
}

Result<std::vector<UserKey>> KeyStore::keys(const Hash& chain) const {
  const fs::path path = state_->list_path(chain);
  std::error_code ec;
  if (!fs::exists(path, ec)) return std::vector<UserKey>{};
  if (auto ok = check_private(path); !ok) return fail(ok.error());
  const auto text = read_file(path, limits::kKeyListBytesMax);
  if (!text) return fail(text.error());
  auto out = parse_key_list(*text);
  if (!out) return fail(with_path(out.error(), path));
  return out;
}

Result<UserKey> KeyStore::current(const Hash& chain) const {
  const auto list = keys(chain);
  if (!list) return fail(list.error());
  const auto selected = std::ranges::find_if(*list, &UserKey::selected);
  if (selected != list->end()) return *selected;
  return fail(Code::file_missing, fmt::format("{} has no key for chain {} yet: add one",
                                              state_->directory.string(), to_hex(chain)));
}

Result<std::optional<UserKey>> KeyStore::find_reader(const Hash& chain,
                                                     const ReaderKey& reader_key) const {
  return find(chain, [&](const UserKey& key) { return key.reader_key == reader_key; });
}

Result<std::optional<UserKey>> KeyStore::find_address(const Hash& chain,
                                                      const Address& address) const {
  return find(chain, [&](const UserKey& key) { return key.address == address; });
}

Result<std::optional<UserKey>> KeyStore::find(
    const Hash& chain, const std::function<bool(const UserKey&)>& matches) const {
  const auto list = keys(chain);
  if (!list) return fail(list.error());
  const auto found = std::ranges::find_if(*list, matches);
  if (found == list->end()) return std::nullopt;
  return *found;
}

Error KeyStore::locked() const {
  return {Code::locked,
          fmt::format("the keys in {} are not unlocked: unlock them first{}",
                      state_->directory.string(), is_sealed() ? " with their passphrase" : "")};
}

Result<void> KeyStore::change_list(const Hash& chain,
                                   const std::function<Result<void>(std::vector<UserKey>&)>& edit) {
  const auto lock = DirectoryLock::take(state_->directory);
  if (!lock) return fail(lock.error());
  auto list = keys(chain);
  if (!list) return fail(list.error());
  if (auto ok = edit(*list); !ok) return ok;
  return write_file_atomic(state_->list_path(chain), format_key_list(*list), kPrivateFileMode);
}

Result<UserKey> KeyStore::add_key(const Hash& chain) {
  UserKey added;
  auto ok = change_list(chain, [&](std::vector<UserKey>& list) -> Result<void> {
    auto key = derive(chain, list.empty() ? 0 : list.back().index + 1);
    if (!key) return fail(key.error());
    list.push_back(*key);
    select_in(list, key->index);
    added = list.back();
    return {};
  });
  if (!ok) return fail(ok.error());
  return added;
}

Result<void> KeyStore::add_keys_up_to(const Hash& chain, std::uint32_t index) {
  if (index >= limits::kUserKeysMax) {
    return fail(Code::too_many, fmt::format("index {} is too high; indices go up to {}", index,
                                            limits::kUserKeysMax - 1));
  }
  return change_list(chain, [&](std::vector<UserKey>& list) -> Result<void> {
    for (std::uint32_t i = list.empty() ? 0 : list.back().index + 1; i <= index; ++i) {
      auto key = derive(chain, i);
      if (!key) return fail(key.error());
      list.push_back(*key);
    }
    if (std::ranges::none_of(list, &UserKey::selected)) select_in(list, list.back().index);
    return {};
  });
}

Result<void> KeyStore::select(const Hash& chain, std::uint32_t index) {
  return change_list(chain, [&](std::vector<UserKey>& list) -> Result<void> {
    if (select_in(list, index)) return {};
    return fail(Code::not_found, fmt::format("key {} is not in use; {} keys are, counted from 0",
                                             index, list.size()));
  });
}

Result<crypto::SigningKey> KeyStore::signing_key(const Hash& chain, std::uint32_t index) const {
  return role_key(chain, crypto::KeyRole::user, index);
}

Result<crypto::SigningKey> KeyStore::role_key(const Hash& chain, crypto::KeyRole role,
                                              std::uint32_t index) const {
  if (!is_unlocked()) return fail(locked());
  return crypto::derive_key(*state_->seed, chain, role, index);
}

Result<UserKey> KeyStore::derive(const Hash& chain, std::uint32_t index) const {
  if (index >= limits::kUserKeysMax) {
    return fail(Code::too_many,
                fmt::format("a phrase has at most {} keys on a chain here", limits::kUserKeysMax));
  }
  const auto key = signing_key(chain, index);
  if (!key) return fail(key.error());
  return UserKey{index, key->public_key(),
                 crypto::ReaderSecret::from_seed(key->seed()).public_key(), false};
}

Result<void> write_key_file(const fs::path& path, crypto::KeyKind kind,
                            const crypto::SigningKey& key, const Passphrase& passphrase) {
  const auto text = key_file_text(crypto::KeyFile::of_key(kind, key), passphrase);
  if (!text) return fail(text.error());
  return write_file_atomic(path, text->view(), kPrivateFileMode, IfExists::refuse);
}

Result<crypto::KeyFileInfo> inspect_key_file(const fs::path& path) {
  auto text = read_private(path);
  if (!text) return fail(text.error());
  const auto info = crypto::inspect_key_file(*text);
  crypto::wipe(*text);
  if (!info) return fail(with_path(info.error(), path));
  return *info;
}

Result<crypto::SigningKey> read_key_file(const fs::path& path, const Passphrase& passphrase) {
  auto text = read_private(path);
  if (!text) return fail(text.error());
  const auto file = crypto::open_key_file(*text, passphrase.view());
  crypto::wipe(*text);
  if (!file) return fail(with_path(file.error(), path));
  if (file->kind == crypto::KeyKind::phrase) {
    return fail(Code::bad_key, fmt::format("{} holds a recovery phrase; a single key belongs there",
                                           path.string()));
  }
  return crypto::SigningKey::from_seed(file->secret);
}

}  // namespace generion::client
