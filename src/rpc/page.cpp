#include "rpc/page.h"

#include <fmt/core.h>

#include "base/base64.h"
#include "base/hex.h"

namespace generion::rpc {

Parameter height_parameter() {
  return {
      .name = "height",
      .type = ParameterType::number,
      .is_optional = true,
      .description = "of the state to ask, among those that the node keeps; the newest if left out",
      .min = 0,
      .max = limits::kSafeIntegerMax};
}

std::vector<Parameter> with_page(std::vector<Parameter> own) {
  own.push_back({.name = "limit",
                 .type = ParameterType::number,
                 .is_optional = true,
                 .description = "entries of a page; 100 if left out",
                 .min = 1,
                 .max = limits::kPageMax});
  own.push_back({.name = "cursor",
                 .type = ParameterType::text,
                 .is_optional = true,
                 .description = "from the page before",
                 .max = limits::kCursorBytesMax});
  own.push_back(height_parameter());
  return own;
}

std::vector<Parameter> with_proof(std::vector<Parameter> own) {
  Parameter height = height_parameter();
  height.description =
      "of the state to ask; the newest if left out, with proof the newest that has a certificate";
  own.push_back(height);
  own.push_back({.name = "proof",
                 .type = ParameterType::flag,
                 .is_optional = true,
                 .description = "whether to add a proof file of the object"});
  return own;
}

Result<std::shared_ptr<const Version>> version_for(const Context& context,
                                                   const Arguments& arguments) {
  if (const auto height = arguments.number("height"))
    return context.backend.version(Height(*height));
  if (arguments.flag("proof")) return context.backend.version(context.backend.heights().sealed);
  return context.backend.version(std::nullopt);
}

Answer proven(const Version& version, const Arguments& arguments, ByteView key, JsonObject answer) {
  if (!arguments.flag("proof")) return Json(std::move(answer));
  const auto proof = version.prove(key);
  if (!proof) return std::unexpected(Failure(proof.error()));
  answer.emplace("proof", to_base64(*proof));
  answer.emplace("height", version.height().value());
  answer.emplace("block_hash", to_hex(version.block_hash()));
  return Json(std::move(answer));
}

Page::Page(std::shared_ptr<const Version> version, std::size_t limit, std::string question,
           Bytes after, Memory memory)
    : version_(std::move(version)),
      limit_(limit),
      question_(std::move(question)),
      after_(std::move(after)),
      memory_(std::move(memory)),
      items_(memory_) {}

Result<Page> Page::open(const Context& context, const Arguments& arguments, const Memory& memory) {
  const std::size_t limit = arguments.number("limit").value_or(limits::kPageDefault);
  std::string question = arguments.fingerprint();
  if (!arguments.has("cursor")) {
    auto version = version_for(context, arguments);
    if (!version) return fail(version.error());
    return Page(std::move(*version), limit, std::move(question), {}, memory);
  }
  auto position = decode_cursor(question, arguments.text("cursor"));
  if (!position) return fail(position.error());
  const auto height = arguments.number("height");
  if (height && *height != position->height.value()) {
    return fail(Code::bad_params,
                fmt::format("height: the cursor is of height {}, not {}; leave height out",
                            position->height.value(), *height));
  }
  auto version = context.backend.version(position->height);
  if (!version) return fail(version.error());
  return Page(std::move(*version), limit, std::move(question), std::move(position->after), memory);
}

bool Page::add(Json entry, Bytes place, std::size_t bytes) {
  // At least one entry, or the list would never go on.
  is_full_ = is_full_ || items_.size() >= limit_ ||
             (!items_.empty() && bytes_ + bytes > limits::kPageBytesMax);
  if (is_full_) return false;
  items_.emplace_back(std::move(entry));
  bytes_ += bytes;
  last_place_ = std::move(place);
  return true;
}

Json Page::finish() && {
  JsonObject out(3, memory_);
  out.emplace("items", std::move(items_));
  out.emplace("height", version_->height().value());
  if (is_full_) {
    out.emplace("cursor", encode_cursor(question_, {version_->height(), std::move(last_place_)}));
  }
  return out;
}

}  // namespace generion::rpc
