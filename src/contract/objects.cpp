#include "contract/objects.h"

#include <fmt/core.h>

#include "base/byte_io.h"
#include "types/canonical.h"

namespace generion::contract {
namespace {

// First bytes of the keys; frozen.
enum class Kind : std::uint8_t {
  counters = 1,
  parameters = 2,
  institution = 3,
  user = 4,
  record = 5,
};

Bytes single_key(Kind kind) {
  return ByteWriter().u8(static_cast<std::uint8_t>(kind)).bytes();
}

Bytes numbered_key(Kind kind, std::uint64_t number) {
  return ByteWriter().u8(static_cast<std::uint8_t>(kind)).u64(number).bytes();
}

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

Result<AttachmentRef> decode_data(ByteView bytes) {
  CanonicalReader in(bytes, "record: data");
  AttachmentRef out{in.fixed<Hash>(1, "hash"), in.uint(2, "length")};
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return out;
}

// A number that starts at 1, so that 0 says absent.
template <class Id>
std::uint64_t number_or_zero(const std::optional<Id>& id) {
  return id ? id->value() : 0;
}

template <class Id>
std::optional<Id> id_unless_zero(std::uint64_t number) {
  if (number == 0) return std::nullopt;
  return Id(number);
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

Bytes counters_key() {
  return single_key(Kind::counters);
}
Bytes parameters_key() {
  return single_key(Kind::parameters);
}
Bytes user_key(UserId id) {
  return numbered_key(Kind::user, id.value());
}
Bytes institution_key(InstitutionId id) {
  return numbered_key(Kind::institution, id.value());
}
Bytes record_key(RecordId id) {
  return numbered_key(Kind::record, id.value());
}

std::optional<ObjectName> parse_object_key(ByteView key) {
  ByteReader in(key);
  const auto kind = static_cast<Kind>(in.u8());
  const bool is_single = kind == Kind::counters || kind == Kind::parameters;
  const std::uint64_t number = is_single ? 0 : in.u64();
  if (!in.done()) return std::nullopt;
  switch (kind) {
    case Kind::counters:
      return SingleObject::counters;
    case Kind::parameters:
      return SingleObject::parameters;
    case Kind::institution:
      return InstitutionId(number);
    case Kind::user:
      return UserId(number);
    case Kind::record:
      return RecordId(number);
  }
  return std::nullopt;
}

Bytes encode_counters(const Counters& counters) {
  return CanonicalWriter()
      .uint(1, counters.users)
      .uint(2, counters.institutions)
      .uint(3, counters.records)
      .uint(4, counters.listed_users)
      .take();
}

Result<Counters> decode_counters(ByteView bytes) {
  CanonicalReader in(bytes, "counters");
  Counters out;
  out.users = in.uint(1, "users");
  out.institutions = in.uint(2, "institutions");
  out.records = in.uint(3, "records");
  out.listed_users = in.uint(4, "listed_users");
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
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  auto decoded = decode_budget(budget);
  if (!decoded) return fail(decoded.error());
  out.budget = *decoded;
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
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  if (status > static_cast<std::uint64_t>(Institution::Status::withdrawn)) {
    return fail(Code::malformed, fmt::format("institution: status is {}; it takes 0 to 2", status));
  }
  out.status = static_cast<Institution::Status>(status);
  auto decoded = decode_budget(budget);
  if (!decoded) return fail(decoded.error());
  out.budget = *decoded;
  return out;
}

Bytes encode_record(const Record& record) {
  CanonicalWriter out;
  out.uint(1, record.owner.value())
      .uint(2, number_or_zero(record.creator))
      .fixed(3, record.data_pub_key);
  if (record.lock) out.fixed(4, *record.lock);
  out.element(5, CanonicalWriter().fixed(1, record.data.hash).uint(2, record.data.length).take());
  if (record.document) out.fixed(6, *record.document);
  out.bytes(7, record.type)
      .uint(8, number_or_zero(record.replaces))
      .flag(9, record.verified)
      .flag(10, record.deidentified)
      .uint(11, record.created_at.value())
      .uint(12, record.filed.height.value())
      .uint(13, record.filed.transaction)
      .uint(14, record.filed.number)
      .flag(15, record.deleted);
  return out.take();
}

Result<Record> decode_record(ByteView bytes) {
  CanonicalReader in(bytes, "record");
  Record out;
  out.owner = UserId(in.uint(1, "owner"));
  out.creator = id_unless_zero<InstitutionId>(in.uint(2, "creator"));
  out.data_pub_key = in.fixed<ReaderKey>(3, "data_pub_key");
  out.lock = in.optional_fixed<Lock>(4, "lock");
  const auto data = in.element(5, "data");
  out.document = in.optional_fixed<Hash>(6, "document");
  out.type = Bytes(in.bytes(7, "type"));
  out.replaces = id_unless_zero<RecordId>(in.uint(8, "replaces"));
  out.verified = in.flag(9, "verified");
  out.deidentified = in.flag(10, "deidentified");
  out.created_at = TimeMs(in.uint(11, "created_at_ms"));
  out.filed.height = Height(in.uint(12, "height"));
  const std::uint64_t transaction = in.uint(13, "transaction");
  const std::uint64_t number = in.uint(14, "attachment");
  out.deleted = in.flag(15, "deleted");
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  if (!data) return fail(Code::malformed, "record: data is missing");
  if (transaction > UINT32_MAX || number > UINT32_MAX) {
    return fail(Code::malformed, "record: transaction and attachment take at most 32 bits each");
  }
  out.filed.transaction = static_cast<std::uint32_t>(transaction);
  out.filed.number = static_cast<std::uint32_t>(number);
  auto ref = decode_data(*data);
  if (!ref) return fail(ref.error());
  out.data = *ref;
  return out;
}

}  // namespace generion::contract
