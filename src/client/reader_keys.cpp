#include "client/reader_keys.h"

#include <fmt/core.h>

#include <charconv>

#include "base/file.h"
#include "base/hex.h"
#include "base/limits.h"

namespace generion::client {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kCountBytesMax = 16;

fs::path count_path(const KeyStore& keys, const Hash& chain) {
  return keys.directory() / (to_hex(chain) + ".readers");
}

Result<std::uint32_t> handed_out(const KeyStore& keys, const Hash& chain) {
  const fs::path path = count_path(keys, chain);
  std::error_code ec;
  if (!fs::exists(path, ec)) return 0;
  if (auto ok = check_private(path); !ok) return fail(ok.error());
  const auto text = read_file(path, kCountBytesMax);
  if (!text) return fail(text.error());
  std::uint32_t count = 0;
  const char* const end = text->data() + text->size();
  const auto [stopped, error] = std::from_chars(text->data(), end, count);
  if (error != std::errc() || ByteView(stopped, end) != "\n" || count > limits::kUserKeysMax) {
    return fail(Code::malformed,
                fmt::format("{} holds no number of keys: remove it, and `generion keys scan` finds "
                            "the keys that the chain knows",
                            path.string()));
  }
  return count;
}

Result<void> set_handed_out(const KeyStore& keys, const Hash& chain, std::uint32_t count) {
  return write_file_atomic(count_path(keys, chain), fmt::format("{}\n", count), kPrivateFileMode);
}

Result<crypto::ReaderSecret> one_time_reader(const KeyStore& keys, const Hash& chain,
                                             std::uint32_t index) {
  const auto key = keys.role_key(chain, crypto::KeyRole::one_time_reader, index);
  if (!key) return fail(key.error());
  return crypto::ReaderSecret::from_seed(key->seed());
}

struct OneTimeReader {
  std::uint32_t index;
  crypto::ReaderSecret secret;
};

Result<std::optional<OneTimeReader>> find_one_time(const KeyStore& keys, const Hash& chain,
                                                   const ReaderKey& key) {
  const auto count = handed_out(keys, chain);
  if (!count) return fail(count.error());
  for (std::uint32_t index = 0; index < *count + kRestoreGap; ++index) {
    auto secret = one_time_reader(keys, chain, index);
    if (!secret) return fail(secret.error());
    if (secret->public_key() == key) return OneTimeReader{index, std::move(*secret)};
  }
  return std::nullopt;
}

}  // namespace

Result<std::optional<crypto::ReaderSecret>> find_reader_secret(const KeyStore& keys,
                                                               const Hash& chain,
                                                               const ReaderKey& key) {
  const auto own = keys.find_reader(chain, key);
  if (!own) return fail(own.error());
  if (*own) {
    const auto signing_key = keys.signing_key(chain, (*own)->index);
    if (!signing_key) return fail(signing_key.error());
    return crypto::ReaderSecret::from_seed(signing_key->seed());
  }
  auto one_time = find_one_time(keys, chain, key);
  if (!one_time) return fail(one_time.error());
  if (!*one_time) return std::nullopt;
  return std::move((*one_time)->secret);
}

Result<crypto::ReaderSecret> next_one_time_reader(const KeyStore& keys, const Hash& chain) {
  const auto lock = DirectoryLock::take(keys.directory());
  if (!lock) return fail(lock.error());
  const auto count = handed_out(keys, chain);
  if (!count) return fail(count.error());
  if (*count >= limits::kUserKeysMax) {
    return fail(Code::too_many, fmt::format("a phrase has at most {} one-time keys on a chain here",
                                            limits::kUserKeysMax));
  }
  auto secret = one_time_reader(keys, chain, *count);
  if (!secret) return fail(secret.error());
  if (auto ok = set_handed_out(keys, chain, *count + 1); !ok) return fail(ok.error());
  return secret;
}

Result<std::optional<std::uint32_t>> note_one_time_reader(const KeyStore& keys, const Hash& chain,
                                                          const ReaderKey& key) {
  const auto lock = DirectoryLock::take(keys.directory());
  if (!lock) return fail(lock.error());
  const auto found = find_one_time(keys, chain, key);
  if (!found) return fail(found.error());
  if (!*found) return std::nullopt;
  const auto count = handed_out(keys, chain);
  if (!count) return fail(count.error());
  const std::uint32_t index = (*found)->index;
  if (index >= *count) {
    if (auto ok = set_handed_out(keys, chain, index + 1); !ok) return fail(ok.error());
  }
  return index;
}

}  // namespace generion::client
