// What validators can decide together. A GovernanceAction stands in the `propose` operation and in
// the proposal's object; its bytes are those of proto/generion/v1/transaction.proto.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "types/ids.h"

namespace generion {

struct AddValidator {
  PublicKey key;
  PublicKey governance_key;
  std::string name;
  friend bool operator==(const AddValidator&, const AddValidator&) = default;
};

struct RemoveValidator {
  PublicKey key;
  bool force = false;  // also if fewer than limits::kValidatorsSafeMin are left
  friend bool operator==(const RemoveValidator&, const RemoveValidator&) = default;
};

struct ReplaceValidatorKey {
  PublicKey key;
  PublicKey new_key;
  friend bool operator==(const ReplaceValidatorKey&, const ReplaceValidatorKey&) = default;
};

struct ReplaceGovernanceKey {
  PublicKey key;  // the validator's
  PublicKey new_governance_key;
  friend bool operator==(const ReplaceGovernanceKey&, const ReplaceGovernanceKey&) = default;
};

// A new institution, or one that was withdrawn or suspended, accredited again.
struct AccreditInstitution {
  Address address;
  std::string name;
  std::string kind;
  std::string data_source_url;  // empty, or https://
  friend bool operator==(const AccreditInstitution&, const AccreditInstitution&) = default;
};

struct WithdrawInstitution {
  Address address;
  friend bool operator==(const WithdrawInstitution&, const WithdrawInstitution&) = default;
};

struct ReplaceInstitutionKey {
  Address address;
  Address new_address;
  friend bool operator==(const ReplaceInstitutionKey&, const ReplaceInstitutionKey&) = default;
};

struct Mint {
  Address to;                // a user
  std::uint64_t amount = 0;  // > 0
  friend bool operator==(const Mint&, const Mint&) = default;
};

// A numeric parameter, by the name that the genesis file uses.
struct SetParameter {
  std::string name;
  std::uint64_t value = 0;
  friend bool operator==(const SetParameter&, const SetParameter&) = default;
};

// The whole list of document classes, sorted, distinct.
struct SetRecordTypes {
  std::vector<std::string> types;
  friend bool operator==(const SetRecordTypes&, const SetRecordTypes&) = default;
};

// A node without this version of the protocol stops before the epoch and says so.
struct ScheduleUpgrade {
  std::uint64_t version = 0;
  Epoch epoch;
  friend bool operator==(const ScheduleUpgrade&, const ScheduleUpgrade&) = default;
};

using GovernanceAction =
    std::variant<AddValidator, RemoveValidator, ReplaceValidatorKey, ReplaceGovernanceKey,
                 AccreditInstitution, WithdrawInstitution, ReplaceInstitutionKey, Mint,
                 SetParameter, SetRecordTypes, ScheduleUpgrade>;

// The name in RPC, CLI and docs, such as "addValidator".
std::string_view action_name(const GovernanceAction& action);

// Canonical bytes. Errors: malformed, not_canonical, unknown_operation, too_large, bad_argument.
Bytes encode_action(const GovernanceAction& action);
Result<GovernanceAction> decode_action(ByteView bytes);

}  // namespace generion
