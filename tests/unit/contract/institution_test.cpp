// suspendInstitution, anchorLog.
#include "governance_chain.h"

using namespace generion;
using namespace generion::contract;

namespace {

AnchorLog log_of(std::uint64_t count, char root = 'r') {
  return {*Hash::from(Bytes(32, root)), count};
}

void suspend(TestChain& chain, std::uint8_t by, const Address& address) {
  CHECK(chain.must(governor(by), {SuspendInstitution{address}}).empty());
}

}  // namespace

TEST_CASE("one more than can be faulty suspend an institution") {
  const auto [validators, needed] =
      GENERATE(table<int, int>({{1, 1}, {2, 1}, {3, 1}, {4, 2}, {6, 2}, {7, 3}, {100, 34}}));
  TestChain chain(governed_by(static_cast<std::uint8_t>(validators)));
  for (int n = 1; n <= needed; ++n) {
    CHECK(institution_of(chain, hospital(1)).status == Institution::Status::accredited);
    suspend(chain, static_cast<std::uint8_t>(n), hospital(1));
  }
  const Institution suspended = institution_of(chain, hospital(1));
  CHECK(suspended.status == Institution::Status::suspended);
  CHECK(suspended.since == chain.time);
  CHECK(suspended.suspended_until == chain.time.plus(kSuspension));
  CHECK(suspended.suspension_votes.empty());
  CHECK(chain.run(hospital(1), {record_for(person(1))}).code == Code::institution_not_accredited);
  chain.must(hospital(2), {record_for(person(1))});
}

TEST_CASE("a suspension ends by itself, to the millisecond") {
  TestChain chain(governed_by(1));
  suspend(chain, 1, hospital(2));
  CHECK(wait(chain, kSuspension - 1).empty());
  CHECK(wait(chain, 1) == std::vector<SystemReceipt>{{DueKind::suspension_end, 2, Code::ok}});
  const Institution ended = institution_of(chain, hospital(2));
  CHECK(ended.status == Institution::Status::accredited);
  CHECK(ended.since == chain.time);
  CHECK_FALSE(ended.suspended_until.has_value());
  chain.must(hospital(2), {record_for(person(1))});
  CHECK_FALSE(next_due(chain.state).has_value());
  suspend(chain, 1, hospital(2));
}

TEST_CASE("suspending is refused for what cannot be suspended, and twice by the same") {
  TestChain chain(governed_by(4));
  chain.admit({person(1)});
  check_code(chain, governor(1), SuspendInstitution{person(1)}, Code::institution_not_found);
  check_code(chain, governor(1), SuspendInstitution{person(9)}, Code::institution_not_found);
  suspend(chain, 3, hospital(1));
  check_code(chain, governor(3), SuspendInstitution{hospital(1)}, Code::already_voted);
  suspend(chain, 1, hospital(2));
  suspend(chain, 1, hospital(1));
  check_code(chain, governor(2), SuspendInstitution{hospital(1)}, Code::already_suspended);
  decide(chain, 3, WithdrawInstitution{hospital(1)});
  check_code(chain, governor(2), SuspendInstitution{hospital(1)}, Code::institution_not_accredited);
  CHECK(institution_of(chain, hospital(2)).status == Institution::Status::accredited);
}

TEST_CASE("a wish for a suspension counts as long as a proposal lives") {
  TestChain chain(governed_by(7));
  suspend(chain, 5, hospital(1));
  chain.time = chain.time.plus(kLifetime - 1);
  suspend(chain, 3, hospital(1));
  const TimeMs second = chain.time;
  check_code(chain, governor(5), SuspendInstitution{hospital(1)}, Code::already_voted);
  chain.time = chain.time.plus(1);
  // The first has gone: two are left, and three are needed.
  suspend(chain, 1, hospital(1));
  CHECK(institution_of(chain, hospital(1)).suspension_votes ==
        std::vector<SuspensionVote>{{ValidatorId(1), chain.time}, {ValidatorId(3), second}});
  suspend(chain, 5, hospital(1));
  CHECK(institution_of(chain, hospital(1)).status == Institution::Status::suspended);
}

TEST_CASE("withdrawn or accredited meanwhile, a suspension's end does nothing any more") {
  TestChain chain(governed_by(1));
  suspend(chain, 1, hospital(1));
  suspend(chain, 1, hospital(2));
  propose(chain, 1, WithdrawInstitution{hospital(1)});
  chain.time = chain.time.plus(5);
  propose(chain, 1, AccreditInstitution{hospital(2), "New name", "clinic", ""});
  CHECK_FALSE(next_due(chain.state).has_value());
  CHECK(wait(chain, kSuspension).empty());
  CHECK(institution_of(chain, hospital(1)).status == Institution::Status::withdrawn);
  const Institution second = institution_of(chain, hospital(2));
  CHECK(second.status == Institution::Status::accredited);
  CHECK(second.since == TimeMs(kTestTime + 5));
  CHECK(second.name == "New name");
}

TEST_CASE("an institution anchors its access log, which only grows") {
  TestChain chain(governed_by(1));
  chain.admit({person(1)});
  CHECK(chain.must(hospital(1), {log_of(10, 'a')}).empty());
  CHECK(institution_of(chain, hospital(1)).log ==
        AnchoredLog{log_of(1, 'a').root, 10, TimeMs(kTestTime)});
  chain.time = chain.time.plus(7);
  check_code(chain, hospital(1), log_of(9), Code::bad_argument);
  chain.must(hospital(1), {log_of(10, 'b'), log_of(11, 'c')});
  CHECK(institution_of(chain, hospital(1)).log ==
        AnchoredLog{log_of(1, 'c').root, 11, TimeMs(kTestTime + 7)});
  CHECK_FALSE(institution_of(chain, hospital(2)).log.has_value());
  check_code(chain, person(1), log_of(20), Code::not_institution);
  suspend(chain, 1, hospital(1));
  check_code(chain, hospital(1), log_of(20), Code::institution_not_accredited);
}
