#include "contract/governance_objects.h"

#include <algorithm>

#include "base/limits.h"
#include "contract/object_fields.h"

namespace generion::contract {
namespace {

Result<Validator> read_validator(ByteView bytes) {
  CanonicalReader in(bytes, "validators: member");
  Validator out;
  out.id = ValidatorId(in.uint(1, "id"));
  out.key = in.fixed<PublicKey>(2, "key");
  out.governance_key = in.fixed<PublicKey>(3, "governance_key");
  out.name = std::string(in.bytes(4, "name"));
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return out;
}

}  // namespace

const Validator* find_validator(const Validators& validators, const PublicKey& key) {
  for (const Validator& member : validators.members) {
    if (member.key == key) return &member;
  }
  return nullptr;
}

bool is_member(const Validators& validators, ValidatorId id) {
  return std::any_of(validators.members.begin(), validators.members.end(),
                     [id](const Validator& member) { return member.id == id; });
}

std::string_view status_name(Proposal::Status status) {
  switch (status) {
    case Proposal::Status::open:
      return "open";
    case Proposal::Status::passed:
      return "passed";
    case Proposal::Status::in_force:
      return "in_force";
    case Proposal::Status::awaits_epoch:
      return "awaits_epoch";
    case Proposal::Status::rejected:
      return "rejected";
    case Proposal::Status::lapsed:
      return "lapsed";
    case Proposal::Status::impossible:
      return "impossible";
    case Proposal::Status::awaits_joiner:
      return "awaits_joiner";
  }
  return "unknown";
}

ValidatorSet set_of(const Validators& validators) {
  ValidatorSet out;
  for (const Validator& member : validators.members) out.keys.push_back(member.key);
  std::sort(out.keys.begin(), out.keys.end());
  return out;
}

Bytes encode_validators(const Validators& validators) {
  CanonicalWriter out;
  for (const Validator& member : validators.members) {
    out.element(1, CanonicalWriter()
                       .uint(1, member.id.value())
                       .fixed(2, member.key)
                       .fixed(3, member.governance_key)
                       .bytes(4, member.name)
                       .take());
  }
  return out.take();
}

Result<Validators> decode_validators(ByteView bytes) {
  CanonicalReader in(bytes, "validators");
  const auto members = in.elements(1, "member", limits::kValidatorsMax);
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  Validators out;
  for (const ByteView element : members) {
    auto member = read_validator(element);
    if (!member) return fail(member.error());
    out.members.push_back(std::move(*member));
  }
  return out;
}

Bytes encode_proposal(const Proposal& proposal) {
  return CanonicalWriter()
      .element(1, encode_action(proposal.action))
      .uint(2, proposal.proposer.value())
      .packed(3, numbers_of(proposal.yes))
      .packed(4, numbers_of(proposal.no))
      .uint(5, proposal.created_at.value())
      .uint(6, proposal.expires_at.value())
      .uint(7, static_cast<std::uint64_t>(proposal.status))
      .uint(8, number_or_zero(proposal.decided_at))
      .uint(9, number_or_zero(proposal.in_force_at))
      .uint(10, number_or_zero(proposal.mint_to))
      .uint(11, static_cast<std::uint64_t>(proposal.obstacle.value_or(Code::ok)))
      .take();
}

Result<Proposal> decode_proposal(ByteView bytes) {
  CanonicalReader in(bytes, "proposal");
  Proposal out;
  const auto action = in.element(1, "action");
  out.proposer = ValidatorId(in.uint(2, "proposer"));
  out.yes = ids_of<ValidatorId>(in.packed(3, "yes", limits::kValidatorsMax));
  out.no = ids_of<ValidatorId>(in.packed(4, "no", limits::kValidatorsMax));
  out.created_at = TimeMs(in.uint(5, "created_at_ms"));
  out.expires_at = TimeMs(in.uint(6, "expires_at_ms"));
  const std::uint64_t status = in.uint(7, "status");
  out.decided_at = id_unless_zero<TimeMs>(in.uint(8, "decided_at_ms"));
  out.in_force_at = id_unless_zero<TimeMs>(in.uint(9, "in_force_at_ms"));
  out.mint_to = id_unless_zero<UserId>(in.uint(10, "mint_to"));
  const std::uint64_t obstacle = in.uint(11, "obstacle");
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  if (!action) return fail(Code::malformed, "proposal: action is missing");
  auto decoded = decode_action(*action);
  if (!decoded) return fail(decoded.error());
  out.action = std::move(*decoded);
  const auto known = read_enum(status, Proposal::Status::awaits_joiner, "proposal: status");
  if (!known) return fail(known.error());
  out.status = *known;
  if (obstacle == 0) return out;
  out.obstacle = code_from_number(obstacle);
  if (!out.obstacle) return fail(Code::malformed, "proposal: obstacle is no code");
  return out;
}

}  // namespace generion::contract
