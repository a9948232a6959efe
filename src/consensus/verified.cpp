#include "consensus/verified.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/hex.h"
#include "base/limits.h"
#include "base/mutant.h"
#include "consensus/new_view_plan.h"
#include "consensus/quorum.h"

namespace generion::consensus {
namespace {

using Checked = Result<void>;

Checked check_member(const Membership& members, const PublicKey& key) {
  if (members.set.index_of(key)) return {};
  return fail(Code::forbidden,
              fmt::format("{} is no member of epoch {}", to_hex(key), members.epoch.value()));
}

Checked check_epoch(const Membership& members, Epoch epoch) {
  if (epoch == members.epoch) return {};
  return fail(Code::malformed, fmt::format("a message of epoch {}; only those of epoch {} count",
                                           epoch.value(), members.epoch.value()));
}

template <class T>
Checked check_signature(const Membership& members, const T& message, std::string_view name) {
  const SignedPart part = signed_part(members.chain, message);
  if (GENERION_MUTANT(signature_unchecked)) return {};
  if (crypto::verify_signature(message.sender, part.tag, part.bytes, message.signature)) return {};
  return fail(Code::bad_signature,
              fmt::format("the signature of a {} by {} does not hold on this chain", name,
                          to_hex(message.sender)));
}

Checked check_primary(const Membership& members, View view, const PublicKey& sender,
                      std::string_view name) {
  const PublicKey& primary = primary_of(members.set, members.epoch, view);
  if (sender == primary) return {};
  return fail(Code::forbidden, fmt::format("a {} of view {} by {}; its primary is {}", name,
                                           view.value(), to_hex(sender), to_hex(primary)));
}

Checked check_channel(const PublicKey& sender, const PublicKey& from, std::string_view name) {
  if (sender == from) return {};
  return fail(Code::forbidden, fmt::format("a {} of {} came from {}; only its sender may send it",
                                           name, to_hex(sender), to_hex(from)));
}

Checked check(const Membership& members, const PrePrepare& message, const PublicKey&) {
  if (message.batch.ids.size() > limits::kBatchTransactionsMax) {
    return fail(Code::too_many,
                fmt::format("a batch of {} transactions; at most {} are allowed",
                            message.batch.ids.size(), limits::kBatchTransactionsMax));
  }
  if (message.batch.proposer != message.sender) {
    return fail(Code::forbidden, "a PRE-PREPARE's batch must name its sender as the proposer");
  }
  if (message.batch.height <= members.start) {
    return fail(Code::malformed,
                fmt::format("a PRE-PREPARE of height {}; the first block of epoch {} is {}",
                            message.batch.height.value(), members.epoch.value(),
                            members.start.next().value()));
  }
  if (auto ok = check_primary(members, message.view, message.sender, "PRE-PREPARE"); !ok) return ok;
  return check_signature(members, message, "PRE-PREPARE");
}

Checked check(const Membership& members, const Prepare& message, const PublicKey&) {
  return check_signature(members, message, "PREPARE");
}

Checked check(const Membership&, const Commit& message, const PublicKey& from) {
  return check_channel(message.sender, from, "COMMIT");
}

Checked check(const Membership&, const SealVote& message, const PublicKey& from) {
  const Seal& seal = message.seal;
  if (auto ok = check_channel(seal.signer, from, "SEAL"); !ok) return ok;
  if (crypto::verify_signature(seal.signer, kSealTag, seal_message(seal.block_hash),
                               seal.signature)) {
    return {};
  }
  return fail(Code::bad_signature,
              fmt::format("the seal of {} does not hold", to_hex(seal.signer)));
}

Checked check(const Membership& members, const Complaint& message, const PublicKey&) {
  if (message.reason == ComplaintReason::restarted_primary) {
    if (auto ok = check_primary(members, message.view, message.sender, "complaint of itself");
        !ok) {
      return ok;
    }
  }
  return check_signature(members, message, "COMPLAINT");
}

Checked check_certified(const Membership& members, const CertifiedHeader& stable) {
  const BlockHeader& header = stable.header;
  if (header.chain_id != members.chain) {
    return fail(Code::wrong_chain, "the certified block belongs to another chain");
  }
  if (auto ok = check_epoch(members, header.epoch); !ok) return ok;
  if (header.height <= members.start) {
    return fail(
        Code::malformed,
        fmt::format("a certificate of height {}; the first block of epoch {} is {}",
                    header.height.value(), members.epoch.value(), members.start.next().value()));
  }
  if (GENERION_MUTANT(certificate_unverified)) return {};
  return verify_certificate(stable.certificate, header, members.set);
}

Checked check_prepared(const Membership& members, const ViewChange& message) {
  const Height stable = height_of(message.stable, members.start);
  Height last = stable;
  for (const PreparedCertificate& prepared : message.prepared) {
    if (prepared.height <= last || prepared.height > stable.plus(limits::kLogHeights)) {
      return fail(Code::malformed,
                  fmt::format("prepared certificates must ascend from above {} to at most {}",
                              stable.value(), stable.plus(limits::kLogHeights).value()));
    }
    last = prepared.height;
    if (auto ok = check_epoch(members, prepared.epoch); !ok) return ok;
    if (prepared.view >= message.view) {
      return fail(Code::malformed, "a prepared certificate must be of a view before the new one");
    }
    if (GENERION_MUTANT(prepared_unverified)) continue;
    if (auto ok = verify_prepared(members.chain, prepared, members.set); !ok) return ok;
  }
  return {};
}

// The primary of the view that is left has proposed two batches for one height.
Checked check_conflict(const Membership& members, const ConflictingProposals& proof, View left) {
  if (auto ok = check_epoch(members, proof.epoch); !ok) return ok;
  if (proof.view != left) {
    return fail(Code::bad_proof,
                fmt::format("conflicting proposals of view {} cannot justify leaving view {}",
                            proof.view.value(), left.value()));
  }
  if (auto ok = check_primary(members, left, proof.sender, "conflicting proposal"); !ok) return ok;
  return verify_conflict(members.chain, proof);
}

// f + 1 members that complained of the view before or a later one: an honest one wants to leave it.
// Or the primary of the view before, of itself, or caught by two of its proposals.
Checked check_justification(const Membership& members, const ViewChange& message) {
  if (message.view == View(0)) {
    return fail(Code::malformed, "a VIEW-CHANGE to view 0; each epoch starts in it");
  }
  const View left(message.view.value() - 1);
  const PublicKey* last = nullptr;
  bool is_restart = false;
  for (const Complaint& complaint : message.justification) {
    if (last != nullptr && !(*last < complaint.sender) &&
        !GENERION_MUTANT(complainers_not_distinct)) {
      return fail(Code::bad_proof, "the complaints are doubled or out of order");
    }
    last = &complaint.sender;
    if (auto ok = check_member(members, complaint.sender); !ok) return ok;
    if (auto ok = check_epoch(members, complaint.epoch); !ok) return ok;
    if (complaint.view < left) {
      return fail(Code::bad_proof,
                  fmt::format("a complaint of view {} cannot justify leaving view {}",
                              complaint.view.value(), left.value()));
    }
    if (auto ok = check(members, complaint, complaint.sender); !ok) return ok;
    is_restart |= complaint.reason == ComplaintReason::restarted_primary && complaint.view == left;
  }
  if (message.proof) return check_conflict(members, *message.proof, left);
  const std::size_t needed = honest_quorum(members.set.size());
  if (is_restart || message.justification.size() >= needed) return {};
  return fail(Code::bad_proof,
              fmt::format("{} complaints justify no view change; {} do, or the primary's own, or "
                          "two of its proposals that contradict each other",
                          message.justification.size(), needed));
}

Checked check(const Membership& members, const ViewChange& message, const PublicKey&) {
  if (message.prepared.size() > limits::kLogHeights) {
    return fail(Code::too_many, fmt::format("{} prepared certificates; at most {} are allowed",
                                            message.prepared.size(), limits::kLogHeights));
  }
  if (message.justification.size() > members.set.size()) {
    return fail(Code::too_many, fmt::format("{} complaints of {} members",
                                            message.justification.size(), members.set.size()));
  }
  if (auto ok = check_signature(members, message, "VIEW-CHANGE"); !ok) return ok;
  if (auto ok = check_justification(members, message); !ok) return ok;
  if (message.stable) {
    if (auto ok = check_certified(members, *message.stable); !ok) return ok;
  }
  return check_prepared(members, message);
}

Checked check_bits(const Membership& members, const MemberBits& bits) {
  if ((bits >> members.set.size()).none()) return {};
  return fail(Code::malformed,
              fmt::format("a STATUS names members beyond the set's {}", members.set.size()));
}

Checked check(const Membership& members, const StatusReport& message, const PublicKey& from) {
  if (auto ok = check_channel(message.sender, from, "STATUS"); !ok) return ok;
  if (auto ok = check_bits(members, message.complaints | message.view_changes); !ok) return ok;
  Height last = message.stable;
  for (const HeldVotes& held : message.held) {
    if (held.height <= last || held.height > message.stable.plus(limits::kLogHeights)) {
      return fail(Code::malformed, "a STATUS's heights must ascend from above its stable one");
    }
    last = held.height;
    if (auto ok = check_bits(members, held.prepares | held.commits | held.seals); !ok) return ok;
  }
  return {};
}

Checked check(const Membership& members, const Echo& message, const PublicKey& from) {
  if (auto ok = check_channel(message.sender, from, "ECHO"); !ok) return ok;
  if (message.prepares.size() > limits::kLogHeights) {
    return fail(Code::too_many, fmt::format("an ECHO of {} PREPAREs; at most {} are allowed",
                                            message.prepares.size(), limits::kLogHeights));
  }
  for (const Prepare& prepare : message.prepares) {
    if (prepare.sender != message.of) {
      return fail(Code::malformed, "an ECHO repeats one member's votes only");
    }
    if (auto ok = check(members, prepare, from); !ok) return ok;
  }
  if (!message.view_change) return {};
  if (message.view_change->sender != message.of) {
    return fail(Code::malformed, "an ECHO repeats one member's votes only");
  }
  return check_signature(members, *message.view_change, "VIEW-CHANGE");
}

Checked check(const Membership& members, const StableReport& message, const PublicKey& from) {
  if (auto ok = check_channel(message.sender, from, "STABLE"); !ok) return ok;
  return check_certified(members, message.stable);
}

Checked check(const Membership& members, const NewView& message, const PublicKey&) {
  const std::size_t quorum = quorum_size(members.set.size());
  if (message.view_changes.size() != quorum) {
    return fail(Code::bad_proof, fmt::format("a NEW-VIEW with {} VIEW-CHANGEs; it takes exactly {}",
                                             message.view_changes.size(), quorum));
  }
  if (auto ok = check_primary(members, message.view, message.sender, "NEW-VIEW"); !ok) return ok;
  if (auto ok = check_signature(members, message, "NEW-VIEW"); !ok) return ok;
  const PublicKey* last = nullptr;
  for (const ViewChange& change : message.view_changes) {
    if (last != nullptr && !(*last < change.sender) &&
        !GENERION_MUTANT(view_changers_not_distinct)) {
      return fail(Code::bad_proof, "the VIEW-CHANGEs are doubled or out of order");
    }
    last = &change.sender;
    if (auto ok = check_member(members, change.sender); !ok) return ok;
    if (auto ok = check_epoch(members, change.epoch); !ok) return ok;
    if (change.view != message.view) {
      return fail(Code::bad_proof, fmt::format("a VIEW-CHANGE to view {} in a NEW-VIEW of view {}",
                                               change.view.value(), message.view.value()));
    }
    if (auto ok = check(members, change, change.sender); !ok) return ok;
  }
  return {};
}

}  // namespace

const PublicKey& sender_of(const Message& message) {
  return std::visit(
      [](const auto& held) -> const PublicKey& {
        if constexpr (std::is_same_v<decltype(held), const SealVote&>) {
          return held.seal.signer;
        } else {
          return held.sender;
        }
      },
      message);
}

Epoch epoch_of(const Message& message) {
  return std::visit(
      [](const auto& held) {
        if constexpr (std::is_same_v<decltype(held), const PrePrepare&>) {
          return held.batch.epoch;
        } else if constexpr (std::is_same_v<decltype(held), const StableReport&>) {
          return held.stable.header.epoch;
        } else {
          return held.epoch;
        }
      },
      message);
}

Result<Verified<Message>> verify_message(const Membership& members, Message message,
                                         const PublicKey& from) {
  if (auto ok = check_member(members, from); !ok) return fail(ok.error());
  if (auto ok = check_member(members, sender_of(message)); !ok) return fail(ok.error());
  if (auto ok = check_epoch(members, epoch_of(message)); !ok) return fail(ok.error());
  const Checked ok =
      std::visit([&](const auto& held) { return check(members, held, from); }, message);
  if (!ok) return fail(ok.error());
  return Verified<Message>(std::move(message), Origin::peer);
}

}  // namespace generion::consensus
