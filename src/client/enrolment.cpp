#include "client/enrolment.h"

#include <fmt/core.h>

#include <boost/json/parse.hpp>

#include "base/file.h"
#include "base/hex.h"
#include "base/limits.h"
#include "crypto/capsule.h"
#include "types/address.h"
#include "types/json_fields.h"

namespace generion::client {
namespace json = boost::json;

namespace {

constexpr std::uint64_t kVersion = 1;

Bytes signed_bytes(const Enrolment& enrolment) {
  Bytes out(enrolment.chain_id.view());
  out.append(enrolment.address.view());
  out.append(enrolment.reader_key.view());
  return out;
}

}  // namespace

std::string make_enrolment(const Hash& chain_id, const crypto::SigningKey& key) {
  const auto reader = crypto::ReaderSecret::from_seed(key.seed());
  const Enrolment enrolment{chain_id, key.public_key(), reader.public_key()};
  return fmt::format(
      "{{\"generion_enrolment\": {}, \"chain_id\": \"{}\", \"address\": \"{}\", "
      "\"reader_key\": \"{}\", \"signature\": \"{}\"}}\n",
      kVersion, to_hex(chain_id), address_text(enrolment.address), to_hex(enrolment.reader_key),
      to_hex(key.sign(kEnrolmentTag, signed_bytes(enrolment))));
}

Result<Enrolment> parse_enrolment(std::string_view text, const Hash& chain_id) {
  if (text.size() > limits::kEnrolmentBytesMax) {
    return fail(Code::malformed,
                fmt::format("an enrolment has at most {} bytes", limits::kEnrolmentBytesMax));
  }
  boost::system::error_code ec;
  const json::value parsed = json::parse(text, ec);
  if (ec) {
    return fail(Code::malformed, fmt::format("the enrolment is no JSON ({})", ec.message()));
  }
  JsonFields in(parsed, "enrolment", Code::malformed);
  in.number("generion_enrolment", kVersion, kVersion);
  Enrolment out;
  out.chain_id = in.hex<Hash>("chain_id");
  const std::string address = in.text("address", 1, 128);
  out.reader_key = in.hex<ReaderKey>("reader_key");
  const auto signature = in.hex<Signature>("signature");
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  if (out.chain_id != chain_id) {
    return fail(Code::wrong_chain,
                fmt::format("the enrolment is for chain {}, this one is {}: the patient has to "
                            "enrol for this chain",
                            to_hex(out.chain_id), to_hex(chain_id)));
  }
  const auto parsed_address = parse_address(address);
  if (!parsed_address) return fail(parsed_address.error());
  out.address = *parsed_address;
  if (auto ok = crypto::check_reader_key(out.reader_key); !ok) return fail(ok.error());
  if (!crypto::verify_signature(out.address, kEnrolmentTag, signed_bytes(out), signature)) {
    return fail(Code::bad_signature,
                fmt::format("the enrolment is not signed by {}: it was altered, or made by "
                            "somebody else; ask the patient for a new one",
                            address));
  }
  return out;
}

Result<Enrolment> load_enrolment(const std::filesystem::path& path, const Hash& chain_id) {
  const auto text = read_file(path, limits::kEnrolmentBytesMax);
  if (!text) return fail(text.error());
  auto out = parse_enrolment(*text, chain_id);
  if (!out) {
    return fail(out.error().code, fmt::format("{}: {}", path.string(), out.error().message));
  }
  return out;
}

}  // namespace generion::client
