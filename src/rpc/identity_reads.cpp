#include "rpc/identity_reads.h"

#include <fmt/core.h>

#include <charconv>

#include "base/hex.h"
#include "contract/queries.h"
#include "rpc/results.h"

namespace generion::rpc::identity {
namespace {

constexpr int kContractCodesFrom = 100;
constexpr int kContractCodesEnd = 300;

JsonArray hex_list(const std::vector<TxId>& ids, const Memory& memory) {
  JsonArray out(memory);
  for (const TxId& id : ids) out.emplace_back(to_hex(id));
  return out;
}

bool is_missing(const Failure& failure) {
  return failure.error.code == Code::user_not_found || failure.error.code == Code::record_not_found;
}

// A list method's answer as `result`, all that fits into a page unless `limit` says less. Whoever
// does not exist has an empty list.
ReadAnswer read_list(const Question& question, std::string_view method, std::string_view owner_name,
                     const Memory& memory) {
  const Method* found = question.dispatcher.table().find(method);
  auto params = params_from_query(found->parameters, question.query);
  if (!params) return std::unexpected(refusal_of(params.error()));
  JsonObject& object = params->get_object();
  object.emplace("limit", limits::kPageMax);  // unless it was given
  if (!owner_name.empty()) object.insert_or_assign(owner_name, question.id);
  auto page = question.dispatcher.ask(method, *params, question.served, memory);
  if (!page && !is_missing(page.error())) return std::unexpected(refusal_of(page.error()));
  if (!page) return reply(question.dispatcher.context().backend, JsonArray(memory), memory);
  return list_reply(question, std::move(*page), memory);
}

// The original's five members of a record; an empty object if there is none any more.
std::expected<JsonObject, Failure> read_record(const Question& question, std::uint64_t id,
                                               Height height, const Memory& memory) {
  const JsonObject params({{"record_id", id}, {"height", height.value()}});
  const auto found = question.dispatcher.ask("getRecord", params, question.served, memory);
  if (!found && !is_missing(found.error())) return std::unexpected(found.error());
  JsonObject out(memory);
  if (!found || found->at("deleted").get_bool()) return out;
  for (const std::string_view name : {"usr_adr", "pub_key", "creator_adr", "is_verified"}) {
    out.emplace(name, found->at(name));
  }
  const Json* data = found->get_object().if_contains("data_encr");
  out.emplace("data_encr", data != nullptr ? *data : Json(""));
  return out;
}

}  // namespace

Refusal refusal_of(const Failure& failure) {
  const Error& error = failure.error;
  const auto number = static_cast<int>(error.code);
  Refusal out{.http_status = http_status(error.code),
              .message = error.message,
              .retry_after_ms = failure.retry_after_ms};
  if (number >= kContractCodesFrom && number < kContractCodesEnd) out.http_status = 500;
  if (out.http_status == 400) return out;
  out.code = ErrorCode::other;
  out.message = fmt::format("{}: {}", code_name(error.code), error.message);
  return out;
}

net::Response error_response(const Refusal& refusal) {
  net::Response out;
  out.status = refusal.http_status;
  out.body = fmt::format(R"({{"errorCode":{},"errorMessage":{}}})", static_cast<int>(refusal.code),
                         net::json_quoted(refusal.message));
  if (refusal.retry_after_ms) {
    out.headers.emplace_back("Retry-After", std::to_string((*refusal.retry_after_ms + 999) / 1000));
  }
  return out;
}

JsonObject reply(const Backend& backend, Json result, const Memory& memory) {
  JsonObject out(7, memory);
  out.emplace("result", std::move(result));
  out.emplace("tx_unconfirmed", hex_list(backend.pending(limits::kPageDefault).ids, memory));
  out.emplace("tx_failed", hex_list(backend.expired(), memory));
  return out;
}

JsonObject list_reply(const Question& question, Json page, const Memory& memory) {
  JsonObject& answer = page.get_object();
  JsonObject out =
      reply(question.dispatcher.context().backend, std::move(answer.at("items")), memory);
  out.emplace("height", answer.at("height"));
  for (const std::string_view name : {"cursor", "proof", "block_hash"}) {
    if (const Json* value = answer.if_contains(name)) out.emplace(name, *value);
  }
  return out;
}

std::optional<std::vector<std::uint64_t>> parse_ids(std::string_view text) {
  std::vector<std::uint64_t> out;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (out.size() < limits::kIdsPerCallMax) {
    std::uint64_t id = 0;
    const auto [stop, ec] = std::from_chars(at, end, id);
    if (ec != std::errc() || id == 0 || id > limits::kSafeIntegerMax) return std::nullopt;
    out.push_back(id);
    if (stop == end) return out;
    if (*stop != ':') return std::nullopt;
    at = stop + 1;
  }
  return std::nullopt;
}

ReadAnswer read_transaction(const Question& question, const Memory& memory) {
  const JsonObject params({{"tx_id", question.id}});
  const auto found = question.dispatcher.ask("getTransaction", params, question.served, memory);
  if (!found) return std::unexpected(refusal_of(found.error()));
  JsonObject out(1, memory);
  out.emplace("result", found->get_object().contains("height"));
  return out;
}

ReadAnswer read_users(const Question& question, const Memory& memory) {
  return read_list(question, "getUserList", {}, memory);
}

ReadAnswer read_pub_key(const Question& question, const Memory& memory) {
  const JsonObject params({{"usr_adr", question.id}});
  const auto found = question.dispatcher.ask("getUserPubKey", params, question.served, memory);
  if (!found && !is_missing(found.error())) return std::unexpected(refusal_of(found.error()));
  const Json* key = found ? found->get_object().if_contains("pub_key") : nullptr;
  return reply(question.dispatcher.context().backend, key != nullptr ? *key : Json(""), memory);
}

// The original's list forgot a record when it was deleted.
ReadAnswer read_record_ids(const Question& question, const Memory& memory) {
  auto out = read_list(question, "getRecordIdList", "usr_adr", memory);
  if (!out || out->at("result").get_array().empty()) return out;
  const Backend& backend = question.dispatcher.context().backend;
  const Height height(out->at("height").to_number<std::uint64_t>());
  const auto version = backend.version(height);
  if (!version) return std::unexpected(refusal_of(version.error()));
  JsonArray kept(memory);
  for (const Json& id : out->at("result").get_array()) {
    const auto record =
        contract::find_record((*version)->state(), RecordId(id.to_number<std::uint64_t>()));
    if (record && !record->record.deleted) kept.emplace_back(id);
  }
  out->at("result") = std::move(kept);
  return out;
}

ReadAnswer read_records(const Question& question, const Memory& memory) {
  const auto ids = parse_ids(question.id);
  if (!ids) {
    return std::unexpected(Refusal{.message = "Invalid record id list. Format: {i1:i2:i3}"});
  }
  const Backend& backend = question.dispatcher.context().backend;
  const Height height = backend.heights().executed;
  JsonArray records(memory);
  std::size_t bytes = 0;
  for (const std::uint64_t id : *ids) {
    auto record = read_record(question, id, height, memory);
    if (!record) return std::unexpected(refusal_of(record.error()));
    const Json* data = record->if_contains("data_encr");
    bytes += data != nullptr ? data->get_string().size() : 0;
    if (bytes > limits::kPageBytesMax && !records.empty()) {
      return std::unexpected(refusal_of(Error{
          Code::too_large, fmt::format("these records have more than {} bytes together; ask for "
                                       "fewer at once",
                                       limits::kPageBytesMax)}));
    }
    records.emplace_back(std::move(*record));
  }
  return reply(backend, std::move(records), memory);
}

// What the original said outside of its developers' machines.
ReadAnswer refuse_gas(const Question&, const Memory& memory) {
  JsonObject out(1, memory);
  out.emplace("result", "Not supported");
  return out;
}

}  // namespace generion::rpc::identity
