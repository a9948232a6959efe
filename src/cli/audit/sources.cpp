#include "cli/audit/sources.h"

#include <fmt/format.h>

#include "audit/archive.h"
#include "audit/directory_source.h"
#include "base/file.h"
#include "base/limits.h"
#include "cli/audit/rpc_source.h"

namespace generion::cli {
namespace {

namespace fs = std::filesystem;

template <class Source>
Result<std::unique_ptr<audit::BlockSource>> as_source(Result<std::unique_ptr<Source>> opened) {
  if (!opened) return fail(opened.error());
  return std::move(*opened);
}

}  // namespace

bool is_node_url(const std::string& place) {
  return place.starts_with("http://") || place.starts_with("https://") ||
         place.starts_with("unix:");
}

Result<Genesis> genesis_of(Context& context, const std::string& place) {
  if (!context.options().genesis.empty()) return context.genesis_file();
  if (is_node_url(place)) {
    const auto node = context.connect(place);
    if (!node) return fail(node.error());
    const auto answer = (*node)->call("getGenesis", {});
    if (!answer) return fail(answer.error());
    return parse_genesis(boost::json::serialize(*answer));
  }
  std::error_code error;
  for (const fs::path& path : {fs::path(place) / audit::kArchiveGenesis,
                               fs::path(place).parent_path() / audit::kArchiveGenesis}) {
    if (!fs::is_regular_file(path, error)) continue;
    const auto text = read_file(path, limits::kGenesisBytesMax);
    if (!text) return fail(text.error());
    return parse_genesis(*text);
  }
  return fail(Code::usage,
              fmt::format("there is no genesis file in {}; give it by --genesis", place));
}

Result<std::unique_ptr<audit::BlockSource>> open_source(Context& context, const std::string& place,
                                                        const Hash& chain,
                                                        WithAttachments attachments, Height from) {
  if (is_node_url(place)) {
    auto node = context.connect(place);
    if (!node) return fail(node.error());
    return as_source(RpcSource::open(std::move(*node), from));
  }
  if (const auto data = audit::find_node_data(place)) {
    const bool wanted = attachments == WithAttachments::if_there;
    return as_source(audit::DirectorySource::open(*data, chain, wanted, from));
  }
  if (audit::is_archive(place)) {
    return as_source(audit::ArchiveSource::open(place, chain, from));
  }
  return fail(Code::usage,
              fmt::format("{} is neither an archive (a directory with {} and files of blocks), nor "
                          "a node's directory, nor a URL such as http://127.0.0.1:8564",
                          place, audit::kArchiveGenesis));
}

}  // namespace generion::cli
