// What people name as the place of a chain: an archive, a stopped node's directory, a node's URL.
#pragma once

#include <memory>
#include <string>

#include "audit/block_source.h"
#include "cli/context.h"

namespace generion::cli {

// http://, https:// or unix:.
bool is_node_url(const std::string& place);

// The genesis of the chain there: from --genesis if that was given, else from the place itself. It
// is not trusted. Errors: usage (a node's directory without one), those of reading or asking.
Result<Genesis> genesis_of(Context& context, const std::string& place);

enum class WithAttachments : std::uint8_t {
  no,
  if_there,  // what the place has of them
};

// Opens it at block `from`. Errors: usage (nothing there, which names what can be), those of the
// sources.
Result<std::unique_ptr<audit::BlockSource>> open_source(Context& context, const std::string& place,
                                                        const Hash& chain,
                                                        WithAttachments attachments, Height from);

}  // namespace generion::cli
