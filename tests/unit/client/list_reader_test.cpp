#include "client/list_reader.h"

#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>

#include "base/base64.h"
#include "list_chain.h"
#include "types/address.h"
#include "wire/proof.h"

namespace generion::client {
namespace {

namespace json = boost::json;

// Answers with its pages in turn, whatever is asked.
class ListNode final : public Rpc {
 public:
  struct Answer {
    ObjectsProof proof;
    std::size_t items = 0;
    std::string cursor{};
  };
  std::vector<Result<Answer>> answers;
  std::vector<std::pair<std::string, json::object>> calls;

  Result<json::value> call(std::string_view method, json::object params) override {
    calls.emplace_back(std::string(method), std::move(params));
    REQUIRE(calls.size() <= answers.size());
    const auto& answer = answers[calls.size() - 1];
    if (!answer) return fail(answer.error());
    json::object out{{"items", json::array(answer->items)},
                     {"height", 7},
                     {"proof", to_base64(wire::encode_objects_proof(answer->proof))}};
    if (!answer->cursor.empty()) out["cursor"] = answer->cursor;
    return out;
  }

  Result<std::vector<Result<json::value>>> call_batch(std::vector<RpcCall>) override {
    return fail(Code::unknown_method, "not asked here");
  }
};

const Bytes kUser = contract::user_key(UserId(1));

Bytes record(std::uint64_t id) {
  return contract::record_key(RecordId(id));
}

ListQuestion records() {
  return {ListKind::records_of_owner, ListChain::user(1), {}};
}

}  // namespace

TEST_CASE("a list is read page by page with its proofs") {
  const ListChain chain;
  ListNode node;
  node.answers = {ListNode::Answer{chain.prove({kUser, record(1), record(2)}), 2, "next"},
                  ListNode::Answer{chain.prove({kUser, record(3)}), 1}};
  const auto list = read_proven_list(node, records(), chain.anchor);
  REQUIRE(list);
  CHECK(list->items.size() == 3);
  REQUIRE(node.calls.size() == 2);
  const std::string address = address_text(ListChain::user(1));
  CHECK(node.calls[0] ==
        std::pair(std::string("getRecordList"),
                  json::object{{"usr_adr", address}, {"limit", 1'000}, {"proof", true}}));
  CHECK(node.calls[1].second.at("cursor") == "next");
}

TEST_CASE("every list asks for itself") {
  const ListChain chain;
  const Address user = ListChain::user(1);
  const std::string address = address_text(user);
  struct Row {
    ListQuestion question;
    std::string method;
    std::string name;  // of its parameter; empty: none
  };
  const std::vector<Row> rows = {
      {{ListKind::records_of_owner, user, {}}, "getRecordList", "usr_adr"},
      {{ListKind::shares_of_owner, user, {}}, "getShareList", "usr_adr"},
      {{ListKind::shares_to, user, {}}, "getSharedRecordList", "usr_adr"},
      {{ListKind::shares_of_record, {}, RecordId(1)}, "getShareList", "record_id"},
      {{ListKind::orders}, "getOrderList", ""},
      {{ListKind::orders_of_seller, user, {}}, "getOrderList", "seller"},
      {{ListKind::orders_of_buyer, user, {}}, "getOrderList", "buyer"},
      {{ListKind::orders_of_record, {}, RecordId(1)}, "getOrderList", "record_id"},
      {{ListKind::users}, "getUserList", ""},
      {{ListKind::institutions}, "getInstitutionList", ""},
      {{ListKind::proposals}, "getProposalList", ""},
  };
  for (const Row& row : rows) {
    INFO(question_text(row.question));
    ListNode node;
    node.answers = {fail(Code::not_ready, "no certificate yet")};
    const auto list = read_proven_list(node, row.question, chain.anchor);
    REQUIRE_FALSE(list);
    CHECK(list.error().code == Code::not_ready);
    CHECK(node.calls[0].first == row.method);
    json::object params = node.calls[0].second;
    CHECK(params.erase("limit") == 1);
    CHECK(params.erase("proof") == 1);
    CHECK(params.size() == (row.name.empty() ? 0U : 1U));
    if (!row.name.empty()) {
      const json::value& value = params.at(row.name);
      CHECK((value == json::value(address) || value == json::value(1)));
    }
  }
}

TEST_CASE("a list whose height went meanwhile is read again, three times in all") {
  const ListChain chain;
  const ListNode::Answer first{chain.prove({kUser, record(1), record(2)}), 2, "next"};
  const Result<ListNode::Answer> gone = fail(Code::height_gone, "not kept any more");
  ListNode node;
  SECTION("and then it is whole") {
    node.answers = {first, gone,
                    ListNode::Answer{chain.prove({kUser, record(1), record(2), record(3)}), 3}};
    CHECK(read_proven_list(node, records(), chain.anchor));
  }
  SECTION("and then it is given up") {
    node.answers = {first, gone, first, gone, first, gone};
    const auto list = read_proven_list(node, records(), chain.anchor);
    REQUIRE_FALSE(list);
    CHECK(list.error().code == Code::height_gone);
    CHECK(node.calls.size() == 6);
  }
}

TEST_CASE("pages that do not go on, or prove nothing, are refused") {
  const ListChain chain;
  ListNode node;
  Code expected = Code::malformed;
  SECTION("the same cursor again") {
    node.answers = {ListNode::Answer{chain.prove({kUser, record(1)}), 1, "next"},
                    ListNode::Answer{chain.prove({record(2)}), 1, "next"}};
  }
  SECTION("an empty page that goes on") {
    node.answers = {ListNode::Answer{chain.prove({kUser}), 0, "next"}};
  }
  SECTION("an entry that is withheld") {
    node.answers = {ListNode::Answer{chain.prove({kUser, record(1)}), 1}};
    expected = Code::bad_proof;
  }
  SECTION("entries without proof") {
    node.answers = {ListNode::Answer{chain.prove({kUser}), 3}};
    expected = Code::bad_proof;
  }
  const auto list = read_proven_list(node, records(), chain.anchor);
  REQUIRE_FALSE(list);
  CHECK(list.error().code == expected);
}

}  // namespace generion::client
