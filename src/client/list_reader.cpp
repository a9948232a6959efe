#include "client/list_reader.h"

#include <fmt/format.h>

#include "base/limits.h"
#include "client/json_view.h"
#include "types/address.h"
#include "wire/proof.h"

namespace generion::client {
namespace {

namespace json = boost::json;

constexpr int kTries = 3;

struct Call {
  std::string_view method;
  json::object params;
};

Call call_of(const ListQuestion& question) {
  const auto of_user = [&](std::string_view method, std::string_view name) {
    return Call{method, {{name, address_text(*question.user)}}};
  };
  const auto of_record = [&](std::string_view method) {
    return Call{method, {{"record_id", question.record->value()}}};
  };
  switch (question.kind) {
    case ListKind::records_of_owner:
      return of_user("getRecordList", "usr_adr");
    case ListKind::shares_of_owner:
      return of_user("getShareList", "usr_adr");
    case ListKind::shares_to:
      return of_user("getSharedRecordList", "usr_adr");
    case ListKind::shares_of_record:
      return of_record("getShareList");
    case ListKind::orders:
      return {"getOrderList", {}};
    case ListKind::orders_of_seller:
      return of_user("getOrderList", "seller");
    case ListKind::orders_of_buyer:
      return of_user("getOrderList", "buyer");
    case ListKind::orders_of_record:
      return of_record("getOrderList");
    case ListKind::users:
      return {"getUserList", {}};
    case ListKind::institutions:
      return {"getInstitutionList", {}};
    case ListKind::proposals:
      return {"getProposalList", {}};
  }
  return {};
}

struct Page {
  ObjectsProof proof;
  std::size_t items = 0;
  std::string cursor{};  // empty on the last page
};

Result<Page> read_page(Rpc& node, Call call) {
  auto answer = node.call(call.method, std::move(call.params));
  if (!answer) return fail(answer.error());
  JsonView in(*answer, fmt::format("page of {}", call.method));
  Page out;
  const Bytes bytes = in.required("proof", in.base64("proof"));
  const json::value* items = in.find("items");
  if (items == nullptr || !items->is_array()) {
    in.fault("items", "is no list");
  } else {
    out.items = items->get_array().size();
  }
  out.cursor = in.text("cursor");
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  auto proof = wire::decode_objects_proof(bytes);
  if (!proof) return fail(Code::bad_proof, proof.error().message);
  out.proof = std::move(*proof);
  return out;
}

Result<ProvenList> read_once(Rpc& node, const ListQuestion& question,
                             const HeaderCheck& check_header) {
  ListCheck check(question, check_header);
  std::string cursor;
  std::size_t items = 0;
  do {
    Call call = call_of(question);
    call.params["limit"] = limits::kPageMax;
    call.params["proof"] = true;
    if (!cursor.empty()) call.params["cursor"] = cursor;
    auto page = read_page(node, std::move(call));
    if (!page) return fail(page.error());
    if (auto ok = check.add(page->proof); !ok) return fail(ok.error());
    items += page->items;
    if (items > limits::kListedMax) {
      return fail(Code::too_many, fmt::format("the list has more than {} entries; that many are "
                                              "proven at once",
                                              limits::kListedMax));
    }
    if (!page->cursor.empty() && (page->cursor == cursor || page->items == 0)) {
      return fail(Code::malformed, "the node's pages do not go on");
    }
    cursor = std::move(page->cursor);
  } while (!cursor.empty());
  return std::move(check).finish();
}

}  // namespace

Result<ProvenList> read_proven_list(Rpc& node, const ListQuestion& question,
                                    const HeaderCheck& check_header) {
  for (int i = 1;; ++i) {
    auto list = read_once(node, question, check_header);
    if (list || list.error().code != Code::height_gone || i == kTries) return list;
  }
}

Result<ProvenList> read_proven_list(Rpc& node, const ListQuestion& question,
                                    const TrustAnchor& anchor) {
  return read_proven_list(node, question, check_from(anchor));
}

}  // namespace generion::client
