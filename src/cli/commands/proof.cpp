#include <fmt/format.h>

#include "base/hex.h"
#include "cli/commands/command.h"
#include "cli/commands/parse.h"
#include "cli/commands/proven_object.h"
#include "cli/terminal/table.h"
#include "client/proof.h"
#include "client/set_chain.h"

namespace generion::cli {
namespace {

struct ProofArgs {
  std::filesystem::path file;
  std::filesystem::path links;
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

bool is_trusted(const client::TrustedBlock& trusted, const BlockHeader& header) {
  return header.height == trusted.height && block_hash(header) == trusted.hash;
}

// From the trusted block, which has to be among the links, the proof's changes of the set, or the
// proof's own.
Result<client::SetChain> from_trusted(const client::TrustedBlock& trusted,
                                      const std::vector<ChainLink>& links, const Proof& proof) {
  for (const auto* blocks : {&links, &proof.set_changes}) {
    for (const ChainLink& link : *blocks) {
      if (is_trusted(trusted, link.header)) return client::SetChain::from(trusted, link);
    }
  }
  if (is_trusted(trusted, proof.header)) return client::SetChain::only(trusted, proof.header);
  return fail(Code::bad_proof,
              fmt::format("neither the proof nor a links file has the trusted block {} with this "
                          "hash; give --links with what `generion query getLinks from_height={}` "
                          "answers",
                          trusted.height.value(), trusted.height.value()));
}

// Who may seal, from --trusted or --genesis and --links.
Result<client::SetChain> trusted_chain(Context& context, const ProofArgs& args,
                                       const Proof& proof) {
  const auto trusted = context.trusted();
  if (!trusted) return fail(trusted.error());
  std::vector<ChainLink> links;
  if (!args.links.empty()) {
    auto loaded = client::load_links(args.links);
    if (!loaded) return fail(loaded.error());
    links = std::move(*loaded);
  }
  std::optional<Hash> chain;
  if (!*trusted || !context.options().genesis.empty()) {
    const auto genesis = context.genesis_file();
    if (!genesis) return fail(genesis.error());
    chain = chain_id(*genesis);
    if (!*trusted) {
      client::SetChain out(trust_anchor(*genesis));
      if (auto ok = out.follow(links); !ok) return fail(ok.error());
      return out;
    }
  }
  auto out = from_trusted(**trusted, links, proof);
  if (!out) return out;
  if (chain && *chain != out->chain_id()) {
    return fail(Code::wrong_chain, fmt::format("the trusted block is of chain {}, the genesis file "
                                               "of {}",
                                               to_hex(out->chain_id()), to_hex(*chain)));
  }
  if (auto ok = out->follow(links); !ok) return fail(ok.error());
  return out;
}

std::string seals_text(const client::SetChain& chain, const Proof& proof) {
  const std::size_t validators = chain.anchor_at(proof.header.height).validators.size();
  // Of a trusted block the seals are not looked at.
  if (validators == 0 || proof.header.height == chain.start()) return "it is the trusted block";
  return fmt::format("{} of {} validators", proof.certificate.signers.size(), validators);
}

Result<Report> verify(Context& context, const ProofArgs& args) {
  if (context.options().trusted.empty()) {
    if (const auto genesis = context.genesis_file(); !genesis) return fail(genesis.error());
  }
  const auto proof = client::load_proof(args.file);
  if (!proof) {
    // For a script, what cannot be read as a proof proves as little as one that does not hold.
    const Error& error = proof.error();
    if (error.code != Code::malformed) return fail(error);
    return fail(Code::bad_proof,
                fmt::format("{} is no proof: {}", args.file.string(), error.message));
  }
  auto chain = trusted_chain(context, args, *proof);
  if (!chain) return fail(chain.error());
  if (auto ok = chain->check(proof->header, proof->certificate, proof->set_changes); !ok) {
    return fail(ok.error());
  }
  if (auto ok = verify_content(*proof); !ok) return fail(ok.error());
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
  fields.emplace_back("seals", seals_text(*chain, *proof));
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
  auto [app, args] = add_command<ProofArgs>(
      root, "verify-proof", "Check a proof file against --genesis or --trusted, without network",
      selected, verify);
  app->add_option("--links", args->links,
                  "Links file: the blocks by which the validators are followed, as the node's "
                  "getLinks gives them");
  app->add_option("FILE", args->file, "Proof file, as the node's getProof gives it")->required();
}

}  // namespace generion::cli
