// How the contract sees the state: it reads through StateReader and says what to write in
// BlockWrites.
//
// Objects are key -> value and are under the state root (docs/protocol/state.md). Look-ups are an
// index from key to value outside the root; each is a pure function of the chain, rebuilt by
// executing it again.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "types/ids.h"

namespace generion::contract {

class StateReader {
 public:
  virtual ~StateReader() = default;

  // The object's value; nullopt if there is none.
  virtual std::optional<Bytes> object(ByteView key) const = 0;

  // The look-up's value; nullopt if there is none.
  virtual std::optional<Bytes> lookup(ByteView key) const = 0;

  using Entry = std::pair<Bytes, Bytes>;
  // Look-ups whose key starts with `prefix`, ascending, beginning at the first key > `after`
  // (empty: at the first), at most `limit`.
  virtual std::vector<Entry> scan(ByteView prefix, ByteView after, std::size_t limit) const = 0;
};

struct ObjectWrite {
  Bytes key;
  Bytes value;
  bool created = false;  // gets the next slot
};

struct LookupWrite {
  Bytes key;
  std::optional<Bytes> value;  // nullopt removes it
};

// Where an attachment's bytes are filed.
struct AttachmentId {
  Height height;
  std::uint32_t transaction = 0;  // place in the batch's list of ids, skipped ones counted
  std::uint32_t number = 0;       // place in the transaction
  friend auto operator<=>(const AttachmentId&, const AttachmentId&) = default;
};

struct EpochRules;  // contract/epoch_rules.h

// What one block changes. Created objects come first, in the order in which they get their slots;
// changed ones follow, ordered by key. Each key stands once.
struct BlockWrites {
  std::vector<ObjectWrite> objects;
  std::vector<LookupWrite> lookups;    // each key stands once
  std::vector<AttachmentId> erasures;  // to be carried out when the block is stable

  // Of the block's epoch: its last height, once this block or one before it has made it known.
  std::optional<Height> last_height;
  // With that last block: what its successors go by.
  std::shared_ptr<const EpochRules> next_epoch;
};

}  // namespace generion::contract
