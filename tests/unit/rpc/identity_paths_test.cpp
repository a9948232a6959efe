// The original middleware's paths from outside, over real sockets.
#include "rpc/identity_paths.h"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

#include "../net/server_fixture.h"
#include "base/base64.h"
#include "base/hex.h"
#include "fake_backend.h"
#include "rpc/rpc_server.h"
#include "wire/transaction.h"

using namespace generion;
using namespace generion::rpc;
using namespace generion::test;

namespace {

struct Rig {
  explicit Rig(const ListenerRules& rules = {}) : server(threads.context(), backend, {}, {}) {
    const auto bound = server.listen({}, rules);
    if (!bound) throw std::runtime_error(bound.error().message);
    port = *bound;
    backend.create_record('H', 'P', "one");
    backend.create_record('H', 'P', "two");
    backend.create_record('H', 'Q', "three");
    backend.commit(backend.sign('P', {VerifyRecord{{RecordId(1)}}}));
    backend.commit(backend.sign('P', {DeleteRecord{RecordId(2)}}));
  }
  Json get(const std::string& path, unsigned status = 200) { return ask("GET", path, "", status); }
  Json ask(const std::string& method, const std::string& path, const std::string& body,
           unsigned status, const std::string& headers = "") {
    const auto answer =
        RawClient(port).ask(method, path, body, "Content-Type: application/json\r\n" + headers);
    CHECK(answer.status == status);
    return boost::json::parse(answer.body);
  }
  // The errorCode and errorMessage of an answer.
  std::pair<int, std::string> error(const Json& answer) {
    CHECK(answer.as_object().size() == 2);
    return {static_cast<int>(answer.at("errorCode").as_int64()),
            std::string(answer.at("errorMessage").as_string())};
  }

  FakeBackend backend;
  io::IoThreads threads{2};
  RpcServer server;
  std::uint16_t port = 0;
};

std::string signed_tx(const SignedTransaction& transaction) {
  return R"({"signed_tx":")" + to_base64(wire::encode_transaction(transaction)) + "\"}";
}

using Told = std::pair<int, std::string>;

}  // namespace

TEST_CASE("reading, with and without the last slash") {
  Rig rig;
  const std::string p = address_of('P');
  for (const std::string slash : {"", "/"}) {
    const Json users = rig.get("/identity/users" + slash);
    CHECK(users.at("result") == Json({p, address_of('Q')}));
    CHECK(users.at("tx_unconfirmed").as_array().size() == 2);
    CHECK(users.at("tx_failed").as_array().size() == 1);
    CHECK(rig.get("/identity/users/" + p + "/records" + slash).at("result") == Json({1}));
    CHECK(rig.get("/identity/users/" + p + "/pubkey" + slash).at("result") == Json(""));
    CHECK(rig.get("/identity/records/1" + slash).at("result").as_array().size() == 1);
    CHECK(rig.get("/identity/tx/" + to_hex(rig.backend.last_id()) + slash) ==
          Json({{"result", true}}));
  }
  CHECK(rig.get("/identity/tx/" + std::string(64, '0')) == Json({{"result", false}}));
  CHECK(rig.get("/identity/claim_gas/" + p) == Json({{"result", "Not supported"}}));
}

TEST_CASE("records as the original showed them, and nothing for one that is gone") {
  Rig rig;
  const Json records = rig.get("/identity/records/1:2:3:99").at("result");
  const auto& list = records.as_array();
  REQUIRE(list.size() == 4);
  CHECK(list[0] == Json({{"usr_adr", address_of('P')},
                         {"pub_key", to_hex(std::string(32, 'k'))},
                         {"creator_adr", address_of('H')},
                         {"is_verified", true},
                         {"data_encr", to_base64(Bytes("one"))}}));
  CHECK(list[1] == Json(JsonObject()));  // deleted
  CHECK(list[2].at("is_verified") == Json(false));
  CHECK(list[3] == Json(JsonObject()));  // never was
}

