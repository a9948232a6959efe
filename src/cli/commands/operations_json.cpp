#include "cli/commands/operations_json.h"

#include <fmt/format.h>

#include <set>

#include "base/base64.h"
#include "base/hex.h"
#include "types/address.h"

namespace generion::cli {
namespace {

namespace json = boost::json;

// Reads one operation's members; the first fault is kept, and whatever nobody asked for is one too.
class Members {
 public:
  Members(const json::object& object, std::size_t index) : object_(object), index_(index) {}

  std::string text(std::string_view name) {
    const auto* value = get(name);
    if (value == nullptr || !value->is_string()) {
      fault(name, "is missing or no text");
      return {};
    }
    return std::string(value->as_string());
  }

  std::string text_or_empty(std::string_view name) {
    return object_.contains(name) ? text(name) : skip(name);
  }

  std::uint64_t id(std::string_view name, const json::value* value) {
    const auto number = value == nullptr ? std::nullopt : as_id(*value);
    if (!number) fault(name, "is no id; ids are whole numbers from 1");
    return number.value_or(0);
  }
  std::uint64_t id(std::string_view name) { return id(name, get(name)); }

  std::vector<json::value> one_or_more(std::string_view name) {
    const auto* value = get(name);
    if (value != nullptr && value->is_array() && !value->as_array().empty()) {
      return {value->as_array().begin(), value->as_array().end()};
    }
    if (value != nullptr && !value->is_array()) return {*value};
    fault(name, "is missing or empty");
    return {};
  }

  Address address(std::string_view name, const json::value& value) {
    const auto parsed = value.is_string() ? parse_address(value.as_string())
                                          : fail(Code::bad_address, "is no text");
    if (!parsed) fault(name, parsed.error().message, parsed.error().code);
    return parsed.value_or(Address{});
  }

  template <class Fixed>
  Fixed fixed(std::string_view name) {
    const auto bytes = from_hex(text(name));
    const auto out = bytes ? Fixed::from(*bytes) : std::nullopt;
    if (!out) fault(name, fmt::format("takes {} hexadecimal digits", Fixed::kSize * 2));
    return out.value_or(Fixed{});
  }

  bool flag(std::string_view name) {
    const auto* value = object_.contains(name) ? get(name) : nullptr;
    if (value == nullptr) return skip(name), false;
    if (!value->is_bool()) fault(name, "is neither true nor false");
    return value->is_bool() && value->as_bool();
  }

  bool has(std::string_view name) const { return object_.contains(name); }

  void fault(std::string_view name, std::string_view what, Code code = Code::malformed) {
    if (error_) return;
    error_ = Error{code, fmt::format("operation {}: {} {}", index_, name, what)};
  }

  Result<void> finish() {
    for (const auto& [name, value] : object_) {
      if (!asked_.contains(std::string(name))) fault(name, "is no field of this operation");
    }
    if (error_) return fail(*error_);
    return {};
  }

  const json::value* get(std::string_view name) {
    asked_.insert(std::string(name));
    return object_.if_contains(name);
  }

 private:
  static std::optional<std::uint64_t> as_id(const json::value& value) {
    if (!value.is_number()) return std::nullopt;
    json::error_code error;
    const auto number = value.to_number<std::uint64_t>(error);
    return !error && number > 0 ? std::optional(number) : std::nullopt;
  }

  std::string skip(std::string_view name) {
    asked_.insert(std::string(name));
    return {};
  }

  const json::object& object_;
  std::size_t index_;
  std::set<std::string> asked_;
  std::optional<Error> error_;
};

void add_create_record(client::TransactionBuilder& builder, Members& in) {
  client::RecordFields fields;
  const auto* owner = in.get("usr_adr");
  fields.owner = in.address("usr_adr", owner == nullptr ? json::value() : *owner);
  fields.type = in.text_or_empty("type");
  if (in.has("replaces")) fields.replaces = RecordId(in.id("replaces"));
  fields.deidentified = in.flag("deidentified");
  const auto pub_key = in.fixed<ReaderKey>("data_pub_key");
  std::optional<Hash> document;
  if (in.has("document")) document = in.fixed<Hash>("document");
  auto data = from_base64(in.text("data_encr"));
  if (!data) {
    in.fault("data_encr", "is no base64 (RFC 4648, with padding)");
    return;
  }
  const auto added = builder.create_opaque_record(fields, pub_key, std::move(*data), document);
  if (!added) in.fault("createRecord:", added.error().message, added.error().code);
}

Result<void> add_operation(client::TransactionBuilder& builder, const json::value& value,
                           std::size_t index) {
  if (!value.is_object()) {
    return fail(Code::malformed, fmt::format("operation {} is no JSON object", index));
  }
  Members in(value.as_object(), index);
  const std::string name = in.text("operation");
  if (name == "setUserPubKey") {
    builder.set_user_pub_key(in.fixed<ReaderKey>("pub_key"));
  } else if (name == "admitUser") {
    std::vector<Address> users;
    for (const auto& one : in.one_or_more("usr_adr")) users.push_back(in.address("usr_adr", one));
    builder.admit_users(std::move(users));
  } else if (name == "createRecord") {
    add_create_record(builder, in);
  } else if (name == "verifyRecord") {
    std::vector<RecordId> records;
    for (const auto& one : in.one_or_more("record_id"))
      records.emplace_back(in.id("record_id", &one));
    builder.verify_records(std::move(records));
  } else if (name == "deleteRecord") {
    builder.delete_record(RecordId(in.id("record_id")));
  } else {
    in.fault("operation",
             fmt::format("is \"{}\"; known are setUserPubKey, admitUser, createRecord, "
                         "verifyRecord, deleteRecord",
                         name),
             Code::unknown_operation);
  }
  return in.finish();
}

struct OperationFields {
  json::object& out;

  void operator()(const SetUserPubKey& op) const { out["pub_key"] = to_hex(op.pub_key); }
  void operator()(const AdmitUser& op) const {
    json::array users;
    for (const Address& user : op.usr_adr) users.emplace_back(address_text(user));
    out["usr_adr"] = std::move(users);
  }
  void operator()(const CreateRecord& op) const {
    out["usr_adr"] = address_text(op.usr_adr);
    out["data_pub_key"] = to_hex(op.data_pub_key);
    if (op.lock) out["lock"] = to_hex(*op.lock);
    out["data_hash"] = to_hex(op.data.hash);
    out["data_length"] = op.data.length;
    if (op.document) out["document"] = to_hex(*op.document);
    if (!op.type.empty()) out["type"] = op.type;
    if (op.replaces) out["replaces"] = op.replaces->value();
    out["deidentified"] = op.deidentified;
  }
  void operator()(const VerifyRecord& op) const {
    json::array records;
    for (const RecordId record : op.record_id) records.emplace_back(record.value());
    out["record_id"] = std::move(records);
  }
  void operator()(const DeleteRecord& op) const { out["record_id"] = op.record_id.value(); }
  // Those of a later commit.
  template <class Op>
  void operator()(const Op& /*op*/) const {}
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
    if (const auto added = add_operation(builder, one, index++); !added) return fail(added.error());
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
