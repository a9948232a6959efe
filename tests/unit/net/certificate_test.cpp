#include "net/certificate.h"

#include <catch2/catch.hpp>

#include "server_fixture.h"

using namespace generion;
using namespace generion::net;

namespace {

// Self-signed; notAfter=Nov  4 07:11:11 2126 GMT.
constexpr const char* kCertificate =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBWzCCAQKgAwIBAgIBATAKBggqhkjOPQQDAjAMMQowCAYDVQQDDAF4MCAXDTI2\n"
    "MTEyODA3MTExMVoYDzIxMjYxMTA0MDcxMTExWjAMMQowCAYDVQQDDAF4MFkwEwYH\n"
    "KoZIzj0CAQYIKoZIzj0DAQcDQgAE9frPdpxBCuRXAIDzw5zl4CJoeuKyRUe1WLll\n"
    "yt1cuY8IYm+c4nl+DTrzRpFZOQO6RiLwgd8TfxXaK9yqigTQLKNTMFEwHQYDVR0O\n"
    "BBYEFPksWHoaddoNuxyYrjvdxgmQVzqBMB8GA1UdIwQYMBaAFPksWHoaddoNuxyY\n"
    "rjvdxgmQVzqBMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIgLX43\n"
    "UEID1CfVR1H4iXYRZ9Ovs3/1tj5VboYMBuB1yCQCIFdkVEyueI3Dfp1m9SXDYAaP\n"
    "gESIBpJwUCfmAowt7Qvz\n"
    "-----END CERTIFICATE-----\n";

}  // namespace

TEST_CASE("a certificate's end is read from the first one of the file") {
  const test::TemporaryDirectory directory;
  const auto one = directory.write("one.pem", kCertificate, false);
  CHECK(certificate_end(one) == TimeMs(4'949'449'871'000));
  const auto chain = directory.write("chain.pem", std::string(kCertificate) + "rubbish", false);
  CHECK(certificate_end(chain) == TimeMs(4'949'449'871'000));
}

TEST_CASE("what is no certificate is an error that says so") {
  const test::TemporaryDirectory directory;
  CHECK(certificate_end("/nowhere/tls.crt").error().code == Code::file_missing);
  for (const char* text : {"", "rubbish", "-----BEGIN CERTIFICATE-----\nAAAA\n"}) {
    const auto end = certificate_end(directory.write("bad.pem", text, false));
    REQUIRE_FALSE(end);
    CHECK(end.error().code == Code::io_error);
    CHECK(end.error().message.find("must be PEM") != std::string::npos);
  }
}
