// Members with real keys, for tests that verify signatures.
#pragma once

#include <algorithm>
#include <vector>

#include "consensus/verified.h"

namespace generion::consensus::testing {

struct Members {
  std::vector<crypto::SigningKey> keys;  // in the order of the set
  Membership membership;

  const PublicKey& key(std::size_t i) const { return membership.set.keys[i]; }

  template <class T>
  T sign(T message, std::size_t i) const {
    message.sender = key(i);
    const SignedPart part = signed_part(membership.chain, message);
    message.signature = keys[i].sign(part.tag, part.bytes);
    return message;
  }

  Complaint complaint(std::size_t i, View view,
                      ComplaintReason reason = ComplaintReason::no_progress) const {
    return sign(Complaint{membership.epoch, view, reason, {}, {}}, i);
  }

  PreparedCertificate prepared(View view, Height height, const Hash& digest,
                               std::vector<std::size_t> voters) const {
    PreparedCertificate out{membership.epoch, view, height, digest, {}};
    for (const std::size_t i : voters) {
      const auto vote = sign(Prepare{membership.epoch, view, height, digest, {}, {}}, i);
      out.signers.push_back({vote.sender, vote.signature});
    }
    return out;
  }

  BlockHeader header(Height height) const {
    BlockHeader out;
    out.chain_id = membership.chain;
    out.epoch = membership.epoch;
    out.height = height;
    out.time = TimeMs(1'000'000 + height.value());
    out.validator_set_hash = validator_set_hash(membership.set);
    return out;
  }

  CertifiedHeader certified(const BlockHeader& header, std::vector<std::size_t> sealers) const {
    CertifiedHeader out{header, {block_hash(header), {}}};
    for (const std::size_t i : sealers) {
      const Seal seal = make_seal(header, keys[i]);
      out.certificate.signers.push_back({seal.signer, seal.signature});
    }
    return out;
  }
};

inline Members make_members(std::size_t count) {
  Members out;
  for (std::size_t i = 0; i < count; ++i) {
    const Hash seed = crypto::blake2b256({"test member", std::to_string(i)});
    out.keys.push_back(crypto::SigningKey::from_seed(crypto::SecretBytes::copy_of(seed.view())));
  }
  std::sort(out.keys.begin(), out.keys.end(),
            [](const auto& a, const auto& b) { return a.public_key() < b.public_key(); });
  for (const auto& key : out.keys) out.membership.set.keys.push_back(key.public_key());
  out.membership.chain = crypto::blake2b256({"test chain"});
  return out;
}

}  // namespace generion::consensus::testing
