#include "crypto/secret.h"

#include <sodium.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cstring>
#include <utility>

#include "base/assert.h"

namespace generion::crypto {

SecretBytes::SecretBytes(std::size_t size) : size_(size) {
  if (size == 0) return;
  initialize();
  data_ = static_cast<std::uint8_t*>(sodium_malloc(size));
  GENERION_ASSERT(data_ != nullptr);
  std::memset(data_, 0, size);
}

SecretBytes SecretBytes::copy_of(ByteView bytes) {
  SecretBytes out(bytes.size());
  if (!bytes.empty()) std::memcpy(out.data_, bytes.data(), bytes.size());
  return out;
}

SecretBytes::SecretBytes(SecretBytes&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

SecretBytes::~SecretBytes() {
  sodium_free(data_);
}

void wipe(Bytes& text) {
  sodium_memzero(text.data(), text.size());
  text.clear();
}

void initialize() {
  GENERION_ASSERT(sodium_init() >= 0);
}

void forbid_core_dumps() {
  constexpr rlimit kNone{0, 0};
  setrlimit(RLIMIT_CORE, &kNone);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

Bytes random_bytes(std::size_t size) {
  initialize();
  Bytes out(size, '\0');
  randombytes_buf(out.data(), out.size());
  return out;
}

}  // namespace generion::crypto
