// Memory for secrets: locked against swapping, left out of core dumps, wiped when freed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.h"

namespace generion::crypto {

// A buffer of a fixed size that holds a secret. Move-only; copies are made on purpose with `clone`.
class SecretBytes {
 public:
  SecretBytes() = default;
  explicit SecretBytes(std::size_t size);  // all zero
  static SecretBytes copy_of(ByteView bytes);
  SecretBytes(SecretBytes&& other) noexcept;
  SecretBytes& operator=(SecretBytes&& other) noexcept;
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes();

  SecretBytes clone() const { return copy_of(view()); }
  std::uint8_t* data() { return data_; }
  const std::uint8_t* data() const { return data_; }
  std::size_t size() const { return size_; }
  ByteView view() const { return {reinterpret_cast<const char*>(data_), size_}; }

 private:
  std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

// Overwrites a string that held a secret for a moment (a passphrase just typed).
void wipe(Bytes& text);

// Starts libsodium. Every program and test main calls it first (keys and hashes call it too where
// they could be first). Aborts if the machine has no random source.
void initialize();

// Forbids core dumps of this process and attaching to it by another user's debugger.
void forbid_core_dumps();

// Cryptographically random bytes.
Bytes random_bytes(std::size_t size);

template <class Fixed>
Fixed random_fixed() {
  return *Fixed::from(random_bytes(Fixed::kSize));
}

}  // namespace generion::crypto
