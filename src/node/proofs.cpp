#include "node/proofs.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>

#include "base/hex.h"
#include "crypto/merkle.h"
#include "types/proof.h"
#include "wire/proof.h"

namespace generion::node {

Result<Certificate> certificate_of(const ledger::Ledger& ledger, Height height) {
  if (height > ledger.stable() || height.value() == 0) {
    return fail(Code::not_ready,
                fmt::format("block {} has no certificate yet, the newest that has one is {}; ask "
                            "again in a moment",
                            height.value(), ledger.stable().value()));
  }
  return ledger.certificate(height);
}

Result<ObjectProof> object_proof(const ledger::StateVersion& version, ByteView key) {
  auto object = version.prove(key);
  if (!object) return fail(object.error());
  return ObjectProof{Bytes(key), std::move(object->value), object->slot, std::move(object->path)};
}

namespace {

Result<ledger::TransactionPlace> place_of(const ledger::Ledger& ledger, const TxId& id) {
  auto place = ledger.find(id);
  if (!place) return fail(place.error());
  if (!*place) {
    return fail(Code::not_found,
                fmt::format("transaction {} is in no block of this node", to_hex(id)));
  }
  return **place;
}

Result<Bytes> finish(const ledger::Ledger& ledger, Proof proof, const BlockHeader& header,
                     Certificate certificate) {
  auto changes = ledger.set_changes(header.epoch);
  if (!changes) return fail(changes.error());
  proof.header = header;
  proof.certificate = std::move(certificate);
  proof.set_changes = std::move(*changes);
  return wire::encode_proof(proof);
}

}  // namespace

Result<Bytes> prove_object(const ledger::Ledger& ledger, const ledger::StateVersion& version,
                           ByteView key) {
  auto certificate = certificate_of(ledger, version.height());
  if (!certificate) return fail(certificate.error());
  auto object = object_proof(version, key);
  if (!object) return fail(object.error());
  Proof proof;
  proof.content = std::move(*object);
  return finish(ledger, std::move(proof), version.header(), std::move(*certificate));
}

Result<Bytes> prove_receipt(const ledger::Ledger& ledger, const TxId& id) {
  const auto place = place_of(ledger, id);
  if (!place) return fail(place.error());
  auto certificate = certificate_of(ledger, place->height);
  if (!certificate) return fail(certificate.error());
  const auto block = ledger.block(place->height);
  if (!block) return fail(block.error());
  const std::uint64_t index = receipt_index(*block, place->place);

  std::vector<Hash> receipts;
  std::vector<Hash> transactions;
  receipts.reserve(block->receipts.size());
  transactions.reserve(block->receipts.size());
  for (const SystemReceipt& receipt : block->system_receipts) {
    receipts.push_back(crypto::merkle_leaf(encode_system_receipt(receipt)));
  }
  const std::size_t system_count = receipts.size();
  for (const Receipt& receipt : block->receipts) {
    receipts.push_back(crypto::merkle_leaf(encode_receipt(receipt)));
    transactions.push_back(crypto::merkle_leaf(receipt.tx_hash.view()));
  }
  Proof proof;
  proof.content = ReceiptProof{encode_receipt(block->receipts[index]), index, system_count,
                               crypto::merkle_path(receipts, system_count + index),
                               crypto::merkle_path(transactions, index)};
  return finish(ledger, std::move(proof), block->header, std::move(*certificate));
}

namespace {

// Without seals if the block is final by a later one's certificate alone.
Result<ChainLink> link_at(const ledger::Ledger& ledger, Height height) {
  auto header = ledger.header(height);
  if (!header) return fail(header.error());
  auto seals = ledger.certificate(height);
  if (!seals && seals.error().code != Code::not_found) return fail(seals.error());
  auto next = ledger.next_set(*header);
  if (!next) return fail(next.error());
  return ChainLink{*header, seals ? std::move(*seals) : Certificate{block_hash(*header), {}},
                   std::move(*next)};
}

}  // namespace

Result<rpc::LinksView> chain_links(const ledger::Ledger& ledger, Height from, std::size_t limit) {
  const Height newest = std::min(ledger.stable(), ledger.tip()->height());
  if (newest.value() == 0) {
    return fail(Code::not_ready, "no block has a certificate yet; ask again in a moment");
  }
  if (from > newest) {
    return fail(Code::height_ahead,
                fmt::format("block {} has no certificate yet, the newest that has one is {}",
                            from.value(), newest.value()));
  }
  rpc::LinksView out;
  if (from.value() > 0) {
    auto first = link_at(ledger, from);
    if (!first) return fail(first.error());
    out.links.push_back(std::move(*first));
  }
  const auto head = ledger.header(newest);
  if (!head) return fail(head.error());
  auto changes = ledger.set_changes(head->epoch, from, limit + 1);
  if (!changes) return fail(changes.error());
  out.more = changes->size() > limit;
  if (out.more) changes->pop_back();
  std::ranges::move(*changes, std::back_inserter(out.links));
  if (out.more || from == newest) return out;
  auto last = link_at(ledger, newest);
  if (!last) return fail(last.error());
  out.links.push_back(std::move(*last));
  return out;
}

std::uint64_t receipt_index(const ledger::Block& block, std::uint32_t place) {
  std::uint64_t index = 0;
  for (std::uint32_t i = 0; i < place; ++i) {
    if (!block.skipped[i]) ++index;
  }
  return index;
}

rpc::Outcome outcome_of(const TxId& id, const Receipt& receipt, Height height,
                        std::uint64_t index) {
  using State = rpc::Outcome::State;
  rpc::Outcome out;
  out.tx_id = id;
  out.tx_hash = receipt.tx_hash;
  out.state = receipt.code == Code::ok ? State::executed : State::refused;
  out.height = height;
  out.index = index;
  out.code = receipt.code;
  out.failed_operation = receipt.failed_operation;
  out.new_ids = receipt.new_ids;
  return out;
}

Result<rpc::Outcome> stored_outcome(const ledger::Ledger& ledger, const TxId& id) {
  const auto place = place_of(ledger, id);
  if (!place) return fail(place.error());
  const auto block = ledger.block(place->height);
  if (!block) return fail(block.error());
  const std::uint64_t index = receipt_index(*block, place->place);
  rpc::Outcome out = outcome_of(id, block->receipts[index], place->height, index);
  out.sealed = place->height <= ledger.stable();
  return out;
}

}  // namespace generion::node
