// What the C++ code says to tests/vectors/proofs, which web/packages/proofs checks too.
#pragma once

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "base/base64.h"
#include "base/hex.h"
#include "client/list_proof.h"
#include "client/set_chain.h"
#include "types/genesis.h"
#include "wire/proof.h"

namespace generion::client::vectors {

namespace json = boost::json;

inline std::string text(const json::object& from, std::string_view name) {
  return std::string(from.at(name).as_string());
}
inline Bytes base64(const json::object& from, std::string_view name) {
  return *from_base64(text(from, name));
}
inline Bytes hex(const json::object& from, std::string_view name) {
  return *from_hex(text(from, name));
}

inline json::object load(std::size_t validators) {
  std::ifstream in(std::string(GENERION_VECTORS) + "/proofs/validators-" +
                   std::to_string(validators) + ".json");
  std::stringstream content;
  content << in.rdbuf();
  return json::parse(content.str()).as_object();
}

inline ListQuestion question_of(const json::object& in) {
  static const std::map<std::string, ListKind> kinds{
      {"records_of_owner", ListKind::records_of_owner},
      {"shares_of_owner", ListKind::shares_of_owner},
      {"shares_to", ListKind::shares_to},
      {"shares_of_record", ListKind::shares_of_record},
      {"orders", ListKind::orders},
      {"orders_of_seller", ListKind::orders_of_seller},
      {"orders_of_buyer", ListKind::orders_of_buyer},
      {"orders_of_record", ListKind::orders_of_record},
      {"users", ListKind::users},
      {"institutions", ListKind::institutions},
      {"proposals", ListKind::proposals}};
  ListQuestion out{kinds.at(text(in, "list")), {}, {}};
  if (in.contains("user")) out.user = *Address::from(hex(in, "user"));
  if (in.contains("record")) out.record = RecordId(in.at("record").to_number<std::uint64_t>());
  return out;
}

inline contract::ObjectName name_of(std::string_view kind, std::uint64_t number) {
  if (kind == "record") return RecordId(number);
  if (kind == "share") return ShareId(number);
  if (kind == "order") return OrderId(number);
  REQUIRE(kind == "proposal");
  return ProposalId(number);
}

class Vectors {
 public:
  explicit Vectors(const json::object& file)
      : genesis_(*parse_genesis(json::serialize(file.at("genesis")))),
        sets_(*wire::decode_links(base64(file, "sets"))) {}

  Result<void> run(const json::object& one) const {
    const std::string what = text(one, "what");
    auto chain = begin(one);
    if (!chain) return fail(chain.error());
    if (what == "links") {
      if (auto ok = chain->follow(*wire::decode_links(base64(one, "links"))); !ok) return ok;
      CHECK(chain->head()->header.height.value() == one.at("head").to_number<std::uint64_t>());
      return {};
    }
    if (what == "list") return list(one, *chain);
    const auto proof = wire::decode_proof(base64(one, "proof"));
    if (!proof) return fail(proof.error());
    if (auto ok = chain->check(proof->header, proof->certificate, proof->set_changes); !ok) {
      return ok;
    }
    if (auto ok = verify_content(*proof); !ok) return ok;
    if (what == "outcome") return outcome(one, *proof);
    const auto* object = std::get_if<ObjectProof>(&proof->content);
    REQUIRE(object != nullptr);
    if (what == "absent") {
      return check_above_counter(
          name_of(text(one, "kind"), one.at("number").to_number<std::uint64_t>()), *object,
          proof->header.height);
    }
    REQUIRE(what == "object");
    if (text(one, "expect") == "OK") {
      CHECK(object->key == hex(one, "key"));
      CHECK(object->value == hex(one, "value"));
    }
    return {};
  }

  // Proofs that bring all changes are judged in the same way without anything kept.
  Result<void> run_alone(const json::object& one) const {
    const auto proof = wire::decode_proof(base64(one, "proof"));
    if (!proof) return fail(proof.error());
    return verify_proof(*proof, trust_anchor(genesis_));
  }

 private:
  Result<SetChain> begin(const json::object& one) const {
    if (one.contains("trusted")) {
      const auto trusted = parse_trusted(text(one, "trusted"));
      REQUIRE(trusted);
      const auto links = *wire::decode_links(base64(one, "links"));
      for (const ChainLink& link : links) {
        if (link.header.height == trusted->height) return SetChain::from(*trusted, link);
      }
      return fail(Code::bad_proof, "no link is the trusted block");
    }
    SetChain out(trust_anchor(genesis_));
    if (!one.contains("alone")) REQUIRE(out.follow(sets_));
    return out;
  }

  static Result<void> list(const json::object& one, SetChain& chain) {
    ListCheck check(question_of(one.at("question").as_object()),
                    [&chain](const BlockHeader& header, const Certificate& certificate,
                             const std::vector<SetChange>& changes) {
                      return chain.check(header, certificate, changes);
                    });
    for (const json::value& page : one.at("pages").as_array()) {
      const auto bytes = from_base64(std::string(page.as_string()));
      if (auto ok = check.add(*wire::decode_objects_proof(*bytes)); !ok) return ok;
    }
    const auto list = std::move(check).finish();
    if (!list) return fail(list.error());
    json::array keys;
    for (const auto& [key, value] : list->items) keys.emplace_back(to_hex(key));
    CHECK(keys == one.at("keys").as_array());
    return {};
  }

  static Result<void> outcome(const json::object& one, const Proof& proof) {
    const auto receipt = decode_receipt(std::get<ReceiptProof>(proof.content).receipt);
    REQUIRE(receipt);
    if (receipt->tx_hash.view() != hex(one, "tx_hash")) {
      return fail(Code::bad_proof, "another transaction");
    }
    if (text(one, "expect") == "OK") {
      CHECK(static_cast<std::uint64_t>(receipt->code) == one.at("code").to_number<std::uint64_t>());
      CHECK(json::array(receipt->new_ids.begin(), receipt->new_ids.end()) == one.at("new_ids"));
    }
    return {};
  }

  Genesis genesis_;
  std::vector<ChainLink> sets_;
};

inline std::string code_of(const Result<void>& result) {
  return std::string(code_name(result ? Code::ok : result.error().code));
}

}  // namespace generion::client::vectors
