#include "client/list_proof.h"

#include <catch2/catch.hpp>

#include "list_chain.h"
#include "types/address.h"

namespace generion::client {
namespace {

using Catch::Contains;

Bytes record(std::uint64_t id) {
  return contract::record_key(RecordId(id));
}
Bytes share(std::uint64_t id) {
  return contract::share_key(ShareId(id));
}
Bytes order(std::uint64_t id) {
  return contract::order_key(OrderId(id));
}
Bytes user(std::uint64_t id) {
  return contract::user_key(UserId(id));
}
Bytes institution(std::uint64_t id) {
  return contract::institution_key(contract::InstitutionId(id));
}

ListQuestion records_of(int number) {
  return {ListKind::records_of_owner, ListChain::user(number), {}};
}

Result<ProvenList> check(const ListChain& chain, const ListQuestion& question,
                         const std::vector<ObjectsProof>& pages) {
  ListCheck list(question, chain.anchor);
  for (const ObjectsProof& page : pages) {
    if (auto ok = list.add(page); !ok) return fail(ok.error());
  }
  return std::move(list).finish();
}

std::string fault(const ListChain& chain, const ListQuestion& question,
                  const std::vector<ObjectsProof>& pages) {
  const auto list = check(chain, question, pages);
  if (list) return "";
  CHECK(list.error().code == Code::bad_proof);
  return list.error().message;
}

}  // namespace

TEST_CASE("n proven entries of a list whose counter says n are all of it") {
  const ListChain chain;
  struct Row {
    ListQuestion question;
    std::vector<Bytes> counter;
    std::vector<Bytes> entries;
  };
  const auto of_user = [](ListKind kind, int number) {
    return ListQuestion{kind, ListChain::user(number), {}};
  };
  const auto of_record = [](ListKind kind, std::uint64_t id) {
    return ListQuestion{kind, {}, RecordId(id)};
  };
  const Bytes counters = contract::counters_key();
  const std::vector<Row> rows = {
      {records_of(1), {user(1)}, {record(1), record(2), record(3)}},
      {records_of(2), {user(2)}, {record(4), record(5)}},
      {records_of(3), {user(3)}, {}},
      {of_user(ListKind::shares_of_owner, 1), {user(1)}, {share(1), share(2)}},
      {of_user(ListKind::shares_to, 3), {user(3)}, {share(1), share(2)}},
      {of_user(ListKind::shares_to, 1), {user(1)}, {share(3)}},
      {of_record(ListKind::shares_of_record, 1), {record(1)}, {share(1), share(2)}},
      {of_record(ListKind::shares_of_record, 5), {record(5)}, {}},
      {{ListKind::orders}, {counters}, {order(1), order(2)}},
      {of_user(ListKind::orders_of_seller, 1), {user(1)}, {order(1), order(2)}},
      {of_user(ListKind::orders_of_buyer, 2), {user(2)}, {order(1)}},
      {of_user(ListKind::orders_of_buyer, 1), {user(1)}, {}},
      {of_record(ListKind::orders_of_record, 1), {record(1)}, {order(1)}},
      {of_record(ListKind::orders_of_record, 2), {record(2)}, {order(1), order(2)}},
      {{ListKind::users}, {counters}, {user(1), user(2)}},
      {{ListKind::institutions}, {counters}, {institution(1)}},
      {{ListKind::proposals}, {counters}, {}},
  };
  for (const Row& row : rows) {
    INFO(question_text(row.question));
    // In one page, and an entry a page from the back, the counter repeated on each.
    ObjectsProof all = chain.prove(row.counter);
    std::vector<ObjectsProof> pages{chain.prove(row.counter)};
    for (auto entry = row.entries.rbegin(); entry != row.entries.rend(); ++entry) {
      all.objects.push_back(chain.prove({*entry}).objects.front());
      pages.push_back(chain.prove({row.counter.front(), *entry}));
    }
    for (const auto& list :
         {check(chain, row.question, {all}), check(chain, row.question, pages)}) {
      REQUIRE(list);
      CHECK(list->items.size() == row.entries.size());
      CHECK(list->header == chain.header);
      CHECK(list->signers == 3);
      std::size_t at = 0;
      for (const auto& [key, value] : list->items) {
        CHECK(key == row.entries[at++]);
        CHECK(value == chain.value(key));
      }
    }
    // And without any one of its entries it is found out.
    for (std::size_t left_out = 0; left_out < row.entries.size(); ++left_out) {
      std::vector<Bytes> keys = row.counter;
      for (std::size_t i = 0; i < row.entries.size(); ++i) {
        if (i != left_out) keys.push_back(row.entries[i]);
      }
      CHECK_THAT(fault(chain, row.question, {chain.prove(keys)}), Contains("withheld"));
    }
  }
}

TEST_CASE("what is wrong with a list is named") {
  const ListChain chain;
  const auto fault_of = [&](const std::vector<ObjectsProof>& pages) {
    return fault(chain, records_of(1), pages);
  };
  const std::string address = address_text(ListChain::user(1));

  SECTION("an entry withheld") {
    CHECK_THAT(fault_of({chain.prove({user(1), record(1), record(3)})}),
               Contains("1 of the 3 records of " + address +
                        " are withheld: user 1 in block 7 "
                        "count 3, the node showed 2"));
  }
  SECTION("an entry withheld of a list with every number") {
    CHECK_THAT(
        fault(chain, {ListKind::orders}, {chain.prove({contract::counters_key(), order(2)})}),
        Contains("1 of the 2 orders of the chain are withheld (1):"));
  }
  SECTION("an entry doubled to hide another") {
    CHECK_THAT(fault_of({chain.prove({user(1), record(1), record(2), record(2)})}),
               Contains("record 2 stands twice"));
    CHECK_THAT(fault_of({chain.prove({user(1), record(1), record(2)}), chain.prove({record(2)})}),
               Contains("record 2 stands twice"));
  }
  SECTION("an entry altered") {
    ObjectsProof page = chain.prove({user(1), record(1), record(2), record(3)});
    contract::Record altered = *contract::decode_record(page.objects[3].value);
    altered.deleted = false;
    page.objects[3].value = contract::encode_record(altered);
    CHECK_THAT(fault_of({page}), Contains("record 3: the object's path does not lead to"));
  }
  SECTION("an entry under another's number") {
    ObjectsProof page = chain.prove({user(1), record(1), record(2), record(3)});
    page.objects[3].key = record(4);
    CHECK_THAT(fault_of({page}), Contains("record 4: the object's path"));
  }
  SECTION("another owner's entry in place of one") {
    CHECK_THAT(fault_of({chain.prove({user(1), record(1), record(2), record(4)})}),
               Contains("record 4 does not belong to the records of " + address));
  }
  SECTION("another owner's entry besides") {
    CHECK_THAT(fault_of({chain.prove({user(1), record(1), record(2), record(3), record(4)})}),
               Contains("record 4 does not belong"));
  }
  SECTION("a wrong count") {
    ObjectsProof page = chain.prove({user(1), record(1), record(2)});
    contract::User altered = *contract::decode_user(page.objects[0].value);
    altered.record_count = 2;
    page.objects[0].value = contract::encode_user(altered);
    CHECK_THAT(fault_of({page}), Contains("user 1: the object's path"));
  }
  SECTION("another user's count") {
    CHECK_THAT(fault_of({chain.prove({user(2), record(1), record(2)})}),
               Contains("no user with the address " + address));
  }
}

TEST_CASE("a list without what counts it is refused") {
  const ListChain chain;
  const auto fault_of = [&](const std::vector<ObjectsProof>& pages) {
    return fault(chain, records_of(1), pages);
  };
  const std::string address = address_text(ListChain::user(1));

  SECTION("no count") {
    CHECK_THAT(fault_of({chain.prove({record(1), record(2), record(3)})}),
               Contains("no user with the address " + address));
    CHECK_THAT(fault(chain, {ListKind::orders}, {chain.prove({order(1), order(2)})}),
               Contains("did not prove the chain's counters"));
    CHECK_THAT(fault(chain, {ListKind::shares_of_record, {}, RecordId(1)},
                     {chain.prove({record(2), share(1), share(2)})}),
               Contains("did not prove record 1"));
  }
  SECTION("no page, and one with nothing") {
    CHECK_THAT(fault_of({}), Contains("proved nothing"));
    CHECK_THAT(fault_of({chain.prove({})}), Contains("no user with the address"));
  }
  SECTION("a key that no object has") {
    ObjectsProof page = chain.prove({user(1)});
    page.objects[0].key = "\x63";
    CHECK_THAT(fault_of({page}), Contains("63, which is no key"));
  }
}

TEST_CASE("all pages of a list are of one block") {
  ListChain chain;
  const ObjectsProof first = chain.prove({user(1), record(1), record(2), record(3)});
  const ObjectsProof old_count = chain.prove({user(1)});
  contract::User more = *contract::decode_user(chain.value(user(1)));
  more.record_count = 4;
  chain.change(user(1), contract::encode_user(more));

  CHECK(check(chain, records_of(1), {first}));
  CHECK_THAT(fault(chain, records_of(1), {first, chain.prove({record(2)})}),
             Contains("page 2 is of block 8"));
  // An old count beside new entries, with the old block's certificate or under the new one.
  ObjectsProof mixed = chain.prove({record(1), record(2), record(3)});
  CHECK_THAT(fault(chain, records_of(1), {old_count, mixed}), Contains("page 2 is of block 8"));
  mixed.objects.push_back(old_count.objects.front());
  CHECK_THAT(fault(chain, records_of(1), {mixed}), Contains("user 1: the object's path"));
}

TEST_CASE("more entries than their counter says are a fault of the chain, and named") {
  ListChain chain;
  contract::User fewer = *contract::decode_user(chain.value(user(1)));
  fewer.record_count = 2;
  chain.change(user(1), contract::encode_user(fewer));
  CHECK_THAT(fault(chain, records_of(1), {chain.prove({user(1), record(1), record(2), record(3)})}),
             Contains("3 records of") && Contains("are proven, but user 1 in block 8 count 2"));
}

TEST_CASE("a list under a wrong certificate is refused") {
  const ListChain chain;
  ObjectsProof page = chain.prove({user(1), record(1), record(2), record(3)});
  SECTION("too few seals") {
    page.certificate = chain.certificate(2);
  }
  SECTION("a signature changed") {
    page.certificate.signers[0].signature = page.certificate.signers[1].signature;
  }
  SECTION("a signer twice") {
    page.certificate.signers[1] = page.certificate.signers[0];
  }
  SECTION("none") {
    page.certificate.signers.clear();
  }
  SECTION("another block's header") {
    page.header.height = Height(8);
    page.certificate.block_hash = block_hash(page.header);
  }
  CHECK(fault(chain, records_of(1), {page}) != "");
}

TEST_CASE("a list of another chain is refused") {
  const ListChain chain;
  TrustAnchor other = chain.anchor;
  other.chain_id = crypto::blake2b256({"another chain"});
  ListCheck list(records_of(1), other);
  const auto added = list.add(chain.prove({user(1), record(1), record(2), record(3)}));
  REQUIRE_FALSE(added);
  CHECK(added.error().code == Code::wrong_chain);
}

TEST_CASE("an id above its counter is proven absent") {
  const ListChain chain;
  const Proof counters = chain.prove_one(contract::counters_key());
  CHECK(verify_absent(RecordId(6), counters, chain.anchor));
  CHECK(verify_absent(RecordId(0), counters, chain.anchor));
  CHECK(verify_absent(ShareId(4), counters, chain.anchor));
  CHECK(verify_absent(OrderId(3), counters, chain.anchor));
  CHECK(verify_absent(ProposalId(1), counters, chain.anchor));
  const auto refused = [&](const contract::ObjectName& id, const Proof& proof) {
    const auto result = verify_absent(id, proof, chain.anchor);
    return result ? std::string() : result.error().message;
  };
  CHECK_THAT(refused(RecordId(5), counters),
             Contains("record 5 is in block 7: numbers go up to 5"));
  CHECK_THAT(refused(OrderId(2), counters), Contains("order 2 is in block 7"));
  CHECK_THAT(refused(UserId(9), counters), Contains("not proven by the counters"));
  CHECK_THAT(refused(RecordId(6), chain.prove_one(record(1))),
             Contains("not the chain's counters"));
  Proof altered = counters;
  std::get<ObjectProof>(altered.content).value.clear();
  CHECK_THAT(refused(RecordId(6), altered), Contains("path"));
}

}  // namespace generion::client
