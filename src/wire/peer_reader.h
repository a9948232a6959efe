// Private to wire: reading the parts of frames between nodes.
#pragma once

#include <fmt/core.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/utf8.h"
#include "types/canonical.h"
#include "types/peer_messages.h"
#include "wire/messages.h"
#include "wire/transaction.h"

namespace generion::wire {

// Key, signature, tags and lengths of one signer; and the block hash.
inline constexpr std::size_t kSignerBytesMax = 128;
inline constexpr std::size_t kCertificateBytesMax = (limits::kValidatorsMax + 1) * kSignerBytesMax;

// A CanonicalReader that also keeps the first fault of what its fields hold.
class PeerReader {
 public:
  PeerReader(ByteView in, std::string_view message) : in_(in, message), message_(message) {}

  CanonicalReader& fields() { return in_; }

  std::uint32_t number(std::uint32_t field, std::string_view name) {
    const std::uint64_t value = in_.uint(field, name);
    if (value > UINT32_MAX) fault(Code::malformed, fmt::format("{} has more than 32 bits", name));
    return static_cast<std::uint32_t>(value);
  }

  std::string text(std::uint32_t field, std::string_view name) {
    const ByteView value = in_.bytes(field, name);
    if (value.size() <= limits::kPeerTextBytesMax && is_utf8(value)) return std::string(value);
    fault(Code::malformed,
          fmt::format("{} is no UTF-8 text of at most {} bytes", name, limits::kPeerTextBytesMax));
    return {};
  }

  std::vector<TxId> ids(std::uint32_t field, std::string_view name) {
    const ByteView bytes = in_.bytes(field, name);
    const std::size_t count = bytes.size() / TxId::kSize;
    if (bytes.size() % TxId::kSize != 0) {
      fault(Code::malformed, fmt::format("{} is no whole number of ids", name));
    } else if (count > limits::kBatchTransactionsMax) {
      fault(Code::too_many, fmt::format("{} has {} ids; at most {} are taken", name, count,
                                        limits::kBatchTransactionsMax));
    }
    std::vector<TxId> out;
    if (error_) return out;
    out.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      out.push_back(*TxId::from(bytes.substr(i * TxId::kSize, TxId::kSize)));
    }
    return out;
  }

  std::vector<SignedTransaction> transactions(std::uint32_t field, std::size_t max) {
    std::vector<SignedTransaction> out;
    for (const ByteView bytes : in_.elements(field, "transaction", max)) {
      keep(decode_transaction(bytes), [&](auto& value) { out.push_back(std::move(value)); });
    }
    return out;
  }

  std::optional<Batch> batch(std::uint32_t field) {
    std::optional<Batch> out;
    if (const auto bytes = in_.element(field, "batch")) {
      keep(decode_batch(*bytes), [&](auto& value) { out = std::move(value); });
    }
    return out;
  }

  std::optional<CertifiedHeader> certified(std::uint32_t field, std::string_view name) {
    const auto bytes = in_.element(field, name);
    if (!bytes) return std::nullopt;
    CertifiedHeader out;
    PeerReader inner(*bytes, "CertifiedHeader");
    inner.keep(decode_header(inner.in_.bytes(1, "header")),
               [&](auto& value) { out.header = value; });
    const ByteView certificate = inner.in_.bytes(2, "certificate");
    if (certificate.size() > kCertificateBytesMax) {
      inner.fault(Code::too_large, fmt::format("certificate has {} bytes; at most {} are taken",
                                               certificate.size(), kCertificateBytesMax));
    } else {
      inner.keep(decode_certificate(certificate),
                 [&](auto& value) { out.certificate = std::move(value); });
    }
    if (auto done = inner.finish(); !done) fault(done.error());
    return out;
  }

  // Keeps the fault of a part, or hands on its value; nothing after a fault.
  template <class T, class Use>
  void keep(Result<T> part, Use use) {
    if (error_) return;
    if (part) {
      use(*part);
    } else {
      fault(part.error());
    }
  }

  void fault(Code code, const std::string& what) {
    fault(Error{code, fmt::format("{}: {}", message_, what)});
  }
  void fault(Error error) {
    if (!error_) error_ = std::move(error);
  }

  Result<void> finish() {
    if (auto done = in_.finish(); !done) return done;
    if (error_) return fail(*error_);
    return {};
  }

 private:
  CanonicalReader in_;
  std::string_view message_;
  std::optional<Error> error_;
};

template <class Frame, class T>
Result<PeerFrame> finished(PeerReader& in, T out) {
  if (auto done = in.finish(); !done) return fail(done.error());
  return PeerFrame(Frame(std::move(out)));
}

}  // namespace generion::wire
