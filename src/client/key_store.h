// A user's keys in a directory of his own (mode 0700): the recovery phrase, from which all keys
// come, and for each chain the list of the keys in use.
//
//   phrase.key           the phrase, plain or sealed with a passphrase (crypto/sealed_key.h), mode
//   0600 <chain id hex>.keys  public: one line "<index> <address> <reader key hex>" a key, the
//   selected
//                        one's line starts with "*"; mode 0600, since it links the addresses
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "crypto/derivation.h"
#include "crypto/keys.h"
#include "crypto/sealed_key.h"
#include "crypto/secret.h"
#include "types/ids.h"

namespace generion::client {

// A passphrase is a secret of any length; an empty one means "not sealed".
using Passphrase = crypto::SecretBytes;

// The public half of one of the user's keys on one chain.
struct UserKey {
  std::uint32_t index = 0;  // i of m/7564'/c'/0'/i'
  Address address;
  ReaderKey reader_key;
  bool selected = false;  // signs unless told otherwise
  friend bool operator==(const UserKey&, const UserKey&) = default;
};

// Several programs may use one directory (changes are made under its lock, error locked while
// another makes one); one thread at a time an object.
class KeyStore {
 public:
  // A new phrase of 24 words, shown to its owner once.
  static crypto::SecretBytes new_phrase();

  // Makes the directory if it is not there. `bip39_passphrase` is BIP 39's own ("25th word"),
  // mostly empty; it is kept beside the phrase. Errors: bad_phrase, file_exists (a phrase is there
  // already, never overwritten), bad_file_mode, io_error.
  static Result<KeyStore> create(const std::filesystem::path& directory,
                                 const crypto::SecretBytes& phrase,
                                 const crypto::SecretBytes& bip39_passphrase,
                                 const Passphrase& passphrase);

  // Errors: file_missing (says how to make one), bad_file_mode (says the chmod), malformed.
  static Result<KeyStore> open(const std::filesystem::path& directory);

  KeyStore(KeyStore&&) noexcept;
  KeyStore& operator=(KeyStore&&) noexcept;
  ~KeyStore();

  const std::filesystem::path& directory() const;
  bool is_sealed() const;  // whether unlock wants a passphrase
  bool is_unlocked() const;

  // Reads the phrase. Errors: bad_passphrase, bad_phrase (the file holds none).
  Result<void> unlock(const Passphrase& passphrase);

  // The phrase, to be written down. Must be unlocked (error locked).
  Result<crypto::SecretBytes> phrase() const;

  // What is public works while locked. The keys of a chain, by index; empty if none is in use.
  Result<std::vector<UserKey>> keys(const Hash& chain) const;
  // The selected one. Error file_missing if the chain has no key yet.
  Result<UserKey> current(const Hash& chain) const;
  // The key in use with this reader key or address; nullopt if it is not among them.
  Result<std::optional<UserKey>> find_reader(const Hash& chain, const ReaderKey& reader_key) const;
  Result<std::optional<UserKey>> find_address(const Hash& chain, const Address& address) const;

  // The next unused index, recorded and selected. The first on a chain is 0. Must be unlocked.
  Result<UserKey> add_key(const Hash& chain);
  // Records keys up to and with `index` (a restore found them on the chain). Must be unlocked.
  Result<void> add_keys_up_to(const Hash& chain, std::uint32_t index);
  // Error not_found if the key is not in use.
  Result<void> select(const Hash& chain, std::uint32_t index);

  // The signing key; crypto/capsule.h makes the reader key from its seed. Must be unlocked.
  Result<crypto::SigningKey> signing_key(const Hash& chain, std::uint32_t index) const;
  // A key that the phrase gives for another role. Must be unlocked.
  Result<crypto::SigningKey> role_key(const Hash& chain, crypto::KeyRole role,
                                      std::uint32_t index) const;
  // The public half of any index, in use or not, for scanning a chain. Must be unlocked.
  Result<UserKey> derive(const Hash& chain, std::uint32_t index) const;

 private:
  struct State;
  explicit KeyStore(std::unique_ptr<State> state);
  Error locked() const;
  Result<std::optional<UserKey>> find(const Hash& chain,
                                      const std::function<bool(const UserKey&)>& matches) const;
  // Reads, edits and writes the list under the directory's lock.
  Result<void> change_list(const Hash& chain,
                           const std::function<Result<void>(std::vector<UserKey>&)>& edit);
  std::unique_ptr<State> state_;
};

inline constexpr std::uint32_t kRestoreGap =
    20;  // unused indices in a row that end a restore's scan

// Keys that stand alone in a file: an institution's, a validator's, a governance key. Not a phrase.

// Mode 0600. Errors: file_exists (never overwritten), bad_passphrase (too long), io_error.
Result<void> write_key_file(const std::filesystem::path& path, crypto::KeyKind kind,
                            const crypto::SigningKey& key, const Passphrase& passphrase);

// What a key file says in clear. Errors: file_missing, bad_file_mode, malformed, newer_format.
Result<crypto::KeyFileInfo> inspect_key_file(const std::filesystem::path& path);

// Errors: the same, bad_passphrase, and bad_key for a file that holds a phrase.
Result<crypto::SigningKey> read_key_file(const std::filesystem::path& path,
                                         const Passphrase& passphrase);

}  // namespace generion::client
