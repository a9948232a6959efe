#include "proof_cases.h"

#include "base/base64.h"
#include "base/hex.h"
#include "wire/proof.h"

namespace generion::vectors {

namespace json = boost::json;
using contract::InstitutionId;

json::object& Cases::add(std::string_view name, std::string_view what, std::string_view expect) {
  all.push_back({{"name", name}, {"what", what}, {"expect", expect}});
  return all.back();
}

json::object& Cases::object(std::string_view name, std::string_view expect, const Proof& proof) {
  json::object& out = add(name, "object", expect);
  out["proof"] = to_base64(wire::encode_proof(proof));
  if (expect == "OK") {
    const auto& shown = std::get<ObjectProof>(proof.content);
    out["key"] = to_hex(shown.key);
    out["value"] = to_hex(shown.value);
  }
  return out;
}

json::object& Cases::outcome(std::string_view name, std::string_view expect, const Proof& proof,
                             const Hash& tx_hash) {
  json::object& out = add(name, "outcome", expect);
  out["tx_hash"] = to_hex(tx_hash);
  out["proof"] = to_base64(wire::encode_proof(proof));
  if (expect == "OK") {
    const auto receipt = decode_receipt(std::get<ReceiptProof>(proof.content).receipt);
    out["code"] = static_cast<std::uint64_t>(receipt->code);
    out["failed_operation"] = receipt->failed_operation;
    out["new_ids"] = json::array(receipt->new_ids.begin(), receipt->new_ids.end());
  }
  return out;
}

json::object& Cases::absent(std::string_view name, std::string_view expect, const Proof& proof,
                            std::string_view kind, std::uint64_t number) {
  json::object& out = add(name, "absent", expect);
  out["kind"] = kind;
  out["number"] = number;
  out["proof"] = to_base64(wire::encode_proof(proof));
  return out;
}

json::object& Cases::list(std::string_view name, std::string_view expect, json::object question,
                          const std::vector<ObjectsProof>& pages) {
  json::object& out = add(name, "list", expect);
  out["question"] = std::move(question);
  json::array shown;
  for (const ObjectsProof& page : pages) {
    shown.emplace_back(to_base64(wire::encode_objects_proof(page)));
  }
  out["pages"] = std::move(shown);
  return out;
}

json::object& Cases::links(std::string_view name, std::string_view expect,
                           const std::vector<ChainLink>& links) {
  json::object& out = add(name, "links", expect);
  out["links"] = to_base64(wire::encode_links(links));
  return out;
}

namespace {

Bytes user(std::uint64_t id) {
  return contract::user_key(UserId(id));
}
Bytes record(std::uint64_t id) {
  return contract::record_key(RecordId(id));
}
Bytes share(std::uint64_t id) {
  return contract::share_key(ShareId(id));
}
Bytes order(std::uint64_t id) {
  return contract::order_key(OrderId(id));
}

json::object of_user(std::string_view list, int number) {
  return {{"list", list}, {"user", to_hex(client::ListChain::user(number))}};
}
json::object of_record(std::string_view list, std::uint64_t id) {
  return {{"list", list}, {"record", id}};
}

void add_good_lists(Cases& cases) {
  const Bytes counters = contract::counters_key();
  const auto one = [&](json::object question, const std::vector<Bytes>& others,
                       const std::vector<Bytes>& entries) {
    std::vector<Bytes> keys = others;
    keys.insert(keys.end(), entries.begin(), entries.end());
    const std::string name = "the list " + std::string(question["list"].as_string());
    json::object& made = cases.list(name, "OK", std::move(question), {cases.chain.objects(keys)});
    json::array shown;
    for (const Bytes& key : entries) shown.emplace_back(to_hex(key));
    made["keys"] = std::move(shown);
  };
  one(of_user("records_of_owner", 1), {user(1), contract::institution_key(InstitutionId(1))},
      {record(1), record(2), record(3)});
  one(of_user("shares_of_owner", 1), {user(1), user(3)}, {share(1), share(2)});
  one(of_user("shares_to", 1), {user(1)}, {share(3)});
  one(of_record("shares_of_record", 1), {record(1)}, {share(1), share(2)});
  one({{"list", "orders"}}, {counters, user(1)}, {order(1), order(2)});
  one(of_user("orders_of_seller", 1), {user(1)}, {order(1), order(2)});
  one(of_user("orders_of_buyer", 2), {user(2)}, {order(1)});
  one(of_record("orders_of_record", 2), {record(2)}, {order(1), order(2)});
  one({{"list", "users"}}, {counters}, {user(1), user(2)});
  one({{"list", "institutions"}}, {counters}, {contract::institution_key(InstitutionId(1))});
  one({{"list", "proposals"}}, {counters}, {});
  json::object& paged = cases.list(
      "a list of three pages", "OK", of_user("records_of_owner", 1),
      {cases.chain.objects({user(1), record(3)}), cases.chain.objects({user(1), record(1)}),
       cases.chain.objects({user(1), record(2)})});
  paged["keys"] = {to_hex(record(1)), to_hex(record(2)), to_hex(record(3))};
}

std::string trusted(const BlockHeader& header) {
  return std::to_string(header.height.value()) + ":" + to_hex(block_hash(header));
}

}  // namespace

void add_good(Cases& cases) {
  const ProofChain& chain = cases.chain;
  const Bytes counters = contract::counters_key();
  Proof proof = chain.object(record(1));
  cases.object("an object, sealed by a quorum", "OK", proof);
  proof.certificate = ProofChain::sealed(proof.header, chain.set(2));
  cases.object("an object, sealed by all", "OK", proof);
  proof.set_changes = chain.changes();
  cases.object("an object with all changes of the set", "OK", proof)["alone"] = true;
  cases.outcome("a transaction that was executed", "OK", chain.receipt(0), chain.tx_hash(0));
  cases.outcome("a transaction that was refused", "OK", chain.receipt(1), chain.tx_hash(1));
  cases.outcome("the last transaction", "OK", chain.receipt(2), chain.tx_hash(2));
  cases.absent("a record above the counter", "OK", chain.object(counters), "record", 6);
  cases.absent("number 0", "OK", chain.object(counters), "share", 0);
  cases.absent("there is no proposal", "OK", chain.object(counters), "proposal", 1);
  add_good_lists(cases);
  json::object& all = cases.links("changes of the set, and the head", "OK", chain.links());
  all["alone"] = true;
  all["head"] = 99;
  json::object& from = cases.links("from a trusted block", "OK", chain.links());
  from["trusted"] = trusted(chain.changes()[1].header);
  from["head"] = 99;
  ChainLink bare = chain.changes()[1];
  bare.certificate.signers.clear();
  json::object& unsealed =
      cases.links("from a trusted block without seals", "OK", {bare, chain.head()});
  unsealed["trusted"] = trusted(bare.header);
  unsealed["head"] = 99;
  json::object& other =
      cases.links("from another block than is trusted", "BAD_PROOF", chain.links());
  other["trusted"] = "80:" + std::string(64, '0');
  json::object& named = cases.links("from a trusted block with others above it", "BAD_PROOF", [&] {
    auto links = chain.links();
    links[1].next = ProofChain::set_of(chain.set(0));
    return links;
  }());
  named["trusted"] = trusted(chain.changes()[1].header);
}

}  // namespace generion::vectors
