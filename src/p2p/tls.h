// TLS 1.3 with pinned Ed25519 keys: the node's own certificate, and the key that the other end
// proved to hold.
//
// Certificates are carriers of a key: self-signed, always the same bytes for the same key, without
// a meaningful name or date. Only the key in them is looked at.
#pragma once

#include <memory>
#include <optional>

#include "base/error.h"
#include "crypto/keys.h"
#include "io/asio.h"

namespace generion::p2p {

// For both ends of connections. No other version than 1.3, no resumption, no other signatures than
// Ed25519; the other end must show a certificate. Error io_error if OpenSSL can't.
Result<std::shared_ptr<io::asio::ssl::context>> make_tls_context(const crypto::SigningKey& key);

// Before the handshake: it fails unless the other end holds this key. `key` must outlive the
// handshake.
void expect_key(io::TlsStream& stream, const crypto::PublicKey& key);

// After the handshake: whose it was.
std::optional<crypto::PublicKey> peer_key(io::TlsStream& stream);

}  // namespace generion::p2p
