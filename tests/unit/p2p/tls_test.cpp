#include "p2p/tls.h"

#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <catch2/catch.hpp>

#include "raw_peer.h"
#include "test_node.h"

namespace generion::p2p {
namespace {

const KeyPair kKeys;

NetworkSettings settings() {
  return quick_settings({kKeys.first.public_key(), kKeys.second.public_key()});
}

// What the node makes of the certificate that it is shown.
std::string handshake_error(RawPeer& peer) {
  std::string error = peer.handshake();
  // In TLS 1.3 a client learns after its handshake that its certificate was not taken.
  if (error.empty() && peer.is_closed()) error = "closed";
  return error;
}

TEST_CASE("tls: the certificate is the same for the same key, and carries it") {
  const auto der = [](const crypto::SigningKey& key) {
    const auto context = make_tls_context(key);
    REQUIRE(context);
    unsigned char* bytes = nullptr;
    const int size = i2d_X509(SSL_CTX_get0_certificate((*context)->native_handle()), &bytes);
    Bytes out(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
    OPENSSL_free(bytes);
    return out;
  };
  const Bytes first = der(kKeys.first);
  CHECK(first == der(kKeys.first));
  CHECK(first.find(Bytes(kKeys.first.public_key().view())) != Bytes::npos);
  CHECK(first != der(kKeys.second));
}

TEST_CASE("tls: both ends speak 1.3 and know the other's key") {
  TestNode node(kKeys.second, settings());
  RawPeer peer(kKeys.first, node.port());
  REQUIRE(peer.introduce());
  CHECK(std::string(SSL_get_version(peer.native())) == "TLSv1.3");
  CHECK(node.wait_connected());
  CHECK(node.events().front().peer == kKeys.first.public_key());
}

TEST_CASE("tls: 1.2 is refused") {
  TestNode node(kKeys.second, settings());
  RawPeer peer(kKeys.first, node.port());
  SSL_set_min_proto_version(peer.native(), TLS1_2_VERSION);
  SSL_set_max_proto_version(peer.native(), TLS1_2_VERSION);
  CHECK_THAT(peer.handshake(), Catch::Contains("protocol version"));
  CHECK(node.wait([&] { return node.network().stats().failed_handshakes == 1; }));
}

TEST_CASE("tls: no certificate, or one of another kind of key, is refused") {
  TestNode node(kKeys.second, settings());
  SECTION("none") {
    RawPeer peer(kKeys.first, node.port());
    SSL_certs_clear(peer.native());
    CHECK_FALSE(handshake_error(peer).empty());
  }
  SECTION("RSA") {
    RawPeer peer(kKeys.first, node.port());
    EVP_PKEY* const rsa = EVP_RSA_gen(2048);
    X509* const certificate = X509_new();
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3'600);
    X509_set_pubkey(certificate, rsa);
    X509_sign(certificate, rsa, EVP_sha256());
    SSL_certs_clear(peer.native());
    SSL_set1_sigalgs_list(peer.native(), "ed25519:rsa_pss_rsae_sha256");
    SSL_use_certificate(peer.native(), certificate);
    SSL_use_PrivateKey(peer.native(), rsa);
    X509_free(certificate);
    EVP_PKEY_free(rsa);
    CHECK_FALSE(handshake_error(peer).empty());
  }
  CHECK(node.wait([&] { return node.network().stats().failed_handshakes == 1; }));
  CHECK(node.events().empty());
}

TEST_CASE("tls: a session is never resumed, so that the key is proven each time") {
  TestNode node(kKeys.second, settings());
  RawPeer peer(kKeys.first, node.port());
  REQUIRE(peer.introduce());
  SSL_SESSION* const session = SSL_get1_session(peer.native());
  CHECK(SSL_SESSION_is_resumable(session) == 0);
  SSL_SESSION_free(session);
}

}  // namespace
}  // namespace generion::p2p
