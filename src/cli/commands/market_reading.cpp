// Relocking, shares and the market: operations that let others read.
#include <fmt/format.h>

#include "base/limits.h"
#include "cli/commands/operation_parts.h"

namespace generion::cli {
namespace {

namespace json = boost::json;
using client::Handover;
using client::TransactionBuilder;

Relocking read_relocking_fields(JsonFields& in) {
  Relocking out;
  out.from_key = in.hex<ReaderKey>("from_key");
  out.from_lock = in.hex<Lock>("from_lock");
  out.lock = in.hex<Lock>("lock");
  out.proof = in.hex<RelockProof>("proof");
  return out;
}

Relocking read_relocking(JsonFields& in) {
  static const json::value kNone;
  const json::value* value = in.find("relocking");
  JsonFields inner(value == nullptr ? kNone : *value, in.path() + ".relocking", Code::malformed);
  Relocking out = read_relocking_fields(inner);
  if (auto ok = inner.finish(); !ok) in.fault("relocking:", ok.error().message);
  return out;
}

Handover read_handover(JsonFields& in) {
  const bool capsule = in.find("relocking") != nullptr;
  if (capsule == (in.find("data_encr") != nullptr)) {
    in.fault("relocking", "or data_encr: give one of the two, relocking for a capsule");
    return {};
  }
  return capsule ? Handover(read_relocking(in)) : Handover(read_base64(in, "data_encr"));
}

// Reads the members of a list of objects, each with `read`.
template <class T, class Read>
std::vector<T> read_objects(JsonFields& in, std::string_view name, std::size_t max, Read read) {
  std::vector<T> out;
  for (const json::value& value : one_or_more(in, name, max)) {
    JsonFields inner(value, fmt::format("{}.{}[{}]", in.path(), name, out.size()), Code::malformed);
    out.push_back(read(inner));
    if (auto ok = inner.finish(); !ok) {
      in.fault(name, "is wrong: " + ok.error().message);
      break;
    }
  }
  return out;
}

}  // namespace

Result<void> read_relock_record(TransactionBuilder& builder, JsonFields& in) {
  RelockRecord out;
  out.pub_key = in.hex<ReaderKey>("pub_key");
  out.records =
      read_objects<RecordRelocking>(in, "record", limits::kProofsMax, [](JsonFields& inner) {
        const auto record = read_id<RecordId>(inner, "record_id");
        return RecordRelocking{record, read_relocking(inner)};
      });
  return finish_operation(builder, in, std::move(out));
}

Result<void> read_share_record(TransactionBuilder& builder, JsonFields& in) {
  const auto record = read_id<RecordId>(in, "record_id");
  const Address grantee = read_address(in, "grantee");
  const auto pub_key = in.hex<ReaderKey>("data_pub_key");
  Handover access = read_handover(in);
  std::optional<TimeMs> expires_at;
  if (in.find("expires_at_ms") != nullptr) {
    expires_at = TimeMs(in.number("expires_at_ms", 1, limits::kTimeMsMax));
  }
  if (auto ok = in.finish(); !ok) return ok;
  return builder.share_record(record, grantee, pub_key, std::move(access), expires_at);
}

Result<void> read_revoke_share(TransactionBuilder& builder, JsonFields& in) {
  return finish_operation(builder, in, RevokeShare{read_id<ShareId>(in, "share_id")});
}

Result<void> read_create_order(TransactionBuilder& builder, JsonFields& in) {
  auto records = read_record_ids(in, "record_id_list", limits::kRecordsPerOrderMax);
  const std::uint64_t price = read_amount(in, "price");
  std::optional<Bytes> text;
  if (in.find("text") != nullptr) text = in.text("text", 1, limits::kOrderTextBytesMax);
  if (auto ok = in.finish(); !ok) return ok;
  return builder.create_order(std::move(records), price, std::move(text));
}

Result<void> read_delete_order(TransactionBuilder& builder, JsonFields& in) {
  return finish_operation(builder, in, DeleteOrder{read_id<OrderId>(in, "order_id")});
}

Result<void> read_purchase_data(TransactionBuilder& builder, JsonFields& in) {
  PurchaseData out;
  out.order_id = read_id<OrderId>(in, "order_id");
  out.pub_key = in.hex<ReaderKey>("pub_key");
  out.amount = read_amount(in, "amount");
  return finish_operation(builder, in, out);
}

Result<void> read_deliver_order(TransactionBuilder& builder, JsonFields& in) {
  const auto order = read_id<OrderId>(in, "order_id");
  const auto pub_key = in.hex<ReaderKey>("pub_key");
  auto deliveries = read_objects<client::RecordDelivery>(
      in, "delivery", limits::kRecordsPerOrderMax, [](JsonFields& inner) {
        const auto record = read_id<RecordId>(inner, "record_id");
        return client::RecordDelivery{record, read_handover(inner)};
      });
  if (auto ok = in.finish(); !ok) return ok;
  return builder.deliver_order(order, pub_key, std::move(deliveries));
}

}  // namespace generion::cli
