// A node in memory that keeps what it is sent, for tests of what stands on Rpc.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <catch2/catch.hpp>
#include <deque>
#include <functional>
#include <map>
#include <optional>

#include "base/base64.h"
#include "base/hex.h"
#include "client/rpc_client.h"
#include "crypto/capsule.h"
#include "types/address.h"
#include "types/transaction.h"
#include "wire/transaction.h"

namespace generion::client {

class FakeNode final : public Rpc {
 public:
  explicit FakeNode(const Hash& chain_id) : chain_id_(chain_id) {}

  struct Stored {
    CreateRecord operation;
    Address creator;
    Bytes data_encr;
  };
  std::vector<Stored> records;             // record id = place + 1
  std::map<TxId, std::uint64_t> executed;  // to the first new id
  std::uint64_t sends = 0;                 // sendTransaction calls
  TimeMs block_time{0};
  TimeMs node_time{0};
  // Answers a sendTransaction instead of the node; nullopt lets it execute. Called before it does.
  std::function<std::optional<Result<boost::json::value>>(const Transaction&)> intercept;
  // The same, after it has executed: the answer got lost.
  std::function<std::optional<Error>(const Transaction&)> lose_answer;

  Result<boost::json::value> call(std::string_view method, boost::json::object params) override {
    if (method == "getStatus") {
      return boost::json::object{{"chain_id", to_hex(chain_id_)},
                                 {"chain_name", "test"},
                                 {"height", 1},
                                 {"time_ms", node_time.value()},
                                 {"block_time_ms", block_time.value()},
                                 {"ready", true}};
    }
    if (method == "sendTransaction") return send(params);
    if (method == "getTransaction") return outcome(*hex_of<TxId>(params, "tx_id"));
    if (method == "getRecord") return record(params.at("record_id").to_number<std::uint64_t>());
    return fail(Code::unknown_method, "the fake node does not know this method");
  }

  Result<std::vector<Result<boost::json::value>>> call_batch(std::vector<RpcCall> calls) override {
    std::vector<Result<boost::json::value>> out;
    for (RpcCall& one : calls) out.push_back(call(one.method, std::move(one.params)));
    return out;
  }

 private:
  template <class Fixed>
  static std::optional<Fixed> hex_of(const boost::json::object& params, std::string_view name) {
    return Fixed::from(*from_hex(std::string(params.at(name).as_string())));
  }

  Result<boost::json::value> send(const boost::json::object& params) {
    ++sends;
    auto decoded =
        wire::decode_transaction(*from_base64(std::string(params.at("transaction").as_string())));
    REQUIRE(decoded);
    auto transaction = check_transaction(std::move(*decoded), Attachments::required);
    REQUIRE(transaction);
    REQUIRE(verify_transaction(*transaction));
    if (executed.contains(transaction->id)) return outcome(transaction->id);
    if (intercept) {
      if (auto answer = intercept(*transaction)) return *answer;
    }
    execute(*transaction);
    if (lose_answer) {
      if (auto error = lose_answer(*transaction)) return fail(*error);
    }
    return outcome(transaction->id);
  }

  void execute(const Transaction& transaction) {
    executed[transaction.id] = records.size() + 1;
    std::size_t attachment = 0;
    for (const Operation& operation : transaction.body.operations) {
      const auto* create = std::get_if<CreateRecord>(&operation);
      if (create == nullptr) continue;
      const Bytes& bytes = transaction.envelope.attachments[attachment++];
      records.push_back({*create, transaction.body.sender,
                         create->lock ? crypto::compose_data_encr(*create->lock, bytes) : bytes});
    }
  }

  boost::json::value outcome(const TxId& id) const {
    boost::json::object out{{"tx_id", to_hex(id)}};
    const auto known = executed.find(id);
    out["state"] = known == executed.end() ? "unknown" : "executed";
    if (known != executed.end()) out["new_ids"] = boost::json::array{known->second};
    return out;
  }

  Result<boost::json::value> record(std::uint64_t id) const {
    if (id == 0 || id > records.size()) {
      return fail(Code::record_not_found, "no such record");
    }
    const Stored& stored = records[id - 1];
    boost::json::object out{{"record_id", id},
                            {"usr_adr", address_text(stored.operation.usr_adr)},
                            {"creator_adr", address_text(stored.creator)},
                            {"pub_key", to_hex(stored.operation.data_pub_key)},
                            {"data_encr", to_base64(stored.data_encr)},
                            {"type", stored.operation.type},
                            {"by_institution", true},
                            {"created_at_ms", 5}};
    if (stored.operation.lock) out["lock"] = to_hex(*stored.operation.lock);
    if (stored.operation.document) out["document"] = to_hex(*stored.operation.document);
    return out;
  }

  Hash chain_id_;
};

}  // namespace generion::client
