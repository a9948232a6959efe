// What a node checks of what its peers send, before it uses it: all that needs neither state nor
// the replica. Any thread; costs a signature check for each transaction.
#pragma once

#include <vector>

#include "node/batch_store.h"
#include "types/genesis.h"
#include "types/peer_messages.h"

namespace generion::node {

// Shape, sizes and chain: cheap. Errors: those of check_transaction and check_operations,
// wrong_chain.
Result<TransactionPtr> check_peer_shape(SignedTransaction envelope, const Hash& chain,
                                        const Parameters& parameters);

// The sender's signature, then the proofs. With check_peer_shape all that a validator's vote for a
// batch rests on but the time (check_batch). Errors: bad_signature, those of check_proofs.
Result<void> check_peer_signatures(const Transaction& transaction);

// Whether a batch may be voted for, its transactions being good: number and bytes, no id twice,
// each valid at the batch's time. Errors: too_many, too_large, duplicate, expired, too_far_ahead.
Result<void> check_batch(const Bodies& bodies, const Parameters& parameters);

// The transactions of `ids` from `first` on, as a peer sent them; erased attachments are absent.
// Errors: bad_proof (another transaction than the id says, or more than there are), bad_signature,
// those of check_transaction.
Result<std::vector<TransactionPtr>> check_bodies(const std::vector<TxId>& ids, std::size_t first,
                                                 std::vector<SignedTransaction> transactions);

// A range of final blocks that begins at height `from`: chain and numbers, certificates of `set`,
// links, batches. A certificate without signers is allowed where the next block's parent hash
// vouches for the block; the last one has one. The transactions are not looked at. Errors:
// bad_proof, wrong_chain.
Result<void> check_blocks(const std::vector<CertifiedBlock>& blocks, Height from, const Hash& chain,
                          const ValidatorSet& set);

}  // namespace generion::node
