// What a reader opens: a record's data_encr, a document's ciphertext, a key file.
#include <vector>

#include "crypto/capsule.h"
#include "crypto/document.h"
#include "crypto/sealed_key.h"
#include "fuzz.h"

namespace {

using namespace generion;
using namespace generion::crypto;

// The key of seeds_main.cpp's capsules and documents, so that the good ones open.
SecretBytes seed_secret() {
  return SecretBytes::copy_of(Bytes(32, 'r'));
}

void check_data_encr(ByteView data_encr) {
  static const ReaderSecret reader = ReaderSecret::from_seed(seed_secret());
  const auto parts = parse_data_encr(data_encr);
  if (!parts) {
    FUZZ_CHECK(parts.error().code == Code::bad_capsule);
    return;
  }
  FUZZ_CHECK(is_capsule(data_encr));
  FUZZ_CHECK(compose_data_encr(parts->lock, parts->sealed_meta) == data_encr);
  const auto key = open_lock(parts->lock, reader);
  // Only the identity is refused: the lock itself was checked.
  if (key) static_cast<void>(open_meta(key->meta_key(), parts->sealed_meta));
}

// The plaintext of a document that arrives in these pieces; nullopt if it is refused.
std::optional<Bytes> decrypt(const std::vector<ByteView>& pieces) {
  DocumentDecryptor decryptor(seed_secret());
  Bytes plaintext;
  for (const ByteView piece : pieces) {
    const auto opened = decryptor.push(piece);
    if (!opened) return std::nullopt;
    plaintext += *opened;
  }
  const auto last = decryptor.finish();
  if (!last) return std::nullopt;
  return plaintext + *last;
}

void check_document(ByteView ciphertext) {
  const std::size_t half = ciphertext.size() / 2;
  FUZZ_CHECK(decrypt({ciphertext}) ==
             decrypt({ciphertext.substr(0, half), ciphertext.substr(half)}));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const generion::ByteView input = generion::fuzz::as_view(data, size);
  check_data_encr(input);
  check_document(input);
  static_cast<void>(generion::crypto::inspect_key_file(input));
  return 0;
}
