#include "client/node_api.h"

#include <fmt/core.h>

#include "base/base64.h"
#include "client/json_view.h"
#include "wire/proof.h"
#include "wire/transaction.h"

namespace generion::client {
namespace json = boost::json;

namespace {

constexpr std::uint64_t kPageLimit = 1'000;

// Turns an optional number into a strong id.
template <class Id>
std::optional<Id> id_of(std::optional<std::uint64_t> number) {
  if (!number) return std::nullopt;
  return Id(*number);
}

json::object send_params(const SignedTransaction& transaction, Wait wait) {
  return {{"transaction", to_base64(wire::encode_transaction(transaction))},
          {"wait", wait_name(wait)}};
}

Result<Proof> get_proof(Rpc& node, json::object params) {
  auto answer = node.call("getProof", std::move(params));
  if (!answer) return fail(answer.error());
  JsonView in(*answer, "proof");
  const Bytes bytes = in.required("proof", in.base64("proof"));
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return wire::decode_proof(bytes);
}

}  // namespace

Result<Outcome> parse_outcome(const json::value& value) {
  JsonView in(value, "outcome");
  Outcome out;
  out.tx_id = in.required("tx_id", in.hex<TxId>("tx_id"));
  const std::string state = in.text("state");
  if (const auto known = tx_state_from(state)) {
    out.state = *known;
  } else {
    in.fault("state", fmt::format("is \"{}\", which is unknown here", state));
  }
  out.height = id_of<Height>(in.number("height"));
  out.sealed = in.flag("sealed");
  if (const std::string code = in.text("code"); !code.empty()) {
    const auto known = code_from_name(code);
    if (!known) in.fault("code", fmt::format("is \"{}\", which is unknown here", code));
    out.code = known.value_or(Code::malformed);
  }
  out.message = in.text("message");
  out.failed_operation = in.number("failed_operation");
  out.new_ids = in.numbers("new_ids");
  out.proof = in.base64("proof").value_or(Bytes{});
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return out;
}

Result<RecordView> parse_record(const json::value& value) {
  JsonView in(value, "record");
  RecordView out;
  out.record_id = RecordId(in.required_number("record_id"));
  out.usr_adr = in.required("usr_adr", in.address("usr_adr"));
  out.creator_adr = in.required("creator_adr", in.address("creator_adr"));
  out.pub_key = in.required("pub_key", in.hex<ReaderKey>("pub_key"));
  out.by_institution = in.flag("by_institution");
  out.data_encr = in.base64("data_encr");
  out.lock = in.hex<Lock>("lock");
  out.document = in.hex<Hash>("document");
  out.type = in.text("type");
  out.replaces = id_of<RecordId>(in.number("replaces"));
  out.is_verified = in.flag("is_verified");
  out.deidentified = in.flag("deidentified");
  out.created_at = TimeMs(in.number("created_at_ms").value_or(0));
  out.deleted = in.flag("deleted");
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return out;
}

Result<NodeStatus> get_status(Rpc& node) {
  auto answer = node.call("getStatus", {});
  if (!answer) return fail(answer.error());
  JsonView in(*answer, "status");
  NodeStatus out;
  out.chain_id = in.required("chain_id", in.hex<Hash>("chain_id"));
  out.chain_name = in.text("chain_name");
  out.version = in.text("version");
  out.role = in.text("role");
  out.height = Height(in.required_number("height"));
  out.sealed_height = Height(in.number("sealed_height").value_or(0));
  out.block_time = TimeMs(in.number("block_time_ms").value_or(0));
  out.node_time = TimeMs(in.number("time_ms").value_or(0));
  out.ready = in.flag("ready");
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return out;
}

Result<Outcome> send_transaction(Rpc& node, const SignedTransaction& transaction, Wait wait) {
  auto answer = node.call("sendTransaction", send_params(transaction, wait));
  if (!answer) return fail(answer.error());
  return parse_outcome(*answer);
}

Result<std::vector<Result<Outcome>>> send_transactions(
    Rpc& node, const std::vector<SignedTransaction>& transactions, Wait wait) {
  std::vector<RpcCall> calls;
  for (const SignedTransaction& transaction : transactions) {
    calls.push_back({"sendTransaction", send_params(transaction, wait)});
  }
  auto answers = node.call_batch(std::move(calls));
  if (!answers) return fail(answers.error());
  std::vector<Result<Outcome>> out;
  for (const auto& answer : *answers) {
    out.push_back(answer ? parse_outcome(*answer) : fail(answer.error()));
  }
  return out;
}

Result<Outcome> get_outcome(Rpc& node, const TxId& tx_id) {
  auto answer = node.call("getTransaction", {{"tx_id", to_hex(tx_id)}});
  if (answer) return parse_outcome(*answer);
  if (answer.error().code != Code::not_found) return fail(answer.error());
  Outcome out;
  out.tx_id = tx_id;
  return out;
}

Result<RecordView> get_record(Rpc& node, RecordId record_id) {
  auto answer = node.call("getRecord", {{"record_id", record_id.value()}});
  if (!answer) return fail(answer.error());
  return parse_record(*answer);
}

Result<UserView> get_user(Rpc& node, const Address& address) {
  auto answer = node.call("getUser", {{"address", address_text(address)}});
  if (!answer) return fail(answer.error());
  JsonView in(*answer, "user");
  UserView out;
  out.user_id = UserId(in.required_number("user_id"));
  out.address = in.required("address", in.address("address"));
  out.reader_key = in.hex<ReaderKey>("reader_key");
  out.record_count = in.number("record_count").value_or(0);
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return out;
}

Result<std::optional<ReaderKey>> get_user_pub_key(Rpc& node, const Address& address) {
  auto answer = node.call("getUserPubKey", {{"usr_adr", address_text(address)}});
  if (!answer) return fail(answer.error());
  JsonView in(*answer, "reader key");
  const auto out = in.hex<ReaderKey>("pub_key");
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return out;
}

Result<void> for_each_item(Rpc& node, std::string_view method, json::object params,
                           const std::function<Result<void>(const json::value&)>& take) {
  params["limit"] = kPageLimit;
  std::string cursor;
  do {
    auto answer = node.call(method, params);
    if (!answer) return fail(answer.error());
    JsonView in(*answer, "page");
    const json::value* items = in.find("items");
    const bool is_list = items != nullptr && items->is_array();
    if (!is_list) in.fault("items", "is no list");
    std::string next = in.text("cursor");
    if (!next.empty() && next == cursor) in.fault("cursor", "does not move on");
    if (auto ok = in.finish(); !ok) return ok;
    for (const json::value& item : items->get_array()) {
      if (auto ok = take(item); !ok) return ok;
    }
    cursor = std::move(next);
    params["cursor"] = cursor;
  } while (!cursor.empty());
  return {};
}

Result<std::vector<RecordId>> get_record_ids(Rpc& node, const Address& address) {
  std::vector<RecordId> out;
  const auto listed = for_each_item(
      node, "getRecordIdList", {{"usr_adr", address_text(address)}},
      [&out](const json::value& item) -> Result<void> {
        boost::system::error_code ec;
        out.emplace_back(item.to_number<std::uint64_t>(ec));
        if (ec) return fail(Code::malformed, "the node's list of record ids holds something else");
        return {};
      });
  if (!listed) return fail(listed.error());
  return out;
}

Result<Proof> get_record_proof(Rpc& node, RecordId record_id) {
  return get_proof(node, {{"record_id", record_id.value()}});
}

Result<Proof> get_object_proof(Rpc& node, ByteView key, std::optional<Height> height) {
  json::object params{{"key", to_hex(key)}};
  if (height) params["height"] = height->value();
  return get_proof(node, std::move(params));
}

Result<Proof> get_receipt_proof(Rpc& node, const TxId& tx_id) {
  return get_proof(node, {{"tx_id", to_hex(tx_id)}});
}

Result<LinksPage> get_links(Rpc& node, Height from_height, std::size_t limit) {
  const auto answer =
      node.call("getLinks", {{"from_height", from_height.value()}, {"limit", limit}});
  if (!answer) return fail(answer.error());
  JsonView in(*answer, "answer to getLinks");
  const Bytes bytes = in.required("links", in.base64("links"));
  LinksPage out;
  out.more = in.flag("more");
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  auto links = wire::decode_links(bytes);
  if (!links) return fail(Code::bad_proof, links.error().message);
  out.links = std::move(*links);
  return out;
}

}  // namespace generion::client
