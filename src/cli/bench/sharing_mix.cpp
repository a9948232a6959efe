#include <thread>

#include "base/assert.h"
#include "cli/bench/stage.h"
#include "crypto/relock.h"

namespace generion::cli {
namespace {

constexpr std::size_t kPeople = 100;

}  // namespace

Result<MixFigures> measure_sharing(Context& context, const MixOptions& options) {
  const auto opened = Stage::set(context, options, kPeople);
  if (!opened) return fail(opened.error());
  Stage& stage = **opened;
  // A record is shared with up to 99 others, no two shares of it with one person.
  const std::size_t record_count = (options.transactions + kPeople - 2) / (kPeople - 1);
  const auto records = stage.create_records(record_count, kPeople);
  if (!records) return fail(records.error());

  const auto owner_of = [&](std::size_t number) -> const Person& {
    return stage.people()[(*records)[number % record_count].owner];
  };
  const auto share = [&](std::size_t number) {
    const OwnedRecord& record = (*records)[number % record_count];
    const Person& owner = owner_of(number);
    const Person& grantee = stage.people()[(record.owner + 1 + number / record_count) % kPeople];
    const auto relocked =
        crypto::relock(stage.chain(), crypto::share_context(grantee.address()), record.id.value(),
                       owner.reader, record.lock, grantee.reader.public_key());
    GENERION_ASSERT(relocked.has_value());
    ShareRecord operation{
        record.id, grantee.address(), grantee.reader.public_key(),
        Relocking{owner.reader.public_key(), record.lock, relocked->lock, relocked->proof},
        std::nullopt};
    return stage.sign(owner.key, {std::move(operation)});
  };
  const WorkloadShape shape{.transactions = options.transactions,
                            .transactions_per_request = options.per_request};
  auto shared = stage.load("shares", shape, share);
  if (!shared) return fail(shared.error());

  const auto ids = first_ids(shared->load);
  auto revoked = stage.load("revocations", shape, [&](std::size_t number) {
    return stage.sign(owner_of(number).key, {RevokeShare{ShareId(ids.at(number))}});
  });
  if (!revoked) return fail(revoked.error());

  MixFigures out{.mix = "sharing", .cores = std::max(1U, std::thread::hardware_concurrency())};
  out.loads.push_back({"shareRecord, 1 proof", std::move(*shared)});
  out.loads.push_back({"revokeShare", std::move(*revoked)});
  out.proof_check_us = measure_proof_check_us(1.0);
  return out;
}

}  // namespace generion::cli
