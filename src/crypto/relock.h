// Relocking (docs/protocol/capsules.md): the owner of a capsule locks its key to another reader and
// proves that both locks hold the same key. Whoever checks the proof learns nothing of that key.
//
//   auto relocked = relock(chain, delivery_context(order_id), record_id, owner, lock, buyer_key);
//   ...
//   auto ok = check_relock({chain, delivery_context(order_id), record_id, owner_key, lock,
//                           buyer_key, relocked->lock}, relocked->proof);
//
// A proof holds for its statement alone: for no other chain, context, record, key or lock. Nothing
// here proves that the capsule's key opens a document, or that the document is true.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/error.h"
#include "crypto/capsule.h"
#include "crypto/hash.h"
#include "crypto/keys.h"

namespace generion::crypto {

// The challenge e and the responses z1 and z2: three canonical scalars, 32 bytes each,
// little-endian.
using RelockProof = FixedBytes<96, struct RelockProofTag>;

// What the new lock is for.
using RelockContext = FixedBytes<32, struct RelockContextTag>;

// For a share: the grantee's address.
RelockContext share_context(const PublicKey& grantee);

// For a delivery: 24 zero bytes and the order id, big-endian.
RelockContext delivery_context(std::uint64_t order_id);

// For the owner's own new reader key: the text "relock" and 26 zero bytes.
RelockContext owner_context();

// What a proof says: `from_lock`, which is for `from_key`, and `to_lock`, which is for `to_key`,
// hold the same key, and whoever made the proof knows from_key's secret.
struct RelockStatement {
  Hash chain;  // hash of the chain id
  RelockContext context;
  std::uint64_t record_id = 0;
  ReaderKey from_key;  // P
  Lock from_lock;      // C1, C2
  ReaderKey to_key;    // Q
  Lock to_lock;        // C1', C2'
};

struct Relocked {
  Lock lock;  // fresh: no two look alike
  RelockProof proof;
};

// Locks the key in `from`, which is `owner`'s, to the reader `to`. Errors: bad_key, `to` is not the
// encoding of a point or is the identity; bad_capsule, the same of `from`, or it holds no key.
// Whether `from` was made for `owner` cannot be told: if not, the new lock opens nothing either.
Result<Relocked> relock(const Hash& chain, const RelockContext& context, std::uint64_t record_id,
                        const ReaderSecret& owner, const Lock& from, const ReaderKey& to);

// Whether `proof` holds for the statement. Checked cheapest first; errors: bad_proof, a scalar is
// not canonical; bad_key, from_key or to_key is not the encoding of a point or is the identity;
// bad_capsule, the same of a lock; bad_proof, the proof is not for this statement. Pure; its cost
// is that of seven scalar multiplications (docs/protocol/capsules.md has the figure).
Result<void> check_relock(const RelockStatement& statement, const RelockProof& proof);

}  // namespace generion::crypto
