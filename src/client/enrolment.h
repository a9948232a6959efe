// A patient's enrolment: his address and reader key for one chain, signed by himself, as JSON that
// he hands to an institution. So no institution ever makes a patient's key.
//
//   {"generion_enrolment": 1, "chain_id": "<hex>", "address": "gen1...", "reader_key": "<hex>",
//    "signature": "<hex>"}
//   signature = Ed25519("generion/enrolment/1" || chain id || address || reader key)
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"
#include "crypto/keys.h"
#include "types/ids.h"

namespace generion::client {

inline constexpr ByteView kEnrolmentTag = "generion/enrolment/1";

struct Enrolment {
  Hash chain_id;
  Address address;
  ReaderKey reader_key;
  friend bool operator==(const Enrolment&, const Enrolment&) = default;
};

// The enrolment of the key's own address and reader key, one line of JSON with a line end.
std::string make_enrolment(const Hash& chain_id, const crypto::SigningKey& key);

// Errors: malformed (names the field), wrong_chain, bad_address, bad_key (the reader key is no
// usable point), bad_signature.
Result<Enrolment> parse_enrolment(std::string_view json, const Hash& chain_id);

// The same from a file; errors also file_missing, io_error. Messages start with the path.
Result<Enrolment> load_enrolment(const std::filesystem::path& path, const Hash& chain_id);

}  // namespace generion::client
