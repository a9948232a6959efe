// The numbers and names that the whole program speaks in.
#pragma once

#include "base/bytes.h"
#include "base/strong_id.h"
#include "crypto/capsule.h"
#include "crypto/hash.h"
#include "crypto/keys.h"
#include "crypto/relock.h"

namespace generion {

using crypto::Hash;
using crypto::Lock;
using crypto::PublicKey;
using crypto::ReaderKey;
using crypto::RelockProof;
using crypto::Signature;

using Height =
    StrongId<struct HeightTag>;  // block number; 0 is the genesis state, the first block is 1
using Epoch = StrongId<struct EpochTag>;            // from 0
using View = StrongId<struct ViewTag>;              // from 0 in each epoch
using Slot = StrongId<struct SlotTag>;              // place of an object in the state tree, from 0
using UserId = StrongId<struct UserIdTag>;          // dense, from 1
using RecordId = StrongId<struct RecordIdTag>;      // dense, from 1
using ShareId = StrongId<struct ShareIdTag>;        // dense, from 1
using OrderId = StrongId<struct OrderIdTag>;        // dense, from 1
using ProposalId = StrongId<struct ProposalIdTag>;  // dense, from 1
using TimeMs = StrongId<struct TimeMsTag>;          // milliseconds since 1970-01-01 UTC

// A user, institution or validator: its Ed25519 public key. Text form: types/address.h.
using Address = PublicKey;

// 6 bytes valid_until_ms, then the first 26 of tx_hash: ids arrive nearly in order.
using TxId = FixedBytes<32, struct TxIdTag>;

using Nonce = FixedBytes<16, struct NonceTag>;

}  // namespace generion
