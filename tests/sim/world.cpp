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

Signer governor(const World& world, std::size_t member) {
  return {world.signing, "governance " + std::to_string(member)};
}

Genesis make_genesis(const World& world, const People& people) {
  Genesis out;
  out.chain_name = "simulated";
  out.time = TimeMs(kWallStart - 1'000);
  for (std::size_t i = 0; i < world.members.set.size(); ++i) {
    out.validators.push_back(
        {world.key(i), governor(world, i).key(), "hospital " + std::to_string(i)});
  }
  for (const Signer& hospital : people.hospitals) {
    out.institutions.push_back({hospital.key(), "A hospital", "hospital", ""});
  }
  out.parameters = default_parameters();
  out.parameters.epoch_min_ms = 0;
  out.parameters.governance_delay_ms = 100;
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

TransactionBody body_of(const World& world, const Signer& sender, std::string_view nonce) {
  TransactionBody out;
  out.chain_id = world.members.chain;
  out.sender = sender.key();
  out.nonce = *Nonce::from(crypto::blake2b256({"nonce", nonce}).view().substr(0, 16));
  out.valid_until = TimeMs(kWallStart + 3'000'000);
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
  TransactionBody body = body_of(world, sender, std::to_string(number));
  if (number % 10 == 7) body.valid_until = TimeMs(kWallStart + kShortMs);
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

class Reforms {
 public:
  Reforms(World& world, Reform reform) : world_(world), reform_(reform) {}

  void end_epoch(Epoch from) { add(governor(world_, 0), EndEpoch{}, from); }
  void decide(GovernanceAction action, std::uint64_t proposal, Epoch from) {
    add(governor(world_, 0), Propose{std::move(action)}, from);
    for (std::size_t member = 1; member < world_.members.set.size(); ++member) {
      add(governor(world_, member), Vote{ProposalId(proposal), true}, from);
    }
  }
  void add(const Signer& sender, Operation operation, Epoch from) {
    auto& steps = world_.reforms[reform_];
    const std::string name = std::string(operation_name(operation));
    TransactionBody body = body_of(
        world_, sender, fmt::format("reform {} {}", static_cast<int>(reform_), steps.size()));
    body.operations = {std::move(operation)};
    SignedTransaction envelope;
    envelope.body = encode_body(body);
    steps.push_back({with_signature(envelope, sender.sign(kTransactionTag, envelope.body)), from});
    const auto is_named = [&](const auto& entry) { return entry.second == name; };
    const auto& names = world_.reform_names;
    const bool is_again = std::any_of(names.begin(), names.end(), is_named);
    world_.reform_names[steps.back().transaction->id] =
        is_again ? fmt::format("{}-{}", name, names.size()) : name;
  }

 private:
  World& world_;
  Reform reform_;
};

void make_reforms(World& world) {
  const PublicKey last = world.key(world.members.set.size() - 1);
  Reforms rotate(world, Reform::rotate);
  rotate.end_epoch(Epoch(0));
  rotate.end_epoch(Epoch(1));
  if (world.members.set.size() == 1) return;
  Reforms remove(world, Reform::remove);
  remove.decide(RemoveValidator{last, true}, 1, Epoch(0));
  remove.end_epoch(Epoch(1));
  Reforms add(world, Reform::add);
  const Signer& joiner = world.signers[world.joiner()];
  add.decide(AddValidator{joiner.key(), Signer(world.signing, "joiner's governance").key(), "new"},
             1, Epoch(0));
  const Hash base = MemoryLedger(world.genesis).hash();
  add.add(joiner, ReportReady{ProposalId(1), Height(0), base}, Epoch(0));
  add.decide(RemoveValidator{last, true}, 2, Epoch(1));
  add.end_epoch(Epoch(2));
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
  out.signers.emplace_back(signing, "joiner");
  const People people = make_people(signing);
  out.genesis = make_genesis(out, people);
  out.members.chain = chain_id(out.genesis);
  for (std::size_t number = 0; number < kTransactions + kUnsigned; ++number) {
    Signed made = make_transaction(out, people, number);
    out.unsigned_bodies.push_back(std::move(made.without));
    if (number >= kTransactions) continue;
    out.places[made.transaction->id] = number;
    out.transactions.push_back(std::move(made.transaction));
    if (made.again) out.signed_again.push_back(std::move(made.again));
  }
  use_signing(signing);
  make_reforms(out);
  return out;
}

}  // namespace

std::size_t World::member_of(const PublicKey& key) const {
  const auto found = std::find_if(signers.begin(), signers.end(),
                                  [&](const Signer& signer) { return signer.key() == key; });
  GENERION_ASSERT(found != signers.end());
  return static_cast<std::size_t>(found - signers.begin());
}

std::string World::name_of(const TxId& id) const {
  if (const auto found = places.find(id); found != places.end()) {
    return fmt::format("t{}", found->second);
  }
  if (const auto found = reform_names.find(id); found != reform_names.end()) return found->second;
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
