#include "audit/auditor.h"

#include <catch2/catch.hpp>

#include "audit_fixture.h"
#include "base/hex.h"

namespace generion::audit {
namespace {

using test::ArchivedBlock;
using test::audit_all;
using test::Chain;
using test::key_of;
using test::ListSource;

constexpr std::size_t kThird = 2;   // place of block 3, which has outcomes of all kinds
constexpr std::size_t kFourth = 3;  // and of the last one

// What an audit has to say of a falsified chain.
struct Case {
  const char* name;
  std::function<void(Chain&)> falsify;
  std::uint64_t height;
  const char* object;
  const char* expected;
  const char* found;
};

ArchivedBlock& third(Chain& chain) {
  return chain.blocks[kThird];
}

void flip(Bytes& bytes, std::size_t at) {
  bytes[at] = static_cast<char>(bytes[at] ^ 1);
}

template <class Fixed>
void flip(Fixed& value) {
  value.data()[0] ^= 1;
}

// A header that the validators signed although it is not what execution gives.
std::function<void(Chain&)> signed_header(std::function<void(BlockHeader&)> change) {
  return [change = std::move(change)](Chain& chain) {
    change(third(chain).header);
    chain.conspire(kThird);
  };
}

std::vector<Case> transaction_cases() {
  return {
      {"a bit of a body", [](Chain& c) { flip(third(c).envelopes[2].body, 70); }, 3, "body",
       "the body of transaction", "that of"},
      {"a body that is cut off", [](Chain& c) { third(c).envelopes[0].body.pop_back(); }, 3, "body",
       "a well-formed transaction", "MALFORMED"},
      {"a bit of a signature", [](Chain& c) { flip(third(c).envelopes[0].signature); }, 3,
       "signature", "over the body", "does not hold"},
      {"a body too few", [](Chain& c) { third(c).envelopes.pop_back(); }, 3, "number of bodies",
       "3", "2"},
      {"a body too many", [](Chain& c) { third(c).envelopes.push_back(third(c).envelopes[0]); }, 3,
       "number of bodies", "3", "4"},
      {"two bodies swapped",
       [](Chain& c) { std::swap(third(c).envelopes[0], third(c).envelopes[2]); }, 3, "body",
       "the body of transaction", "that of"},
      {"another chain's transaction",
       [](Chain& c) {
         auto foreign = ledger::test::Maker(ledger::test::make_genesis("another")).set_key("carol");
         third(c).envelopes[2].body = foreign->envelope.body;
         third(c).envelopes[2].signature = foreign->envelope.signature;
         third(c).batch.ids[2] = foreign->id;
         c.conspire(kThird);
       },
       3, "chain", "", ""},
      {"a reader key that is none",
       [](Chain& c) {
         const auto bad = c.make.set_key("carol");
         third(c).envelopes[2].body = bad->envelope.body;
         third(c).envelopes[2].signature = bad->envelope.signature;
         third(c).batch.ids[2] = bad->id;
         c.conspire(kThird);
       },
       3, "proofs", "proofs, capsules", "BAD_KEY"},
      {"an attachment too many", [](Chain& c) { third(c).envelopes[2].attachments = 1; }, 3, "body",
       "a well-formed transaction", "BAD_ATTACHMENT"},
  };
}

std::vector<Case> certificate_cases() {
  const auto foreign = [](Chain& c) {
    auto& seals = third(c).certificate->signers;
    const auto stranger = key_of("stranger");
    seals.back() = {stranger.public_key(), make_seal(third(c).header, stranger).signature};
    std::sort(seals.begin(), seals.end(),
              [](const auto& a, const auto& b) { return a.key < b.key; });
  };
  return {
      {"a bit of a seal", [](Chain& c) { flip(third(c).certificate->signers[1].signature); }, 3,
       "seal of", "a signature of block", "does not hold"},
      {"a doubled signer",
       [](Chain& c) {
         auto& seals = third(c).certificate->signers;
         seals.back() = seals[seals.size() - 2];
       },
       3, "certificate", "distinct validators", "twice"},
      {"one seal less than a quorum", [](Chain& c) { third(c).certificate->signers.pop_back(); }, 3,
       "certificate", "at least 4", "3"},
      {"a foreign seal", foreign, 3, "certificate", "validators in force", "none of them"},
      {"a certificate of another block",
       [](Chain& c) { third(c).certificate = c.blocks[1].certificate; }, 3, "certificate",
       "seals of block", "seals of"},
      {"no certificate of the last block", [](Chain& c) { c.blocks[kFourth].certificate.reset(); },
       4, "certificate", "one of this block or of a later one", "none up to the last block, 4"},
      {"no certificate from a block on",
       [](Chain& c) {
         c.blocks[kThird].certificate.reset();
         c.blocks[kFourth].certificate.reset();
       },
       3, "certificate", "one of this block or of a later one", "none"},
  };
}

std::vector<Case> chain_cases() {
  return {
      {"a block dropped", [](Chain& c) { c.blocks.erase(c.blocks.begin() + 1); }, 2, "height", "2",
       "3"},
      {"two blocks swapped", [](Chain& c) { std::swap(c.blocks[1], c.blocks[2]); }, 2, "height",
       "2", "3"},
      {"a block twice", [](Chain& c) { c.blocks.insert(c.blocks.begin() + 1, c.blocks[0]); }, 2,
       "height", "2", "1"},
      {"another parent", signed_header([](BlockHeader& h) { flip(h.parent_hash); }), 3, "parent",
       "", ""},
      {"another chain", signed_header([](BlockHeader& h) { flip(h.chain_id); }), 3, "chain", "",
       ""},
      {"an epoch too early", signed_header([](BlockHeader& h) { h.epoch = Epoch(1); }), 3, "epoch",
       "0", "1"},
      {"another validator set", signed_header([](BlockHeader& h) { flip(h.validator_set_hash); }),
       3, "validator set", "", ""},
      {"validators changed without votes",
       signed_header([](BlockHeader& h) { flip(h.next_validator_set_hash); }), 3,
       "next validator set", "", ""},
      {"a bit of a header, unsigned", [](Chain& c) { flip(third(c).header.state_root); }, 3,
       "certificate", "seals of block", "seals of"},
      {"a time that is not the batch's",
       signed_header([](BlockHeader& h) { h.time = h.time.next(); }), 3, "time", "of the batch",
       "ms"},
      {"another batch", [](Chain& c) { third(c).batch.time = third(c).batch.time.next(); }, 3,
       "batch digest", "", ""},
      {"a proposer who is no validator",
       [](Chain& c) {
         third(c).batch.proposer = key_of("stranger").public_key();
         c.conspire(kThird);
       },
       3, "proposer", "a validator in force", ""},
  };
}

std::vector<Case> outcome_cases() {
  return {
      {"a refusal turned into a success", [](Chain& c) { third(c).receipts[0].code = Code::ok; }, 3,
       "outcome", "NOT_OWNER", "OK"},
      {"another new id", [](Chain& c) { c.blocks[0].receipts[1].new_ids = {7}; }, 1, "outcome",
       "new ids 2", "new ids 7"},
      {"a receipt too few", [](Chain& c) { third(c).receipts.pop_back(); }, 3, "outcome", "OK",
       "no receipt"},
      {"a receipt too many", [](Chain& c) { third(c).receipts.push_back(third(c).receipts[0]); }, 3,
       "receipts", "2", "3"},
      {"a skipped one told as executed", [](Chain& c) { flip(third(c).skipped, 0); }, 3,
       "skipped bit", "executed", "skipped"},
      {"a bit beyond the last transaction",
       [](Chain& c) { third(c).skipped[0] = static_cast<char>(third(c).skipped[0] | 8); }, 3,
       "skipped bits", "no bit", "set"},
      {"something that did not fall due",
       [](Chain& c) { third(c).system_receipts.push_back({DueKind::user_move, 1, Code::ok}); }, 3,
       "what fell due", "nothing", "moveUser"},
      {"a wrong state root", signed_header([](BlockHeader& h) { flip(h.state_root); }), 3,
       "state root", "", ""},
      {"a wrong transaction root", signed_header([](BlockHeader& h) { flip(h.tx_root); }), 3,
       "transaction root", "", ""},
      {"a wrong receipt root", signed_header([](BlockHeader& h) { flip(h.receipt_root); }), 3,
       "receipt root", "", ""},
      {"a wrong number of objects", signed_header([](BlockHeader& h) { ++h.object_count; }), 3,
       "number of objects", "", ""},
      {"a wrong number of transactions", signed_header([](BlockHeader& h) { ++h.tx_count; }), 3,
       "number of transactions", "2", "3"},
  };
}

void check_case(const Case& falsified, Chain chain, std::size_t validators) {
  falsified.falsify(chain);
  const AuditReport report = audit_all(chain.genesis, chain.entries());
  INFO(falsified.name << " among " << validators);
  REQUIRE(report.fault);
  INFO(fault_text(*report.fault));
  CHECK(report.fault->height == Height(falsified.height));
  CHECK(report.fault->object.starts_with(falsified.object));
  CHECK(report.fault->expected.find(falsified.expected) != std::string::npos);
  CHECK(report.fault->found.find(falsified.found) != std::string::npos);
  CHECK(report.fault->expected != report.fault->found);
  // What is below the fault was found right.
  const bool is_unproven = falsified.object == std::string_view("certificate") &&
                           falsified.found == std::string_view("none");
  if (!is_unproven && falsified.height < chain.blocks.size()) {
    CHECK(report.height == Height(falsified.height - 1));
  }
}

}  // namespace

TEST_CASE("an honest chain is found right, and counted") {
  Chain chain(4);
  test::fill(chain);
  const AuditReport report = audit_all(chain.genesis, chain.entries());
  INFO((report.fault ? fault_text(*report.fault) : ""));
  REQUIRE_FALSE(report.fault);
  CHECK(report.chain == chain.id);
  CHECK(report.height == Height(4));
  CHECK(report.head_hash == block_hash(chain.blocks.back().header));
  CHECK(report.state_root == chain.blocks.back().header.state_root);
  CHECK(report.records == 3);
  CHECK(report.users == 3);
  CHECK(report.validators == 4);
  const Statistics& counted = report.statistics;
  CHECK(counted.blocks == 4);
  CHECK(counted.transactions == 6);
  CHECK(counted.refused == 1);
  CHECK(counted.skipped == 1);
  CHECK(counted.operations == 5);
  CHECK(counted.refusals == std::map<Code, std::uint64_t>{{Code::not_owner, 1}});
  CHECK(counted.by_operation.at("createRecord").effective == 3);
  CHECK(counted.by_operation.at("deleteRecord").effective == 1);
  CHECK(counted.by_operation.at("deleteRecord").refused == 1);
  CHECK(counted.days.size() == 1);
  CHECK(counted.validators.size() == 4);
  const auto& proposer = counted.validators.at(key_of("validator").public_key());
  CHECK(proposer.proposed == 4);
  CHECK(proposer.name == "validator");
  CHECK(counted.institutions.begin()->second.name == "Hospital");
}

TEST_CASE("every kind of falsification is found, and named") {
  for (const std::size_t validators : {5, 6}) {
    Chain chain(validators);
    test::fill(chain);
    for (const auto& cases :
         {transaction_cases(), certificate_cases(), chain_cases(), outcome_cases()}) {
      for (const Case& falsified : cases) check_case(falsified, chain, validators);
    }
  }
}

TEST_CASE("the transaction of a fault is named") {
  Chain chain(4);
  test::fill(chain);
  const TxId id = third(chain).batch.ids[2];
  flip(third(chain).envelopes[2].signature);
  const AuditReport report = audit_all(chain.genesis, chain.entries());
  REQUIRE(report.fault);
  CHECK(report.fault->place == 2U);
  CHECK(report.fault->transaction == id);
  CHECK(fault_text(*report.fault).find(to_hex(id)) != std::string::npos);
}

TEST_CASE("blocks below a certificate need none of their own, but for an epoch's last") {
  Chain chain(4);
  test::fill(chain);
  for (std::size_t i = chain.blocks.size(); i < 145; ++i) chain.add({});
  std::size_t last = 0;  // place of the epoch's last block
  while (chain.blocks[last + 1].header.epoch == Epoch(0)) ++last;
  CHECK(last + 1 == 138);
  for (std::size_t i = 0; i + 1 < chain.blocks.size(); ++i) {
    if (i != last) chain.blocks[i].certificate.reset();
  }
  const AuditReport good = audit_all(chain.genesis, chain.entries());
  INFO((good.fault ? fault_text(*good.fault) : ""));
  CHECK_FALSE(good.fault);
  CHECK(good.statistics.epochs == 2);
  CHECK(good.statistics.certificates == 2);

  chain.blocks[last].certificate.reset();
  const AuditReport bad = audit_all(chain.genesis, chain.entries());
  REQUIRE(bad.fault);
  CHECK(bad.fault->height == Height(138));
  CHECK(bad.fault->expected == "one of its own, as the last block of epoch 0");
}

TEST_CASE("what cannot be decoded is a fault of its block, a failing disk is none") {
  class Failing final : public BlockSource {
   public:
    Failing(const Chain& chain, Code code) : chain_(chain), code_(code) {}
    Result<std::optional<wire::ArchiveEntry>> next() override {
      if (at_ == 2) return fail(code_, "it does not decode");
      return wire::ArchiveEntry(chain_.blocks[at_++]);
    }
    Height last() const override { return Height(4); }
    bool has_attachments() const override { return false; }

   private:
    const Chain& chain_;
    Code code_;
    std::size_t at_ = 0;
  };
  Chain chain(4);
  test::fill(chain);
  Failing malformed(chain, Code::malformed);
  const AuditReport report = audit_all(chain.genesis, malformed);
  REQUIRE(report.fault);
  CHECK(report.fault->height == Height(3));
  CHECK(report.fault->object == "block");
  CHECK(report.fault->found == "it does not decode");
  CHECK(report.height == Height(2));

  Failing broken(chain, Code::io_error);
  AuditOptions options;
  options.work = test::quick_directory() / fmt::format("generion-audit-test-{}", ::getpid());
  const auto failed = audit(broken, chain.genesis, options);
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == Code::io_error);
}

TEST_CASE("an audit ends when it is told to, and leaves a directory of others alone") {
  Chain chain(4);
  test::fill(chain);
  AuditOptions options;
  options.work = test::quick_directory() / fmt::format("generion-audit-test-{}", ::getpid());
  options.is_cancelled = [] { return true; };
  ListSource source(chain.entries());
  const auto cancelled = audit(source, chain.genesis, options);
  REQUIRE_FALSE(cancelled);
  CHECK(cancelled.error().code == Code::cancelled);
  CHECK(cancelled.error().message.find("after block 1") != std::string::npos);

  const test::TemporaryDirectory taken;
  options.work = taken.path();
  ListSource again(chain.entries());
  CHECK(audit(again, chain.genesis, options).error().code == Code::file_exists);
  CHECK(std::filesystem::exists(taken.path()));
}

TEST_CASE("another genesis has another first block") {
  Chain chain(4);
  test::fill(chain);
  Genesis other = chain.genesis;
  other.parameters.mint_per_period_max -= 1;
  const AuditReport report = audit_all(other, chain.entries());
  REQUIRE(report.fault);
  CHECK(report.fault->height == Height(1));
  CHECK(report.fault->object == "chain");
  CHECK(report.height == Height(0));
}

}  // namespace generion::audit
