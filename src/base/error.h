// Expected failures are values: Result<T> holds a T or an Error with a stable code and a sentence
// that says what was wrong and what would be right. Codes are one enumeration for the whole
// product; their numbers stand in receipts, so they are frozen: add, never renumber.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace generion {

// clang-format off
#define GENERION_CODES(X)                                                                  \
  X(ok, 0, "OK")                                                                           \
  /* 1-99: input that is not even well-formed; nobody's state matters */                   \
  X(malformed, 1, "MALFORMED")                                                             \
  X(not_canonical, 2, "NOT_CANONICAL")                                                     \
  X(too_large, 3, "TOO_LARGE")                                                             \
  X(too_many, 4, "TOO_MANY")                                                               \
  X(bad_signature, 5, "BAD_SIGNATURE")                                                     \
  X(wrong_chain, 6, "WRONG_CHAIN")                                                         \
  X(expired, 7, "EXPIRED")                                                                 \
  X(too_far_ahead, 8, "TOO_FAR_AHEAD")                                                     \
  X(duplicate, 9, "DUPLICATE")                                                             \
  X(unknown_operation, 10, "UNKNOWN_OPERATION")                                            \
  X(bad_address, 11, "BAD_ADDRESS")                                                        \
  X(bad_attachment, 12, "BAD_ATTACHMENT")                                                  \
  X(bad_capsule, 13, "BAD_CAPSULE")                                                        \
  X(bad_key, 14, "BAD_KEY")                                                                \
  X(bad_argument, 15, "BAD_ARGUMENT")                                                      \
  X(bad_proof, 16, "BAD_PROOF")                                                            \
  /* 100-299: refusals of the contract; these stand in receipts */                         \
  X(not_admitted, 100, "NOT_ADMITTED")                                                     \
  X(user_not_found, 101, "USER_NOT_FOUND")                                                 \
  X(not_institution, 102, "NOT_INSTITUTION")                                               \
  X(institution_not_accredited, 103, "INSTITUTION_NOT_ACCREDITED")                         \
  X(record_not_found, 104, "RECORD_NOT_FOUND")                                             \
  X(not_owner, 105, "NOT_OWNER")                                                           \
  X(record_deleted, 106, "RECORD_DELETED")                                                 \
  X(already_verified, 107, "ALREADY_VERIFIED")                                             \
  X(duplicate_id, 108, "DUPLICATE_ID")                                                     \
  X(type_unknown, 109, "TYPE_UNKNOWN")                                                     \
  X(record_limit, 110, "RECORD_LIMIT")                                                     \
  X(operation_limit, 111, "OPERATION_LIMIT")                                               \
  X(admission_limit, 112, "ADMISSION_LIMIT")                                               \
  X(already_admitted, 113, "ALREADY_ADMITTED")                                             \
  X(not_creator, 114, "NOT_CREATOR")                                                       \
  X(reader_key_mismatch, 115, "READER_KEY_MISMATCH")                                       \
  X(is_institution, 116, "IS_INSTITUTION")                                                 \
  X(share_not_found, 117, "SHARE_NOT_FOUND")                                               \
  X(share_closed, 118, "SHARE_CLOSED")                                                     \
  X(share_limit, 119, "SHARE_LIMIT")                                                       \
  X(order_not_found, 120, "ORDER_NOT_FOUND")                                               \
  X(order_not_open, 121, "ORDER_NOT_OPEN")                                                 \
  X(order_not_purchased, 122, "ORDER_NOT_PURCHASED")                                       \
  X(order_limit, 123, "ORDER_LIMIT")                                                       \
  X(in_delivery, 124, "IN_DELIVERY")                                                       \
  X(not_seller, 125, "NOT_SELLER")                                                         \
  X(is_seller, 126, "IS_SELLER")                                                           \
  X(amount_too_low, 127, "AMOUNT_TOO_LOW")                                                 \
  X(insufficient_balance, 128, "INSUFFICIENT_BALANCE")                                     \
  X(overflow, 129, "OVERFLOW")                                                             \
  X(deadline_passed, 130, "DEADLINE_PASSED")                                               \
  X(lock_mismatch, 131, "LOCK_MISMATCH")                                                   \
  X(is_capsule, 132, "IS_CAPSULE")                                                         \
  X(not_capsule, 133, "NOT_CAPSULE")                                                       \
  X(delivery_mismatch, 134, "DELIVERY_MISMATCH")                                           \
  X(not_deliverable, 135, "NOT_DELIVERABLE")                                               \
  X(address_taken, 136, "ADDRESS_TAKEN")                                                   \
  X(move_pending, 137, "MOVE_PENDING")                                                     \
  X(no_move_pending, 138, "NO_MOVE_PENDING")                                               \
  X(wrong_key, 139, "WRONG_KEY")                                                           \
  X(not_validator, 140, "NOT_VALIDATOR")                                                   \
  X(proposal_not_found, 141, "PROPOSAL_NOT_FOUND")                                         \
  X(proposal_closed, 142, "PROPOSAL_CLOSED")                                               \
  X(already_voted, 143, "ALREADY_VOTED")                                                   \
  X(validator_not_found, 144, "VALIDATOR_NOT_FOUND")                                       \
  X(validator_exists, 145, "VALIDATOR_EXISTS")                                             \
  X(institution_not_found, 146, "INSTITUTION_NOT_FOUND")                                   \
  X(mint_limit, 147, "MINT_LIMIT")                                                         \
  X(parameter_unknown, 148, "PARAMETER_UNKNOWN")                                           \
  X(parameter_range, 149, "PARAMETER_RANGE")                                               \
  X(already_suspended, 150, "ALREADY_SUSPENDED")                                           \
  X(proposal_limit, 151, "PROPOSAL_LIMIT")                                                 \
  X(expiry_past, 152, "EXPIRY_PAST")                                                       \
  X(reader_key_unset, 153, "READER_KEY_UNSET")                                             \
  X(same_user, 154, "SAME_USER")                                                           \
  X(too_few_validators, 155, "TOO_FEW_VALIDATORS")                                         \
  X(epoch_too_young, 156, "EPOCH_TOO_YOUNG")                                               \
  X(epoch_closing, 157, "EPOCH_CLOSING")                                                   \
  X(not_joiner, 158, "NOT_JOINER")                                                         \
  X(not_caught_up, 159, "NOT_CAUGHT_UP")                                                   \
  X(not_conflicting, 160, "NOT_CONFLICTING")                                               \
  X(evidence_known, 161, "EVIDENCE_KNOWN")                                                 \
  X(upgrade_past, 162, "UPGRADE_PAST")                                                     \
  /* 300-399: a node's answers */                                                          \
  X(overloaded, 300, "OVERLOADED")                                                         \
  X(not_ready, 301, "NOT_READY")                                                           \
  X(height_gone, 302, "HEIGHT_GONE")                                                       \
  X(height_ahead, 303, "HEIGHT_AHEAD")                                                     \
  X(not_found, 304, "NOT_FOUND")                                                           \
  X(rate_limited, 305, "RATE_LIMITED")                                                     \
  X(unauthorized, 306, "UNAUTHORIZED")                                                     \
  X(forbidden, 307, "FORBIDDEN")                                                           \
  X(timed_out, 308, "TIMED_OUT")                                                           \
  X(bad_cursor, 309, "BAD_CURSOR")                                                         \
  X(shutting_down, 310, "SHUTTING_DOWN")                                                   \
  X(unknown_method, 311, "UNKNOWN_METHOD")                                                 \
  X(bad_params, 312, "BAD_PARAMS")                                                         \
  X(unreachable, 313, "UNREACHABLE")                                                       \
  X(fork, 314, "FORK")                                                                     \
  X(erased, 315, "ERASED")                                                                 \
  X(stale, 316, "STALE")                                                                   \
  /* 400-499: this machine: files, disk, configuration */                                  \
  X(io_error, 400, "IO_ERROR")                                                             \
  X(disk_full, 401, "DISK_FULL")                                                           \
  X(bad_file_mode, 402, "BAD_FILE_MODE")                                                   \
  X(locked, 403, "LOCKED")                                                                 \
  X(foreign_database, 404, "FOREIGN_DATABASE")                                             \
  X(newer_format, 405, "NEWER_FORMAT")                                                     \
  X(damaged, 406, "DAMAGED")                                                               \
  X(bad_config, 407, "BAD_CONFIG")                                                         \
  X(bad_passphrase, 408, "BAD_PASSPHRASE")                                                 \
  X(file_exists, 409, "FILE_EXISTS")                                                       \
  X(file_missing, 410, "FILE_MISSING")                                                     \
  X(port_in_use, 411, "PORT_IN_USE")                                                       \
  X(journal_lost, 412, "JOURNAL_LOST")                                                     \
  X(bad_genesis, 413, "BAD_GENESIS")                                                       \
  X(bad_phrase, 414, "BAD_PHRASE")                                                         \
  X(usage, 415, "USAGE")                                                                   \
  X(cancelled, 416, "CANCELLED")                                                           \
  X(diverged, 417, "DIVERGED")