TEST_CASE("lists of whoever does not exist are empty, and long ones go on by cursor") {
  Rig rig;
  CHECK(rig.get("/identity/users/" + address_of('Z') + "/records/").at("result") ==
        Json(JsonArray()));
  CHECK(rig.get("/identity/users/" + address_of('Z') + "/pubkey/").at("result") == Json(""));
  const Json first = rig.get("/identity/users/?limit=1");
  CHECK(first.at("result").as_array().size() == 1);
  const Json second =
      rig.get("/identity/users/?limit=1&cursor=" + std::string(first.at("cursor").as_string()));
  CHECK(second.at("result") == Json({address_of('Q')}));
  CHECK(!second.as_object().contains("cursor"));
}

TEST_CASE("faults of a request are told in the original's form") {
  Rig rig;
  const Told ids{2, "Invalid record id list. Format: {i1:i2:i3}"};
  for (const std::string bad : {"x", "1:x", "1:", ":1", "0", "-1", "1:2:3:"})
    CHECK(rig.error(rig.get("/identity/records/" + bad, 400)) == ids);
  std::string many = "1";
  for (int i = 0; i < 100; ++i) many += ":1";
  CHECK(rig.error(rig.get("/identity/records/" + many, 400)) == ids);
  CHECK(rig.error(rig.get("/identity/users/gen1x/records/", 400)).first == 2);
  CHECK(rig.error(rig.get("/identity/tx/xyz", 400)).first == 2);
  CHECK(rig.error(rig.get("/identity/users/?limit=0", 400)).first == 2);
  CHECK(rig.error(rig.get("/identity/users/?cursor=x", 400)).first == 2);
  CHECK(rig.error(rig.get("/identity/nothing", 404)).first == 3);
  CHECK(rig.error(rig.get("/identity", 404)).first == 3);
  CHECK(rig.error(rig.get("/identity/users/a/b/records", 404)).first == 3);
  CHECK(rig.error(rig.ask("POST", "/identity/users/", "{}", 405)) ==
        Told{3, "/identity/users takes GET"});
  CHECK(rig.error(rig.ask("PUT", "/identity/records/1", "{}", 405)) ==
        Told{3, "/identity/records/1 takes GET, DELETE"});
}

TEST_CASE("writing takes the user's own signed transaction, and only for what the path says") {
  Rig rig;
  const std::string p = address_of('P');
  const auto post = [&](const std::string& path, const std::string& body) {
    return rig.error(rig.ask("POST", path, body, 400));
  };
  const std::string records = "/identity/users/" + p + "/records/";
  CHECK(post(records, "{").second.starts_with("JSON Error: "));
  CHECK(post(records, "[]").second.starts_with("JSON Error: "));
  CHECK(post(records, R"({"creator_adr":"x","records":[]})") == Told{2, "Missing signed_tx"});
  CHECK(post(records, R"({"signed_tx":"%"})").second.starts_with("signed_tx is not the base64"));
  CHECK(post(records, R"({"signed_tx":"AAAA"})").second.starts_with("signed_tx: "));
  const auto other = rig.backend.sign('H', {FakeBackend::record('Q', "d")}, {"d"});
  CHECK(post(records, signed_tx(other)).second.find("createRecord for " + p) != std::string::npos);
  const auto verify = rig.backend.sign('P', {VerifyRecord{{RecordId(1)}}});
  CHECK(post(records, signed_tx(verify)).first == 2);
  CHECK(post("/identity/records/1:2/verify", signed_tx(verify)).second ==
        "signed_tx verifies other records than 1:2");
  CHECK(post("/identity/records/x/verify", signed_tx(verify)).second ==
        "Invalid record id list. Format: {i1:i2:i3}");
  CHECK(post("/identity/users/" + p + "/pubkey/", signed_tx(verify)).first == 2);
  const auto remove = rig.backend.sign('P', {DeleteRecord{RecordId(1)}});
  CHECK(rig.error(rig.ask("DELETE", "/identity/records/2", signed_tx(remove), 400)).second ==
        "signed_tx is not one deleteRecord of 2");
  CHECK(rig.backend.submitted() == 0);
}

