#include "types/evidence.h"

#include <fmt/core.h>

#include <utility>

#include "base/byte_io.h"
#include "base/hex.h"

namespace generion {
namespace {

using Kind = Evidence::Kind;

constexpr std::pair<Kind, std::string_view> kKinds[] = {
    {Kind::pre_prepare, "pre_prepare"},
    {Kind::prepare, "prepare"},
    {Kind::view_change, "view_change"},
    {Kind::seal, "seal"},
};

// What a statement says of itself.
struct Statement {
  Hash chain;
  Conflict about;
  PublicKey sender;
};

// The layouts are those of signed_part: docs/protocol/consensus.md.
Result<Statement> read_statement(const Evidence& evidence, ByteView bytes) {
  if (evidence.kind == Kind::seal) {
    const auto header = decode_header(bytes);
    if (!header) return fail(header.error());
    return Statement{header->chain_id, {header->epoch, View(0), header->height}, evidence.culprit};
  }
  ByteReader in(bytes);
  Statement out;
  out.chain = in.fixed<Hash>();
  out.about.epoch = Epoch(in.u64());
  out.about.view = View(in.u64());
  if (evidence.kind == Kind::view_change) {
    if (in.remaining() > PublicKey::kSize) in.raw(in.remaining() - PublicKey::kSize);
  } else {
    out.about.height = Height(in.u64());
    in.fixed<Hash>();  // the digest
  }
  out.sender = in.fixed<PublicKey>();
  if (!in.done()) {
    return fail(Code::malformed, fmt::format("evidence: {} bytes are no {}", bytes.size(),
                                             kind_name(evidence.kind)));
  }
  return out;
}

ByteView tag_of(Kind kind) {
  switch (kind) {
    case Kind::pre_prepare:
      return "generion/pre-prepare/1";
    case Kind::prepare:
      return "generion/prepare/1";
    case Kind::view_change:
      return "generion/view-change/1";
    case Kind::seal:
      return kSealTag;
  }
  return {};
}

Result<void> verify_statement(const Evidence& evidence, const SignedStatement& statement) {
  const Bytes signed_bytes =
      evidence.kind == Kind::seal
          ? seal_message(crypto::blake2b256({"generion/block/1", statement.bytes}))
          : statement.bytes;
  if (crypto::verify_signature(evidence.culprit, tag_of(evidence.kind), signed_bytes,
                               statement.signature)) {
    return {};
  }
  return fail(Code::bad_signature, fmt::format("evidence: {} did not sign this {}",
                                               to_hex(evidence.culprit), kind_name(evidence.kind)));
}

Evidence ordered(Kind kind, const PublicKey& culprit, SignedStatement first,
                 SignedStatement second) {
  if (second.bytes < first.bytes) std::swap(first, second);
  return {kind, culprit, std::move(first), std::move(second)};
}

template <class M>
std::optional<Evidence> pair_of(const Hash& chain, Kind kind, const Message& first,
                                const Message& second) {
  const M* a = std::get_if<M>(&first);
  const M* b = std::get_if<M>(&second);
  if (a == nullptr || b == nullptr || a->sender != b->sender) return std::nullopt;
  return ordered(kind, a->sender, {signed_part(chain, *a).bytes, a->signature},
                 {signed_part(chain, *b).bytes, b->signature});
}

}  // namespace

std::string_view kind_name(Kind kind) {
  for (const auto& [known, name] : kKinds) {
    if (known == kind) return name;
  }
  return "unknown";
}

std::optional<Kind> evidence_kind(std::string_view name) {
  for (const auto& [kind, known] : kKinds) {
    if (known == name) return kind;
  }
  return std::nullopt;
}

Result<Kind> evidence_kind(std::uint64_t number) {
  for (const auto& [kind, name] : kKinds) {
    if (static_cast<std::uint64_t>(kind) == number) return kind;
  }
  return fail(Code::bad_argument, fmt::format("evidence: kind is {}; it takes 1 to 4", number));
}

Result<Conflict> check_conflict(const Hash& chain, const Evidence& evidence) {
  const auto first = read_statement(evidence, evidence.first.bytes);
  if (!first) return fail(first.error());
  const auto second = read_statement(evidence, evidence.second.bytes);
  if (!second) return fail(second.error());
  if (first->chain != chain || second->chain != chain) {
    return fail(Code::wrong_chain, "evidence: a message is of another chain");
  }
  if (first->sender != evidence.culprit || second->sender != evidence.culprit) {
    return fail(Code::not_conflicting, "evidence: a message is not the accused validator's");
  }
  if (first->about != second->about || evidence.first.bytes == evidence.second.bytes) {
    return fail(Code::not_conflicting,
                fmt::format("evidence: two {} messages of one validator contradict each other if "
                            "epoch, view and height are the same and the rest is not",
                            kind_name(evidence.kind)));
  }
  return first->about;
}

Result<void> verify_evidence(const Evidence& evidence) {
  if (auto ok = verify_statement(evidence, evidence.first); !ok) return ok;
  return verify_statement(evidence, evidence.second);
}

std::optional<Evidence> make_evidence(const Hash& chain, const Message& first,
                                      const Message& second) {
  auto out = pair_of<PrePrepare>(chain, Kind::pre_prepare, first, second);
  if (!out) out = pair_of<Prepare>(chain, Kind::prepare, first, second);
  if (!out) out = pair_of<ViewChange>(chain, Kind::view_change, first, second);
  if (out && !check_conflict(chain, *out)) out.reset();
  return out;
}

std::optional<Evidence> make_seal_evidence(const PublicKey& signer, const SealedHeader& first,
                                           const SealedHeader& second) {
  Evidence out = ordered(Kind::seal, signer, {encode_header(first.header), first.signature},
                         {encode_header(second.header), second.signature});
  if (!check_conflict(first.header.chain_id, out)) return std::nullopt;
  return out;
}

}  // namespace generion
