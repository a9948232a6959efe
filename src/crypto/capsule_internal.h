// The steps of locking and proving whose random scalars are the caller's: for capsule.cpp,
// relock.cpp and the test vectors. A scalar used twice gives the secrets away; all others call
// lock_capsule and relock.
#pragma once

#include "crypto/capsule.h"
#include "crypto/relock.h"
#include "crypto/ristretto.h"

namespace generion::crypto {

inline const std::uint8_t* c1_of(const Lock& lock) {
  return lock.data();
}
inline const std::uint8_t* c2_of(const Lock& lock) {
  return lock.data() + kPointBytes;
}

// C1 = rB, C2 = K + rP. `reader` is a point (check_reader_key), r a scalar that is not zero. C2 may
// come out as the identity.
Lock lock_with(const CapsuleKey& key, const ReaderKey& reader, const SecretBytes& r);

struct FreshLock {
  Lock lock;
  SecretBytes r;
};

// With a random r, and C2 not the identity.
FreshLock fresh_lock(const CapsuleKey& key, const ReaderKey& reader);

struct RelockSecrets {
  SecretBytes r;  // of to_lock: C1' = rB
  SecretBytes a;  // for the responses, used once
  SecretBytes b;
};

// The statement is true, with owner.public_key() as from_key, and its points are points.
RelockProof prove_relock(const RelockStatement& statement, const ReaderSecret& owner,
                         const RelockSecrets& secrets);

}  // namespace generion::crypto
