#include "audit/checked_block.h"

#include <fmt/format.h>

#include "base/hex.h"
#include "base/limits.h"
#include "contract/check_proofs.h"

namespace generion::audit {
namespace {

struct Wrong {
  std::string object;
  std::string expected;
  std::string found;
};

// `id` is what the batch names at this place; nullptr: it names none.
std::optional<Wrong> check(wire::StoredEnvelope& envelope, const TxId* id, const Hash& chain,
                           std::shared_ptr<const Transaction>& out) {
  if (id == nullptr) return Wrong{"batch", "an id for each transaction", "a transaction too many"};
  if (envelope.attachments > limits::kOperationsMax * limits::kRecordsPerOrderMax) {
    return Wrong{"attachments", "no more than its operations refer to",
                 fmt::format("{}", envelope.attachments)};
  }
  auto checked = check_transaction(
      {std::move(envelope.body), envelope.signature, std::vector<Bytes>(envelope.attachments)},
      Attachments::may_be_erased);
  if (!checked) {
    return Wrong{"body", "a well-formed transaction",
                 fmt::format("{}: {}", code_name(checked.error().code), checked.error().message)};
  }
  if (checked->id != *id) {
    return Wrong{"body", fmt::format("the body of transaction {}", to_hex(*id)),
                 fmt::format("that of {}", to_hex(checked->id))};
  }
  if (checked->body.chain_id != chain) {
    return Wrong{"chain", to_hex(chain), to_hex(checked->body.chain_id)};
  }
  if (!verify_transaction(*checked)) {
    return Wrong{"signature",
                 fmt::format("a signature of {} over the body", to_hex(checked->body.sender)),
                 "one that does not hold"};
  }
  if (const auto proven = contract::check_proofs(*checked); !proven) {
    return Wrong{"proofs", "relock proofs, capsules and further signatures that hold",
                 fmt::format("{}: {}", code_name(proven.error().code), proven.error().message)};
  }
  out = std::make_shared<const Transaction>(std::move(*checked));
  return std::nullopt;
}

}  // namespace

std::unique_ptr<CheckedBlock> make_unchecked(wire::ArchivedBlock block) {
  auto out = std::make_unique<CheckedBlock>();
  out->block = std::move(block);
  out->hash = block_hash(out->block.header);
  out->transactions.resize(out->block.envelopes.size());
  out->faults.resize(out->block.envelopes.size());
  if (out->block.certificate) out->seal_holds.resize(out->block.certificate->signers.size());
  return out;
}

std::unique_ptr<CheckedBlock> check_alone(wire::ArchivedBlock block, const Hash& chain) {
  auto out = make_unchecked(std::move(block));
  check_seals(*out);
  for (std::uint32_t place = 0; place < out->transactions.size(); ++place) {
    check_transaction_at(*out, place, chain);
  }
  return out;
}

void check_transaction_at(CheckedBlock& block, std::uint32_t place, const Hash& chain) {
  const auto& ids = block.block.batch.ids;
  const TxId* id = place < ids.size() ? &ids[place] : nullptr;
  auto wrong = check(block.block.envelopes[place], id, chain, block.transactions[place]);
  if (!wrong) return;
  block.faults[place] = Fault{block.block.header.height,
                              place,
                              id == nullptr ? std::nullopt : std::optional(*id),
                              std::move(wrong->object),
                              std::move(wrong->expected),
                              std::move(wrong->found)};
}

void check_seals(CheckedBlock& block) {
  if (!block.block.certificate) return;
  const auto& signers = block.block.certificate->signers;
  const Bytes message = seal_message(block.hash);
  for (std::size_t i = 0; i < signers.size(); ++i) {
    block.seal_holds[i] =
        crypto::verify_signature(signers[i].key, kSealTag, message, signers[i].signature) ? 1 : 0;
  }
}

}  // namespace generion::audit
