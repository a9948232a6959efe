#include "contract/epoch_objects.h"

#include "base/limits.h"
#include "contract/object_fields.h"

namespace generion::contract {

Bytes encode_epoch(const EpochObject& epoch) {
  CanonicalWriter out;
  out.uint(1, epoch.first.value()).uint(2, epoch.since.value()).uint(3, number_or_zero(epoch.last));
  for (const PublicKey& key : epoch.validators.keys) out.fixed(4, key);
  return out.uint(5, epoch.version)
      .packed(6, numbers_of(epoch.decided))
      .packed(7, numbers_of(epoch.upgrades))
      .take();
}

Result<EpochObject> decode_epoch(ByteView bytes) {
  CanonicalReader in(bytes, "epoch");
  EpochObject out;
  out.first = Height(in.uint(1, "first"));
  out.since = TimeMs(in.uint(2, "since_ms"));
  out.last = id_unless_zero<Height>(in.uint(3, "last"));
  for (const ByteView element : in.elements(4, "validator", limits::kValidatorsMax)) {
    const auto key = PublicKey::from(element);
    if (!key) return fail(Code::malformed, "epoch: a validator's key has not 32 bytes");
    out.validators.keys.push_back(*key);
  }
  out.version = in.uint(5, "version");
  out.decided = ids_of<ProposalId>(in.packed(6, "decided", limits::kDecidedMax));
  out.upgrades = ids_of<ProposalId>(in.packed(7, "upgrades", limits::kDecidedMax));
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return out;
}

Bytes encode_evidence(const EvidenceObject& evidence) {
  return CanonicalWriter()
      .uint(1, evidence.culprit.value())
      .uint(2, static_cast<std::uint64_t>(evidence.kind))
      .uint(3, evidence.about.epoch.value())
      .uint(4, evidence.about.view.value())
      .uint(5, evidence.about.height.value())
      .fixed(6, evidence.key)
      .fixed(7, evidence.first)
      .fixed(8, evidence.second)
      .uint(9, evidence.reporter.value())
      .uint(10, evidence.reported_at.value())
      .take();
}

Result<EvidenceObject> decode_evidence(ByteView bytes) {
  CanonicalReader in(bytes, "evidence");
  EvidenceObject out;
  out.culprit = ValidatorId(in.uint(1, "culprit"));
  const std::uint64_t kind = in.uint(2, "kind");
  out.about.epoch = Epoch(in.uint(3, "epoch"));
  out.about.view = View(in.uint(4, "view"));
  out.about.height = Height(in.uint(5, "height"));
  out.key = in.fixed<PublicKey>(6, "key");
  out.first = in.fixed<Hash>(7, "first");
  out.second = in.fixed<Hash>(8, "second");
  out.reporter = ValidatorId(in.uint(9, "reporter"));
  out.reported_at = TimeMs(in.uint(10, "reported_at_ms"));
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  const auto known = evidence_kind(kind);
  if (!known) return fail(Code::malformed, known.error().message);
  out.kind = *known;
  return out;
}

}  // namespace generion::contract
