// The state after one block: what queries and the contract read, and proofs of it.
#pragma once

#include <stdexcept>
#include <vector>

#include "contract/state.h"
#include "types/block.h"

namespace generion::ledger {

// Thrown by reads that have no other way to say it: the disk failed, or a stored value does not
// have its checksum. Nothing that a client sends leads here.
class StorageFailure : public std::runtime_error {
 public:
  explicit StorageFailure(Error error)
      : std::runtime_error(error.message), error_(std::move(error)) {}
  const Error& error() const { return error_; }

 private:
  Error error_;
};

// An object with what is needed to check it against a header's state_root: verify_merkle_path(
// object_leaf(key, value), slot, header.object_count, path, header.state_root).
struct ObjectProof {
  Bytes value;
  Slot slot;
  std::vector<Hash> path;  // from the leaf upwards
};

// Immutable; all methods may be called from any thread. Holding one keeps its height readable, at
// the price of disk space: let go of it when the request is answered. It may outlive the Ledger
// that gave it. The reading methods throw StorageFailure.
class StateVersion : public contract::StateReader {
 public:
  // Height 0 has the genesis header (docs/protocol/blocks.md).
  virtual const BlockHeader& header() const = 0;
  virtual const Hash& hash() const = 0;

  // Error not_found: there is no such object at this height.
  virtual Result<ObjectProof> prove(ByteView key) const = 0;

  Height height() const { return header().height; }
};

}  // namespace generion::ledger
