#include "crypto/key_file_text.h"

#include <fmt/format.h>
#include <sodium.h>

#include <array>
#include <charconv>
#include <limits>
#include <utility>

#include "base/assert.h"
#include "base/bech32m.h"
#include "base/hex.h"
#include "base/limits.h"

namespace generion::crypto {
namespace {

constexpr std::uint64_t kFormat = 1;
constexpr std::string_view kSealName = "argon2id-xchacha20poly1305";
constexpr std::size_t kSeedBytes = crypto_sign_SEEDBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;

constexpr std::array kKinds = {KeyKind::user, KeyKind::institution, KeyKind::validator,
                               KeyKind::governance, KeyKind::phrase};

// Reads "name: value" lines in their order.
class LineReader {
 public:
  explicit LineReader(ByteView text) : text_(text) {}

  // Whether the next line has this name.
  bool next_is(std::string_view name) const {
    return text_.substr(at_).starts_with(name) && text_.substr(at_ + name.size()).starts_with(": ");
  }

  Result<ByteView> value(std::string_view name) {
    ++line_;
    const std::size_t end = text_.find('\n', at_);
    if (!next_is(name) || end == ByteView::npos) {
      return wrong(fmt::format("must be \"{}: ...\" with a line end", name));
    }
    const std::size_t start = at_ + name.size() + 2;
    at_ = end + 1;
    return text_.substr(start, end - start);
  }

  Result<std::uint64_t> number(std::string_view name, std::uint64_t min, std::uint64_t max) {
    const auto text = value(name);
    if (!text) return fail(text.error());
    std::uint64_t out = 0;
    const char* const end = text->data() + text->size();
    const auto parsed = std::from_chars(text->data(), end, out);
    if (parsed.ec != std::errc{} || parsed.ptr != end || text->front() == '0' || out < min ||
        out > max) {
      return wrong(fmt::format("{} must be a number from {} to {}", name, min, max));
    }
    return out;
  }

  // Lower-case hexadecimal of min to max bytes.
  Result<SecretBytes> hex(std::string_view name, std::size_t min, std::size_t max) {
    const auto text = value(name);
    if (!text) return fail(text.error());
    const std::size_t size = text->size() / 2;
    SecretBytes out(size);
    std::size_t read = 0;
    const bool lower = text->find_first_not_of("0123456789abcdef") == ByteView::npos;
    if (!lower || text->size() % 2 != 0 || size < min || size > max ||
        sodium_hex2bin(out.data(), size, text->data(), text->size(), nullptr, &read, nullptr) !=
            0) {
      return wrong(
          min == max
              ? fmt::format("{} must be {} bytes in lower-case hexadecimal", name, min)
              : fmt::format("{} must be {} to {} bytes in lower-case hexadecimal", name, min, max));
    }
    return out;
  }

  template <class Fixed>
  Result<Fixed> fixed(std::string_view name) {
    const auto bytes = hex(name, Fixed::kSize, Fixed::kSize);
    if (!bytes) return fail(bytes.error());
    return *Fixed::from(bytes->view());
  }

  std::unexpected<Error> wrong(std::string what) const {
    return fail(Code::malformed, fmt::format("key file, line {}: {}", line_, what));
  }

  ByteView before() const { return text_.substr(0, at_); }
  bool at_end() const { return at_ == text_.size(); }

