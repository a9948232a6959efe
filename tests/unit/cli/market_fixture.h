// A patient with keys of his own, and a node that keeps the records and operations that it is sent.
#pragma once

#include "base/base64.h"
#include "base/hex.h"
#include "cli_fixture.h"
#include "client/key_store.h"
#include "client/reader_keys.h"
#include "crypto/relock.h"
#include "types/address.h"
#include "types/transaction.h"
#include "wire/transaction.h"

namespace generion::cli {

class Market : public Chain {
 public:
  Market() {
    streams.environment["GENERION_DOCUMENTS"] = path("documents");
    REQUIRE((*this)({"--json", "keys", "new", "--plain"}) == 0);
    chain_id = *Hash::from(*from_hex(std::string(json().at("chain_id").as_string())));
    me = *store().current(chain_id);
    node.methods["sendTransaction"] = [this](const auto& params) { return send(params); };
    node.methods["getRecord"] = [this](const auto& params) { return record(params); };
    node.methods["getUserPubKey"] = [this](const auto&) {
      boost::json::object answer;
      if (reader_key) answer["pub_key"] = to_hex(*reader_key);
      return answer;
    };
  }

  client::KeyStore store() const {
    auto keys = client::KeyStore::open(path("keys"));
    REQUIRE(keys);
    REQUIRE(keys->unlock({}));
    return std::move(*keys);
  }

  // A record of mine with this content; its id.
  std::uint64_t create(std::string_view content, const std::vector<std::string>& options = {}) {
    std::vector<std::string> arguments{"record", "create", file("document", content)};
    arguments.insert(arguments.end(), options.begin(), options.end());
    REQUIRE((*this)(arguments) == 0);
    sent.clear();
    return records.size();
  }

  // The only operation that was sent.
  template <class Op>
  Op only() const {
    REQUIRE(sent.size() == 1);
    REQUIRE(std::holds_alternative<Op>(sent.front()));
    return std::get<Op>(sent.front());
  }

  std::string code() const { return std::string(json().at("error").at("code").as_string()); }
  bool says(std::string_view text) const { return (out + err).find(text) != std::string::npos; }

  struct Stored {
    CreateRecord operation;
    Address creator;
    Bytes attachment;
  };

  Hash chain_id;
  client::UserKey me;
  std::optional<ReaderKey> reader_key;  // that everybody else has published
  std::vector<Stored> records;          // id = place + 1
  std::vector<Operation> sent;
  std::vector<std::uint64_t> new_ids;  // told of what creates no record

 private:
  Result<boost::json::value> send(const boost::json::object& params) {
    auto envelope =
        wire::decode_transaction(*from_base64(std::string(params.at("transaction").as_string())));
    REQUIRE(envelope);
    const auto transaction = check_transaction(std::move(*envelope), Attachments::required);
    REQUIRE(transaction);
    boost::json::array ids(new_ids.begin(), new_ids.end());
    std::size_t attachment = 0;
    for (const Operation& operation : transaction->body.operations) {
      sent.push_back(operation);
      if (const auto* create = std::get_if<CreateRecord>(&operation)) {
        records.push_back(
            {*create, transaction->body.sender, transaction->envelope.attachments[attachment++]});
        ids.emplace_back(records.size());
      }
    }
    return boost::json::object{{"tx_id", to_hex(transaction->id)},
                               {"state", "executed"},
                               {"height", 5},
                               {"new_ids", std::move(ids)}};
  }

  Result<boost::json::value> record(const boost::json::object& params) {
    const auto id = params.at("record_id").to_number<std::uint64_t>();
    if (id == 0 || id > records.size()) return fail(Code::record_not_found, "no such record");
    const Stored& stored = records[id - 1];
    const CreateRecord& op = stored.operation;
    boost::json::object answer{{"record_id", id},
                               {"usr_adr", address_text(op.usr_adr)},
                               {"creator_adr", address_text(stored.creator)},
                               {"pub_key", to_hex(op.data_pub_key)},
                               {"deidentified", op.deidentified}};
    if (op.lock) {
      answer["lock"] = to_hex(*op.lock);
      answer["data_encr"] = to_base64(crypto::compose_data_encr(*op.lock, stored.attachment));
    } else {
      answer["data_encr"] = to_base64(stored.attachment);
    }
    if (op.document) answer["document"] = to_hex(*op.document);
    return answer;
  }
};

}  // namespace generion::cli
