#include "crypto/document.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <cstring>

#include "base/assert.h"

namespace generion::crypto {
namespace {

using State = crypto_secretstream_xchacha20poly1305_state;

constexpr std::size_t kSealedChunkBytes = kDocumentChunkBytes + kDocumentChunkOverheadBytes;
static_assert(kDocumentHeaderBytes == crypto_secretstream_xchacha20poly1305_HEADERBYTES);
static_assert(kDocumentChunkOverheadBytes == crypto_secretstream_xchacha20poly1305_ABYTES);
static_assert(alignof(State) == 1);  // so it may live in a SecretBytes

State* state_in(SecretBytes& bytes) {
  return reinterpret_cast<State*>(bytes.data());
}

std::uint8_t* bytes_of(Bytes& bytes) {
  return reinterpret_cast<std::uint8_t*>(bytes.data());
}

}  // namespace

std::uint64_t document_ciphertext_size(std::uint64_t plaintext_size) {
  const std::uint64_t chunks = plaintext_size / kDocumentChunkBytes + 1;
  return kDocumentHeaderBytes + plaintext_size + chunks * kDocumentChunkOverheadBytes;
}

DocumentAddress::DocumentAddress() {
  using namespace std::string_view_literals;
  state_.update("generion/document/1\0"sv);
}

void DocumentAddress::update(ByteView ciphertext) {
  state_.update(ciphertext);
}

Hash DocumentAddress::finish() const {
  return state_.finish();
}

DocumentEncryptor::DocumentEncryptor(const SecretBytes& document_key)
    : state_(sizeof(State)), pending_(kDocumentChunkBytes), header_(kDocumentHeaderBytes, '\0') {
  GENERION_ASSERT(document_key.size() == crypto_secretstream_xchacha20poly1305_KEYBYTES);
  crypto_secretstream_xchacha20poly1305_init_push(state_in(state_), bytes_of(header_),
                                                  document_key.data());
}

Bytes DocumentEncryptor::encrypt(ByteView chunk, std::uint8_t tag) {
  Bytes out(chunk.size() + kDocumentChunkOverheadBytes, '\0');
  crypto_secretstream_xchacha20poly1305_push(state_in(state_), bytes_of(out), nullptr,
                                             as_unsigned(chunk), chunk.size(), nullptr, 0, tag);
  return out;
}

Bytes DocumentEncryptor::push(ByteView plaintext) {
  GENERION_ASSERT(!finished_);
  Bytes out = std::exchange(header_, {});
  while (!plaintext.empty()) {
    const std::size_t taken = std::min(plaintext.size(), kDocumentChunkBytes - pending_size_);
    std::memcpy(pending_.data() + pending_size_, plaintext.data(), taken);
    pending_size_ += taken;
    plaintext.remove_prefix(taken);
    if (pending_size_ < kDocumentChunkBytes) break;
    out += encrypt(pending_.view(), crypto_secretstream_xchacha20poly1305_TAG_MESSAGE);
    pending_size_ = 0;
  }
  address_.update(out);
  return out;
}

Bytes DocumentEncryptor::finish() {
  GENERION_ASSERT(!finished_);
  finished_ = true;
  Bytes out = std::exchange(header_, {});
  out += encrypt(pending_.view().substr(0, pending_size_),
                 crypto_secretstream_xchacha20poly1305_TAG_FINAL);
  address_.update(out);
  return out;
}

Hash DocumentEncryptor::address() const {
  GENERION_ASSERT(finished_);
  return address_.finish();
}

DocumentDecryptor::DocumentDecryptor(const SecretBytes& document_key) : key_(document_key.clone()) {
  GENERION_ASSERT(key_.size() == crypto_secretstream_xchacha20poly1305_KEYBYTES);
}

std::unexpected<Error> DocumentDecryptor::broken(std::string message) {
  error_ = Error{Code::damaged, std::move(message)};
  return fail(*error_);
}

Result<void> DocumentDecryptor::take_header() {
  SecretBytes state(sizeof(State));
  if (crypto_secretstream_xchacha20poly1305_init_pull(state_in(state), as_unsigned(pending_),
                                                      key_.data()) != 0) {
    return broken("document: its header is not valid");
  }
  state_ = std::move(state);
  pending_.erase(0, kDocumentHeaderBytes);
  return {};
}

// The place of a chunk decides its tag: a full one has a successor, a shorter one is the last.
Result<Bytes> DocumentDecryptor::decrypt(ByteView chunk) {
  const std::uint8_t expected = chunk.size() == kSealedChunkBytes
                                    ? crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
                                    : crypto_secretstream_xchacha20poly1305_TAG_FINAL;
  Bytes out(chunk.size() - kDocumentChunkOverheadBytes, '\0');
  std::uint8_t tag = 0;
  if (crypto_secretstream_xchacha20poly1305_pull(state_in(state_), bytes_of(out), nullptr, &tag,
                                                 as_unsigned(chunk), chunk.size(), nullptr,
                                                 0) != 0) {
    return broken(
        fmt::format("document: chunk {} was altered, is cut, or is encrypted with another "
                    "key; it must be fetched again",
                    chunks_ + 1));
  }
  if (tag != expected) {
    return broken(
        fmt::format("document: chunk {} has tag {}; by its length of {} bytes it must "
                    "have {}",
                    chunks_ + 1, tag, chunk.size(), expected));
  }
  ++chunks_;
  return out;
}

Result<Bytes> DocumentDecryptor::push(ByteView ciphertext) {
  if (error_) return fail(*error_);
  GENERION_ASSERT(!finished_);
  address_.update(ciphertext);
  Bytes out;
  while (!ciphertext.empty()) {
    const std::size_t wanted = state_.size() == 0 ? kDocumentHeaderBytes : kSealedChunkBytes;
    const std::size_t taken = std::min(ciphertext.size(), wanted - pending_.size());
    pending_.append(ciphertext.substr(0, taken));
    ciphertext.remove_prefix(taken);
    if (pending_.size() < wanted) break;
    if (state_.size() == 0) {
      if (auto ok = take_header(); !ok) return fail(ok.error());
      continue;
    }
    auto chunk = decrypt(pending_);
    if (!chunk) return fail(chunk.error());
    out += *chunk;
    pending_.clear();
  }
  return out;
}

Result<Bytes> DocumentDecryptor::finish() {
  if (error_) return fail(*error_);
  GENERION_ASSERT(!finished_);
  finished_ = true;
  if (state_.size() == 0 || pending_.size() < kDocumentChunkOverheadBytes) {
    return broken(
        fmt::format("document: is cut after {} whole chunks; its last chunk is missing", chunks_));
  }
  return decrypt(pending_);
}

}  // namespace generion::crypto
