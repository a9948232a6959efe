#include "world.h"

#include <fmt/core.h>

#include <algorithm>
#include <mutex>

#include "base/assert.h"

namespace generion::sim {
namespace {

constexpr std::size_t kTransactions = 40;
constexpr std::size_t kUnsigned = 4;
constexpr std::uint64_t kShortMs = 1'500;
constexpr std::size_t kUsers = 3;

struct People {
  std::vector<Signer> hospitals;
  std::vector<Signer> users;
};

People make_people(Signing signing) {
  People out;
  for (const char* name : {"first hospital", "second hospital"}) {
    out.hospitals.emplace_back(signing, name);
  }
  std::sort(out.hospitals.begin(), out.hospitals.end(),
            [](const Signer& a, const Signer& b) { return a.key() < b.key(); });
  for (std::size_t i = 0; i < kUsers; ++i) {
    out.users.emplace_back(signing, "user " + std::to_string(i));
  }
  return out;
}

Genesis make_genesis(const World& world, const People& people) {
  Genesis out;
  out.chain_name = "simulated";
  out.time = TimeMs(kWallStart - 1'000);
  for (std::size_t i = 0; i < world.signers.size(); ++i) {
    out.validators.push_back({world.key(i),
                              Signer(world.signing, "governance " + std::to_string(i)).key(),
                              "hospital " + std::to_string(i)});
  }
  for (const Signer& hospital : people.hospitals) {
    out.institutions.push_back({hospital.key(), "A hospital", "hospital", ""});
  }
  out.parameters = default_parameters();
  out.parameters.record_types = {"Condition", "Observation", "Patient"};
  return out;
}

Bytes attachment_of(std::size_t number) {
  return "opaque data of record " + std::to_string(number);
}

// The first admits all users but one; what that one sends is refused.
Operation operation_of(std::size_t number, const People& people, const Signer& sender) {
  if (number == 0) {
    AdmitUser out;
    for (std::size_t i = 0; i + 1 < kUsers; ++i) out.usr_adr.push_back(people.users[i].key());
    return out;
  }
  const auto reader = *ReaderKey::from(Bytes(32, static_cast<char>('a' + number % 20)));
  if (number % 4 == 1) return SetUserPubKey{reader};
  CreateRecord out;
  out.usr_adr = sender.key();
  out.data_pub_key = reader;
  out.type = "Observation";
  const Bytes data = attachment_of(number);
  out.data = {crypto::blake2b256({data}), data.size()};
  return out;
}

struct Signed {
  TransactionPtr transaction;
  TransactionPtr again;
  TransactionPtr without;  // its signature does not hold
};

TransactionPtr with_signature(SignedTransaction envelope, const Signature& signature) {
  envelope.signature = signature;
  auto out = check_transaction(std::move(envelope), Attachments::required);
  GENERION_ASSERT(out.has_value());
  return std::make_shared<const Transaction>(std::move(*out));
}

Signed make_transaction(const World& world, const People& people, std::size_t number) {
  const Signer& sender = number == 0 ? people.hospitals[0] : people.users[number % kUsers];
  TransactionBody body;
  body.chain_id = world.members.chain;
  body.sender = sender.key();
  body.nonce =
      *Nonce::from(crypto::blake2b256({"nonce", std::to_string(number)}).view().substr(0, 16));
  body.valid_until = TimeMs(kWallStart + (number % 10 == 7 ? kShortMs : 3'000'000));
  body.operations = {operation_of(number, people, sender)};
  SignedTransaction envelope;
  envelope.body = encode_body(body);
  if (std::holds_alternative<CreateRecord>(body.operations[0])) {
    envelope.attachments = {attachment_of(number)};
  }
  const Signature valid = sender.sign(kTransactionTag, envelope.body);
  Signed out;
  out.transaction = with_signature(envelope, valid);
  out.without = with_signature(envelope, Signature());
  if (world.signing == Signing::by_table) {
    out.again = with_signature(envelope, sender.sign_again(kTransactionTag, envelope.body));
  }
  return out;
}

World make_world(std::size_t members, Signing signing) {
  World out;
  out.signing = signing;
  for (std::size_t i = 0; i < members; ++i) {
    out.signers.emplace_back(signing, "member " + std::to_string(i));
  }
  std::sort(out.signers.begin(), out.signers.end(),
            [](const Signer& a, const Signer& b) { return a.key() < b.key(); });
  for (const Signer& signer : out.signers) out.members.set.keys.push_back(signer.key());
  const People people = make_people(signing);
  out.genesis = make_genesis(out, people);
  out.members.chain = chain_id(out.genesis);
  out.rules = {out.members.chain, validator_set_hash(out.members.set),
               out.genesis.parameters.tx_window_ms};
  for (std::size_t number = 0; number < kTransactions + kUnsigned; ++number) {
    Signed made = make_transaction(out, people, number);
    out.unsigned_bodies.push_back(std::move(made.without));
    if (number >= kTransactions) continue;
    out.places[made.transaction->id] = number;
    out.transactions.push_back(std::move(made.transaction));
    if (made.again) out.signed_again.push_back(std::move(made.again));
  }
  return out;
}

}  // namespace

std::size_t World::member_of(const PublicKey& key) const {
  const auto place = members.set.index_of(key);
  GENERION_ASSERT(place.has_value());
  return *place;
}

std::string World::name_of(const TxId& id) const {
  if (const auto found = places.find(id); found != places.end()) {
    return fmt::format("t{}", found->second);
  }
  for (std::size_t i = 0; i < unsigned_bodies.size(); ++i) {
    if (unsigned_bodies[i]->id == id) return fmt::format("x{}", i);
  }
  return "?";
}

bool World::is_short_lived(const TxId& id) const {
  const auto found = places.find(id);
  return found != places.end() && found->second % 10 == 7;
}

const World& world(std::size_t members, Signing signing) {
  static std::mutex mutex;
  static std::map<std::pair<std::size_t, Signing>, World> worlds;
  const std::lock_guard lock(mutex);
  const std::pair key(members, signing);
  const auto found = worlds.find(key);
  if (found != worlds.end()) return found->second;
  return worlds.emplace(key, make_world(members, signing)).first->second;
}

}  // namespace generion::sim
