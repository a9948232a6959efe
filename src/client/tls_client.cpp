#include "client/tls_client.h"

#include <fmt/core.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <boost/asio/ssl/context.hpp>
#include <filesystem>

#include "base/hex.h"

namespace generion::client {
namespace ssl = boost::asio::ssl;

namespace {

Error bad_file(std::string_view what, const std::string& path,
               const boost::system::error_code& cause) {
  if (std::error_code ec; !std::filesystem::exists(path, ec)) {
    return {Code::file_missing, fmt::format("{} {} does not exist", what, path)};
  }
  return {Code::bad_config, fmt::format("{} {} cannot be used ({}): it must be a PEM file", what,
                                        path, cause.message())};
}

Result<void> load_client_certificate(ssl::context& context, const HttpOptions& options) {
  if (options.client_certificate_file.empty() != options.client_key_file.empty()) {
    return fail(Code::usage,
                "a client certificate takes two files: the certificate and its key; one is given");
  }
  if (options.client_certificate_file.empty()) return {};
  boost::system::error_code ec;
  context.use_certificate_chain_file(options.client_certificate_file, ec);
  if (ec) return fail(bad_file("the client certificate", options.client_certificate_file, ec));
  context.use_private_key_file(options.client_key_file, ssl::context::pem, ec);
  if (ec) return fail(bad_file("the client certificate's key", options.client_key_file, ec));
  return {};
}

}  // namespace

Result<std::unique_ptr<ssl::context>> make_tls_context(const HttpOptions& options) {
  auto owned = std::make_unique<ssl::context>(ssl::context::tls_client);
  ssl::context& context = *owned;
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  if (!options.pinned_certificate.empty()) {
    const auto pin = from_hex(options.pinned_certificate);
    if (!pin || pin->size() != 32) {
      return fail(Code::usage, "the pinned certificate is given by its SHA-256: 64 hex digits");
    }
    // check_pin compares the very certificate after the handshake, before a byte is sent.
    context.set_verify_mode(ssl::verify_none);
  } else {
    context.set_verify_mode(ssl::verify_peer);
    boost::system::error_code ec;
    if (options.ca_file.empty()) {
      context.set_default_verify_paths(ec);
      if (ec) return fail(Code::bad_config, "the system's certificate authorities cannot be read");
    } else {
      context.load_verify_file(options.ca_file, ec);
      if (ec) return fail(bad_file("the file of authorities", options.ca_file, ec));
    }
  }
  if (auto ok = load_client_certificate(context, options); !ok) return fail(ok.error());
  return owned;
}

Result<void> check_pin(SSL* connection, const HttpOptions& options, const Endpoint& endpoint) {
  if (options.pinned_certificate.empty()) return {};
  X509* certificate = SSL_get1_peer_certificate(connection);
  Bytes digest(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  if (certificate != nullptr) {
    X509_digest(certificate, EVP_sha256(), reinterpret_cast<unsigned char*>(digest.data()), &size);
    X509_free(certificate);
  }
  digest.resize(size);
  if (from_hex(options.pinned_certificate) == digest) return {};
  return fail(Code::unreachable,
              fmt::format("{} shows another certificate than the pinned one (SHA-256 {}): ask its "
                          "operator whether it was renewed before you pin the new one",
                          endpoint.url, to_hex(digest)));
}

Error handshake_error(SSL* connection, const std::string& cause, const Endpoint& endpoint) {
  const long verdict = SSL_get_verify_result(connection);
  if (verdict != X509_V_OK) {
    return {Code::unreachable,
            fmt::format("the certificate of {} is not accepted ({}): give the file of the "
                        "authority that signed it, or pin the certificate",
                        endpoint.url, X509_verify_cert_error_string(verdict))};
  }
  return {Code::unreachable,
          fmt::format("no TLS connection to {} ({}): check that this port speaks HTTPS and, if it "
                      "asks for one, your client certificate",
                      endpoint.url, cause)};
}

}  // namespace generion::client
