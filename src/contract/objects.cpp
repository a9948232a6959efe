// The canonical bytes of counters, users and institutions.
#include "contract/objects.h"

#include "base/limits.h"
#include "contract/object_fields.h"

namespace generion::contract {
namespace {

void write_budget(CanonicalWriter& out, std::uint32_t field, const Budget& budget) {
  out.bytes(field, CanonicalWriter()
                       .uint(1, budget.day)
                       .uint(2, budget.operations)
                       .uint(3, budget.admissions)
                       .take());
}

Result<Budget> decode_budget(ByteView bytes) {
  CanonicalReader in(bytes, "budget");
  Budget out;
  out.day = in.uint(1, "day");
  out.operations = in.uint(2, "operations");
  out.admissions = in.uint(3, "admissions");
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return out;
}

Bytes vote_fields(const SuspensionVote& vote) {
  return CanonicalWriter().uint(1, vote.validator.value()).uint(2, vote.time.value()).take();
}

Result<SuspensionVote> decode_vote(ByteView bytes) {
  CanonicalReader in(bytes, "institution: suspension_vote");
  const SuspensionVote out{ValidatorId(in.uint(1, "validator")), TimeMs(in.uint(2, "time_ms"))};
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return out;
}

Bytes log_fields(const AnchoredLog& log) {
  return CanonicalWriter().fixed(1, log.root).uint(2, log.count).uint(3, log.time.value()).take();
}

Result<AnchoredLog> decode_log(ByteView bytes) {
  CanonicalReader in(bytes, "institution: log");
  const AnchoredLog out{in.fixed<Hash>(1, "root"), in.uint(2, "count"),
                        TimeMs(in.uint(3, "time_ms"))};
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return out;
}

Result<User::Recovery> decode_recovery(ByteView bytes) {
  CanonicalReader in(bytes, "user: recovery");
  const User::Recovery out{in.fixed<PublicKey>(1, "key"), in.uint(2, "delay_ms")};
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return out;
}

Result<User::Move> decode_move(ByteView bytes) {
  CanonicalReader in(bytes, "user: pending_move");
  const User::Move out{in.fixed<Address>(1, "new_key"), TimeMs(in.uint(2, "due_ms"))};
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return out;
}

}  // namespace

std::string_view status_name(Institution::Status status) {
  switch (status) {
    case Institution::Status::accredited:
      return "accredited";
    case Institution::Status::suspended:
      return "suspended";
    case Institution::Status::withdrawn:
      return "withdrawn";
  }
  return "unknown";
}

Bytes encode_counters(const Counters& counters) {
  return CanonicalWriter()
      .uint(1, counters.users)
      .uint(2, counters.institutions)
      .uint(3, counters.records)
      .uint(4, counters.listed_users)
      .uint(5, counters.shares)
      .uint(6, counters.orders)
      .uint(7, counters.proposals)
      .uint(8, counters.validators)
      .uint(9, counters.minted)
      .uint(10, counters.escrowed)
      .uint(11, counters.mint_period)
      .uint(12, counters.minted_in_period)
      .uint(13, counters.epoch)
      .uint(14, counters.evidence)
      .take();
}

Result<Counters> decode_counters(ByteView bytes) {
  CanonicalReader in(bytes, "counters");
  Counters out;
  out.users = in.uint(1, "users");
  out.institutions = in.uint(2, "institutions");
  out.records = in.uint(3, "records");
  out.listed_users = in.uint(4, "listed_users");
  out.shares = in.uint(5, "shares");
  out.orders = in.uint(6, "orders");
  out.proposals = in.uint(7, "proposals");
  out.validators = in.uint(8, "validators");
  out.minted = in.uint(9, "minted");
  out.escrowed = in.uint(10, "escrowed");
  out.mint_period = in.uint(11, "mint_period");
  out.minted_in_period = in.uint(12, "minted_in_period");
  out.epoch = in.uint(13, "epoch");
  out.evidence = in.uint(14, "evidence");
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return out;
}

Bytes encode_user(const User& user) {
  CanonicalWriter out;
  out.fixed(1, user.address);
  if (user.reader_key) out.fixed(2, *user.reader_key);
  out.uint(3, number_or_zero(user.admitted_by))
      .uint(4, user.first_seen.value())
      .uint(5, user.record_count);
  write_budget(out, 6, user.budget);
  out.uint(7, user.balance)
      .uint(8, user.open_order_count)
      .uint(9, user.order_count)
      .uint(10, user.purchase_count)
      .uint(11, user.share_count)
      .uint(12, user.granted_count)
      .uint(13, user.failed_deliveries);
  if (user.recovery) {
    out.element(
        14, CanonicalWriter().fixed(1, user.recovery->key).uint(2, user.recovery->delay_ms).take());
  }
  if (user.pending_move) {
    out.element(15, CanonicalWriter()
                        .fixed(1, user.pending_move->new_key)
                        .uint(2, user.pending_move->due.value())
                        .take());
  }
  return out.take();
}

Result<User> decode_user(ByteView bytes) {
  CanonicalReader in(bytes, "user");
  User out;
  out.address = in.fixed<Address>(1, "address");
  out.reader_key = in.optional_fixed<ReaderKey>(2, "reader_key");
  out.admitted_by = id_unless_zero<InstitutionId>(in.uint(3, "admitted_by"));
  out.first_seen = TimeMs(in.uint(4, "first_seen_ms"));
  out.record_count = in.uint(5, "record_count");
  const ByteView budget = in.bytes(6, "budget");
  out.balance = in.uint(7, "balance");
  out.open_order_count = in.uint(8, "open_order_count");
  out.order_count = in.uint(9, "order_count");
  out.purchase_count = in.uint(10, "purchase_count");
  out.share_count = in.uint(11, "share_count");
  out.granted_count = in.uint(12, "granted_count");
  out.failed_deliveries = in.uint(13, "failed_deliveries");
  const auto recovery = in.element(14, "recovery");
  const auto move = in.element(15, "pending_move");
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  auto decoded = decode_budget(budget);
  if (!decoded) return fail(decoded.error());
  out.budget = *decoded;
  if (recovery) {
    auto read = decode_recovery(*recovery);
    if (!read) return fail(read.error());
    out.recovery = *read;
  }
  if (move) {
    auto read = decode_move(*move);
    if (!read) return fail(read.error());
    out.pending_move = *read;
  }
  return out;
}

Bytes encode_institution(const Institution& institution) {
  CanonicalWriter out;
  out.fixed(1, institution.address)
      .bytes(2, institution.name)
      .bytes(3, institution.kind)
      .bytes(4, institution.data_source_url)
      .uint(5, static_cast<std::uint64_t>(institution.status))
      .uint(6, institution.since.value());
  write_budget(out, 7, institution.budget);
  if (institution.suspended_until) out.uint(8, institution.suspended_until->value());
  for (const SuspensionVote& vote : institution.suspension_votes) {
    out.element(9, vote_fields(vote));
  }
  if (institution.log) out.element(10, log_fields(*institution.log));
  return out.take();
}

Result<Institution> decode_institution(ByteView bytes) {
  CanonicalReader in(bytes, "institution");
  Institution out;
  out.address = in.fixed<Address>(1, "address");
  out.name = Bytes(in.bytes(2, "name"));
  out.kind = Bytes(in.bytes(3, "kind"));
  out.data_source_url = Bytes(in.bytes(4, "data_source_url"));
  const std::uint64_t status = in.uint(5, "status");
  out.since = TimeMs(in.uint(6, "since_ms"));
  const ByteView budget = in.bytes(7, "budget");
  out.suspended_until = id_unless_zero<TimeMs>(in.uint(8, "suspended_until_ms"));
  const auto votes = in.elements(9, "suspension_vote", limits::kValidatorsMax);
  const auto log = in.element(10, "log");
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  const auto known = read_enum(status, Institution::Status::withdrawn, "institution: status");
  if (!known) return fail(known.error());
  out.status = *known;
  for (const ByteView element : votes) {
    auto vote = decode_vote(element);
    if (!vote) return fail(vote.error());
    out.suspension_votes.push_back(*vote);
  }
  if (log) {
    auto read = decode_log(*log);
    if (!read) return fail(read.error());
    out.log = *read;
  }
  auto decoded = decode_budget(budget);
  if (!decoded) return fail(decoded.error());
  out.budget = *decoded;
  return out;
}

}  // namespace generion::contract
