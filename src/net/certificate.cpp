#include "net/certificate.h"

#include <fmt/core.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <ctime>
#include <memory>

#include "base/file.h"
#include "base/limits.h"

namespace generion::net {

Result<TimeMs> certificate_end(const std::filesystem::path& pem_file) {
  const auto text = read_file(pem_file, limits::kCredentialFileBytesMax);
  if (!text) return fail(text.error());
  const std::unique_ptr<BIO, decltype(&BIO_free)> in(
      BIO_new_mem_buf(text->data(), static_cast<int>(text->size())), &BIO_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(
      in ? PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr) : nullptr, &X509_free);
  std::tm end{};
  if (!certificate || ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &end) != 1) {
    return fail(Code::io_error,
                fmt::format("{} holds no certificate; it must be PEM", pem_file.string()));
  }
  const std::time_t seconds = ::timegm(&end);
  return TimeMs(seconds < 0 ? 0 : static_cast<std::uint64_t>(seconds) * 1'000);
}

}  // namespace generion::net
