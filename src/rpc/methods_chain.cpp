// Methods about blocks and the node.
#include <fmt/core.h>

#include <boost/json/parse.hpp>

#include "base/base64.h"
#include "base/hex.h"
#include "rpc/method_table.h"
#include "rpc/results.h"
#include "wire/proof.h"

namespace generion::rpc {
namespace {

std::unexpected<Failure> failed(Error error) {
  return std::unexpected(Failure(std::move(error)));
}

Answer get_status(const Context& context, const Arguments&, const Memory& memory) {
  return to_json(context.backend.status(), context.backend.genesis(), context.backend.chain_id(),
                 memory);
}

Answer get_genesis(const Context& context, const Arguments&, const Memory& memory) {
  return boost::json::parse(genesis_json(context.backend.genesis()), memory);
}

Answer get_block(const Context& context, const Arguments& arguments, const Memory& memory) {
  const auto block = context.backend.block(Height(*arguments.number("height")));
  if (!block) return failed(block.error());
  return to_json(*block, memory);
}

Answer get_block_range(const Context& context, const Arguments& arguments, const Memory& memory) {
  const Height last = context.backend.heights().executed;
  const std::uint64_t from = *arguments.number("from_height");
  if (from > last.value()) {
    return failed({Code::height_ahead,
                   fmt::format("from_height is {}, the newest block is {}", from, last.value())});
  }
  const std::uint64_t limit = arguments.number("limit").value_or(limits::kPageDefault);
  JsonArray items(memory);
  for (std::uint64_t height = from; height <= last.value() && height - from < limit; ++height) {
    const auto block = context.backend.header(Height(height));
    if (!block) return failed(block.error());
    JsonObject item = to_json(*block, memory).get_object();
    item.emplace("block_hash", to_hex(block_hash(*block)));
    items.emplace_back(std::move(item));
  }
  JsonObject out(2, memory);
  out.emplace("items", std::move(items));
  out.emplace("height", last.value());
  return Json(std::move(out));
}

// Ends with the block by which it reaches the bytes of a page, so that there is always one.
Answer get_archive_blocks(const Context& context, const Arguments& arguments,
                          const Memory& memory) {
  const Height sealed = context.backend.heights().sealed;
  const std::uint64_t from = *arguments.number("from_height");
  if (from > sealed.value()) {
    return failed({Code::height_ahead,
                   fmt::format("from_height is {}, the newest block with a certificate is {}", from,
                               sealed.value())});
  }
  const std::uint64_t limit = arguments.number("limit").value_or(limits::kPageDefault);
  JsonArray items(memory);
  std::size_t bytes = 0;
  for (std::uint64_t height = from;
       height <= sealed.value() && height - from < limit && bytes < limits::kPageBytesMax;
       ++height) {
    const auto block = context.backend.archived_block(Height(height));
    if (!block) return failed(block.error());
    const std::string text = to_base64(wire::encode_archived_block(*block));
    bytes += text.size();
    items.emplace_back(text);
  }
  JsonObject out(2, memory);
  out.emplace("items", std::move(items));
  out.emplace("sealed_height", sealed.value());
  return Json(std::move(out));
}

Answer get_mempool(const Context& context, const Arguments& arguments, const Memory& memory) {
  const Pending pending =
      context.backend.pending(arguments.number("limit").value_or(limits::kPageDefault));
  JsonArray ids(memory);
  for (const TxId& id : pending.ids) ids.emplace_back(to_hex(id));
  JsonObject out(2, memory);
  out.emplace("count", pending.count);
  out.emplace("tx_ids", std::move(ids));
  return Json(std::move(out));
}

Answer get_certificate(const Context& context, const Arguments& arguments, const Memory& memory) {
  const Height height(*arguments.number("height"));
  const auto block = context.backend.block(height);
  if (!block) return failed(block.error());
  if (!block->certificate) {
    const Height sealed = context.backend.heights().sealed;
    if (height <= sealed) {
      return failed({Code::not_found,
                     fmt::format("block {} has no certificate of its own: that of a later block "
                                 "makes it final; ask for a later height, up to {}",
                                 height.value(), sealed.value())});
    }
    return failed({Code::not_ready, fmt::format("block {} has no certificate yet; sealed is {}",
                                                height.value(), sealed.value())});
  }
  Json out = to_json(*block->certificate, memory);
  out.get_object().emplace("header_bytes", to_base64(encode_header(block->header)));
  return out;
}

Answer get_links(const Context& context, const Arguments& arguments, const Memory& memory) {
  const Height from(arguments.number("from_height").value_or(0));
  const auto found =
      context.backend.links(from, arguments.number("limit").value_or(limits::kPageDefault));
  if (!found) return failed(found.error());
  JsonObject out(3, memory);
  out.emplace("links", to_base64(wire::encode_links(found->links)));
  out.emplace("height",
              found->links.empty() ? from.value() : found->links.back().header.height.value());
  if (found->more) out.emplace("more", true);
  return Json(std::move(out));
}

Parameter limit_parameter(std::string_view description, std::size_t max) {
  return {.name = "limit",
          .type = ParameterType::number,
          .is_optional = true,
          .description = description,
          .min = 1,
          .max = max};
}

Parameter block_parameter() {
  return {.name = "height",
          .type = ParameterType::number,
          .description = "of the block",
          .min = 0,
          .max = limits::kSafeIntegerMax};
}

}  // namespace

std::vector<Method> chain_methods() {
  return {
      {.name = "getStatus",
       .summary = "Where the node and its chain stand",
       .parameters = {},
       .result = "chain_id, chain_name, version, role, epoch, view, height, sealed_height, "
                 "block_hash, ...",
       .handler = get_status},
      {.name = "getGenesis",
       .summary = "The genesis file",
       .parameters = {},
       .result = "the genesis file's JSON",
       .handler = get_genesis},
      {.name = "getBlock",
       .summary = "A block's header, transaction ids and receipts",
       .parameters = {block_parameter()},
       .result = "header, block_hash, tx_ids, skipped, receipts, certificate (if sealed)",
       .handler = get_block},
      {.name = "getBlockRange",
       .summary = "The headers of consecutive blocks",
       .parameters = {{.name = "from_height",
                       .type = ParameterType::number,
                       .description = "of the first block",
                       .min = 1,
                       .max = limits::kSafeIntegerMax},
                      limit_parameter("blocks; 100 if left out", limits::kBlockRangeMax)},
       .result = "items (header with block_hash), height (the newest)",
       .handler = get_block_range},
      {.name = "getArchiveBlocks",
       .summary = "Consecutive final blocks with all that proves them, as archives hold them",
       .parameters = {{.name = "from_height",
                       .type = ParameterType::number,
                       .description = "of the first block",
                       .min = 1,
                       .max = limits::kSafeIntegerMax},
                      limit_parameter("blocks; 100 if left out", limits::kBlockRangeMax)},
       .result = "items (base64 of generion.v1.ArchivedBlock, fewer if they are large), "
                 "sealed_height",
       .handler = get_archive_blocks},
      {.name = "getMempool",
       .summary = "The transactions that wait to be executed",
       .parameters = {limit_parameter("ids; 100 if left out", limits::kPendingIdsMax)},
       .result = "count, tx_ids (in no order)",
       .handler = get_mempool},
      {.name = "getCertificate",
       .summary = "The signatures that make a block final",
       .parameters = {block_parameter()},
       .result = "block_hash, header_bytes (base64), signers",
       .handler = get_certificate},
      {.name = "getLinks",
       .summary = "The certified blocks by which a chain's validators are followed",
       .parameters = {{.name = "from_height",
                       .type = ParameterType::number,
                       .is_optional = true,
                       .description = "of the block that is trusted; the genesis file if left out",
                       .min = 0,
                       .max = limits::kSafeIntegerMax},
                      limit_parameter("changes of the set; 100 if left out",
                                      limits::kSetChangesMax)},
       .result = "links (base64 of a links file), height (of the last), more (if there are)",
       .handler = get_links},
  };
}

}  // namespace generion::rpc
