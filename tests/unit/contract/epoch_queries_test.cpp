// Epochs as they are asked for, and evidence of misbehaviour: reported, stored, listed.
#include "contract/epoch_queries.h"

#include "base/limits.h"
#include "contract/check_proofs.h"
#include "governance_chain.h"

using namespace generion;
using namespace generion::contract;

namespace {

const Hash kChain = crypto::blake2b256({"a chain"});

Prepare prepare(const PublicKey& sender, std::string_view digest, std::uint64_t height = 5,
                Epoch epoch = Epoch(0)) {
  return {epoch, View(1), Height(height), crypto::blake2b256({digest}), sender, {}};
}

ReportEvidence two_votes(const PublicKey& sender, std::uint64_t height = 5,
                         Epoch epoch = Epoch(0)) {
  const auto made = make_evidence(kChain, prepare(sender, "a", height, epoch),
                                  prepare(sender, "b", height, epoch));
  REQUIRE(made.has_value());
  return {*made};
}

}  // namespace

TEST_CASE("evidence is stored once for each validator, epoch and kind") {
  TestChain chain(governed_by(4));
  const ReportEvidence report = two_votes(validator(3));
  const auto by = GENERATE(validator(1), governor(1));
  CHECK(chain.must(by, {report}) == std::vector<std::uint64_t>{1});
  EvidenceObject expected;
  expected.culprit = ValidatorId(3);
  expected.kind = Evidence::Kind::prepare;
  expected.about = {Epoch(0), View(1), Height(5)};
  expected.key = validator(3);
  expected.first = crypto::blake2b256({report.evidence.first.bytes});
  expected.second = crypto::blake2b256({report.evidence.second.bytes});
  expected.reporter = ValidatorId(1);
  expected.reported_at = chain.time;
  CHECK(find_evidence(chain.state, EvidenceId(1)) == FoundEvidence{EvidenceId(1), expected});
  CHECK(read_counters(chain.state).evidence == 1);
  check_code(chain, validator(2), report, Code::evidence_known);
  check_code(chain, validator(2), two_votes(validator(3), 6), Code::evidence_known);

  CHECK(chain.must(validator(2), {two_votes(validator(4))}) == std::vector<std::uint64_t>{2});
  const auto all = evidence_list(chain.state, EvidenceId(0), 10);
  REQUIRE(all.size() == 2);
  CHECK(evidence_list(chain.state, EvidenceId(1), 10) == std::vector<FoundEvidence>{all[1]});
  CHECK(evidence_list(chain.state, EvidenceId(2), 10).empty());
  CHECK_FALSE(find_evidence(chain.state, EvidenceId(3)).has_value());
}

TEST_CASE("what is no evidence is refused") {
  TestChain chain(governed_by(4));
  chain.admit({person(1)});
  const ReportEvidence good = two_votes(validator(3));
  check_code(chain, person(1), good, Code::not_validator);
  check_code(chain, hospital(1), good, Code::not_validator);
  check_code(chain, validator(1), two_votes(person(1)), Code::validator_not_found);
  check_code(chain, validator(1), two_votes(validator(3), 5, Epoch(1)), Code::not_conflicting);
  ReportEvidence wrong = good;
  wrong.evidence.culprit = validator(2);
  check_code(chain, validator(1), wrong, Code::not_conflicting);
  wrong = good;
  wrong.evidence.second.bytes += 'x';
  check_code(chain, validator(1), wrong, Code::malformed);
}

TEST_CASE("evidence against a validator that was removed since is taken") {
  TestChain chain(governed_by(5));
  decide(chain, 4, RemoveValidator{validator(5)});
  wait(chain, kDelay);
  pass_blocks(chain, limits::kLogHeights);
  CHECK(current_epoch(chain.state).number == Epoch(1));
  chain.must(validator(1), {two_votes(validator(5))});
  CHECK(evidence_list(chain.state, EvidenceId(0), 1).front().evidence.culprit == ValidatorId(5));
  // Itself it can report nothing any more.
  check_code(chain, validator(5), two_votes(validator(1)), Code::not_validator);
}

TEST_CASE("the signatures in evidence are checked before it is ordered") {
  const auto key = crypto::SigningKey::from_seed(crypto::SecretBytes::copy_of(Bytes(32, 'k')));
  Prepare first = prepare(key.public_key(), "a");
  Prepare second = prepare(key.public_key(), "b");
  for (Prepare* vote : {&first, &second}) {
    const SignedPart part = signed_part(kChain, *vote);
    vote->signature = key.sign(part.tag, part.bytes);
  }
  const auto evidence = make_evidence(kChain, first, second);
  REQUIRE(evidence.has_value());
  const auto check = [](const Evidence& given) {
    const Transaction sent = make_transaction(validator(1), {ReportEvidence{given}});
    CHECK(count_proofs(sent.body) == 2);
    const auto ok = check_proofs(sent);
    return ok ? Code::ok : ok.error().code;
  };
  CHECK(check(*evidence) == Code::ok);
  Evidence forged = *evidence;
  forged.second.signature = forged.first.signature;
  CHECK(check(forged) == Code::bad_signature);
}