TEST_CASE("what was written is answered when it was executed") {
  Rig rig;
  const std::string p = address_of('P');
  rpc::Outcome outcome = outcome_of(rpc::Outcome::State::executed, Height(6));
  const auto write = [&](const std::string& method, const std::string& path,
                         const SignedTransaction& transaction, Result<rpc::Outcome> told,
                         unsigned status) {
    const std::size_t before = rig.backend.submitted();
    Json answer;
    std::thread client([&] { answer = rig.ask(method, path, signed_tx(transaction), status); });
    REQUIRE(becomes_true([&] { return rig.backend.submitted() == before + 1; }));
    CHECK(rig.backend.submitted_at(before) == transaction);
    rig.backend.report(before, std::move(told));
    client.join();
    return answer;
  };
  const auto create = rig.backend.sign('H', {FakeBackend::record('P', "d")}, {"d"});
  outcome.new_ids = {4};
  const Json made = write("POST", "/identity/users/" + p + "/records/", create, outcome, 200);
  CHECK(made.at("result") == Json({4}));
  CHECK(made.at("tx_hash") == Json(to_hex(outcome.tx_id)));
  CHECK(made.at("tx_unconfirmed").is_array());
  outcome.new_ids.clear();
  const auto verify = rig.backend.sign('P', {VerifyRecord{{RecordId(3), RecordId(1)}}});
  CHECK(write("POST", "/identity/records/3:1/verify", verify, outcome, 200).at("result") ==
        Json({1, 1}));
  const auto remove = rig.backend.sign('P', {DeleteRecord{RecordId(1)}});
  CHECK(write("DELETE", "/identity/records/1", remove, outcome, 200).at("result") == Json(1));
  const auto set = rig.backend.sign('P', {SetUserPubKey{*ReaderKey::from(std::string(32, 'k'))}});
  CHECK(write("POST", "/identity/users/" + p + "/pubkey", set, outcome, 200).at("result") ==
        Json(1));
  // Refused in a block, refused before one, and not at all.
  rpc::Outcome refused = outcome_of(rpc::Outcome::State::refused, Height(6));
  refused.code = Code::not_owner;
  refused.message = "it is another's";
  CHECK(rig.error(write("DELETE", "/identity/records/1", remove, refused, 500)) ==
        Told{3, "NOT_OWNER: it is another's"});
  CHECK(rig.error(write("DELETE", "/identity/records/1", remove,
                        fail(Code::record_not_found, "there is none"), 500)) ==
        Told{3, "RECORD_NOT_FOUND: there is none"});
  CHECK(rig.error(write("DELETE", "/identity/records/1", remove,
                        fail(Code::bad_signature, "does not hold"), 400)) ==
        Told{2, "does not hold"});
  CHECK(
      rig.error(write("DELETE", "/identity/records/1", remove, fail(Code::overloaded, "full"), 503))
          .first == 3);
  CHECK(rig.error(write("DELETE", "/identity/records/1", remove,
                        outcome_of(rpc::Outcome::State::expired), 400))
            .second.starts_with("signed_tx expired"));
}

TEST_CASE("access to the original's paths") {
  const TemporaryDirectory directory;
  ListenerRules rules;
  rules.access = Access::token;
  rules.token_file = directory.write("token", "0123456789abcdef\n", true);
  rules.methods = {"getUserList"};
  Rig rig(rules);
  CHECK(rig.error(rig.get("/identity/users/", 403)) == Told{1, "Missing Authorization header"});
  const auto with = [&](const std::string& token, const std::string& path, unsigned status) {
    return rig.ask("GET", path, "", status, "Authorization: Bearer " + token + "\r\n");
  };
  CHECK(rig.error(with("0123456789abcdeX", "/identity/users/", 403)) ==
        Told{1, "Wrong auth token"});
  CHECK(with("0123456789abcdef", "/identity/users/", 200).at("result").as_array().size() == 2);
  CHECK(rig.error(with("0123456789abcdef", "/identity/records/1", 403)).first == 3);
  const auto remove = signed_tx(rig.backend.sign('P', {DeleteRecord{RecordId(1)}}));
  CHECK(rig.error(rig.ask("DELETE", "/identity/records/1", remove, 403,
                          "Authorization: Bearer 0123456789abcdef\r\n"))
            .second == "FORBIDDEN: sendTransaction is not served at this address");
}