// clang-format on

enum class Code : std::uint16_t {
#define GENERION_CODE_ENUMERATOR(id, number, name) id = number,
  GENERION_CODES(GENERION_CODE_ENUMERATOR)
#undef GENERION_CODE_ENUMERATOR
};

// The stable name, such as "NOT_OWNER". Valid for the program's life.
std::string_view code_name(Code code);

// The code with this number; nullopt for a number that no code has.
std::optional<Code> code_from_number(std::uint64_t number);

// The code with this name; nullopt for a name that no code has.
std::optional<Code> code_from_name(std::string_view name);

struct Error {
  Code code = Code::malformed;
  std::string message;
  // When the same may be asked again, if whoever refuses knows it.
  std::optional<std::uint64_t> retry_after_ms = std::nullopt;

  friend bool operator==(const Error&, const Error&) = default;
};

template <class T>
using Result = std::expected<T, Error>;

// `return fail(Code::expired, "...")` from a function that returns a Result.
inline std::unexpected<Error> fail(Code code, std::string message) {
  return std::unexpected<Error>(Error{code, std::move(message)});
}

// Passes an error on: `if (!x) return fail(x.error());`
inline std::unexpected<Error> fail(Error error) {
  return std::unexpected<Error>(std::move(error));
}

}  // namespace generion
