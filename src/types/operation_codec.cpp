// The canonical bytes of operations: the choice between them, and those about users and the chain;
// proto/generion/v1/transaction.proto is the schema.
#include <fmt/core.h>

#include <array>
#include <utility>

#include "types/operation_fields.h"

namespace generion {
namespace {

// An operation's field number in the oneof is its place in the variant, from 1.
constexpr std::uint32_t kOperations = std::variant_size_v<Operation>;

using Decoder = Result<Operation> (*)(ByteView);

template <class Op>
Result<Operation> decode_as(ByteView bytes) {
  auto op = read_operation(bytes, Read<Op>());
  if (!op) return fail(op.error());
  return Operation(std::move(*op));
}

template <std::size_t... I>
constexpr std::array<Decoder, sizeof...(I)> decoders(std::index_sequence<I...>) {
  return {&decode_as<std::variant_alternative_t<I, Operation>>...};
}
constexpr auto kDecoders = decoders(std::make_index_sequence<kOperations>());

}  // namespace

Bytes encode_operation(const Operation& operation) {
  const Bytes fields = std::visit([](const auto& op) { return operation_fields(op); }, operation);
  const auto number = static_cast<std::uint32_t>(operation.index() + 1);
  return CanonicalWriter().element(number, fields).take();
}

Result<Operation> decode_operation(ByteView bytes) {
  CanonicalReader in(bytes, "operation");
  const std::uint32_t number = in.next_field();
  if (number == 0) return fail(Code::malformed, "operation: is empty or no message");
  if (number > kOperations) {
    return fail(Code::unknown_operation,
                fmt::format("operation number {} is unknown to this version; known are 1 to {}",
                            number, kOperations));
  }
  const ByteView inner = in.element(number, "operation").value_or(ByteView{});
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return kDecoders[number - 1](inner);
}

Bytes operation_fields(const SetUserPubKey& op) {
  return CanonicalWriter().fixed(1, op.pub_key).take();
}

Result<SetUserPubKey> read_operation(ByteView bytes, Read<SetUserPubKey>) {
  CanonicalReader in(bytes, "setUserPubKey");
  const SetUserPubKey op{in.fixed<ReaderKey>(1, "pub_key")};
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return op;
}

Bytes operation_fields(const AdmitUser& op) {
  CanonicalWriter out;
  for (const Address& address : op.usr_adr) out.fixed(1, address);
  return out.take();
}

Result<AdmitUser> read_operation(ByteView bytes, Read<AdmitUser>) {
  CanonicalReader in(bytes, "admitUser");
  AdmitUser op;
  for (const ByteView element : in.elements(1, "usr_adr", limits::kUsersPerAdmissionMax)) {
    const auto address = Address::from(element);
    if (!address) {
      return fail(Code::malformed,
                  fmt::format("admitUser: usr_adr has {} bytes; it takes exactly {}",
                              element.size(), Address::kSize));
    }
    op.usr_adr.push_back(*address);
  }
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  if (op.usr_adr.empty()) return fail(Code::bad_argument, "admitUser: usr_adr names nobody");
  if (has_duplicate(op.usr_adr)) {
    return fail(Code::bad_argument, "admitUser: usr_adr names somebody twice");
  }
  return op;
}

Bytes operation_fields(const Transfer& op) {
  return CanonicalWriter().fixed(1, op.to).uint(2, op.amount).take();
}

Result<Transfer> read_operation(ByteView bytes, Read<Transfer>) {
  CanonicalReader in(bytes, "transfer");
  const Transfer op{in.fixed<Address>(1, "to"), in.uint(2, "amount")};
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  if (op.amount == 0) {
    return fail(Code::bad_argument, "transfer: amount is 0; it takes at least 1");
  }
  return op;
}

Bytes operation_fields(const SetRecoveryKey& op) {
  return CanonicalWriter().fixed(1, op.key).uint(2, op.delay_ms).take();
}

Result<SetRecoveryKey> read_operation(ByteView bytes, Read<SetRecoveryKey>) {
  CanonicalReader in(bytes, "setRecoveryKey");
  const SetRecoveryKey op{in.fixed<PublicKey>(1, "key"), in.uint(2, "delay_ms")};
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  if (op.delay_ms < limits::kRecoveryDelayMsMin || op.delay_ms > limits::kRecoveryDelayMsMax) {
    return fail(Code::bad_argument,
                fmt::format("setRecoveryKey: delay_ms is {}; it takes {} (24 hours) to {} (a year)",
                            op.delay_ms, limits::kRecoveryDelayMsMin, limits::kRecoveryDelayMsMax));
  }
  return op;
}

Bytes operation_fields(const MoveUser& op) {
  return CanonicalWriter()
      .fixed(1, op.usr_adr)
      .fixed(2, op.new_key)
      .fixed(3, op.new_key_signature)
      .take();
}

Result<MoveUser> read_operation(ByteView bytes, Read<MoveUser>) {
  CanonicalReader in(bytes, "moveUser");
  MoveUser op;
  op.usr_adr = in.fixed<Address>(1, "usr_adr");
  op.new_key = in.fixed<Address>(2, "new_key");
  op.new_key_signature = in.fixed<Signature>(3, "new_key_signature");
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return op;
}

Bytes operation_fields(const CancelMove& /*op*/) {
  return {};
}

Result<CancelMove> read_operation(ByteView bytes, Read<CancelMove>) {
  CanonicalReader in(bytes, "cancelMove");
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return CancelMove{};
}

Bytes operation_fields(const Propose& op) {
  return CanonicalWriter().element(1, encode_action(op.action)).take();
}

Result<Propose> read_operation(ByteView bytes, Read<Propose>) {
  CanonicalReader in(bytes, "propose");
  const auto action = in.element(1, "action");
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  if (!action) return fail(Code::malformed, "propose: action is missing");
  auto decoded = decode_action(*action);
  if (!decoded) return fail(decoded.error());
  return Propose{std::move(*decoded)};
}

Bytes operation_fields(const Vote& op) {
  return CanonicalWriter().uint(1, op.proposal_id.value()).flag(2, op.yes).take();
}

Result<Vote> read_operation(ByteView bytes, Read<Vote>) {
  CanonicalReader in(bytes, "vote");
  const Vote op{ProposalId(in.uint(1, "proposal_id")), in.flag(2, "yes")};
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return op;
}

Bytes operation_fields(const SuspendInstitution& op) {
  return CanonicalWriter().fixed(1, op.address).take();
}

Result<SuspendInstitution> read_operation(ByteView bytes, Read<SuspendInstitution>) {
  CanonicalReader in(bytes, "suspendInstitution");
  const SuspendInstitution op{in.fixed<Address>(1, "address")};
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return op;
}

Bytes operation_fields(const AnchorLog& op) {
  return CanonicalWriter().fixed(1, op.root).uint(2, op.count).take();
}

Result<AnchorLog> read_operation(ByteView bytes, Read<AnchorLog>) {
  CanonicalReader in(bytes, "anchorLog");
  const AnchorLog op{in.fixed<Hash>(1, "root"), in.uint(2, "count")};
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  if (op.count == 0)
    return fail(Code::bad_argument, "anchorLog: count is 0; an empty log needs no anchor");
  return op;
}

}  // namespace generion
