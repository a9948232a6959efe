// The transactions of tests/vectors/transactions.json, which the TypeScript SDK made, built here
// from a table of our own: the same names give the same bytes, and the same refusals.
#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <map>
#include <numeric>
#include <set>

#include "base/file.h"
#include "base/hex.h"
#include "types/address.h"
#include "types/transaction.h"

namespace generion {
namespace {

constexpr std::uint64_t kMax = ~std::uint64_t{0};
const std::vector<std::uint64_t> kVarints = {1,
                                             127,
                                             128,
                                             16'383,
                                             16'384,
                                             std::uint64_t{1} << 32,
                                             std::uint64_t{1} << 53,
                                             std::uint64_t{1} << 63,
                                             kMax};

// start, start + 1, ...
Bytes run(std::size_t size, std::uint8_t start) {
  Bytes out(size, '\0');
  std::iota(out.begin(), out.end(), static_cast<char>(start));
  return out;
}
template <class Fixed>
Fixed fixed(std::uint8_t start) {
  return *Fixed::from(run(Fixed::kSize, start));
}
crypto::SigningKey key_of(std::uint8_t start) {
  return crypto::SigningKey::from_seed(crypto::SecretBytes::copy_of(run(32, start)));
}

template <class Id>
std::vector<Id> ids_of(const std::vector<std::uint64_t>& numbers) {
  return {numbers.begin(), numbers.end()};
}
std::vector<RecordId> one_to(std::uint64_t count) {
  std::vector<RecordId> out;
  for (std::uint64_t id = 1; id <= count; ++id) out.emplace_back(id);
  return out;
}

AttachmentRef ref(std::uint64_t length) {
  return {fixed<Hash>(32), length};
}
Relocking relocking() {
  return {fixed<ReaderKey>(80), fixed<Lock>(90), fixed<Lock>(100), fixed<RelockProof>(110)};
}

using Table = std::map<std::string, std::vector<Operation>>;

void add_records(Table& out, const Address& alice, const Address& bob) {
  const auto point = fixed<ReaderKey>(64);
  out["setUserPubKey"] = {SetUserPubKey{point}};
  out["admitUser one"] = {AdmitUser{{alice}}};
  out["admitUser two"] = {AdmitUser{{bob, alice}}};
  CreateRecord least;
  least.usr_adr = alice;
  least.data = ref(1);
  out["createRecord opaque, least"] = {least};
  std::string type;
  for (int i = 0; i < 8; ++i) type += "Ärztin ";
  out["createRecord capsule, all fields"] = {CreateRecord{
      alice, point, fixed<Lock>(7), ref(1'048'576), fixed<Hash>(9), type, RecordId(kMax), true}};
  out["verifyRecord one"] = {VerifyRecord{{RecordId(1)}}};
  out["verifyRecord varints"] = {VerifyRecord{ids_of<RecordId>(kVarints)}};
  out["verifyRecord 1000"] = {VerifyRecord{one_to(1000)}};
  out["deleteRecord 1"] = {DeleteRecord{RecordId(1)}};
  out["deleteRecord max"] = {DeleteRecord{RecordId(kMax)}};
  out["valid until 0"] = out["deleteRecord 1"];
  out["valid until the end"] = out["deleteRecord 1"];
  for (const RecordId id : one_to(256)) out["256 operations"].emplace_back(DeleteRecord{id});
}

void add_shares(Table& out, const Address& bob) {
  const auto point = fixed<ReaderKey>(64);
  out["relockRecord two"] = {
      RelockRecord{point, {{RecordId(1), relocking()}, {RecordId(kMax), relocking()}}}};
  out["shareRecord capsule"] = {ShareRecord{RecordId(7), bob, point, relocking(), std::nullopt}};
  out["shareRecord opaque, expiring"] = {
      ShareRecord{RecordId(kMax), bob, point, ref(300), TimeMs((std::uint64_t{1} << 48) - 1)}};
  out["revokeShare"] = {RevokeShare{ShareId(kMax)}};
}

void add_market(Table& out, const Address& bob) {
  const auto point = fixed<ReaderKey>(64);
  out["createOrder least"] = {CreateOrder{{RecordId(1)}, 1, std::nullopt}};
  out["createOrder 64 records, text"] = {CreateOrder{one_to(64), kMax, ref(16'384)}};
  out["deleteOrder"] = {DeleteOrder{OrderId(128)}};
  out["purchaseData"] = {PurchaseData{OrderId(1), point, kMax}};
  out["deliverOrder capsule and opaque"] = {
      DeliverOrder{OrderId(300), point, {{RecordId(1), relocking()}, {RecordId(2), ref(5)}}}};
  out["transfer 1"] = {Transfer{bob, 1}};
  out["transfer max"] = {Transfer{bob, kMax}};
}

void add_users(Table& out, const Address& alice, const Address& bob) {
  const auto key = fixed<PublicKey>(64);
  out["setRecoveryKey 24 h"] = {SetRecoveryKey{key, 86'400'000}};
  out["setRecoveryKey a year"] = {SetRecoveryKey{key, 31'536'000'000}};
  out["moveUser"] = {MoveUser{alice, bob, fixed<Signature>(120)}};
  out["cancelMove"] = {CancelMove{}};
  out["suspendInstitution"] = {SuspendInstitution{bob}};
  out["anchorLog"] = {AnchorLog{fixed<Hash>(50), kMax}};
}

void add_governance(Table& out, const Address& alice, const Address& bob) {
  const auto key = fixed<PublicKey>(40);
  const std::vector<GovernanceAction> actions = {
      AddValidator{key, fixed<PublicKey>(41), "St. Änne"},
      RemoveValidator{key},
      ReplaceValidatorKey{key, fixed<PublicKey>(42)},
      ReplaceGovernanceKey{key, fixed<PublicKey>(43)},
      AccreditInstitution{alice, "N", "", ""},
      WithdrawInstitution{alice},
      ReplaceInstitutionKey{alice, bob},
      Mint{bob, kMax},
      SetParameter{"tx_window_ms", 0},
      SetRecordTypes{{"Basic", "Observation", "字", "𝄞"}},
      ScheduleUpgrade{1, Epoch(kMax)},
  };
  for (const GovernanceAction& action : actions) {
    out["propose " + std::string(action_name(action))] = {Propose{action}};
  }
  out["propose accreditInstitution, all fields"] = {Propose{AccreditInstitution{
      alice, std::string(128, 'a'), "hospital", "https://" + std::string(504, 'b')}}};
  out["propose removeValidator by force"] = {Propose{RemoveValidator{key, true}}};
  out["vote no"] = {Vote{ProposalId(1), false}};
  out["vote yes"] = {Vote{ProposalId(kMax), true}};
}

void add_epochs(Table& out) {
  out["endEpoch"] = {EndEpoch{}};
  for (const std::uint64_t height : {std::uint64_t{0}, kMax}) {
    out["reportReady " + std::to_string(height)] = {
        ReportReady{ProposalId(7), Height(height), fixed<Hash>(60)}};
  }
  for (const std::uint64_t kind : {1, 2, 3, 4}) {
    out["reportEvidence " + std::to_string(kind)] = {
        ReportEvidence{{*evidence_kind(kind),
                        fixed<PublicKey>(40),
                        {run(120, 10), fixed<Signature>(70)},
                        {run(120, 11), fixed<Signature>(71)}}}};
  }
}

Table operations() {
  const Address alice = key_of(2).public_key();
  const Address bob = key_of(3).public_key();
  Table out;
  add_records(out, alice, bob);
  add_shares(out, bob);
  add_market(out, bob);
  add_users(out, alice, bob);
  add_governance(out, alice, bob);
  add_epochs(out);
  return out;
}

boost::json::object vectors() {
  const auto text = read_file(std::string(GENERION_VECTORS) + "/transactions.json", 10'000'000);
  REQUIRE(text);
  return boost::json::parse(*text).as_object();
}
std::string text(const boost::json::value& object, std::string_view field) {
  return std::string(object.as_object().at(field).as_string());
}

}  // namespace

TEST_CASE("transactions have the bytes, ids and signatures of the vectors") {
  const boost::json::object file = vectors();
  const Table table = operations();
  const crypto::SigningKey sender = key_of(1);
  std::set<std::string> seen;
  std::set<std::size_t> kinds;
  for (const boost::json::value& one : file.at("cases").as_array()) {
    const std::string name = text(one, "name");
    CAPTURE(name);
    const auto found = table.find(name);
    REQUIRE(found != table.end());
    seen.insert(name);
    TransactionBody body;
    body.chain_id = fixed<Hash>(0);
    body.sender = sender.public_key();
    body.nonce = fixed<Nonce>(0);
    body.valid_until = TimeMs(std::stoull(text(one, "valid_until_ms")));
    body.operations = found->second;
    for (const Operation& operation : body.operations) kinds.insert(operation.index());

    const Bytes bytes = encode_body(body);
    REQUIRE(to_hex(bytes) == text(one, "body"));
    const auto decoded = decode_body(bytes);
    REQUIRE(decoded);
    REQUIRE(*decoded == body);
    const Hash hash = transaction_hash(bytes);
    REQUIRE(to_hex(hash) == text(one, "tx_hash"));
    REQUIRE(to_hex(transaction_id(body.valid_until, hash)) == text(one, "tx_id"));
    REQUIRE(to_hex(sender.sign(kTransactionTag, bytes)) == text(one, "signature"));
  }
  REQUIRE(seen.size() == table.size());
  REQUIRE(kinds.size() == std::variant_size_v<Operation>);
}

TEST_CASE("bodies are refused as the vectors say") {
  const boost::json::object file = vectors();
  REQUIRE(file.at("bad").as_array().size() > 40);
  for (const boost::json::value& one : file.at("bad").as_array()) {
    const std::string why = text(one, "why");
    CAPTURE(why);
    const auto bytes = from_hex(text(one, "body"));
    REQUIRE(bytes);
    const auto decoded = decode_body(*bytes);
    REQUIRE_FALSE(decoded);
    REQUIRE(code_name(decoded.error().code) == text(one, "code"));
  }
}

}  // namespace generion
