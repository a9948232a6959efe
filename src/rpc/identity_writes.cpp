#include "rpc/identity_writes.h"

#include <fmt/core.h>

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/serialize.hpp>

#include "base/base64.h"
#include "base/hex.h"
#include "rpc/identity_orders.h"
#include "rpc/results.h"
#include "rpc/submissions.h"
#include "types/address.h"
#include "wire/transaction.h"

namespace generion::rpc::identity {
namespace {

struct Sent {
  SignedTransaction envelope;
  TransactionBody body;
};

std::unexpected<Refusal> bad_request(std::string message) {
  return std::unexpected(Refusal{.message = std::move(message)});
}

std::expected<Sent, Refusal> parse_body(std::string_view text) {
  const auto json = parse_json(text, {});
  if (!json) return bad_request("JSON Error: " + json.error().message);
  if (!json->is_object()) {
    return bad_request(
        fmt::format("JSON Error: the body is {}; it takes an object", json_type(*json)));
  }
  const Json* signed_tx = json->get_object().if_contains("signed_tx");
  if (signed_tx == nullptr) return bad_request("Missing signed_tx");
  const auto bytes = signed_tx->is_string() ? from_base64(std::string_view(signed_tx->get_string()))
                                            : std::nullopt;
  if (!bytes) return bad_request("signed_tx is not the base64 of a SignedTransaction");
  auto envelope = wire::decode_transaction(*bytes);
  if (!envelope) return bad_request("signed_tx: " + envelope.error().message);
  auto body = decode_body(envelope->body);
  if (!body) return bad_request("signed_tx: " + body.error().message);
  return Sent{std::move(*envelope), std::move(*body)};
}

std::optional<std::string> set_pub_key_fault(const contract::StateReader&, std::string_view id,
                                             const TransactionBody& body) {
  const auto address = parse_address(id);
  if (!address) return address.error().message;
  if (only<SetUserPubKey>(body) != nullptr && body.sender == *address) return std::nullopt;
  return fmt::format("signed_tx is not one setUserPubKey by {}", id);
}

std::optional<std::string> create_fault(const contract::StateReader&, std::string_view id,
                                        const TransactionBody& body) {
  const auto address = parse_address(id);
  if (!address) return address.error().message;
  for (const Operation& operation : body.operations) {
    const auto* create = std::get_if<CreateRecord>(&operation);
    if (create == nullptr || create->usr_adr != *address)
      return fmt::format("signed_tx does something else than createRecord for {}", id);
  }
  return std::nullopt;
}

std::optional<std::string> verify_fault(const contract::StateReader&, std::string_view id,
                                        const TransactionBody& body) {
  const auto ids = parse_ids(id);
  if (!ids) return "Invalid record id list. Format: {i1:i2:i3}";
  std::vector<std::uint64_t> verified;
  for (const Operation& operation : body.operations) {
    const auto* verify = std::get_if<VerifyRecord>(&operation);
    if (verify == nullptr) return "signed_tx does something else than verifyRecord";
    for (const RecordId record : verify->record_id) verified.push_back(record.value());
  }
  if (verified == *ids) return std::nullopt;
  return fmt::format("signed_tx verifies other records than {}", id);
}

std::optional<std::string> delete_fault(const contract::StateReader&, std::string_view id,
                                        const TransactionBody& body) {
  const auto ids = parse_ids(id);
  if (!ids || ids->size() != 1) return "Invalid record id. One is deleted at a time";
  const auto* one = only<DeleteRecord>(body);
  if (one != nullptr && one->record_id.value() == ids->front()) return std::nullopt;
  return fmt::format("signed_tx is not one deleteRecord of {}", id);
}

Json success(const TransactionBody&, const Outcome&, const Memory&) {
  return 1;
}

Json new_id(const TransactionBody&, const Outcome& outcome, const Memory&) {
  return outcome.new_ids.empty() ? Json(0) : Json(outcome.new_ids.front());
}

Json new_ids(const TransactionBody&, const Outcome& outcome, const Memory& memory) {
  return Json(JsonArray(outcome.new_ids.begin(), outcome.new_ids.end(), memory));
}

// One success a record.
Json successes(const TransactionBody& body, const Outcome&, const Memory& memory) {
  JsonArray out(memory);
  for (const Operation& operation : body.operations) {
    const std::size_t count = std::get<VerifyRecord>(operation).record_id.size();
    for (std::size_t i = 0; i < count; ++i) out.emplace_back(1);
  }
  return Json(std::move(out));
}

net::Response response(const Backend& backend, const Write& write, const TransactionBody& body,
                       const Outcome& outcome) {
  if (outcome.state == Outcome::State::refused) {
    return error_response(refusal_of(
        Error{outcome.code, outcome.message.empty()
                                ? fmt::format("operation {} was refused", outcome.failed_operation)
                                : outcome.message}));
  }
  if (outcome.state != Outcome::State::executed) {
    return error_response(refusal_of(
        Error{Code::expired, "signed_tx expired before it was executed; sign it again"}));
  }
  boost::json::monotonic_resource memory;
  JsonObject out = reply(backend, write.result(body, outcome, &memory), &memory);
  out.emplace("tx_hash", to_hex(outcome.tx_id));
  net::Response answer;
  answer.body = boost::json::serialize(out);
  return answer;
}

}  // namespace

const Write kSetPubKey{set_pub_key_fault, success};
const Write kCreateRecords{create_fault, new_ids};
const Write kVerifyRecords{verify_fault, successes};
const Write kDeleteRecord{delete_fault, success};
const Write kCreateOrder{create_order_fault, new_id};
const Write kDeleteOrder{delete_order_fault, success};
const Write kPurchase{purchase_fault, success};

void serve_write(const Dispatcher& dispatcher, const Write& write, std::string_view id,
                 std::string_view body, net::Respond respond) {
  auto sent = parse_body(body);
  if (!sent) return respond(error_response(sent.error()));
  const Context& context = dispatcher.context();
  const auto version = context.backend.version(std::nullopt);
  if (!version) return respond(error_response(refusal_of(version.error())));
  if (auto fault = write.fault((*version)->state(), id, sent->body))
    return respond(error_response({.message = std::move(*fault)}));
  context.submissions.submit(
      std::move(sent->envelope), Wait::executed,
      [&backend = context.backend, &write, transaction = std::move(sent->body),
       respond = std::move(respond)](std::expected<Outcome, Failure> outcome) mutable {
        respond(outcome ? response(backend, write, transaction, *outcome)
                        : error_response(refusal_of(outcome.error())));
      });
}

}  // namespace generion::rpc::identity
