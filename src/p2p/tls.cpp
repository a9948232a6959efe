#include "p2p/tls.h"

#include <fmt/core.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

namespace generion::p2p {
namespace {

namespace ssl = io::asio::ssl;
using crypto::PublicKey;

constexpr std::size_t kSecureHeapBytes = 64 * 1024;
constexpr std::size_t kSecureHeapUnit = 32;
constexpr long kCertificateBytesMax = 4 * 1024;

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using PkeyPtr = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using CertificatePtr = std::unique_ptr<X509, Freed<X509_free>>;
using NamePtr = std::unique_ptr<X509_NAME, Freed<X509_NAME_free>>;

std::unexpected<Error> openssl_failed(std::string_view what) {
  char reason[256] = {};
  ERR_error_string_n(ERR_get_error(), reason, sizeof reason);
  return fail(Code::io_error, fmt::format("OpenSSL can't {}: {}", what, reason));
}

std::optional<PublicKey> ed25519_key(const EVP_PKEY* key) {
  PublicKey out;
  std::size_t size = PublicKey::kSize;
  if (key == nullptr || EVP_PKEY_get_base_id(key) != EVP_PKEY_ED25519 ||
      EVP_PKEY_get_raw_public_key(key, out.data(), &size) != 1 || size != PublicKey::kSize) {
    return std::nullopt;
  }
  return out;
}

// RFC 5280 wants dates; these are the first and the last that its forms can say, so that no clock
// matters. Nobody looks at them.
CertificatePtr make_certificate(EVP_PKEY* key) {
  CertificatePtr certificate(X509_new());
  const NamePtr name(X509_NAME_new());
  if (!certificate || !name) return nullptr;
  static constexpr unsigned char kName[] = "generion";
  const bool ok =
      X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
      ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1) == 1 &&
      ASN1_TIME_set_string_X509(X509_getm_notBefore(certificate.get()), "19700101000000Z") == 1 &&
      ASN1_TIME_set_string_X509(X509_getm_notAfter(certificate.get()), "99991231235959Z") == 1 &&
      X509_NAME_add_entry_by_NID(name.get(), NID_commonName, MBSTRING_ASC, kName, sizeof kName - 1,
                                 -1, 0) == 1 &&
      X509_set_subject_name(certificate.get(), name.get()) == 1 &&
      X509_set_issuer_name(certificate.get(), name.get()) == 1 &&
      X509_set_pubkey(certificate.get(), key) == 1 &&
      X509_sign(certificate.get(), key, nullptr) > 0;
  return ok ? std::move(certificate) : nullptr;
}

int expected_key_index() {
  static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

// Takes the place of OpenSSL's chain building: an Ed25519 key, and the expected one if there is
// one. That the other end holds it is proven by the handshake itself (RFC 8446, 4.4.3).
int verify_certificate_key(X509_STORE_CTX* store, void* /*unused*/) {
  const auto key = ed25519_key(X509_get0_pubkey(X509_STORE_CTX_get0_cert(store)));
  const auto* const ssl = static_cast<const SSL*>(
      X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  const auto* const expected =
      static_cast<const PublicKey*>(SSL_get_ex_data(ssl, expected_key_index()));
  if (key && (expected == nullptr || *key == *expected)) return 1;
  X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
  return 0;
}

}  // namespace

Result<std::shared_ptr<ssl::context>> make_tls_context(const crypto::SigningKey& key) {
  // OpenSSL keeps private keys in its locked heap if there is one.
  if (CRYPTO_secure_malloc_initialized() == 0) {
    CRYPTO_secure_malloc_init(kSecureHeapBytes, kSecureHeapUnit);
  }
  const crypto::SecretBytes seed = key.seed();
  const PkeyPtr pkey(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()));
  if (!pkey) return openssl_failed("take the node's key");
  const CertificatePtr certificate = make_certificate(pkey.get());
  if (!certificate) return openssl_failed("make the node's certificate");

  auto context = std::make_shared<ssl::context>(ssl::context::tls);
  SSL_CTX* const native = context->native_handle();
  SSL_CTX_set_options(native, SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_max_cert_list(native, kCertificateBytesMax);
  char signatures[] = "ed25519";  // OpenSSL's macros want it writable
  const bool ok = SSL_CTX_set_min_proto_version(native, TLS1_3_VERSION) == 1 &&
                  SSL_CTX_set_max_proto_version(native, TLS1_3_VERSION) == 1 &&
                  SSL_CTX_set_num_tickets(native, 0) == 1 &&
                  SSL_CTX_set1_sigalgs_list(native, signatures) == 1 &&
                  SSL_CTX_set1_client_sigalgs_list(native, signatures) == 1 &&
                  SSL_CTX_use_certificate(native, certificate.get()) == 1 &&
                  SSL_CTX_use_PrivateKey(native, pkey.get()) == 1;
  if (!ok) return openssl_failed("set up TLS 1.3");
  context->set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert);
  SSL_CTX_set_cert_verify_callback(native, verify_certificate_key, nullptr);
  return context;
}

void expect_key(io::TlsStream& stream, const PublicKey& key) {
  // The callback reads it only.
  SSL_set_ex_data(stream.native_handle(), expected_key_index(), const_cast<PublicKey*>(&key));
}

std::optional<PublicKey> peer_key(io::TlsStream& stream) {
  const CertificatePtr certificate(SSL_get1_peer_certificate(stream.native_handle()));
  return certificate ? ed25519_key(X509_get0_pubkey(certificate.get())) : std::nullopt;
}

}  // namespace generion::p2p
