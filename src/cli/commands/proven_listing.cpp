#include "cli/commands/proven_listing.h"

#include <fmt/format.h>

#include "base/hex.h"
#include "cli/commands/parse.h"
#include "cli/commands/proven_object.h"
#include "client/list_reader.h"
#include "client/node_api.h"

namespace generion::cli {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kMsPerSecond = 1'000;
constexpr std::uint64_t kSecondsPerMinute = 60;
// So many heartbeats without a new block are no longer chance.
constexpr std::uint64_t kHeartbeatsMax = 4;

// The block under which something was proven.
struct Head {
  BlockHeader header;
  std::size_t signers = 0;
};

std::uint64_t age_ms(Context& context, const Head& head) {
  const std::uint64_t now = context.now().value();
  return now > head.header.time.value() ? now - head.header.time.value() : 0;
}

std::string age_text(std::uint64_t ms) {
  const std::uint64_t seconds = ms / kMsPerSecond;
  return seconds < 2 * kSecondsPerMinute ? fmt::format("{} s", seconds)
                                         : fmt::format("{} min", seconds / kSecondsPerMinute);
}

// "block 57 of 2026-11-28 01:40:02 UTC (3 s ago), sealed by 1 of 1 validators, hash 12ab..."
std::string head_text(Context& context, const Genesis& genesis, const Head& head) {
  return fmt::format("block {} of {} UTC ({} ago), sealed by {} of {} validators, hash {}",
                     head.header.height.value(), time_text(head.header.time),
                     age_text(age_ms(context, head)), head.signers, genesis.validators.size(),
                     to_hex(block_hash(head.header)));
}

json::object head_json(const Genesis& genesis, const Head& head) {
  return {{"height", head.header.height.value()},
          {"block_hash", to_hex(block_hash(head.header))},
          {"block_time_ms", head.header.time.value()},
          {"chain_id", to_hex(head.header.chain_id)},
          {"signers", head.signers},
          {"validators", genesis.validators.size()}};
}

// What a proof can't tell: whether the node knows a newer block.
void warn_if_old(Context& context, const Genesis& genesis, const Head& head) {
  const std::uint64_t age = age_ms(context, head);
  if (age <= kHeartbeatsMax * genesis.parameters.heartbeat_ms) return;
  context.remark(fmt::format(
      "block {} is {} old, and this chain makes one every {}: the node may be behind, or hide "
      "newer "
      "ones; ask another node",
      head.header.height.value(), age_text(age), age_text(genesis.parameters.heartbeat_ms)));
}

// The node's proof of an object, verified.
Result<Proof> proof_of(client::Rpc& node, const Bytes& key, std::optional<Height> height,
                       const TrustAnchor& anchor) {
  auto proof = client::get_object_proof(node, key, height);
  if (!proof) return fail(proof.error());
  if (auto ok = verify_proof(*proof, anchor); !ok) return fail(ok.error());
  const auto* object = std::get_if<ObjectProof>(&proof->content);
  if (object == nullptr || object->key != key) {
    return fail(Code::bad_proof, "the node proved another object than the one asked for");
  }
  return proof;
}

std::unexpected<Error> proven_absent(Context& context, const Genesis& genesis, RecordId id,
                                     const Proof& counters) {
  if (auto ok = client::verify_absent(id, counters, trust_anchor(genesis)); !ok) {
    return fail(ok.error());
  }
  const Head head{counters.header, counters.certificate.signers.size()};
  warn_if_old(context, genesis, head);
  return fail(Code::record_not_found,
              fmt::format("there is no record {}, proven by the chain's counters as of {}",
                          id.value(), head_text(context, genesis, head)));
}

}  // namespace

void add_provable_list_options(CLI::App& app, ProvableListArgs& args) {
  add_page_options(app, args.page);
  app.add_flag("--proof", args.proof,
               "Show all, once every entry is proven and that none is missing; needs --genesis")
      ->excludes("--limit");
}

Result<Report> proven_list_report(Context& context, const client::ListQuestion& question,
                                  const std::vector<ListColumn>& columns, std::string_view empty,
                                  const KeepItem& keep) {
  const auto genesis = context.genesis_file();
  if (!genesis) return fail(genesis.error());
  const auto node = context.node();
  if (!node) return fail(node.error());
  const auto list = client::read_proven_list(**node, question, trust_anchor(*genesis));
  if (!list) {
    const Error& error = list.error();
    if (error.code != Code::user_not_found) return fail(error);
    return fail(error.code, error.message +
                                "; this is the node's word: that an address is nobody's can't be "
                                "proven");
  }
  json::array items;
  for (const auto& [key, value] : list->items) {
    json::object item = proven_item_json(key, value, list->others);
    if (!keep || keep(item)) items.push_back(std::move(item));
  }
  const Head head{list->header, list->signers};
  warn_if_old(context, *genesis, head);
  const std::string shown =
      items.size() == list->items.size() ? "" : fmt::format("; {} of them are shown", items.size());
  std::string text = items_text(items, columns, empty);
  if (!text.ends_with('\n')) text += '\n';
  text += fmt::format("{} all {} {}{}.\nAs of {}.\n",
                      context.coloured(Context::Colour::green, "Proven:"), list->items.size(),
                      client::question_text(question), shown, head_text(context, *genesis, head));
  json::object proven = head_json(*genesis, head);
  proven["complete"] = true;
  proven["count"] = list->items.size();
  return Report{
      .json =
          json::object{{"items", std::move(items)}, {"more", false}, {"proven", std::move(proven)}},
      .text = std::move(text)};
}

Result<Report> proven_record_report(Context& context, RecordId id) {
  const auto genesis = context.genesis_file();
  if (!genesis) return fail(genesis.error());
  const auto node = context.node();
  if (!node) return fail(node.error());
  const TrustAnchor anchor = trust_anchor(*genesis);
  const Bytes key = contract::record_key(id);
  const auto proof = proof_of(**node, key, std::nullopt, anchor);
  if (!proof && proof.error().code == Code::not_found) {
    const auto counters = proof_of(**node, contract::counters_key(), std::nullopt, anchor);
    if (!counters) return fail(counters.error());
    return proven_absent(context, *genesis, id, *counters);
  }
  if (!proof) return fail(proof.error());
  const Bytes& value = std::get<ObjectProof>(proof->content).value;
  const auto record = contract::decode_record(value);
  if (!record) return fail(Code::bad_proof, record.error().message);

  std::map<Bytes, Bytes> known;
  std::vector<Bytes> named{contract::user_key(record->owner)};
  if (record->creator) named.push_back(contract::institution_key(*record->creator));
  for (const Bytes& who : named) {
    const auto found = proof_of(**node, who, proof->header.height, anchor);
    if (!found) return fail(found.error());
    known[who] = std::get<ObjectProof>(found->content).value;
  }
  const Head head{proof->header, proof->certificate.signers.size()};
  warn_if_old(context, *genesis, head);
  json::object out = proven_item_json(key, value, known);
  std::string text = fmt::format("{}{} As of {}.\n", object_text(out),
                                 context.coloured(Context::Colour::green, "Proven."),
                                 head_text(context, *genesis, head));
  out["proven"] = head_json(*genesis, head);
  return Report{.json = std::move(out), .text = std::move(text)};
}

}  // namespace generion::cli
