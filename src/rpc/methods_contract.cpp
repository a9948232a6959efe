// Methods about users, records and institutions: contract/queries.h at one height.
#include <fmt/core.h>

#include <boost/json/parse.hpp>

#include "base/base64.h"
#include "base/byte_io.h"
#include "base/hex.h"
#include "contract/epoch.h"
#include "contract/queries.h"
#include "crypto/capsule.h"
#include "rpc/method_parts.h"
#include "rpc/method_table.h"
#include "types/address.h"

namespace generion::rpc {
namespace {

// data_encr is left out once it is erased. Errors: damaged, io_error.
Result<Json> record_json(const Context& context, const contract::FoundRecord& found,
                         const Memory& memory) {
  const contract::Record& record = found.record;
  JsonObject out(18, memory);
  out.emplace("record_id", found.id.value());
  out.emplace("usr_adr", address_text(found.owner));
  out.emplace("creator_adr", address_text(found.creator));
  out.emplace("by_institution", record.creator.has_value());
  out.emplace("pub_key", to_hex(record.data_pub_key));
  if (found.attachment) {
    const auto data = context.backend.attachment(*found.attachment);
    if (data) {
      out.emplace("data_encr",
                  to_base64(record.lock ? crypto::compose_data_encr(*record.lock, *data) : *data));
    } else if (data.error().code != Code::erased && data.error().code != Code::not_found) {
      return fail(data.error());
    }
  }
  out.emplace("data_hash", to_hex(record.data.hash));
  out.emplace("data_length", record.data.length);
  if (record.lock) out.emplace("lock", to_hex(*record.lock));
  if (record.document) out.emplace("document", to_hex(*record.document));
  if (!record.type.empty()) out.emplace("type", record.type);
  if (record.replaces) out.emplace("replaces", record.replaces->value());
  out.emplace("is_verified", record.verified);
  out.emplace("deidentified", record.deidentified);
  out.emplace("created_at_ms", record.created_at.value());
  out.emplace("deleted", record.deleted);
  return Json(std::move(out));
}

// About what the record takes in JSON: base64 is 4 characters for 3 bytes.
std::size_t record_size(const contract::FoundRecord& found) {
  return kRecordBytes + (found.attachment ? found.record.data.length / 3 * 4 : 0);
}

Json institution_json(const contract::Institution& institution, const Memory& memory) {
  JsonObject out(6, memory);
  out.emplace("address", address_text(institution.address));
  out.emplace("name", institution.name);
  out.emplace("kind", institution.kind);
  if (!institution.data_source_url.empty())
    out.emplace("data_source_url", institution.data_source_url);
  out.emplace("status", contract::status_name(institution.status));
  out.emplace("since_ms", institution.since.value());
  return out;
}

Answer get_parameters(const Context& context, const Arguments& arguments, const Memory& memory) {
  const auto version = version_for(context, arguments);
  if (!version) return failed(version.error());
  Genesis genesis = context.backend.genesis();
  const bool next = arguments.flag("next");
  if (next && arguments.flag("proof")) {
    return failed({Code::bad_params, "what is to come has no proof; ask without next"});
  }
  genesis.parameters = next ? contract::read_next_epoch((*version)->state()).rules.parameters
                            : contract::read_parameters((*version)->state());
  Json out(boost::json::parse(genesis_json(genesis)).at("parameters"), memory);
  // The file leaves the list out where it is the default one.
  const auto& types = genesis.parameters.record_types;
  out.get_object()["record_types"] = JsonArray(types.begin(), types.end());
  return proven(**version, arguments, contract::parameters_key(), std::move(out.get_object()));
}

Answer get_institution_list(const Context& context, const Arguments& arguments,
                            const Memory& memory) {
  auto page = Page::open(context, arguments, memory);
  if (!page) return failed(page.error());
  page->count_by(contract::counters_key());
  const contract::InstitutionId after(number_after(*page));
  for (const auto& found : contract::institutions(page->state(), after, page->wanted())) {
    if (!page->add(institution_json(found.institution, memory), number_place(found.id.value()),
                   kRecordBytes, {contract::institution_key(found.id)}))
      break;
  }
  return std::move(*page).finish();
}

Answer get_user_list(const Context& context, const Arguments& arguments, const Memory& memory) {
  auto page = Page::open(context, arguments, memory);
  if (!page) return failed(page.error());
  page->count_by(contract::counters_key());
  for (const auto& user :
       contract::users_with_records(page->state(), number_after(*page), page->wanted())) {
    if (!page->add(Json(address_text(user.address), memory), number_place(user.ordinal),
                   kSmallEntryBytes, {contract::user_key(user.id)}))
      break;
  }
  return std::move(*page).finish();
}

Answer get_user(const Context& context, const Arguments& arguments, const Memory& memory) {
  const auto version = version_for(context, arguments);
  if (!version) return failed(version.error());
  const auto found = contract::find_user((*version)->state(), arguments.address("address"));
  if (!found) return unknown_user(arguments.address("address"));
  JsonObject out(18, memory);
  out.emplace("user_id", found->id.value());
  out.emplace("address", address_text(found->user.address));
  if (found->user.reader_key) out.emplace("reader_key", to_hex(*found->user.reader_key));
  if (found->admitted_by) out.emplace("admitted_by", address_text(*found->admitted_by));
  out.emplace("record_count", found->user.record_count);
  out.emplace("first_seen_ms", found->user.first_seen.value());
  const contract::User& user = found->user;
  out.emplace("balance", std::to_string(user.balance));
  out.emplace("open_order_count", user.open_order_count);
  out.emplace("order_count", user.order_count);
  out.emplace("purchase_count", user.purchase_count);
  out.emplace("share_count", user.share_count);
  out.emplace("granted_count", user.granted_count);
  out.emplace("failed_deliveries", user.failed_deliveries);
  if (user.recovery) {
    out.emplace("recovery_key", to_hex(user.recovery->key));
    out.emplace("recovery_delay_ms", user.recovery->delay_ms);
  }
  if (user.pending_move) {
    out.emplace("moves_to", address_text(user.pending_move->new_key));
    out.emplace("moves_at_ms", user.pending_move->due.value());
  }
  return proven(**version, arguments, contract::user_key(found->id), std::move(out));
}

Answer get_user_pub_key(const Context& context, const Arguments& arguments, const Memory& memory) {
  const auto version = version_for(context, arguments);
  if (!version) return failed(version.error());
  const auto found = contract::find_user((*version)->state(), arguments.address("usr_adr"));
  if (!found) return unknown_user(arguments.address("usr_adr"));
  JsonObject out(1, memory);
  if (found->user.reader_key) out.emplace("pub_key", to_hex(*found->user.reader_key));
  return proven(**version, arguments, contract::user_key(found->id), std::move(out));
}

Answer get_record(const Context& context, const Arguments& arguments, const Memory& memory) {
  const auto version = version_for(context, arguments);
  if (!version) return failed(version.error());
  const contract::StateReader& state = (*version)->state();
  const auto& ids = arguments.ids("record_id");
  if (arguments.flag("proof") && ids.size() != 1) {
    return failed(
        {Code::bad_params,
         fmt::format("proof: one record is proven in a call; {} were asked for", ids.size())});
  }
  JsonArray out(memory);
  std::size_t bytes = 0;
  for (const std::uint64_t id : ids) {
    const auto found = contract::find_record(state, RecordId(id));
    if (!found) return unknown_record(id, state);
    bytes += record_size(*found);
    if (!out.empty() && bytes > limits::kPageBytesMax) {
      Failure failure(Error{Code::too_large,
                            fmt::format("these records have more than {} bytes together; ask for "
                                        "fewer at once",
                                        limits::kPageBytesMax)});
      failure.limit = limits::kPageBytesMax;
      return std::unexpected(std::move(failure));
    }
    auto record = record_json(context, *found, memory);
    if (!record) return failed(record.error());
    auto answer = proven(**version, arguments, contract::record_key(RecordId(id)),
                         std::move(record->get_object()));
    if (!answer) return answer;
    out.emplace_back(std::move(*answer));
  }
  if (arguments.is_list("record_id")) return Json(std::move(out));
  return std::move(out.front());
}

Answer get_record_list(const Context& context, const Arguments& arguments, const Memory& memory) {
  auto page = Page::open(context, arguments, memory);
  if (!page) return failed(page.error());
  const auto user = contract::find_user_id(page->state(), arguments.address("usr_adr"));
  if (!user) return unknown_user(arguments.address("usr_adr"));
  page->count_by(contract::user_key(*user));
  const RecordId after(number_after(*page));
  std::size_t bytes = 0;
  for (const auto& found : contract::records_of(page->state(), *user, after, page->wanted())) {
    const std::size_t size = record_size(found);
    // An entry that does not fit any more need not be read: a placeholder ends the page.
    const bool may_fit = bytes == 0 || bytes + size <= limits::kPageBytesMax;
    bytes += size;
    Result<Json> record = may_fit ? record_json(context, found, memory) : Result<Json>(Json());
    if (!record) return failed(record.error());
    std::vector<Bytes> objects{contract::record_key(found.id)};
    if (const auto& creator = found.record.creator) {
      objects.push_back(contract::institution_key(*creator));
    }
    if (!page->add(std::move(*record), number_place(found.id.value()), size, objects)) break;
  }
  return std::move(*page).finish();
}

Answer get_record_id_list(const Context& context, const Arguments& arguments,
                          const Memory& memory) {
  auto page = Page::open(context, arguments, memory);
  if (!page) return failed(page.error());
  const auto user = contract::find_user_id(page->state(), arguments.address("usr_adr"));
  if (!user) return unknown_user(arguments.address("usr_adr"));
  const RecordId after(number_after(*page));
  for (const RecordId id : contract::record_ids_of(page->state(), *user, after, page->wanted())) {
    if (!page->add(Json(id.value()), number_place(id.value()), kSmallEntryBytes)) break;
  }
  return std::move(*page).finish();
}

Answer get_record_history(const Context& context, const Arguments& arguments,
                          const Memory& memory) {
  auto page = Page::open(context, arguments, memory);
  if (!page) return failed(page.error());
  const RecordId id(*arguments.number("record_id"));
  if (!contract::find_record(page->state(), id)) return unknown_record(id.value(), page->state());
  std::optional<contract::HistoryPlace> after;
  if (!page->after().empty()) {
    ByteReader in(page->after());
    after.emplace();
    after->position = {.height = Height(in.u64()), .transaction = in.u32(), .operation = in.u32()};
    after->change = static_cast<contract::RecordChange>(in.u8());
  }
  for (const auto& entry : contract::record_history(page->state(), id, after, page->wanted())) {
    JsonObject item(5, memory);
    item.emplace("height", entry.position.height.value());
    item.emplace("time_ms", entry.time.value());
    item.emplace("tx_id", to_hex(entry.tx_id));
    item.emplace("operation", contract::change_operation(entry.change));
    item.emplace("by", address_text(entry.by));
    Bytes place = ByteWriter()
                      .u64(entry.position.height.value())
                      .u32(entry.position.transaction)
                      .u32(entry.position.operation)
                      .u8(static_cast<std::uint8_t>(entry.change))
                      .bytes();
    if (!page->add(Json(std::move(item)), std::move(place), kSmallEntryBytes)) break;
  }
  return std::move(*page).finish();
}

// The key of the object that the call names.
std::expected<Bytes, Failure> proof_key(const contract::StateReader& state,
                                        const Arguments& arguments) {
  if (arguments.has("key")) return arguments.bytes("key");
  if (arguments.has("record_id"))
    return contract::record_key(RecordId(*arguments.number("record_id")));
  const Address& address = arguments.address("address");
  if (const auto user = contract::find_user_id(state, address)) return contract::user_key(*user);
  if (const auto found = contract::find_institution(state, address))
    return contract::institution_key(found->id);
  return unknown_user(address);
}

Json proof_json(const Bytes& proof, Height height, const Hash& block_hash, const Memory& memory) {
  JsonObject out(3, memory);
  out.emplace("proof", to_base64(proof));
  out.emplace("height", height.value());
  out.emplace("block_hash", to_hex(block_hash));
  return out;
}

Answer get_proof(const Context& context, const Arguments& arguments, const Memory& memory) {
  int named = 0;
  for (const std::string_view name : {"key", "record_id", "address", "tx_id"})
    named += arguments.has(name) ? 1 : 0;
  if (named != 1) {
    return failed({Code::bad_params,
                   fmt::format("{} of key, record_id, address, tx_id are given; give one", named)});
  }
  if (arguments.has("tx_id")) {
    const TxId& id = arguments.tx_id("tx_id");
    const auto receipt = context.backend.receipt(id);
    if (!receipt) return failed(receipt.error());
    const auto proof = context.backend.prove_receipt(id);
    if (!proof) return failed(proof.error());
    const auto block = context.backend.block(receipt->height);
    if (!block) return failed(block.error());
    return proof_json(*proof, receipt->height, block->block_hash, memory);
  }
  const auto height = arguments.number("height");
  const auto version =
      context.backend.version(height ? Height(*height) : context.backend.status().sealed_height);
  if (!version) return failed(version.error());
  const auto key = proof_key((*version)->state(), arguments);
  if (!key) return std::unexpected(key.error());
  const auto proof = (*version)->prove(*key);
  if (!proof) return failed(proof.error());
  return proof_json(*proof, (*version)->height(), (*version)->block_hash(), memory);
}

Method proof_method() {
  Parameter height = height_parameter();
  height.description = "of the state; the newest with a certificate if left out";
  return {.name = "getProof",
          .summary = "A proof of an object or a receipt that needs no trust in this node",
          .parameters = {{.name = "key",
                          .type = ParameterType::hex,
                          .is_optional = true,
                          .description = "of any object of the state",
                          .max = 128},
                         optional(record_parameter(), "or the record"),
                         optional(user_parameter("address"), "or the user or institution"),
                         {.name = "tx_id",
                          .type = ParameterType::tx_id,
                          .is_optional = true,
                          .description = "or the transaction's receipt"},
                         height},
          .result = "proof (base64 of a proof file), height, block_hash",
          .handler = get_proof};
}

}  // namespace

std::vector<Method> contract_methods() {
  return {
      proof_method(),
      {.name = "getParameters",
       .summary = "The chain's parameters",
       .parameters = with_proof({{.name = "next",
                                  .type = ParameterType::flag,
                                  .is_optional = true,
                                  .description = "true: as they are decided for the next epoch"}}),
       .result = "names and values",
       .handler = get_parameters},
      {.name = "getInstitutionList",
       .summary = "All institutions",
       .parameters = with_proven_page({}),
       .result = "page of institution",
       .handler = get_institution_list},
      {.name = "getUserList",
       .summary = "The addresses that have a record",
       .parameters = with_proven_page({}),
       .result = "page of addresses",
       .handler = get_user_list},
      {.name = "getUser",
       .summary = "A user",
       .parameters = with_proof({user_parameter("address")}),
       .result = "user",
       .handler = get_user},
      {.name = "getUserPubKey",
       .summary = "A user's reader key",
       .parameters = with_proof({user_parameter("usr_adr")}),
       .result = "pub_key (hex; left out if never set)",
       .handler = get_user_pub_key},
      {.name = "getRecord",
       .summary = "A record, or several",
       .parameters = with_proof({{.name = "record_id",
                                  .type = ParameterType::record_ids,
                                  .description = "of the record, or several as \"1:2:3\""}}),
       .result = "record, or an array of them for several ids",
       .handler = get_record},
      {.name = "getRecordList",
       .summary = "A user's records",
       .parameters = with_proven_page({user_parameter("usr_adr")}),
       .result = "page of record",
       .handler = get_record_list},
      {.name = "getRecordIdList",
       .summary = "The ids of a user's records",
       .parameters = with_page({user_parameter("usr_adr")}),
       .result = "page of numbers",
       .handler = get_record_id_list},
      {.name = "getRecordHistory",
       .summary = "Every change of a record",
       .parameters = with_page({record_parameter()}),
       .result = "page of height, time_ms, tx_id, operation, by",
       .handler = get_record_history},
  };
}

}  // namespace generion::rpc
