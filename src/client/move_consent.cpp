#include "client/move_consent.h"

#include <fmt/core.h>

#include <boost/json/parse.hpp>

#include "base/file.h"
#include "base/hex.h"
#include "base/limits.h"
#include "types/address.h"
#include "types/json_fields.h"

namespace generion::client {
namespace json = boost::json;

namespace {

constexpr std::uint64_t kVersion = 1;

}  // namespace

MoveUser agreed_move(const Hash& chain_id, const Address& user, const crypto::SigningKey& new_key) {
  const Address to = new_key.public_key();
  return {user, to, new_key.sign(kMoveTag, move_message(chain_id, user, to))};
}

std::string format_move_consent(const Hash& chain_id, const MoveUser& move) {
  return fmt::format(
      "{{\"generion_move\": {}, \"chain_id\": \"{}\", \"user\": \"{}\", \"new_key\": \"{}\", "
      "\"signature\": \"{}\"}}\n",
      kVersion, to_hex(chain_id), address_text(move.usr_adr), address_text(move.new_key),
      to_hex(move.new_key_signature));
}

Result<MoveUser> parse_move_consent(std::string_view text, const Hash& chain_id) {
  boost::system::error_code ec;
  const json::value parsed = json::parse(text, ec);
  if (ec) {
    return fail(Code::malformed, fmt::format("the consent is no JSON ({})", ec.message()));
  }
  JsonFields in(parsed, "consent", Code::malformed);
  in.number("generion_move", kVersion, kVersion);
  const auto chain = in.hex<Hash>("chain_id");
  MoveUser out;
  out.usr_adr = in.address("user");
  out.new_key = in.address("new_key");
  out.new_key_signature = in.hex<Signature>("signature");
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  if (chain != chain_id) {
    return fail(Code::wrong_chain,
                fmt::format("the consent is for chain {}, this one is {}: the new key has to agree "
                            "for this chain",
                            to_hex(chain), to_hex(chain_id)));
  }
  if (!crypto::verify_signature(out.new_key, kMoveTag,
                                move_message(chain_id, out.usr_adr, out.new_key),
                                out.new_key_signature)) {
    return fail(Code::bad_signature,
                fmt::format("the consent is not signed by {}: it was altered; make a new one with "
                            "`generion user accept-move`",
                            address_text(out.new_key)));
  }
  return out;
}

Result<MoveUser> load_move_consent(const std::filesystem::path& path, const Hash& chain_id) {
  const auto text = read_file(path, limits::kEnrolmentBytesMax);
  if (!text) return fail(text.error());
  auto out = parse_move_consent(*text, chain_id);
  if (!out) {
    return fail(out.error().code, fmt::format("{}: {}", path.string(), out.error().message));
  }
  return out;
}

}  // namespace generion::client
