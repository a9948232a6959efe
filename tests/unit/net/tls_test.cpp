#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <catch2/catch.hpp>

#include "net/http_server.h"
#include "server_fixture.h"

using namespace generion;
using namespace generion::net;
using namespace generion::test;

namespace {

// A P-256 key with a certificate, signed by itself or by an issuer.
class Certificate {
 public:
  explicit Certificate(const std::string& name, const Certificate* issuer = nullptr)
      : key_(EVP_EC_gen("P-256")), certificate_(X509_new()) {
    X509_set_version(certificate_, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate_), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate_), -3'600);
    X509_gmtime_adj(X509_getm_notAfter(certificate_), 3'600);
    X509_set_pubkey(certificate_, key_);
    X509_NAME* const subject = X509_get_subject_name(certificate_);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    const Certificate& by = issuer != nullptr ? *issuer : *this;
    X509_set_issuer_name(certificate_, X509_get_subject_name(by.certificate_));
    if (issuer == nullptr) {
      X509_EXTENSION* const is_ca =
          X509V3_EXT_conf_nid(nullptr, nullptr, NID_basic_constraints, "critical,CA:TRUE");
      X509_add_ext(certificate_, is_ca, -1);
      X509_EXTENSION_free(is_ca);
    }
    X509_sign(certificate_, by.key_, EVP_sha256());
  }
  Certificate(const Certificate&) = delete;
  Certificate& operator=(const Certificate&) = delete;
  ~Certificate() {
    X509_free(certificate_);
    EVP_PKEY_free(key_);
  }

  std::string certificate_pem() const {
    return pem([this](BIO* out) { PEM_write_bio_X509(out, certificate_); });
  }
  std::string key_pem() const {
    return pem([this](BIO* out) {
      PEM_write_bio_PrivateKey(out, key_, nullptr, nullptr, 0, nullptr, nullptr);
    });
  }
  void use(SSL_CTX* context) const {
    SSL_CTX_use_certificate(context, certificate_);
    SSL_CTX_use_PrivateKey(context, key_);
  }
  void trust(SSL_CTX* context) const {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate_);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  }

 private:
  template <class Write>
  static std::string pem(Write write) {
    BIO* const out = BIO_new(BIO_s_mem());
    write(out);
    char* data = nullptr;
    const long size = BIO_get_mem_data(out, &data);
    std::string text(data, static_cast<std::size_t>(size));
    BIO_free(out);
    return text;
  }

  EVP_PKEY* key_;
  X509* certificate_;
};

struct ClientContext {
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  ClientContext() = default;
  ClientContext(const ClientContext&) = delete;
  ClientContext& operator=(const ClientContext&) = delete;
  ~ClientContext() { SSL_CTX_free(context); }
};

struct Files {
  TemporaryDirectory directory;
  Certificate server{"node.example"};
  TlsFiles tls{.certificate = directory.write("cert.pem", server.certificate_pem(), false),
               .key = directory.write("key.pem", server.key_pem(), true),
               .client_ca = {}};

  Listener listener() const {
    Listener out;
    out.tls = tls;
    return out;
  }
};

}  // namespace

TEST_CASE("TLS serves requests and WebSockets") {
  const Files files;
  TestServer server({}, files.listener());
  ClientContext trusting;
  files.server.trust(trusting.context);
  RawClient client(server.port);
  REQUIRE(client.start_tls(trusting.context));
  CHECK(client.ask("POST", "/echo", "{}").body == "POST /echo? {}");
  CHECK(client.ask("GET", "/thread").status == 200);
  CHECK(client.ask("GET", "/", "", "Origin: https://localhost\r\n").status == 200);
  CHECK(client.upgrade("Origin: https://localhost\r\n").status == 101);
  client.send_frame("hello");
  CHECK(client.receive_frame()->payload == "hello");
  client.send_frame("big 300000");
  CHECK(client.receive_frame()->payload.size() == 300'000);
}

TEST_CASE("TLS below 1.2 is refused") {
  const Files files;
  TestServer server({}, files.listener());
  for (const auto& [version, is_served] :
       {std::pair{TLS1_1_VERSION, false}, {TLS1_2_VERSION, true}, {TLS1_3_VERSION, true}}) {
    ClientContext only;
    SSL_CTX_set_security_level(only.context, 0);
    SSL_CTX_set_min_proto_version(only.context, version);
    SSL_CTX_set_max_proto_version(only.context, version);
    RawClient client(server.port);
    CHECK(client.start_tls(only.context) == is_served);
  }
}

TEST_CASE("a client certificate of the configured CA is needed where one is configured") {
  Files files;
  const Certificate ca("Clients");
  const Certificate member("Hospital A", &ca);
  const Certificate stranger("Hospital A");
  files.tls.client_ca = files.directory.write("ca.pem", ca.certificate_pem(), false);
  TestServer server({}, files.listener());

  ClientContext with_certificate;
  member.use(with_certificate.context);
  RawClient client(server.port);
  REQUIRE(client.start_tls(with_certificate.context));
  CHECK(client.ask("GET", "/peer").body == "127.0.0.1 Hospital A");

  // In TLS 1.3 the client learns that it was refused when it reads.
  ClientContext without;
  RawClient anonymous(server.port);
  if (anonymous.start_tls(without.context)) CHECK(anonymous.is_closed());
  ClientContext with_foreign;
  stranger.use(with_foreign.context);
  RawClient foreign(server.port);
  if (foreign.start_tls(with_foreign.context)) CHECK(foreign.is_closed());
  CHECK(server.server.stats().requests == 1);
}

TEST_CASE("a silent TLS client is cut off") {
  const Files files;
  HttpLimits limits;
  limits.read_timeout = std::chrono::milliseconds(50);
  TestServer server(limits, files.listener());
  CHECK(RawClient(server.port).is_closed());
  CHECK(server.server.stats().timeouts == 1);
}

TEST_CASE("certificates and keys that can't serve are refused by file and reason") {
  const Files files;
  io::IoThreads threads(1);
  HttpServer server(threads.context(), {});
  const auto error_of = [&](const TlsFiles& tls) {
    Listener listener;
    listener.tls = tls;
    const auto bound = server.listen(listener, std::make_shared<TestHandler>());
    return bound ? Error{Code::ok, ""} : bound.error();
  };
  TlsFiles tls = files.tls;
  tls.key = files.directory / "absent.pem";
  CHECK(error_of(tls).code == Code::file_missing);
  CHECK(error_of(tls).message.find("absent.pem") != std::string::npos);
  tls.key = files.directory.write("open.pem", files.server.key_pem(), false);
  CHECK(error_of(tls).code == Code::bad_file_mode);
  CHECK(error_of(tls).message.find("0600") != std::string::npos);
  tls.key = files.directory.write("other.pem", Certificate("other").key_pem(), true);
  CHECK(error_of(tls).code == Code::io_error);
  tls.key = files.directory.write("garbage.pem", "garbage", true);
  CHECK(error_of(tls).code == Code::io_error);
  tls = files.tls;
  tls.certificate = files.directory.write("garbage.crt", "garbage", false);
  CHECK(error_of(tls).code == Code::io_error);
  tls = files.tls;
  tls.client_ca = files.directory / "absent.pem";
  CHECK(error_of(tls).code == Code::file_missing);
  CHECK(error_of(files.tls).code == Code::ok);
}
