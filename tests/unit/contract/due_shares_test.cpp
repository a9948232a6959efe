// Shares that end by themselves.
#include <random>

#include "contract/due_handlers.h"
#include "share_chain.h"

using namespace generion;
using namespace generion::contract;

namespace {

// person(1)'s opaque record 1, shared with `count` users.
TestChain widely_shared(std::uint64_t count, std::optional<TimeMs> expires_at = std::nullopt) {
  TestChain chain;
  chain.must(hospital(1), {record_for(person(1))});
  for (std::uint64_t n = 0; n < count; ++n) {
    const Address grantee = person(static_cast<std::uint8_t>(2 + n));
    chain.admit({grantee});
    chain.must(person(1), {share_opaque(1, grantee, expires_at)});
  }
  return chain;
}

std::uint64_t living_rows(const TestChain& chain, RecordId record) {
  return chain.state.scan(living_share_prefix(record), {}, 10'000).size();
}

// The counts and rows say the same as the shares themselves.
void check_shares(const TestChain& chain) {
  const Counters counters = read_counters(chain.state);
  std::vector<std::uint64_t> living(counters.records + 1);
  std::vector<std::uint64_t> ever(counters.records + 1);
  std::uint64_t expiring = 0;
  for (std::uint64_t n = 1; n <= counters.shares; ++n) {
    const FoundShare found = find_share(chain.state, ShareId(n)).value();
    const Share& share = found.share;
    const std::uint64_t record = share.record.value();
    ++ever[record];
    CHECK(share.closed_at.has_value() == (share.status != Share::Status::living));
    const auto row = chain.state.lookup(living_share_key(share.record, share.grantee));
    CHECK((row == number_value(n)) == (share.status == Share::Status::living));
    if (share.status != Share::Status::living) continue;
    ++living[record];
    if (share.expires_at) {
      ++expiring;
      CHECK(chain.state.lookup(due_key({*share.expires_at, DueKind::share_expiry, n})));
    }
  }
  std::uint64_t closing = 0;
  for (std::uint64_t n = 1; n <= counters.records; ++n) {
    const Record record = find_record(chain.state, RecordId(n))->record;
    CHECK(record.living_shares == living[n]);
    CHECK(record.share_count == ever[n]);
    CHECK(living_rows(chain, RecordId(n)) == living[n]);
    if (record.deleted && living[n] > 0) ++closing;
  }
  CHECK(chain.state.scan(due_prefix(), {}, 100'000).size() == expiring + closing);
}

}  // namespace

TEST_CASE("a share expires at its time, not before") {
  TestChain chain = chain_to_share();
  chain.must(person(1), {share_opaque(2, person(2), later(10)), share_opaque(2, person(3))});
  const auto filed = find_share(chain.state, ShareId(1))->attachment;
  CHECK(due_block(chain, later(9)).empty());
  CHECK(chain.last_writes.objects.empty());
  CHECK(due_block(chain, later(10)) ==
        std::vector<SystemReceipt>{{DueKind::share_expiry, 1, Code::ok}});
  CHECK(chain.last_writes.erasures == std::vector<AttachmentId>{*filed});
  const auto found = find_share(chain.state, ShareId(1));
  CHECK(found->share.status == Share::Status::expired);
  CHECK(found->share.closed_at == later(10));
  CHECK_FALSE(found->living);
  CHECK(find_share(chain.state, ShareId(2))->living);
  const auto history = record_history(chain.state, RecordId(2), std::nullopt, 10);
  CHECK(history.back() == HistoryEntry{{chain.height, kSystemPlace, 0},
                                       RecordChange::share_expired,
                                       later(10),
                                       TxId(),
                                       Address(),
                                       1});
  check_shares(chain);
  CHECK(due_block(chain, later(11)).empty());
  // What has expired makes room, and is no obstacle to a new one.
  chain.must(person(1), {share_opaque(2, person(2), later(20))});
  check_shares(chain);
}

TEST_CASE("expiries that are due together are handled oldest first, so many a block") {
  TestChain chain = chain_to_share(with_parameters([](Parameters& p) { p.due_per_block = 2; }));
  chain.must(person(1),
             {share_capsule(1, person(2), later(30)), share_capsule(1, person(3), later(10)),
              share_opaque(2, person(2), later(20))});
  CHECK(due_block(chain, later(99)) ==
        std::vector<SystemReceipt>{{DueKind::share_expiry, 2, Code::ok},
                                   {DueKind::share_expiry, 3, Code::ok}});
  // Until its turn it counts as living, and can be revoked.
  CHECK(find_share(chain.state, ShareId(1))->living);
  CHECK(due_block(chain, later(99)) ==
        std::vector<SystemReceipt>{{DueKind::share_expiry, 1, Code::ok}});
  check_shares(chain);
}

TEST_CASE("a deleted record's shares are dead at once and closed in the blocks that follow") {
  TestChain chain = widely_shared(2 * kSharesPerCloseMax + 1);
  chain.must(person(1), {DeleteRecord{RecordId(1)}});
  CHECK(chain.last_writes.erasures.size() == 1);
  CHECK_FALSE(find_share(chain.state, ShareId(1))->living);
  CHECK_FALSE(find_share(chain.state, ShareId(1))->attachment.has_value());
  CHECK(find_share(chain.state, ShareId(1))->share.status == Share::Status::living);
  const std::vector<SystemReceipt> closed = {{DueKind::record_shares, 1, Code::ok}};
  std::size_t erased = 0;
  for (const std::uint64_t left : {kSharesPerCloseMax + 1, std::size_t{1}, std::size_t{0}}) {
    CHECK(due_block(chain, TimeMs(chain.time.value() + 1)) == closed);
    erased += chain.last_writes.erasures.size();
    CHECK(find_record(chain.state, RecordId(1))->record.living_shares == left);
    check_shares(chain);
  }
  CHECK(erased == 2 * kSharesPerCloseMax + 1);
  CHECK(due_block(chain, TimeMs(chain.time.value() + 1)).empty());
  const auto last = find_share(chain.state, ShareId(2 * kSharesPerCloseMax + 1));
  CHECK(last->share.status == Share::Status::record_deleted);
}

TEST_CASE("exactly as many shares as one call closes: nothing is left due") {
  TestChain chain = widely_shared(kSharesPerCloseMax);
  chain.must(person(1), {DeleteRecord{RecordId(1)}});
  CHECK(due_block(chain, later(1)).size() == 1);
  CHECK_FALSE(next_due(chain.state).has_value());
  check_shares(chain);
}

TEST_CASE("a record without living shares leaves nothing due when it is deleted") {
  TestChain chain = chain_to_share();
  chain.must(person(1), {share_capsule(1, person(2), later(9)), RevokeShare{ShareId(1)},
                         DeleteRecord{RecordId(1)}, DeleteRecord{RecordId(2)}});
  CHECK_FALSE(next_due(chain.state).has_value());
}

TEST_CASE("expiry and deletion due in one block: each share is closed once") {
  // Closing a record's shares takes their expiries away, which the same block had yet to handle.
  TestChain chain = widely_shared(3, later(50));
  chain.must(person(1), {DeleteRecord{RecordId(1)}});
  CHECK(due_block(chain, later(60)) ==
        std::vector<SystemReceipt>{{DueKind::record_shares, 1, Code::ok}});
  CHECK(chain.last_writes.erasures.size() == 3);
  CHECK(find_share(chain.state, ShareId(2))->share.status == Share::Status::record_deleted);
  check_shares(chain);

  // The other way round: more shares than one call closes, the first ones expiring in its block.
  TestChain wide = widely_shared(kSharesPerCloseMax + 5, later(50));
  wide.time = later(49);
  wide.must(person(1), {DeleteRecord{RecordId(1)}});
  std::size_t erased = 0;
  for (std::uint64_t i = 0; i < 3; ++i) {
    due_block(wide, later(50 + i));
    erased += wide.last_writes.erasures.size();
    check_shares(wide);
  }
  CHECK(erased == kSharesPerCloseMax + 5);
  CHECK_FALSE(next_due(wide.state).has_value());
  for (std::uint64_t n = 1; n <= kSharesPerCloseMax + 5; ++n) {
    CHECK(find_share(wide.state, ShareId(n))->share.status == Share::Status::record_deleted);
  }
}

TEST_CASE("a random walk of shares keeps counts, look-ups and objects together") {
  const std::uint32_t seed = GENERATE(1U, 2U, 3U);
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const auto pick = [&random](std::uint32_t n) { return random() % n; };
  TestChain chain = chain_to_share(with_parameters([](Parameters& p) {
    p.shares_per_record_max = 3;
    p.due_per_block = 3;
  }));
  chain.admit({person(4), person(5), person(6)});
  for (int step = 0; step < 400; ++step) {
    const std::uint64_t records = read_counters(chain.state).records;
    const RecordId record(1 + pick(static_cast<std::uint32_t>(records)));
    const Address grantee = person(static_cast<std::uint8_t>(1 + pick(6)));
    std::optional<TimeMs> expires_at;
    if (pick(2) == 0) expires_at = TimeMs(chain.time.value() + pick(40));
    std::vector<Operation> operations;
    for (std::uint32_t i = 0; i <= pick(2); ++i) {
      switch (pick(12)) {
        case 0:
          operations.emplace_back(DeleteRecord{record});
          break;
        case 1:
          operations.emplace_back(record_for(person(1)));
          break;
        case 2:
        case 3:
          operations.emplace_back(RevokeShare{ShareId(1 + pick(30))});
          break;
        default: {
          const auto found = find_record(chain.state, record);
          operations.emplace_back(found->record.lock
                                      ? share_capsule(record.value(), grantee, expires_at)
                                      : share_opaque(record.value(), grantee, expires_at));
          break;
        }
      }
    }
    chain.run(person(1), operations);
    due_block(chain, TimeMs(chain.time.value() + pick(10)));
    if (step % 10 == 0) check_shares(chain);
  }
  CHECK(read_counters(chain.state).shares > 50);
  check_shares(chain);
  for (int i = 0; i < 100; ++i) due_block(chain, TimeMs(chain.time.value() + 100));
  check_shares(chain);
  CHECK_FALSE(next_due(chain.state).has_value());
}
