#include "rpc/page.h"

#include <fmt/core.h>

#include "base/base64.h"
#include "base/hex.h"
#include "wire/proof.h"

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

std::vector<Parameter> with_proven_page(std::vector<Parameter> own) {
  std::vector<Parameter> out = with_page(std::move(own));
  out.back().description =
      "of the state to ask; the newest if left out, with proof the newest that has a certificate";
  out.push_back({.name = "proof",
                 .type = ParameterType::flag,
                 .is_optional = true,
                 .description = "whether to prove the entries, and what counts them"});
  return out;
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

Page::Page(std::shared_ptr<const Version> version, Wish wish, std::string question, Bytes after,
           Memory memory)
    : version_(std::move(version)),
      wish_(wish),
      question_(std::move(question)),
      after_(std::move(after)),
      memory_(std::move(memory)),
      items_(memory_) {}

Result<Page> Page::open(const Context& context, const Arguments& arguments, const Memory& memory) {
  const Wish wish{arguments.number("limit").value_or(limits::kPageDefault),
                  arguments.flag("proof")};
  std::string question = arguments.fingerprint();
  if (!arguments.has("cursor")) {
    auto version = version_for(context, arguments);
    if (!version) return fail(version.error());
    return Page(std::move(*version), wish, std::move(question), {}, memory);
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
  return Page(std::move(*version), wish, std::move(question), std::move(position->after), memory);
}

std::size_t Page::prove(const std::vector<Bytes>& objects) {
  std::size_t bytes = 0;
  if (!wish_.proof) return bytes;
  for (const Bytes& key : objects) {
    if (!proven_.insert(key).second) continue;
    auto proof = version_->prove_object(key);
    if (!proof) {
      if (!failure_) failure_ = proof.error();
      continue;
    }
    bytes += wire::object_proof_bytes_max(*proof) / 3 * 4 + 4;
    proofs_.push_back(std::move(*proof));
  }
  return bytes;
}

bool Page::add(Json entry, Bytes place, std::size_t bytes, const std::vector<Bytes>& objects) {
  is_full_ = is_full_ || items_.size() >= wish_.limit;
  if (is_full_) return false;
  const std::size_t proofs_before = proofs_.size();
  bytes += prove(objects);
  // At least one entry, or the list would never go on.
  is_full_ = !items_.empty() && bytes_ + bytes > limits::kPageBytesMax;
  if (is_full_) {
    proofs_.erase(proofs_.begin() + static_cast<std::ptrdiff_t>(proofs_before), proofs_.end());
    return false;
  }
  items_.emplace_back(std::move(entry));
  bytes_ += bytes;
  last_place_ = std::move(place);
  return true;
}

Answer Page::finish() && {
  if (failure_) return std::unexpected(Failure(*failure_));
  JsonObject out(5, memory_);
  out.emplace("items", std::move(items_));
  out.emplace("height", version_->height().value());
  if (is_full_) {
    out.emplace("cursor", encode_cursor(question_, {version_->height(), std::move(last_place_)}));
  }
  if (wish_.proof) {
    auto certificate = version_->certificate();
    if (!certificate) return std::unexpected(Failure(certificate.error()));
    auto changes = version_->set_changes();
    if (!changes) return std::unexpected(Failure(changes.error()));
    out.emplace("proof", to_base64(wire::encode_objects_proof(
                             {std::move(proofs_), version_->header(), std::move(*certificate),
                              std::move(*changes)})));
    out.emplace("block_hash", to_hex(version_->block_hash()));
  }
  return Json(std::move(out));
}

}  // namespace generion::rpc
