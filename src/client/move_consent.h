// A new key's agreement to take a user over: whoever has it can hand it to the user's old key or
// recovery key, which sends the move. It is not secret, and moves nobody by itself.
//
//   {"generion_move": 1, "chain_id": "...", "user": "gen1...", "new_key": "gen1...",
//    "signature": "..."}
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"
#include "crypto/keys.h"
#include "types/operations.h"

namespace generion::client {

// The operation that moves `user`, agreed to by `new_key`.
MoveUser agreed_move(const Hash& chain_id, const Address& user, const crypto::SigningKey& new_key);

std::string format_move_consent(const Hash& chain_id, const MoveUser& move);

// Errors: malformed, wrong_chain, bad_address, bad_signature, each with what is right; those of
// read_file.
Result<MoveUser> parse_move_consent(std::string_view text, const Hash& chain_id);
Result<MoveUser> load_move_consent(const std::filesystem::path& path, const Hash& chain_id);

}  // namespace generion::client
