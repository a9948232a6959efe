// A user's reader keys: one beside each of his signing keys, and one-time ones, each made for one
// purchase (m/7564'/c'/1'/i'), so that nothing on the chain links what he bought.
//
//   <chain id hex>.readers   in the key directory, mode 0600: how many one-time keys were handed
//                            out. The keys themselves follow from the phrase.
#pragma once

#include <cstdint>
#include <optional>

#include "base/error.h"
#include "client/key_store.h"
#include "crypto/capsule.h"

namespace generion::client {

// Whose public half is `key`; nullopt if the store has no such key. One-time keys are looked for up
// to kRestoreGap beyond the last that is known. The store must be unlocked (error locked).
Result<std::optional<crypto::ReaderSecret>> find_reader_secret(const KeyStore& keys,
                                                               const Hash& chain,
                                                               const ReaderKey& key);

// The next one-time key; that it is handed out is on disk before it is returned. Errors: locked,
// too_many, io_error.
Result<crypto::ReaderSecret> next_one_time_reader(const KeyStore& keys, const Hash& chain);

// For a restore: the place of the one-time key with this public half, at most kRestoreGap beyond
// the last that is known; from then on it and those before it count as handed out. nullopt: it is
// none.
Result<std::optional<std::uint32_t>> note_one_time_reader(const KeyStore& keys, const Hash& chain,
                                                          const ReaderKey& key);

}  // namespace generion::client
