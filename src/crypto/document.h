// Encryption of a document piece by piece, in constant memory (docs/protocol/capsules.md):
// libsodium's XChaCha20-Poly1305 secretstream in chunks of 64 KiB of plaintext. The last chunk is
// tagged FINAL and is shorter than the others: empty if the document is a multiple of 64 KiB. The
// document's address = H-256("generion/document/1", ciphertext).
//
//   DocumentEncryptor encryptor(key);
//   while (read(piece)) write(encryptor.push(piece));
//   write(encryptor.finish());
//   const Hash address = encryptor.address();
//
// One thread at a time per object.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "crypto/hash.h"
#include "crypto/secret.h"

namespace generion::crypto {

inline constexpr std::size_t kDocumentHeaderBytes = 24;
inline constexpr std::size_t kDocumentChunkBytes = 64 * 1024;  // of plaintext
inline constexpr std::size_t kDocumentChunkOverheadBytes = 17;

// Size of the ciphertext of a document of this size.
std::uint64_t document_ciphertext_size(std::uint64_t plaintext_size);

// The address of a ciphertext that arrives piece by piece, without its key: what a data source
// computes.
class DocumentAddress {
 public:
  DocumentAddress();
  void update(ByteView ciphertext);
  // Of all pieces so far; may be called again after more of them.
  Hash finish() const;

 private:
  HashState state_;
};

class DocumentEncryptor {
 public:
  // A key of 32 bytes. A random header makes two encryptions of one document differ.
  explicit DocumentEncryptor(const SecretBytes& document_key);

  // The ciphertext that is ready, in order; starts with the header. At most 64 KiB of plaintext are
  // kept until the next call. Not after finish.
  Bytes push(ByteView plaintext);
  // The rest. Once.
  Bytes finish();
  // After finish.
  Hash address() const;

 private:
  Bytes encrypt(ByteView chunk, std::uint8_t tag);

  SecretBytes state_;
  SecretBytes pending_;  // a started chunk
  std::size_t pending_size_ = 0;
  Bytes header_;  // until it was handed out
  DocumentAddress address_;
  bool finished_ = false;
};

class DocumentDecryptor {
 public:
  explicit DocumentDecryptor(const SecretBytes& document_key);

  // The plaintext of the chunks that are complete; each is authentic and in its place, but that
  // none is missing at the end is known only after finish. Error damaged: altered, reordered,
  // extended, or another key. After an error every further call returns it again.
  Result<Bytes> push(ByteView ciphertext);
  // The last chunk. Error damaged: the document is cut, altered or extended. Once.
  Result<Bytes> finish();
  // Of the ciphertext given so far.
  Hash address() const { return address_.finish(); }

 private:
  Result<void> take_header();
  Result<Bytes> decrypt(ByteView chunk);
  std::unexpected<Error> broken(std::string message);

  SecretBytes key_;
  SecretBytes state_;  // empty until the header is there
  Bytes pending_;      // ciphertext of a started chunk
  DocumentAddress address_;
  std::uint64_t chunks_ = 0;
  bool finished_ = false;
  std::optional<Error> error_;
};

}  // namespace generion::crypto
