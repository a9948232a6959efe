// Every kind of object in words.
#include "cli/commands/proven_object.h"

#include <catch2/catch.hpp>

#include "base/hex.h"
#include "contract/epoch_objects.h"
#include "contract/governance_objects.h"
#include "contract/market_objects.h"
#include "contract/statistics.h"
#include "types/address.h"

namespace generion::cli {
namespace {

namespace json = boost::json;

const ReaderKey kReader = *ReaderKey::from(Bytes(32, 'r'));
const Lock kLock = *Lock::from(Bytes(64, 'l'));

}  // namespace

TEST_CASE("a share in words") {
  contract::Share share{.record = RecordId(7),
                        .owner = UserId(1),
                        .grantee = UserId(2),
                        .data_pub_key = kReader,
                        .access = kLock,
                        .expires_at = TimeMs(9),
                        .created_at = TimeMs(5)};
  json::object expected{{"kind", "share"},    {"share_id", 3},        {"record_id", 7},
                        {"owner_user_id", 1}, {"grantee_user_id", 2}, {"pub_key", to_hex(kReader)},
                        {"status", "living"}, {"created_at_ms", 5},   {"lock", to_hex(kLock)},
                        {"expires_at_ms", 9}};
  CHECK(proven_object_json(contract::share_key(ShareId(3)), contract::encode_share(share)) ==
        expected);
  CHECK(proven_object_json(contract::share_key(ShareId(3)), "\xFF") ==
        json::object{{"kind", "object"}});
}

TEST_CASE("an epoch and evidence in words") {
  const PublicKey key = *PublicKey::from(Bytes(32, 'v'));
  const contract::EpochObject epoch{.first = Height(130),
                                    .since = TimeMs(7),
                                    .last = Height(300),
                                    .validators = {{key}},
                                    .version = 2,
                                    .decided = {},
                                    .upgrades = {}};
  CHECK(proven_object_json(contract::epoch_key(Epoch(1)), contract::encode_epoch(epoch)) ==
        json::object{{"kind", "epoch"},
                     {"epoch", 1},
                     {"first_height", 130},
                     {"since_ms", 7},
                     {"version", 2},
                     {"validators", json::array{to_hex(key)}},
                     {"last_height", 300}});
  contract::EvidenceObject evidence;
  evidence.culprit = contract::ValidatorId(3);
  evidence.about = {Epoch(1), View(2), Height(5)};
  evidence.key = key;
  const auto out = proven_object_json(contract::evidence_key(contract::EvidenceId(1)),
                                      contract::encode_evidence(evidence));
  CHECK(out.at("validator_id") == 3);
  CHECK(out.at("contradiction") == "prepare");
  CHECK(out.at("view") == 2);
}

TEST_CASE("an order in words, amounts as texts") {
  contract::Order order{.seller = UserId(1),
                        .records = {RecordId(7)},
                        .price = 18'446'744'073'709'551'615U,
                        .created_at = TimeMs(5),
                        .status = contract::Order::Status::delivered,
                        .buyer = UserId(2),
                        .buyer_key = kReader,
                        .deadline = TimeMs(6),
                        .retention_end = TimeMs(8),
                        .deliveries = {kLock},
                        .closed_at = TimeMs(7)};
  const auto out =
      proven_object_json(contract::order_key(OrderId(4)), contract::encode_order(order));
  CHECK(out.at("kind") == "order");
  CHECK(out.at("order_id") == 4);
  CHECK(out.at("price") == "18446744073709551615");
  CHECK(out.at("status") == "delivered");
  CHECK(out.at("buyer_user_id") == 2);
  CHECK(out.at("deliveries") == json::array{{{"record_id", 7}, {"lock", to_hex(kLock)}}});
}

TEST_CASE("validators, a proposal and statistics in words") {
  const PublicKey key = *PublicKey::from(Bytes(32, 'v'));
  const contract::Validators validators{{{contract::ValidatorId(1), key, key, "North"}}};
  const auto set = proven_object_json(contract::validators_key(), encode_validators(validators));
  CHECK(set.at("kind") == "validators");
  CHECK(set.at("validators") == json::array{{{"validator_id", 1},
                                             {"name", "North"},
                                             {"key", to_hex(key)},
                                             {"governance_key", to_hex(key)}}});

  const contract::Proposal proposal{.action = RemoveValidator{key},
                                    .proposer = contract::ValidatorId(1),
                                    .yes = {contract::ValidatorId(1)},
                                    .created_at = TimeMs(5),
                                    .expires_at = TimeMs(6)};
  const auto proposed = proven_object_json(contract::proposal_key(ProposalId(2)),
                                           contract::encode_proposal(proposal));
  CHECK(proposed.at("proposal_id") == 2);
  CHECK(proposed.at("status") == "open");
  CHECK(proposed.at("yes") == json::array{1});
  CHECK(proposed.at("action") ==
        json::value({{"action", "removeValidator"}, {"key", to_hex(key)}}));

  const contract::Cell cell{.created = 3, .value = 100};
  const auto sums = proven_object_json(
      contract::cell_key({2026 * 12 + 10, contract::InstitutionId(1), "Condition"}),
      contract::encode_cell(cell));
  CHECK(sums.at("kind") == "statistics");
  CHECK(sums.at("month") == "2026-11");
  CHECK(sums.at("created") == 3);
  CHECK(sums.at("value") == "100");
  CHECK(sums.at("type") == "Condition");
}

TEST_CASE("an item of a list names the users and institutions that are known") {
  contract::User owner;
  owner.address = *Address::from(Bytes(32, 'o'));
  contract::Institution hospital;
  hospital.address = *Address::from(Bytes(32, 'h'));
  const std::map<Bytes, Bytes> known = {
      {contract::user_key(UserId(1)), contract::encode_user(owner)},
      {contract::institution_key(contract::InstitutionId(2)),
       contract::encode_institution(hospital)}};
  const auto item = [&](const contract::Record& record) {
    return proven_item_json(contract::record_key(RecordId(7)), contract::encode_record(record),
                            known);
  };
  contract::Record record;
  record.owner = UserId(1);
  json::object own = item(record);
  CHECK(own.at("usr_adr").as_string() == address_text(owner.address));
  CHECK(own.at("creator_adr").as_string() == address_text(owner.address));
  CHECK(own.at("by_institution") == false);
  record.creator = contract::InstitutionId(2);
  json::object made = item(record);
  CHECK(made.at("creator_adr").as_string() == address_text(hospital.address));
  CHECK(made.at("by_institution") == true);
  record.owner = UserId(3);
  CHECK_FALSE(item(record).contains("usr_adr"));
  CHECK(item(record).at("owner_user_id") == 3);

  contract::Order order;
  order.seller = UserId(1);
  order.records = {RecordId(7)};
  order.price = 5;
  order.buyer = UserId(9);
  const json::object sold =
      proven_item_json(contract::order_key(OrderId(1)), contract::encode_order(order), known);
  CHECK(sold.at("usr_adr").as_string() == address_text(owner.address));
  CHECK_FALSE(sold.contains("customer"));
}

}  // namespace generion::cli
