#include "cli/audit/rpc_source.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/base64.h"
#include "base/limits.h"

namespace generion::cli {
namespace {

std::unexpected<Error> unreadable(std::string_view what) {
  return fail(Code::malformed, fmt::format("the node's answer to getArchiveBlocks: {}", what));
}

}  // namespace

Result<std::unique_ptr<RpcSource>> RpcSource::open(std::unique_ptr<client::Rpc> node, Height from) {
  const auto status = node->call("getStatus", {});
  if (!status) return fail(status.error());
  const auto* object = status->if_object();
  const auto* sealed = object == nullptr ? nullptr : object->if_contains("sealed_height");
  if (sealed == nullptr || !sealed->is_number()) {
    return fail(Code::malformed, "the node's status has no sealed_height");
  }
  boost::json::error_code error;
  const auto height = sealed->to_number<std::uint64_t>(error);
  if (error) return fail(Code::malformed, "the node's sealed_height is no height");
  std::unique_ptr<RpcSource> out(new RpcSource(std::move(node), from));
  out->last_ = Height(height);
  return out;
}

Result<void> RpcSource::fetch() {
  const std::uint64_t wanted = last_.value() - next_.value() + 1;
  const auto answer = node_->call(
      "getArchiveBlocks", {{"from_height", next_.value()},
                           {"limit", std::min<std::uint64_t>(wanted, limits::kBlockRangeMax)}});
  if (!answer) return fail(answer.error());
  const auto* object = answer->if_object();
  const auto* items = object == nullptr ? nullptr : object->if_contains("items");
  if (items == nullptr || !items->is_array() || items->get_array().empty()) {
    return unreadable("it has no items");
  }
  for (const boost::json::value& item : items->get_array()) {
    const auto* text = item.if_string();
    const auto bytes = text == nullptr ? std::nullopt : from_base64(*text);
    if (!bytes) return unreadable("an item is no base64");
    auto block = wire::decode_archived_block(*bytes);
    if (!block) return fail(block.error());
    fetched_.push_back(std::move(*block));
    next_ = next_.next();
  }
  return {};
}

Result<std::optional<wire::ArchiveEntry>> RpcSource::next() {
  if (fetched_.empty()) {
    if (next_ > last_) return std::nullopt;
    if (auto done = fetch(); !done) return fail(done.error());
  }
  wire::ArchiveEntry out(std::move(fetched_.front()));
  fetched_.pop_front();
  return out;
}

}  // namespace generion::cli
