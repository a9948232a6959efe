#include "cli/commands/operations_json.h"

#include <fmt/format.h>

#include "base/hex.h"
#include "cli/commands/operation_reading.h"
#include "rpc/action_json.h"
#include "types/address.h"

namespace generion::cli {
namespace {

namespace json = boost::json;

template <class Id>
json::array ids_json(const std::vector<Id>& ids) {
  json::array out;
  for (const Id id : ids) out.emplace_back(id.value());
  return out;
}

void add_attachment(json::object& out, const std::string& name, const AttachmentRef& ref) {
  out[name + "_hash"] = to_hex(ref.hash);
  out[name + "_length"] = ref.length;
}

json::object relocking_json(const Relocking& relocking) {
  return {{"from_key", to_hex(relocking.from_key)},
          {"from_lock", to_hex(relocking.from_lock)},
          {"lock", to_hex(relocking.lock)},
          {"proof", to_hex(relocking.proof)}};
}

void add_access(json::object& out, const std::variant<Relocking, AttachmentRef>& access) {
  if (const auto* relocking = std::get_if<Relocking>(&access)) {
    out["relocking"] = relocking_json(*relocking);
  } else {
    add_attachment(out, "data", std::get<AttachmentRef>(access));
  }
}

struct OperationFields {
  json::object& out;

  void operator()(const SetUserPubKey& op) const { out["pub_key"] = to_hex(op.pub_key); }
  void operator()(const AdmitUser& op) const {
    json::array users;
    for (const Address& user : op.usr_adr) users.emplace_back(address_text(user));
    out["usr_adr"] = std::move(users);
  }
  void operator()(const SetRecoveryKey& op) const {
    out["key"] = to_hex(op.key);
    out["delay_ms"] = op.delay_ms;
  }
  void operator()(const MoveUser& op) const {
    out["usr_adr"] = address_text(op.usr_adr);
    out["new_key"] = address_text(op.new_key);
    out["new_key_signature"] = to_hex(op.new_key_signature);
  }
  void operator()(const CancelMove& /*op*/) const {}
  void operator()(const Transfer& op) const {
    out["to"] = address_text(op.to);
    out["amount"] = std::to_string(op.amount);
  }
  void operator()(const CreateRecord& op) const {
    out["usr_adr"] = address_text(op.usr_adr);
    out["data_pub_key"] = to_hex(op.data_pub_key);
    if (op.lock) out["lock"] = to_hex(*op.lock);
    add_attachment(out, "data", op.data);
    if (op.document) out["document"] = to_hex(*op.document);
    if (!op.type.empty()) out["type"] = op.type;
    if (op.replaces) out["replaces"] = op.replaces->value();
    out["deidentified"] = op.deidentified;
  }
  void operator()(const VerifyRecord& op) const { out["record_id"] = ids_json(op.record_id); }
  void operator()(const DeleteRecord& op) const { out["record_id"] = op.record_id.value(); }
  void operator()(const RelockRecord& op) const {
    out["pub_key"] = to_hex(op.pub_key);
    json::array records;
    for (const RecordRelocking& one : op.records) {
      records.push_back(
          {{"record_id", one.record_id.value()}, {"relocking", relocking_json(one.relocking)}});
    }
    out["record"] = std::move(records);
  }
  void operator()(const ShareRecord& op) const {
    out["record_id"] = op.record_id.value();
    out["grantee"] = address_text(op.grantee);
    out["data_pub_key"] = to_hex(op.data_pub_key);
    add_access(out, op.access);
    if (op.expires_at) out["expires_at_ms"] = op.expires_at->value();
  }
  void operator()(const RevokeShare& op) const { out["share_id"] = op.share_id.value(); }
  void operator()(const CreateOrder& op) const {
    out["record_id_list"] = ids_json(op.record_id_list);
    out["price"] = std::to_string(op.price);
    if (op.text) add_attachment(out, "text", *op.text);
  }
  void operator()(const DeleteOrder& op) const { out["order_id"] = op.order_id.value(); }
  void operator()(const PurchaseData& op) const {
    out["order_id"] = op.order_id.value();
    out["pub_key"] = to_hex(op.pub_key);
    out["amount"] = std::to_string(op.amount);
  }
  void operator()(const DeliverOrder& op) const {
    out["order_id"] = op.order_id.value();
    out["pub_key"] = to_hex(op.pub_key);
    json::array deliveries;
    for (const Delivery& delivery : op.deliveries) {
      json::object one{{"record_id", delivery.record_id.value()}};
      add_access(one, delivery.access);
      deliveries.push_back(std::move(one));
    }
    out["delivery"] = std::move(deliveries);
  }
  void operator()(const Propose& op) const { out["action"] = rpc::action_json(op.action, {}); }
  void operator()(const Vote& op) const {
    out["proposal_id"] = op.proposal_id.value();
    out["yes"] = op.yes;
  }
  void operator()(const SuspendInstitution& op) const { out["address"] = address_text(op.address); }
  void operator()(const AnchorLog& op) const {
    out["root"] = to_hex(op.root);
    out["count"] = op.count;
  }
  void operator()(const EndEpoch& /*op*/) const {}
  void operator()(const ReportReady& op) const {
    out["proposal_id"] = op.proposal_id.value();
    out["height"] = op.height.value();
    out["block_hash"] = to_hex(op.block_hash);
  }
  void operator()(const ReportEvidence& op) const {
    out["kind"] = std::string(kind_name(op.evidence.kind));
    out["culprit"] = to_hex(op.evidence.culprit);
    out["first"] = to_hex(op.evidence.first.bytes);
    out["first_signature"] = to_hex(op.evidence.first.signature);
    out["second"] = to_hex(op.evidence.second.bytes);
    out["second_signature"] = to_hex(op.evidence.second.signature);
  }
};

}  // namespace

Result<void> add_operations(client::TransactionBuilder& builder, std::string_view text) {
  json::error_code error;
  const json::value value = json::parse(text, error);
  if (error)
    return fail(Code::malformed, fmt::format("the operations are no JSON: {}", error.message()));
  const auto* object = value.if_object();
  const auto* operations = object == nullptr ? nullptr : object->if_contains("operations");
  if (operations == nullptr || !operations->is_array() || object->size() != 1) {
    return fail(Code::malformed, R"(the file takes one member, {"operations": [...]})");
  }
  std::size_t index = 0;
  for (const auto& one : operations->as_array()) {
    const auto added = add_operation(builder, one, fmt::format("operations[{}]", index++));
    if (!added) return fail(added.error());
  }
  return {};
}

json::object body_json(const TransactionBody& body) {
  json::array operations;
  for (const Operation& operation : body.operations) {
    json::object out{{"operation", std::string(operation_name(operation))}};
    std::visit(OperationFields{out}, operation);
    operations.push_back(std::move(out));
  }
  return {{"chain_id", to_hex(body.chain_id)},
          {"sender", address_text(body.sender)},
          {"nonce", to_hex(body.nonce)},
          {"valid_until_ms", body.valid_until.value()},
          {"operations", std::move(operations)}};
}

}  // namespace generion::cli
