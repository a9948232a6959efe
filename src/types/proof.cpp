#include "types/proof.h"

#include <fmt/core.h>

#include <algorithm>
#include <functional>

#include "base/byte_io.h"
#include "base/hex.h"
#include "base/limits.h"
#include "crypto/merkle.h"

namespace generion {

TrustAnchor trust_anchor(const Genesis& genesis) {
  TrustAnchor out;
  out.chain_id = chain_id(genesis);
  for (const GenesisValidator& validator : genesis.validators) {
    out.validators.keys.push_back(validator.key);
  }
  return out;
}

Hash object_leaf(ByteView key, ByteView value) {
  const Bytes key_length = ByteWriter().u32(static_cast<std::uint32_t>(key.size())).bytes();
  const Bytes value_length = ByteWriter().u32(static_cast<std::uint32_t>(value.size())).bytes();
  return crypto::merkle_leaf({key_length, key, value_length, value});
}

Result<void> verify_object_proof(const ObjectProof& proof, const BlockHeader& header) {
  const std::uint64_t slot = proof.slot.value();
  if (slot >= header.object_count) {
    return fail(Code::bad_proof, fmt::format("the object's slot is {}, but the block's state has "
                                             "only slots below {}",
                                             slot, header.object_count));
  }
  if (!crypto::verify_merkle_path(object_leaf(proof.key, proof.value), slot, header.object_count,
                                  proof.path, header.state_root)) {
    return fail(Code::bad_proof,
                fmt::format("the object's path does not lead to the state root {}: key, value, "
                            "slot or path is not that of block {}",
                            to_hex(header.state_root), header.height.value()));
  }
  return {};
}

Result<Receipt> verify_receipt_proof(const ReceiptProof& proof, const BlockHeader& header) {
  auto receipt = decode_receipt(proof.receipt);
  if (!receipt) return fail(Code::bad_proof, receipt.error().message);
  if (proof.index >= header.tx_count) {
    return fail(Code::bad_proof, fmt::format("the receipt's place is {}, but the block has only "
                                             "places below {}",
                                             proof.index, header.tx_count));
  }
  // Bounded, so that the sums cannot overflow. A wrong count fits no path.
  if (proof.system_count > limits::kDuePerBlockMax ||
      !crypto::verify_merkle_path(
          crypto::merkle_leaf(proof.receipt), proof.system_count + proof.index,
          proof.system_count + header.tx_count, proof.receipt_path, header.receipt_root)) {
    return fail(Code::bad_proof,
                fmt::format("the receipt's path does not lead to the receipt root {}",
                            to_hex(header.receipt_root)));
  }
  if (!crypto::verify_merkle_path(crypto::merkle_leaf(receipt->tx_hash.view()), proof.index,
                                  header.tx_count, proof.transaction_path, header.tx_root)) {
    return fail(Code::bad_proof,
                fmt::format("the transaction's path does not lead to the transaction root {}",
                            to_hex(header.tx_root)));
  }
  return receipt;
}

Result<void> verify_header(const BlockHeader& header, const Certificate& certificate,
                           const TrustAnchor& anchor) {
  if (header.chain_id != anchor.chain_id) {
    return fail(Code::wrong_chain,
                fmt::format("the proof is of chain {}; the trusted genesis is of {}",
                            to_hex(header.chain_id), to_hex(anchor.chain_id)));
  }
  if (anchor.validators.size() == 0) {
    return fail(Code::bad_proof, "the trusted genesis has no validators; it takes at least one");
  }
  if (header.epoch < anchor.epoch || header.height <= anchor.after) {
    return fail(Code::bad_proof,
                fmt::format("block {} of epoch {} is not of the trusted validators, who agree from "
                            "block {} of epoch {} on",
                            header.height.value(), header.epoch.value(),
                            anchor.after.next().value(), anchor.epoch.value()));
  }
  if (header.validator_set_hash != validator_set_hash(anchor.validators)) {
    return fail(Code::bad_proof,
                fmt::format("block {} of epoch {} names other validators than those trusted since "
                            "epoch {}; a proof has to bring the changes of the set in between",
                            header.height.value(), header.epoch.value(), anchor.epoch.value()));
  }
  return verify_certificate(certificate, header, anchor.validators);
}

Result<void> check_next_set(const BlockHeader& header, const ValidatorSet& next) {
  const auto& keys = next.keys;
  const bool ascend =
      std::adjacent_find(keys.begin(), keys.end(), std::greater_equal<>()) == keys.end();
  if (!keys.empty() && ascend && header.next_validator_set_hash == validator_set_hash(next)) {
    return {};
  }
  return fail(Code::bad_proof,
              fmt::format("the validators after block {} are not those that it names",
                          header.height.value()));
}

TrustAnchor anchor_above(const BlockHeader& header, const ValidatorSet& next) {
  const bool changes = header.next_validator_set_hash != header.validator_set_hash;
  return {header.chain_id, next, changes ? header.epoch.next() : header.epoch, header.height};
}

Result<TrustAnchor> follow_sets(TrustAnchor anchor, const std::vector<SetChange>& changes) {
  for (const SetChange& change : changes) {
    const BlockHeader& header = change.header;
    if (auto ok = verify_header(header, change.certificate, anchor); !ok) return fail(ok.error());
    if (auto ok = check_next_set(header, change.next); !ok) return fail(ok.error());
    if (header.next_validator_set_hash == header.validator_set_hash) {
      return fail(Code::bad_proof,
                  fmt::format("block {} does not change the validator set", header.height.value()));
    }
    anchor = anchor_above(header, change.next);
  }
  return anchor;
}

Result<void> verify_content(const Proof& proof) {
  if (const auto* object = std::get_if<ObjectProof>(&proof.content)) {
    return verify_object_proof(*object, proof.header);
  }
  auto receipt = verify_receipt_proof(std::get<ReceiptProof>(proof.content), proof.header);
  if (!receipt) return fail(receipt.error());
  return {};
}

Result<void> verify_proof(const Proof& proof, const TrustAnchor& anchor) {
  const auto followed = follow_sets(anchor, proof.set_changes);
  if (!followed) return fail(followed.error());
  if (auto ok = verify_header(proof.header, proof.certificate, *followed); !ok) return ok;
  return verify_content(proof);
}

}  // namespace generion
