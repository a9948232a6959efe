// What the original middleware's paths answer: its JSON from this node's results.
#pragma once

#include <string_view>

#include "rpc/dispatcher.h"

namespace generion::rpc::identity {

// The original's numbers for what went wrong.
enum class ErrorCode : std::uint8_t { authorization = 1, request = 2, other = 3 };

struct Refusal {
  unsigned http_status = 400;
  ErrorCode code = ErrorCode::request;
  std::string message;
  std::optional<std::uint64_t> retry_after_ms;
};

// A fault of the request is 400 and `request`; a refusal of the contract 500 and `other`, as the
// original had it; whatever keeps the node from answering has its own status and `other`.
Refusal refusal_of(const Failure& failure);

// {"errorCode", "errorMessage"}
net::Response error_response(const Refusal& refusal);

// A request for reading: the variable part of its path, and its query.
struct Question {
  const Dispatcher& dispatcher;
  const MethodList& served;
  std::string_view id;
  std::string_view query;
};

using ReadAnswer = std::expected<JsonObject, Refusal>;
using Read = ReadAnswer (*)(const Question&, const boost::json::storage_ptr& memory);

ReadAnswer read_transaction(const Question& question, const boost::json::storage_ptr& memory);
ReadAnswer read_users(const Question& question, const boost::json::storage_ptr& memory);
ReadAnswer read_pub_key(const Question& question, const boost::json::storage_ptr& memory);
ReadAnswer read_record_ids(const Question& question, const boost::json::storage_ptr& memory);
ReadAnswer read_records(const Question& question, const boost::json::storage_ptr& memory);
ReadAnswer refuse_gas(const Question& question, const boost::json::storage_ptr& memory);

// `result` with tx_unconfirmed and tx_failed.
JsonObject reply(const Backend& backend, Json result, const boost::json::storage_ptr& memory);

// A page's items as `result`, with its height, and its cursor and proof if it has them.
JsonObject list_reply(const Question& question, Json page, const boost::json::storage_ptr& memory);

// Numbers from 1, as the original's 1:2:3. nullopt: it is none, or of more than kIdsPerCallMax.
std::optional<std::vector<std::uint64_t>> parse_ids(std::string_view text);

}  // namespace generion::rpc::identity
