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
