// Proof files (docs/protocol/proofs.md) made from the ledger. Any thread; reads the disk.
#pragma once

#include "ledger/ledger.h"
#include "rpc/backend.h"

namespace generion::node {

// Error not_ready: that height has none.
Result<Certificate> certificate_of(const ledger::Ledger& ledger, Height height);

// The object as it stands in `version`, with its path. Error not_found.
Result<ObjectProof> object_proof(const ledger::StateVersion& version, ByteView key);

// The same as a proof file. Errors: not_found; not_ready if that height has no certificate.
Result<Bytes> prove_object(const ledger::Ledger& ledger, const ledger::StateVersion& version,
                           ByteView key);

// How the transaction ended. Errors: not_found; not_ready if its block has no certificate.
Result<Bytes> prove_receipt(const ledger::Ledger& ledger, const TxId& id);

// Blocks by which the validators are followed, as rpc/backend.h says. Errors: not_ready,
// height_ahead, not_found, damaged.
Result<rpc::LinksView> chain_links(const ledger::Ledger& ledger, Height from, std::size_t limit);

// What the ledger knows of a transaction that ended in a block, without a proof. Error not_found.
Result<rpc::Outcome> stored_outcome(const ledger::Ledger& ledger, const TxId& id);

// The place among a block's receipts of the transaction at `place` in its batch, which was not
// skipped.
std::uint64_t receipt_index(const ledger::Block& block, std::uint32_t place);

// What a receipt says, as an outcome.
rpc::Outcome outcome_of(const TxId& id, const Receipt& receipt, Height height, std::uint64_t index);

}  // namespace generion::node
