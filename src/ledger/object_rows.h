// All objects of one version of the state, in the order of their keys.
#pragma once

#include <memory>
#include <vector>

#include "ledger/state_version.h"

namespace generion::ledger {

struct ObjectRow {
  Bytes key;
  Slot slot;
  Bytes value;
};

class ObjectRows {
 public:
  virtual ~ObjectRows() = default;

  // The first `limit` with a key above `after` (empty: from the first). Errors: damaged, io_error.
  virtual Result<std::vector<ObjectRow>> after(ByteView after, std::size_t limit) const = 0;
};

// Of a version that the ledger gave; keeps its height readable as that does.
std::shared_ptr<const ObjectRows> object_rows(std::shared_ptr<const StateVersion> version);

}  // namespace generion::ledger
