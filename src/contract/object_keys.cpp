// The keys of the state's objects.
#include "base/byte_io.h"
#include "base/limits.h"
#include "contract/objects.h"

namespace generion::contract {
namespace {

// First bytes of the keys; frozen.
enum class Kind : std::uint8_t {
  counters = 1,
  parameters = 2,
  institution = 3,
  user = 4,
  record = 5,
  share = 6,
  order = 7,
  proposal = 8,
  validators = 9,
  cell = 10,
  epoch = 11,
  evidence = 12,
};

Bytes single_key(Kind kind) {
  return ByteWriter().u8(static_cast<std::uint8_t>(kind)).bytes();
}

Bytes numbered_key(Kind kind, std::uint64_t number) {
  return ByteWriter().u8(static_cast<std::uint8_t>(kind)).u64(number).bytes();
}

std::optional<ObjectName> parse_cell_name(ByteReader& in) {
  CellName name;
  name.month = in.u32();
  name.institution = InstitutionId(in.u64());
  name.type = std::string(in.raw(in.remaining()));
  if (!in.done() || name.type.size() > limits::kRecordTypeBytesMax) return std::nullopt;
  return name;
}

}  // namespace

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

Bytes share_key(ShareId id) {
  return numbered_key(Kind::share, id.value());
}
Bytes order_key(OrderId id) {
  return numbered_key(Kind::order, id.value());
}
Bytes proposal_key(ProposalId id) {
  return numbered_key(Kind::proposal, id.value());
}
Bytes validators_key() {
  return single_key(Kind::validators);
}
Bytes cell_key(const CellName& name) {
  return ByteWriter()
      .u8(static_cast<std::uint8_t>(Kind::cell))
      .u32(name.month)
      .u64(name.institution.value())
      .raw(name.type)
      .bytes();
}

Bytes epoch_key(Epoch number) {
  return numbered_key(Kind::epoch, number.value());
}
Bytes evidence_key(EvidenceId id) {
  return numbered_key(Kind::evidence, id.value());
}

std::optional<ObjectName> parse_object_key(ByteView key) {
  ByteReader in(key);
  const auto kind = static_cast<Kind>(in.u8());
  if (kind == Kind::cell) return parse_cell_name(in);
  const bool is_single =
      kind == Kind::counters || kind == Kind::parameters || kind == Kind::validators;
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
    case Kind::share:
      return ShareId(number);
    case Kind::order:
      return OrderId(number);
    case Kind::proposal:
      return ProposalId(number);
    case Kind::validators:
      return SingleObject::validators;
    case Kind::epoch:
      return Epoch(number);
    case Kind::evidence:
      return EvidenceId(number);
    case Kind::cell:
      break;
  }
  return std::nullopt;
}

}  // namespace generion::contract
