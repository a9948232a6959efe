#include "node/peer_checks.h"

#include <fmt/core.h>

#include <unordered_set>

#include "base/hex.h"
#include "contract/check_operations.h"
#include "contract/check_proofs.h"
#include "node/client_signature.h"

namespace generion::node {
namespace {

std::unexpected<Error> bad_block(Height height, std::string_view what) {
  return fail(Code::bad_proof, fmt::format("block {}: {}", height.value(), what));
}

}  // namespace

Result<TransactionPtr> check_peer_shape(SignedTransaction envelope, const Hash& chain,
                                        const Parameters& parameters) {
  auto transaction = check_transaction(std::move(envelope), Attachments::required);
  if (!transaction) return fail(transaction.error());
  if (transaction->body.chain_id != chain) {
    return fail(Code::wrong_chain,
                fmt::format("the transaction is for chain {}", to_hex(transaction->body.chain_id)));
  }
  if (auto ok = contract::check_operations(*transaction, parameters); !ok) return fail(ok.error());
  return std::make_shared<const Transaction>(std::move(*transaction));
}

Result<void> check_peer_signatures(const Transaction& transaction) {
  if (!verify_client_signature(transaction)) {
    return fail(Code::bad_signature, "the transaction's signature does not hold");
  }
  return contract::check_proofs(transaction);
}

Result<void> check_batch(const Bodies& bodies, const Parameters& parameters) {
  const std::uint64_t time = bodies.batch->time.value();
  if (bodies.transactions.size() > parameters.batch_transactions_max) {
    return fail(Code::too_many,
                fmt::format("a batch of {} transactions; at most {} are allowed",
                            bodies.transactions.size(), parameters.batch_transactions_max));
  }
  std::size_t bytes = 0;
  std::unordered_set<TxId, FixedBytesHash> seen;
  for (const TransactionPtr& transaction : bodies.transactions) {
    if (!seen.insert(transaction->id).second) {
      return fail(Code::duplicate, "a transaction stands twice in a batch");
    }
    bytes += transaction->envelope.body.size();
    const std::uint64_t until = transaction->body.valid_until.value();
    if (until < time) return fail(Code::expired, "a transaction in a batch has expired");
    if (until > time + parameters.tx_window_ms) {
      return fail(Code::too_far_ahead, "a transaction in a batch is valid for too long");
    }
  }
  if (bytes > parameters.batch_bytes_max) {
    return fail(Code::too_large, fmt::format("a batch of {} bytes; at most {} are allowed", bytes,
                                             parameters.batch_bytes_max));
  }
  return {};
}

Result<std::vector<TransactionPtr>> check_bodies(const std::vector<TxId>& ids, std::size_t first,
                                                 std::vector<SignedTransaction> transactions) {
  if (first > ids.size() || transactions.size() > ids.size() - first) {
    return fail(Code::bad_proof, fmt::format("{} transactions from place {} of a batch of {}",
                                             transactions.size(), first, ids.size()));
  }
  std::vector<TransactionPtr> out;
  out.reserve(transactions.size());
  for (SignedTransaction& envelope : transactions) {
    auto transaction = check_transaction(std::move(envelope), Attachments::may_be_erased);
    if (!transaction) return fail(transaction.error());
    if (transaction->id != ids[first + out.size()]) {
      return fail(Code::bad_proof, fmt::format("transaction {} of a batch is {}, it should be {}",
                                               first + out.size(), to_hex(transaction->id),
                                               to_hex(ids[first + out.size()])));
    }
    if (!verify_client_signature(*transaction)) {
      return fail(Code::bad_signature, fmt::format("the signature of transaction {} does not hold",
                                                   to_hex(transaction->id)));
    }
    out.push_back(std::make_shared<const Transaction>(std::move(*transaction)));
  }
  return out;
}

Result<void> check_blocks(const std::vector<CertifiedBlock>& blocks, Height from, const Hash& chain,
                          const ValidatorSet& set) {
  Height height = from;
  const BlockHeader* before = nullptr;
  for (const CertifiedBlock& block : blocks) {
    const auto& [header, certificate] = block.certified;
    if (header.chain_id != chain) {
      return fail(Code::wrong_chain,
                  fmt::format("block {} is of chain {}", height.value(), to_hex(header.chain_id)));
    }
    if (header.height != height || block.batch.height != height) {
      return bad_block(height, "it has another height");
    }
    if (batch_digest(chain, block.batch) != header.batch_digest) {
      return bad_block(height, "its batch is another one");
    }
    if (before != nullptr && header.parent_hash != block_hash(*before)) {
      return bad_block(height, "it does not follow the one before");
    }
    const bool is_last = &block == &blocks.back();
    if (!certificate.signers.empty() || is_last) {
      if (auto ok = verify_certificate(certificate, header, set); !ok) return ok;
    }
    before = &header;
    height = height.next();
  }
  return {};
}

}  // namespace generion::node
