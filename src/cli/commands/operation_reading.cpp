#include "cli/commands/operation_reading.h"

#include <fmt/format.h>

#include <array>

#include "base/limits.h"
#include "cli/commands/action_reading.h"
#include "cli/commands/operation_parts.h"
#include "types/address.h"

namespace generion::cli {
namespace {

namespace json = boost::json;
using client::TransactionBuilder;

// --- users ---

Result<void> read_set_user_pub_key(TransactionBuilder& builder, JsonFields& in) {
  return finish_operation(builder, in, SetUserPubKey{in.hex<ReaderKey>("pub_key")});
}

Result<void> read_admit_user(TransactionBuilder& builder, JsonFields& in) {
  AdmitUser out;
  for (const json::value& value : one_or_more(in, "usr_adr", limits::kUsersPerAdmissionMax)) {
    const auto address = value.is_string() ? parse_address(value.get_string())
                                           : fail(Code::bad_address, "addresses are texts");
    if (!address) {
      in.fault("usr_adr",
               fmt::format("has {}: {}", json::serialize(value), address.error().message),
               address.error().code);
      break;
    }
    out.usr_adr.push_back(*address);
  }
  return finish_operation(builder, in, std::move(out));
}

Result<void> read_set_recovery_key(TransactionBuilder& builder, JsonFields& in) {
  SetRecoveryKey out;
  out.key = in.hex<PublicKey>("key");
  out.delay_ms = in.number("delay_ms", limits::kRecoveryDelayMsMin, limits::kRecoveryDelayMsMax);
  return finish_operation(builder, in, out);
}

Result<void> read_move_user(TransactionBuilder& builder, JsonFields& in) {
  MoveUser out;
  out.usr_adr = read_address(in, "usr_adr");
  out.new_key = read_address(in, "new_key");
  out.new_key_signature = in.hex<Signature>("new_key_signature");
  return finish_operation(builder, in, out);
}

Result<void> read_cancel_move(TransactionBuilder& builder, JsonFields& in) {
  return finish_operation(builder, in, CancelMove{});
}

Result<void> read_transfer(TransactionBuilder& builder, JsonFields& in) {
  Transfer out;
  out.to = read_address(in, "to");
  out.amount = read_amount(in, "amount");
  return finish_operation(builder, in, out);
}

// --- records ---

Result<void> read_create_record(TransactionBuilder& builder, JsonFields& in) {
  client::RecordFields fields;
  fields.owner = read_address(in, "usr_adr");
  fields.type = in.text("type", 0, limits::kRecordTypeBytesMax);
  if (in.find("replaces") != nullptr) fields.replaces = read_id<RecordId>(in, "replaces");
  fields.deidentified = in.flag("deidentified", false);
  const auto pub_key = in.hex<ReaderKey>("data_pub_key");
  std::optional<Hash> document;
  if (in.find("document") != nullptr) document = in.hex<Hash>("document");
  Bytes data_encr = read_base64(in, "data_encr");
  if (auto ok = in.finish(); !ok) return ok;
  return builder.create_opaque_record(fields, pub_key, std::move(data_encr), document);
}

Result<void> read_verify_record(TransactionBuilder& builder, JsonFields& in) {
  return finish_operation(
      builder, in, VerifyRecord{read_record_ids(in, "record_id", limits::kRecordsPerOperationMax)});
}

Result<void> read_delete_record(TransactionBuilder& builder, JsonFields& in) {
  return finish_operation(builder, in, DeleteRecord{read_id<RecordId>(in, "record_id")});
}

// --- governance, and what institutions do for the chain ---

Result<void> read_propose(TransactionBuilder& builder, JsonFields& in) {
  const json::value* value = in.find("action");
  if (value == nullptr) in.fault("action", "is missing");
  if (auto ok = in.finish(); !ok) return ok;
  auto action = read_action(*value, in.path() + ".action");
  if (!action) return fail(action.error());
  builder.add(Propose{std::move(*action)});
  return {};
}

Result<void> read_vote(TransactionBuilder& builder, JsonFields& in) {
  const auto proposal = read_id<ProposalId>(in, "proposal_id");
  if (in.find("yes") == nullptr) in.fault("yes", "is missing; it takes true or false");
  return finish_operation(builder, in, Vote{proposal, in.flag("yes", false)});
}

Result<void> read_suspend_institution(TransactionBuilder& builder, JsonFields& in) {
  return finish_operation(builder, in, SuspendInstitution{read_address(in, "address")});
}

Result<void> read_anchor_log(TransactionBuilder& builder, JsonFields& in) {
  AnchorLog out;
  out.root = in.hex<Hash>("root");
  out.count = in.number("count", 1, kAnyNumber);
  return finish_operation(builder, in, out);
}

struct Reader {
  std::string_view name;
  Result<void> (*read)(TransactionBuilder& builder, JsonFields& in);
};

constexpr std::array kReaders{
    Reader{"setUserPubKey", read_set_user_pub_key},
    Reader{"admitUser", read_admit_user},
    Reader{"createRecord", read_create_record},
    Reader{"verifyRecord", read_verify_record},
    Reader{"deleteRecord", read_delete_record},
    Reader{"relockRecord", read_relock_record},
    Reader{"shareRecord", read_share_record},
    Reader{"revokeShare", read_revoke_share},
    Reader{"createOrder", read_create_order},
    Reader{"deleteOrder", read_delete_order},
    Reader{"purchaseData", read_purchase_data},
    Reader{"deliverOrder", read_deliver_order},
    Reader{"transfer", read_transfer},
    Reader{"setRecoveryKey", read_set_recovery_key},
    Reader{"moveUser", read_move_user},
    Reader{"cancelMove", read_cancel_move},
    Reader{"propose", read_propose},
    Reader{"vote", read_vote},
    Reader{"suspendInstitution", read_suspend_institution},
    Reader{"anchorLog", read_anchor_log},
    Reader{"endEpoch", read_end_epoch},
    Reader{"reportReady", read_report_ready},
    Reader{"reportEvidence", read_report_evidence},
};
static_assert(kReaders.size() == std::variant_size_v<Operation>);

}  // namespace

Result<void> add_operation(TransactionBuilder& builder, const json::value& value,
                           const std::string& path) {
  JsonFields in(value, path, Code::malformed);
  const std::string name = in.text("operation", 1, limits::kNameBytesMax);
  if (!in.ok()) return fail(in.finish().error());
  std::string known;
  for (const Reader& reader : kReaders) {
    known.append(known.empty() ? "" : ", ").append(reader.name);
    if (reader.name != name) continue;
    auto added = reader.read(builder, in);
    const bool has_path = added || added.error().message.starts_with(path);
    if (!has_path) return fail(added.error().code, path + ": " + added.error().message);
    return added;
  }
  return fail(Code::unknown_operation,
              fmt::format("{}.operation is \"{}\"; known are {}", path, name, known));
}

}  // namespace generion::cli
