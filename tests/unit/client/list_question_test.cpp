#include "client/list_question.h"

#include <catch2/catch.hpp>

#include "types/address.h"

namespace generion::client {

using contract::InstitutionId;

TEST_CASE("a list says in words what it is of") {
  const Address user = *Address::from(Bytes(32, 'u'));
  const std::string address = address_text(user);
  const auto of_user = [&](ListKind kind) { return question_text({kind, user, {}}); };
  const auto of_record = [&](ListKind kind) { return question_text({kind, {}, RecordId(7)}); };
  CHECK(of_user(ListKind::records_of_owner) == "records of " + address);
  CHECK(of_user(ListKind::shares_of_owner) == "shares given by " + address);
  CHECK(of_user(ListKind::shares_to) == "shares received by " + address);
  CHECK(of_user(ListKind::orders_of_seller) == "orders of the seller " + address);
  CHECK(of_user(ListKind::orders_of_buyer) == "orders of the buyer " + address);
  CHECK(of_record(ListKind::shares_of_record) == "shares of record 7");
  CHECK(of_record(ListKind::orders_of_record) == "orders that hold record 7");
  CHECK(question_text({ListKind::orders}) == "orders of the chain");
  CHECK(question_text({ListKind::users}) == "users that have had a record");
  CHECK(question_text({ListKind::institutions}) == "institutions of the chain");
  CHECK(question_text({ListKind::proposals}) == "proposals of the chain");
}

TEST_CASE("an entry of a list is an object of one kind") {
  CHECK(is_entry(ListKind::records_of_owner, RecordId(1)));
  CHECK_FALSE(is_entry(ListKind::records_of_owner, UserId(1)));
  CHECK(is_entry(ListKind::shares_to, ShareId(1)));
  CHECK(is_entry(ListKind::shares_of_owner, ShareId(1)));
  CHECK_FALSE(is_entry(ListKind::shares_of_record, RecordId(1)));
  CHECK(is_entry(ListKind::orders_of_buyer, OrderId(1)));
  CHECK_FALSE(is_entry(ListKind::orders, contract::SingleObject::counters));
  CHECK(is_entry(ListKind::users, UserId(1)));
  CHECK(is_entry(ListKind::institutions, InstitutionId(1)));
  CHECK(is_entry(ListKind::proposals, ProposalId(1)));
}

TEST_CASE("objects are named as people speak of them") {
  CHECK(object_title(RecordId(7)) == "record 7");
  CHECK(object_title(ShareId(1)) == "share 1");
  CHECK(object_title(OrderId(2)) == "order 2");
  CHECK(object_title(UserId(3)) == "user 3");
  CHECK(object_title(InstitutionId(4)) == "institution 4");
  CHECK(object_title(ProposalId(5)) == "proposal 5");
  CHECK(object_title(contract::SingleObject::counters) == "the counters");
  CHECK(object_title(contract::SingleObject::parameters) == "the parameters");
  CHECK(object_title(contract::SingleObject::validators) == "the validators");
  CHECK(object_title(contract::CellName{}) == "a statistics cell");
}

}  // namespace generion::client
