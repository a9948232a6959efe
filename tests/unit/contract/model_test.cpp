// Random transactions from many senders, in blocks, against the naive model of model.h.
#include "model.h"

#include "test_chain.h"

using namespace generion;
using namespace generion::contract;

namespace {

constexpr std::uint64_t kSeeds = 24;
constexpr std::size_t kOperationsPerSeed = 900;
constexpr std::uint8_t kPeople = 9;
constexpr std::uint8_t kHospitals = 3;

// SplitMix64 (Steele, Lea, Flood 2014): the same numbers everywhere.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  // 0 to bound - 1.
  std::uint64_t below(std::uint64_t bound) {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return (z ^ (z >> 31)) % bound;
  }
  bool one_in(std::uint64_t n) { return below(n) == 0; }

 private:
  std::uint64_t state_;
};

Genesis genesis_for(std::uint64_t seed) {
  Genesis genesis = test_genesis();
  genesis.institutions.push_back({hospital(3), "Third", "laboratory", ""});
  Parameters& parameters = genesis.parameters;
  if (seed % 3 == 1) parameters.user_admission = Parameters::UserAdmission::open;
  if (seed % 2 == 1) {
    parameters.records_per_user_max = 40;
    parameters.operations_per_day_max = 25;
    parameters.admissions_per_day_max = 2;
  }
  return genesis;
}

class ModelRun {
 public:
  explicit ModelRun(std::uint64_t seed)
      : random_(seed), chain_(genesis_for(seed)), model_(genesis_for(seed).parameters) {
    for (std::uint8_t i = 1; i <= kHospitals; ++i) {
      model_.world.institutions[hospital(i)] = Institution::Status::accredited;
    }
  }

  // Returns how many transactions took effect and how many were refused.
  std::pair<std::size_t, std::size_t> run() {
    while (operations_ < kOperationsPerSeed) {
      run_block();
      if (random_.one_in(40)) check_everything();
      if (random_.one_in(12)) change_status();
      chain_.time = TimeMs(chain_.time.value() + random_.below(kTestDay / 3));
    }
    check_everything();
    return {effective_, refused_};
  }

 private:
  Address any_person() { return person(static_cast<std::uint8_t>(1 + random_.below(kPeople))); }
  Address any_hospital() {
    return hospital(static_cast<std::uint8_t>(1 + random_.below(kHospitals)));
  }
  Address anybody() { return random_.one_in(3) ? any_hospital() : any_person(); }

  // Mostly one that is there; often the sender's own, so that enough of them succeed.
  RecordId any_record(const Address& sender) {
    const auto own = model_.world.users.find(sender);
    if (own != model_.world.users.end() && !own->second.records.empty() && !random_.one_in(4)) {
      return RecordId(own->second.records[random_.below(own->second.records.size())]);
    }
    return RecordId(random_.below(model_.world.records.size() + 3));
  }

  Operation any_operation(const Address& sender) {
    switch (random_.below(10)) {
      case 0:
        return SetUserPubKey{reader_key(static_cast<char>('a' + random_.below(20)))};
      case 1: {
        AdmitUser op;
        for (std::uint64_t n = random_.below(3) + 1; n > 0; --n) {
          op.usr_adr.push_back(random_.one_in(8) ? anybody() : any_person());
        }
        return op;
      }
      case 2:
      case 3: {
        VerifyRecord op;
        for (std::uint64_t n = random_.below(2) + 1; n > 0; --n) {
          op.record_id.push_back(any_record(sender));
        }
        return op;
      }
      case 4:
        return DeleteRecord{any_record(sender)};
      default:
        return any_create_record(sender);
    }
  }

  CreateRecord any_create_record(const Address& sender) {
    const bool by_hospital = model_.world.institutions.contains(sender);
    const Address owner = random_.one_in(10) ? anybody() : by_hospital ? any_person() : sender;
    CreateRecord op = record_for(owner, random_.one_in(20) ? "Sonnet" : "Patient");
    if (random_.one_in(4)) op.type.clear();
    if (random_.one_in(6)) op.replaces = any_record(owner);
    op.deidentified = random_.one_in(2);
    return op;
  }

  void run_block() {
    BlockExecution block(chain_.state, chain_.next_block());
    touched_.clear();
    const std::uint64_t transactions = 1 + random_.below(6);
    for (std::uint32_t i = 0; i < transactions; ++i) run_transaction(block, i);
    const BlockWrites writes = std::move(block).finish();
    chain_.height = chain_.height.next();
    chain_.state.apply(writes);
    check_written(writes);
  }

