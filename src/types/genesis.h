// The genesis file: what the members of a chain agree on before its first block.
//
// One JSON file. Its hash, the chain id, covers the canonical content (encode_genesis), not the
// file's white space or field order.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "types/ids.h"

namespace generion {

// The rules that the chain itself carries and can change by vote. Each has a range in
// base/limits.h.
struct Parameters {
  enum class UserAdmission : std::uint8_t { institution = 0, open = 1 };

  UserAdmission user_admission = UserAdmission::institution;
  std::uint64_t tx_window_ms = 3'600'000;
  std::uint64_t operations_max = 256;  // in one transaction
  std::uint64_t proofs_max = 64;       // in one transaction
  std::uint64_t body_bytes_max = 64 * 1024;
  std::uint64_t attachment_bytes_max = 1024 * 1024;  // all of one transaction
  std::uint64_t records_per_user_max = 1'000'000;
  std::uint64_t operations_per_day_max = 1'000'000;  // of one user or institution
  std::uint64_t admissions_per_day_max = 100'000;    // of one institution
  std::uint64_t batch_transactions_max = 2'000;
  std::uint64_t batch_bytes_max = 4 * 1024 * 1024;  // bodies, without attachments
  std::uint64_t heartbeat_ms = 30'000;
  std::uint64_t erase_within_ms = 86'400'000;
  std::uint64_t shares_per_record_max = 1'000;              // living ones
  std::uint64_t open_orders_per_user_max = 1'000;           // of one seller
  std::uint64_t orders_per_record_max = 8;                  // open ones that hold the same record
  std::uint64_t delivery_window_ms = 259'200'000;           // 72 h from the purchase
  std::uint64_t retention_ms = 604'800'000;                 // 7 days from the delivery
  std::uint64_t due_per_block = 256;                        // refunds, expiries and the like
  std::uint64_t proposal_lifetime_ms = 1'209'600'000;       // 14 days
  std::uint64_t governance_delay_ms = 172'800'000;          // 2 days
  std::uint64_t suspension_ms = 604'800'000;                // 7 days
  std::uint64_t mint_period_ms = 2'592'000'000;             // 30 days
  std::uint64_t mint_per_period_max = 100'000'000'000'000;  // 10^6 tokens
  std::uint64_t epoch_min_ms = 600'000;                     // before endEpoch may end an epoch
  std::uint64_t epoch_max_ms = 86'400'000;                  // then it ends by itself,
  std::uint64_t epoch_max_blocks = 1'000'000;               // or after so many blocks
  std::vector<std::string> record_types;  // sorted, distinct; FHIR resource types by default

  friend bool operator==(const Parameters&, const Parameters&) = default;
};

Parameters default_parameters();

// The same with one number changed. Errors: parameter_unknown for a name that no parameter has (the
// message lists them); parameter_range for a number outside of its range, for a retention_ms that
// is shorter than delivery_window_ms, or an epoch_max_ms shorter than epoch_min_ms.
Result<Parameters> set_parameter(Parameters parameters, std::string_view name,
                                 std::uint64_t number);

// Canonical bytes: part of the genesis content, and the value of the state's parameters object.
Bytes encode_parameters(const Parameters& parameters);
Result<Parameters> decode_parameters(ByteView bytes);  // errors malformed, not_canonical

struct GenesisValidator {
  PublicKey key;
  PublicKey governance_key;
  std::string name;
  friend bool operator==(const GenesisValidator&, const GenesisValidator&) = default;
};

struct GenesisInstitution {
  Address address;
  std::string name;
  std::string kind;             // "hospital", "laboratory", ...: free text
  std::string data_source_url;  // empty, or https://
  friend bool operator==(const GenesisInstitution&, const GenesisInstitution&) = default;
};

struct Genesis {
  std::string chain_name;
  TimeMs time;
  std::vector<GenesisValidator> validators;      // sorted by key, distinct, 1 to 100
  std::vector<GenesisInstitution> institutions;  // sorted by address, distinct
  Parameters parameters;
  friend bool operator==(const Genesis&, const Genesis&) = default;
};

// The canonical content that is hashed: the same codec as a transaction's body.
Bytes encode_genesis(const Genesis& genesis);

// BLAKE2b-256("generion/genesis/1" || content).
Hash chain_id(const Genesis& genesis);

// Error bad_genesis: names the field, what it holds and what is allowed. Unknown fields are
// refused, so that a misspelt parameter is not a silent default; so is a stated chain_id that is
// not the content's.
Result<Genesis> parse_genesis(std::string_view json);

// Pretty-printed JSON that parse_genesis reads back to the same value, with its chain_id.
std::string genesis_json(const Genesis& genesis);

}  // namespace generion
