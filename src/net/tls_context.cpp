#include "net/tls_context.h"

#include <fmt/core.h>
#include <sys/stat.h>

namespace generion::net {
namespace {

Result<void> check_file(const std::filesystem::path& path, std::string_view what, bool is_secret) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) {
    return fail(Code::file_missing, fmt::format("{} {} is not there; give the path of a PEM file",
                                                what, path.string()));
  }
  if (is_secret && (info.st_mode & 077) != 0) {
    return fail(Code::bad_file_mode,
                fmt::format("{} {} has mode {:04o}, so others may read it; set 0600", what,
                            path.string(), info.st_mode & 07777));
  }
  return {};
}

std::unexpected<Error> unusable(std::string_view what, const std::filesystem::path& path,
                                const error_code& ec) {
  return fail(Code::io_error, fmt::format("{} {} can't be used: {}; it must be PEM", what,
                                          path.string(), ec.message()));
}

}  // namespace

Result<std::shared_ptr<asio::ssl::context>> make_tls_context(const TlsFiles& files) {
  if (auto ok = check_file(files.certificate, "the TLS certificate", false); !ok)
    return fail(ok.error());
  if (auto ok = check_file(files.key, "the TLS key", true); !ok) return fail(ok.error());
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  SSL_CTX* const native = context->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  error_code ec;
  context->use_certificate_chain_file(files.certificate.string(), ec);
  if (ec) return unusable("the TLS certificate", files.certificate, ec);
  context->use_private_key_file(files.key.string(), asio::ssl::context::pem, ec);
  if (ec) return unusable("the TLS key", files.key, ec);
  if (SSL_CTX_check_private_key(native) != 1) {
    return fail(Code::io_error, fmt::format("the TLS key {} does not belong to the certificate {}",
                                            files.key.string(), files.certificate.string()));
  }
  if (!files.client_ca.empty()) {
    if (auto ok = check_file(files.client_ca, "the clients' CA file", false); !ok)
      return fail(ok.error());
    context->load_verify_file(files.client_ca.string(), ec);
    if (ec) return unusable("the clients' CA file", files.client_ca, ec);
    context->set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert);
    // Sessions that were resumed stay bound to this server (SSL_CTX_set_session_id_context(3)).
    static constexpr unsigned char kSessionContext[] = "generion";
    SSL_CTX_set_session_id_context(native, kSessionContext, sizeof kSessionContext - 1);
  }
  return context;
}

std::string client_certificate_name(TlsStream& stream) {
  X509* const certificate = SSL_get1_peer_certificate(stream.native_handle());
  if (certificate == nullptr) return {};
  char name[256] = {};
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name, sizeof name);
  X509_free(certificate);
  return name;
}

}  // namespace generion::net
