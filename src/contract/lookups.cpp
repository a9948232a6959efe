#include "contract/lookups.h"

#include "base/assert.h"
#include "base/byte_io.h"

namespace generion::contract {
namespace {

// First bytes of the look-ups' keys; frozen. Those of IdList stand among them.
enum class Table : std::uint8_t {
  identity = 1,
  listed_users = 4,
  history = 5,
  due = 6,
  living_share = 7,
  account = 15,
  cell = 16,
  due_done = 17,
  open_proposals = 20,
  set_change = 21,
  evidence = 22,
};

ByteWriter start(std::uint8_t table) {
  ByteWriter out;
  out.reserve(48);
  out.u8(table);
  return out;
}

ByteWriter start(Table table) {
  return start(static_cast<std::uint8_t>(table));
}

// The rows are this file's own, kept under checksums by the ledger: a short one is our bug.
std::uint64_t last_number(ByteView key) {
  GENERION_ASSERT(key.size() >= 8);
  return ByteReader(key.substr(key.size() - 8)).u64();
}

// An identity's kind, in rows; frozen.
enum class IdentityKind : std::uint8_t {
  user = 1,
  institution = 2,
  recovery = 3,
  validator = 4,
  node = 5,
  reserved = 6,
};

struct WriteIdentity {
  ByteWriter& out;

  void operator()(std::monostate) const { GENERION_ASSERT(false); }
  void operator()(UserId id) const { write(IdentityKind::user, id.value()); }
  void operator()(InstitutionId id) const { write(IdentityKind::institution, id.value()); }
  void operator()(const RecoveryOf& of) const { write(IdentityKind::recovery, of.user.value()); }
  void operator()(ValidatorId id) const { write(IdentityKind::validator, id.value()); }
  void operator()(const NodeKeyOf& of) const { write(IdentityKind::node, of.validator.value()); }
  void operator()(const ReservedFor& of) const {
    write(IdentityKind::reserved, of.proposal.value());
  }

  void write(IdentityKind kind, std::uint64_t number) const {
    out.u8(static_cast<std::uint8_t>(kind)).u64(number);
  }
};

}  // namespace

Bytes identity_key(const PublicKey& key) {
  return start(Table::identity).fixed(key).bytes();
}

Bytes identity_value(const Identity& identity) {
  ByteWriter out;
  std::visit(WriteIdentity{out}, identity);
  return std::move(out).bytes();
}

Identity parse_identity(ByteView value) {
  ByteReader in(value);
  const auto kind = static_cast<IdentityKind>(in.u8());
  const std::uint64_t number = in.u64();
  GENERION_ASSERT(in.done());
  switch (kind) {
    case IdentityKind::user:
      return UserId(number);
    case IdentityKind::institution:
      return InstitutionId(number);
    case IdentityKind::recovery:
      return RecoveryOf{UserId(number)};
    case IdentityKind::validator:
      return ValidatorId(number);
    case IdentityKind::node:
      return NodeKeyOf{ValidatorId(number)};
    case IdentityKind::reserved:
      return ReservedFor{ProposalId(number)};
  }
  GENERION_ASSERT(false);
  return {};
}

Bytes number_value(std::uint64_t number) {
  return ByteWriter().u64(number).bytes();
}

std::uint64_t parse_number(ByteView value) {
  GENERION_ASSERT(value.size() == 8);
  return last_number(value);
}

Bytes list_prefix(IdList list, std::uint64_t of) {
  return start(static_cast<std::uint8_t>(list)).u64(of).bytes();
}

Bytes list_key(IdList list, std::uint64_t of, std::uint64_t member) {
  return start(static_cast<std::uint8_t>(list)).u64(of).u64(member).bytes();
}

std::uint64_t parse_list_key(ByteView key) {
  return last_number(key);
}

Bytes listed_user_prefix() {
  return start(Table::listed_users).bytes();
}

Bytes listed_user_key(std::uint64_t ordinal) {
  return start(Table::listed_users).u64(ordinal).bytes();
}

std::uint64_t parse_listed_user_key(ByteView key) {
  return last_number(key);
}

Bytes living_share_prefix(RecordId record) {
  return start(Table::living_share).u64(record.value()).bytes();
}

Bytes living_share_key(RecordId record, UserId grantee) {
  return start(Table::living_share).u64(record.value()).u64(grantee.value()).bytes();
}

Bytes cell_row_prefix() {
  return start(Table::cell).bytes();
}

Bytes cell_row_key(const CellName& name) {
  return start(Table::cell).u32(name.month).u64(name.institution.value()).raw(name.type).bytes();
}

Bytes cell_row_month(std::uint32_t month) {
  return start(Table::cell).u32(month).bytes();
}

Bytes open_proposals_key(ValidatorId validator) {
  return start(Table::open_proposals).u64(validator.value()).bytes();
}

Bytes set_change_prefix() {
  return start(Table::set_change).bytes();
}

Bytes set_change_key(Epoch epoch) {
  return start(Table::set_change).u64(epoch.value()).bytes();
}

Epoch parse_set_change_key(ByteView key) {
  return Epoch(last_number(key));
}

Bytes evidence_prefix(ValidatorId validator) {
  return start(Table::evidence).u64(validator.value()).bytes();
}

Bytes evidence_row_key(ValidatorId validator, Epoch epoch, Evidence::Kind kind) {
  return start(Table::evidence)
      .u64(validator.value())
      .u64(epoch.value())
      .u8(static_cast<std::uint8_t>(kind))
      .bytes();
}

CellName parse_cell_row_key(ByteView key) {
  ByteReader in(key);
  in.u8();
  CellName out;
  out.month = in.u32();
  out.institution = InstitutionId(in.u64());
  out.type = std::string(in.raw(in.remaining()));
  GENERION_ASSERT(in.done());
  return out;
}

Bytes due_prefix() {
  return start(Table::due).bytes();
}

Bytes due_key(const Due& due) {
  return start(Table::due)
      .u64(due.time.value())
      .u8(static_cast<std::uint8_t>(due.kind))
      .u64(due.id)
      .bytes();
}

Bytes due_from(TimeMs time) {
  return start(Table::due).u64(time.value()).bytes();
}

Bytes due_done_key() {
  return start(Table::due_done).bytes();
}

Due parse_due_key(ByteView key) {
  ByteReader in(key);
  in.u8();
  Due out;
  out.time = TimeMs(in.u64());
  const std::uint8_t kind = in.u8();
  out.id = in.u64();
  GENERION_ASSERT(in.done() && kind >= 1);
  GENERION_ASSERT(kind <= static_cast<std::uint8_t>(kDueKindLast));
  out.kind = static_cast<DueKind>(kind);
  return out;
}

}  // namespace generion::contract
