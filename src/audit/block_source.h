// Where an audit or an export gets a chain from: an archive, a stopped node's directory, a node.
#pragma once

#include <optional>

#include "base/error.h"
#include "wire/archive.h"

namespace generion::audit {

class BlockSource {
 public:
  virtual ~BlockSource() = default;

  // Blocks in ascending order without a gap, each followed by those of its attachments that the
  // source has, if it has_attachments; nullopt after the last one. An error ends it for good.
  // Errors: malformed (what is there is no block), damaged, io_error, and those of a node.
  virtual Result<std::optional<wire::ArchiveEntry>> next() = 0;

  // The height of the last block that it gives.
  virtual Height last() const = 0;

  virtual bool has_attachments() const = 0;
};

}  // namespace generion::audit