  void run_transaction(BlockExecution& block, std::uint32_t index) {
    const Address sender = anybody();
    std::vector<Operation> operations;
    for (std::uint64_t n = 1 + random_.below(4); n > 0; --n) {
      operations.push_back(any_operation(sender));
    }
    operations_ += operations.size();
    const auto before = model_.world.records;
    const ModelOutcome expected = model_.apply(sender, operations, chain_.time);
    const Receipt receipt = block.apply(make_transaction(sender, operations, ++number_), index);
    INFO("got " << code_name(receipt.code) << ", expected " << code_name(expected.code));
    REQUIRE(receipt.code == expected.code);
    REQUIRE(receipt.failed_operation == expected.failed_operation);
    REQUIRE(receipt.new_ids == expected.new_ids);
    ++(receipt.code == Code::ok ? effective_ : refused_);
    note_changes(sender, before);
  }

  // Nobody changes what is neither his nor made by him.
  void note_changes(const Address& sender, const std::vector<ModelRecord>& before) {
    const auto& now = model_.world.records;
    for (std::size_t i = 0; i < now.size(); ++i) {
      const bool is_new = i >= before.size();
      if (!is_new && before[i].verified == now[i].verified && before[i].deleted == now[i].deleted) {
        continue;
      }
      REQUIRE((now[i].owner == sender || now[i].creator == sender));
      touched_.insert(record_key(RecordId(i + 1)));
    }
  }

  // Exactly the records that were to change are written, as the model has them.
  void check_written(const BlockWrites& writes) {
    std::set<Bytes> written;
    for (const ObjectWrite& write : writes.objects) {
      if (write.key.starts_with(record_key(RecordId(0)).substr(0, 1))) written.insert(write.key);
    }
    REQUIRE(written == touched_);
    const Counters counters = read_counters(chain_.state);
    REQUIRE(counters.users == model_.world.users.size());
    REQUIRE(counters.records == model_.world.records.size());
    REQUIRE(counters.listed_users == model_.world.listed.size());
    REQUIRE(counters.institutions == kHospitals);
    REQUIRE(chain_.state.slots().size() ==
            4 + counters.institutions + counters.users + counters.records +
                chain_.state.scan(cell_row_prefix(), {}, 1'000'000).size());
  }

  void change_status() {
    const Address address = any_hospital();
    const auto status =
        random_.one_in(2) ? Institution::Status::accredited : Institution::Status::suspended;
    model_.world.institutions[address] = status;
    chain_.set_status(address, status);
  }

  void check_everything() {
    const ModelWorld& world = model_.world;
    for (const auto& [address, user] : world.users) check_user(address, user);
    for (std::size_t i = 0; i < world.records.size(); ++i) check_record(i + 1, world.records[i]);
    const auto listed = users_with_records(chain_.state, 0, 1'000);
    REQUIRE(listed.size() == world.listed.size());
    for (std::size_t i = 0; i < listed.size(); ++i) {
      REQUIRE(listed[i].address == world.listed[i]);
      REQUIRE(listed[i].ordinal == i + 1);
    }
  }

  void check_user(const Address& address, const ModelUser& expected) {
    const auto found = find_user(chain_.state, address);
    REQUIRE(found.has_value());
    REQUIRE(found->id == UserId(expected.number));
    REQUIRE(found->user.address == address);
    REQUIRE(found->admitted_by == expected.admitted_by);
    REQUIRE(found->user.reader_key == expected.reader_key);
    REQUIRE(found->user.record_count == expected.records.size());
    const auto ids = record_ids_of(chain_.state, found->id, RecordId(0), 10'000);
    REQUIRE(ids.size() == expected.records.size());
    for (std::size_t i = 0; i < ids.size(); ++i) REQUIRE(ids[i].value() == expected.records[i]);
  }

  void check_record(std::uint64_t number, const ModelRecord& expected) {
    const auto found = find_record(chain_.state, RecordId(number));
    REQUIRE(found.has_value());
    REQUIRE(found->owner == expected.owner);
    REQUIRE(found->creator == expected.creator);
    REQUIRE(found->record.type == expected.type);
    REQUIRE(found->record.verified == expected.verified);
    REQUIRE(found->record.deleted == expected.deleted);
    REQUIRE(found->attachment.has_value() == !expected.deleted);
    std::size_t changes = 1 + (expected.deleted ? 1 : 0);
    if (expected.verified && expected.creator != expected.owner) ++changes;
    REQUIRE(record_history(chain_.state, RecordId(number), std::nullopt, 10).size() == changes);
  }

  Random random_;
  TestChain chain_;
  Model model_;
  std::set<Bytes> touched_;
  std::size_t operations_ = 0;
  std::size_t effective_ = 0;
  std::size_t refused_ = 0;
  std::uint64_t number_ = 0;
};

}  // namespace

TEST_CASE("random transactions: the contract does what the model does") {
  std::size_t effective = 0;
  std::size_t refused = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    INFO("seed " << seed);
    const auto [took_effect, were_refused] = ModelRun(seed).run();
    effective += took_effect;
    refused += were_refused;
  }
  // Otherwise the generator no longer tests both.
  CHECK(effective > 1'000);
  CHECK(refused > 1'000);
}