 private:
  ByteView text_;
  std::size_t at_ = 0;
  std::size_t line_ = 0;
};

Result<void> read_format(LineReader& in) {
  const auto format = in.number("generion-key", 1, std::numeric_limits<std::uint32_t>::max());
  if (!format) return fail(format.error());
  if (*format != kFormat) {
    return fail(Code::newer_format,
                fmt::format("key file: has format {}, this program reads format {}; use a newer "
                            "program",
                            *format, kFormat));
  }
  return {};
}

Result<KeyKind> read_kind(LineReader& in) {
  const auto name = in.value("kind");
  if (!name) return fail(name.error());
  for (const KeyKind kind : kKinds) {
    if (key_kind_name(kind) == *name) return kind;
  }
  return in.wrong("kind must be user, institution, validator, governance or phrase");
}

Result<PublicKey> read_address(LineReader& in) {
  const auto text = in.value("address");
  if (!text) return fail(text.error());
  const auto bytes = from_bech32m(kAddressPrefix, *text);
  if (!bytes) return in.wrong(fmt::format("address: {}", bytes.error().message));
  const auto key = PublicKey::from(*bytes);
  if (!key) {
    return in.wrong(
        fmt::format("address: holds {} bytes, not {}", bytes->size(), PublicKey::kSize));
  }
  return *key;
}

Result<SealParameters> read_seal(LineReader& in) {
  const auto name = in.value("seal");
  if (!name) return fail(name.error());
  if (*name != kSealName) return in.wrong(fmt::format("seal must be {}", kSealName));
  const auto operations =
      in.number("operations", limits::kSealOperationsMin, limits::kSealOperationsMax);
  if (!operations) return fail(operations.error());
  const auto memory = in.number("memory_kib", limits::kSealMemoryKibMin, limits::kSealMemoryKibMax);
  if (!memory) return fail(memory.error());
  const auto salt = in.fixed<SealSalt>("salt");
  if (!salt) return fail(salt.error());
  const auto nonce = in.fixed<SealNonce>("nonce");
  if (!nonce) return fail(nonce.error());
  return SealParameters{*operations, *memory, *salt, *nonce};
}

}  // namespace

std::string_view key_kind_name(KeyKind kind) {
  switch (kind) {
    case KeyKind::user:
      return "user";
    case KeyKind::institution:
      return "institution";
    case KeyKind::validator:
      return "validator";
    case KeyKind::governance:
      return "governance";
    case KeyKind::phrase:
      return "phrase";
  }
  GENERION_ASSERT(false);
  return {};
}

std::string key_file_header(KeyKind kind, const std::optional<PublicKey>& address,
                            const std::optional<SealParameters>& seal) {
  std::string out = fmt::format("generion-key: {}\nkind: {}\n", kFormat, key_kind_name(kind));
  if (address) out += fmt::format("address: {}\n", to_bech32m(kAddressPrefix, address->view()));
  if (seal) {
    out += fmt::format("seal: {}\noperations: {}\nmemory_kib: {}\nsalt: {}\nnonce: {}\n", kSealName,
                       seal->operations, seal->memory_kib, to_hex(seal->salt), to_hex(seal->nonce));
  }
  return out;
}

Result<KeyFileText> parse_key_file(ByteView text) {
  if (text.size() > limits::kKeyFileBytesMax) {
    return fail(Code::malformed, fmt::format("key file: has {} bytes, {} at most", text.size(),
                                             limits::kKeyFileBytesMax));
  }
  LineReader in(text);
  if (auto ok = read_format(in); !ok) return fail(ok.error());
  KeyFileText out;
  const auto kind = read_kind(in);
  if (!kind) return fail(kind.error());
  out.info.kind = *kind;
  const bool phrase = *kind == KeyKind::phrase;
  if (!phrase) {
    const auto address = read_address(in);
    if (!address) return fail(address.error());
    out.info.address = *address;
  }
  out.info.sealed = !in.next_is("secret");
  if (out.info.sealed) {
    const auto seal = read_seal(in);
    if (!seal) return fail(seal.error());
    out.seal = *seal;
  }
  out.authenticated = in.before();
  const std::size_t extra = out.info.sealed ? kTagBytes : 0;
  auto payload = in.hex(out.info.sealed ? "sealed" : "secret", extra + (phrase ? 1 : kSeedBytes),
                        extra + (phrase ? limits::kKeyFileSecretBytesMax : kSeedBytes));
  if (!payload) return fail(payload.error());
  out.payload = std::move(*payload);
  if (!in.at_end()) return in.wrong("must be the last one");
  return out;
}

}  // namespace generion::crypto
