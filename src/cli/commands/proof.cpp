#include <fmt/format.h>

#include "base/hex.h"
#include "cli/commands/command.h"
#include "cli/commands/parse.h"
#include "cli/commands/proven_object.h"
#include "cli/terminal/table.h"
#include "client/proof.h"

namespace generion::cli {
namespace {

struct ProofArgs {
  std::filesystem::path file;
};

boost::json::object content_json(const Proof& proof, const std::optional<Receipt>& receipt) {
  if (const auto* object = std::get_if<ObjectProof>(&proof.content)) {
    boost::json::object out = proven_object_json(object->key, object->value);
    out["key"] = to_hex(object->key);
    out["value"] = to_hex(object->value);
    out["slot"] = object->slot.value();
    return out;
  }
  boost::json::object out{{"kind", "receipt"}};
  if (receipt) {
    out["tx_hash"] = to_hex(receipt->tx_hash);
    out["code"] = std::string(code_name(receipt->code));
    boost::json::array ids;
    for (const std::uint64_t id : receipt->new_ids) ids.emplace_back(id);
    out["new_ids"] = std::move(ids);
  }
  return out;
}

Result<Report> verify(Context& context, const ProofArgs& args) {
  const auto genesis = context.genesis_file();
  if (!genesis) return fail(genesis.error());
  const auto proof = client::load_proof(args.file);
  if (!proof) {
    // For a script, what cannot be read as a proof proves as little as one that does not hold.
    const Error& error = proof.error();
    if (error.code != Code::malformed) return fail(error);
    return fail(Code::bad_proof,
                fmt::format("{} is no proof: {}", args.file.string(), error.message));
  }
  if (const auto holds = verify_proof(*proof, trust_anchor(*genesis)); !holds)
    return fail(holds.error());
  std::optional<Receipt> receipt;
  if (const auto* content = std::get_if<ReceiptProof>(&proof->content)) {
    auto decoded = verify_receipt_proof(*content, proof->header);
    if (!decoded) return fail(decoded.error());
    receipt = std::move(*decoded);
  }
  boost::json::object json = content_json(*proof, receipt);
  std::vector<std::pair<std::string, std::string>> fields;
  for (const auto& [name, value] : json) {
    if (name == "key" || name == "value") continue;  // bytes for programs
    fields.emplace_back(std::string(name), value.is_string() ? std::string(value.as_string())
                                                             : boost::json::serialize(value));
  }
  fields.emplace_back("block", fmt::format("{} of {} UTC", proof->header.height.value(),
                                           time_text(proof->header.time)));
  fields.emplace_back("seals", fmt::format("{} of {} validators", proof->certificate.signers.size(),
                                           genesis->validators.size()));
  json["holds"] = true;
  json["height"] = proof->header.height.value();
  json["block_hash"] = to_hex(block_hash(proof->header));
  json["chain_id"] = to_hex(proof->header.chain_id);
  return Report{
      .json = std::move(json),
      .text = fmt::format("{}\n{}", context.coloured(Context::Colour::green, "The proof holds."),
                          field_lines(fields))};
}

}  // namespace

void add_proof(CLI::App& root, Action& selected) {
  auto [app, args] = add_command<ProofArgs>(root, "verify-proof",
                                            "Check a proof file against --genesis, without network",
                                            selected, verify);
  app->add_option("FILE", args->file, "Proof file, as the node's getProof gives it")->required();
}

}  // namespace generion::cli
