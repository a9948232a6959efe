#include "types/block.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/byte_io.h"
#include "base/hex.h"
#include "base/limits.h"
#include "base/mutant.h"
#include "types/canonical.h"

namespace generion {

std::optional<std::size_t> ValidatorSet::index_of(const PublicKey& key) const {
  const auto place = std::lower_bound(keys.begin(), keys.end(), key);
  if (place == keys.end() || *place != key) return std::nullopt;
  return static_cast<std::size_t>(place - keys.begin());
}

Hash validator_set_hash(const ValidatorSet& set) {
  ByteWriter out;
  out.u32(static_cast<std::uint32_t>(set.size()));
  for (const PublicKey& key : set.keys) out.fixed(key);
  return crypto::blake2b256({"generion/validators/1", out.bytes()});
}

std::size_t faulty_max(std::size_t validators) {
  return (validators - 1) / 3;
}

std::size_t quorum_size(std::size_t validators) {
  return (validators + faulty_max(validators)) / 2 + 1;
}

Hash batch_digest(const Hash& chain, const Batch& batch) {
  ByteWriter out;
  out.reserve(100 + batch.ids.size() * TxId::kSize);
  out.fixed(chain).u64(batch.epoch.value()).u64(batch.height.value());
  out.fixed(batch.proposer).u64(batch.time.value());
  out.u32(static_cast<std::uint32_t>(batch.ids.size()));
  for (const TxId& id : batch.ids) out.fixed(id);
  return crypto::blake2b256({"generion/batch/1", out.bytes()});
}

Batch null_batch(Epoch epoch, Height height) {
  Batch out;
  out.epoch = epoch;
  out.height = height;
  return out;
}

Bytes encode_header(const BlockHeader& header) {
  ByteWriter out;
  out.fixed(header.chain_id).u64(header.epoch.value()).u64(header.height.value());
  out.fixed(header.parent_hash).u64(header.time.value()).fixed(header.batch_digest);
  out.u64(header.tx_count).fixed(header.tx_root).fixed(header.receipt_root);
  out.fixed(header.state_root).u64(header.object_count);
  out.fixed(header.validator_set_hash).fixed(header.next_validator_set_hash);
  return std::move(out).bytes();
}

Result<BlockHeader> decode_header(ByteView bytes) {
  ByteReader in(bytes);
  BlockHeader header;
  header.chain_id = in.fixed<Hash>();
  header.epoch = Epoch(in.u64());
  header.height = Height(in.u64());
  header.parent_hash = in.fixed<Hash>();
  header.time = TimeMs(in.u64());
  header.batch_digest = in.fixed<Hash>();
  header.tx_count = in.u64();
  header.tx_root = in.fixed<Hash>();
  header.receipt_root = in.fixed<Hash>();
  header.state_root = in.fixed<Hash>();
  header.object_count = in.u64();
  header.validator_set_hash = in.fixed<Hash>();
  header.next_validator_set_hash = in.fixed<Hash>();
  if (!in.done()) {
    return fail(Code::malformed, fmt::format("block header: has {} bytes; it takes exactly {}",
                                             bytes.size(), encode_header({}).size()));
  }
  return header;
}

Hash block_hash(const BlockHeader& header) {
  return crypto::blake2b256({"generion/block/1", encode_header(header)});
}

Bytes encode_receipt(const Receipt& receipt) {
  return CanonicalWriter()
      .fixed(1, receipt.tx_hash)
      .uint(2, static_cast<std::uint64_t>(receipt.code))
      .uint(3, receipt.failed_operation)
      .packed(4, receipt.new_ids)
      .take();
}

Result<Receipt> decode_receipt(ByteView bytes) {
  CanonicalReader in(bytes, "receipt");
  Receipt receipt;
  receipt.tx_hash = in.fixed<Hash>(1, "tx_hash");
  const std::uint64_t number = in.uint(2, "code");
  receipt.failed_operation = in.uint(3, "failed_operation");
  receipt.new_ids = in.packed(4, "new_ids", limits::kNewIdsMax);
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  const auto code = code_from_number(number);
  if (!code) {
    return fail(Code::malformed,
                fmt::format("receipt: code {} is unknown to this version", number));
  }
  receipt.code = *code;
  return receipt;
}

std::string_view due_name(DueKind kind) {
  switch (kind) {
    case DueKind::order_deadline:
      return "refundOrder";
    case DueKind::retention_end:
      return "endRetention";
    case DueKind::share_expiry:
      return "expireShare";
    case DueKind::record_shares:
      return "closeShares";
    case DueKind::user_move:
      return "moveUser";
    case DueKind::proposal_lapse:
      return "lapseProposal";
    case DueKind::proposal_force:
      return "enforceProposal";
    case DueKind::suspension_end:
      return "endSuspension";
  }
  return "unknown";
}

// Its fields begin where a transaction's receipt ends, so that neither can be read as the other.
Bytes encode_system_receipt(const SystemReceipt& receipt) {
  return CanonicalWriter()
      .uint(5, static_cast<std::uint64_t>(receipt.kind))
      .uint(6, receipt.id)
      .uint(7, static_cast<std::uint64_t>(receipt.code))
      .take();
}

Result<SystemReceipt> decode_system_receipt(ByteView bytes) {
  CanonicalReader in(bytes, "system receipt");
  const std::uint64_t kind = in.uint(5, "kind");
  SystemReceipt receipt;
  receipt.id = in.uint(6, "id");
  const std::uint64_t number = in.uint(7, "code");
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  const auto code = code_from_number(number);
  if (kind == 0 || kind > static_cast<std::uint64_t>(kDueKindLast) || !code) {
    return fail(
        Code::malformed,
        fmt::format("system receipt: kind {} or code {} is unknown to this version", kind, number));
  }
  receipt.kind = static_cast<DueKind>(kind);
  receipt.code = *code;
  return receipt;
}

Bytes seal_message(const Hash& block_hash) {
  return Bytes(block_hash.view());
}

Seal make_seal(const BlockHeader& header, const crypto::SigningKey& key) {
  const Hash hash = block_hash(header);
  return {header.height, hash, key.public_key(), key.sign(kSealTag, seal_message(hash))};
}

Result<void> verify_certificate(const Certificate& certificate, const BlockHeader& header,
                                const ValidatorSet& set) {
  if (certificate.block_hash != block_hash(header)) {
    return fail(Code::bad_proof,
                fmt::format("the certificate is of block {}, the header is of {}",
                            to_hex(certificate.block_hash), to_hex(block_hash(header))));
  }
  if (header.validator_set_hash != validator_set_hash(set)) {
    return fail(Code::bad_proof, "the header names another validator set than the trusted one");
  }
  const std::size_t quorum = quorum_size(set.size());
  if (certificate.signers.size() < quorum) {
    return fail(Code::bad_proof, fmt::format("the certificate has {} seals; a quorum of {} is {}",
                                             certificate.signers.size(), set.size(), quorum));
  }
  const Bytes message = seal_message(certificate.block_hash);
  const PublicKey* last = nullptr;
  for (const Certificate::Signer& signer : certificate.signers) {
    const bool is_next = last == nullptr || *last < signer.key;
    if (!is_next && !GENERION_MUTANT(sealers_not_distinct)) {
      return fail(Code::bad_proof, "the certificate's signers are doubled or out of order");
    }
    last = &signer.key;
    if (!set.index_of(signer.key)) {
      return fail(Code::bad_proof,
                  fmt::format("{} sealed, but is no validator", to_hex(signer.key)));
    }
    if (!crypto::verify_signature(signer.key, kSealTag, message, signer.signature)) {
      return fail(Code::bad_proof, fmt::format("the seal of {} does not hold", to_hex(signer.key)));
    }
  }
  return {};
}

}  // namespace generion
