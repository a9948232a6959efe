#include "cli/commands/proven_listing.h"

#include <fmt/format.h>

#include "base/hex.h"
#include "cli/commands/parse.h"
#include "cli/commands/proven_object.h"
#include "client/light_client.h"

namespace generion::cli {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kMsPerSecond = 1'000;
constexpr std::uint64_t kSecondsPerMinute = 60;

// The light client, and what the asked nodes showed.
struct Proven {
  client::LightClient& light;
  client::LightHead head;
};

// The block under which something was proven.
struct Under {
  BlockHeader header;
  std::size_t signers = 0;
  std::size_t validators = 0;
};

Result<Proven> begin(Context& context) {
  const auto light = context.light();
  if (!light) return fail(light.error());
  auto head = (*light)->refresh(context.now());
  if (!head) return fail(head.error());
  return Proven{**light, std::move(*head)};
}

Under under(const Proven& proven, const BlockHeader& header, std::size_t signers) {
  return {header, signers, proven.light.chain().anchor_at(header.height).validators.size()};
}

std::uint64_t age_ms(Context& context, const Under& block) {
  const std::uint64_t now = context.now().value();
  return now > block.header.time.value() ? now - block.header.time.value() : 0;
}

std::string age_text(std::uint64_t ms) {
  const std::uint64_t seconds = ms / kMsPerSecond;
  return seconds < 2 * kSecondsPerMinute ? fmt::format("{} s", seconds)
                                         : fmt::format("{} min", seconds / kSecondsPerMinute);
}

// "block 57 of 2026-11-28 01:40:02 UTC (3 s ago), sealed by 1 of 1 validators, hash 12ab..."
std::string block_text(Context& context, const Proven& proven, const Under& block) {
  return fmt::format("block {} of {} UTC ({} ago), sealed by {} of {} validators, hash {}{}",
                     block.header.height.value(), time_text(block.header.time),
                     age_text(age_ms(context, block)), block.signers, block.validators,
                     to_hex(block_hash(block.header)),
                     proven.head.peers > 1 ? "; two nodes show this chain" : "");
}

json::object block_json(const Proven& proven, const Under& block) {
  return {{"height", block.header.height.value()},
          {"block_hash", to_hex(block_hash(block.header))},
          {"block_time_ms", block.header.time.value()},
          {"chain_id", to_hex(block.header.chain_id)},
          {"signers", block.signers},
          {"validators", block.validators},
          {"nodes", proven.head.peers}};
}

// What a proof can't tell: whether the nodes know a newer block.
void warn_if_old(Context& context, const Proven& proven, const Under& block) {
  const std::uint64_t age = age_ms(context, block);
  const std::uint64_t every = proven.head.heartbeat_ms;
  if (age <= client::kHeartbeatsMax * every) return;
  context.remark(fmt::format(
      "block {} is {} old, and this chain makes one every {}: the node may be behind, or hide "
      "newer "
      "ones; ask another node",
      block.header.height.value(), age_text(age), age_text(every)));
}

std::unexpected<Error> proven_absent(Context& context, const Proven& proven, RecordId id) {
  const auto counters = proven.light.absent(id);
  if (!counters) return fail(counters.error());
  const Under block = under(proven, counters->header, counters->certificate.signers.size());
  warn_if_old(context, proven, block);
  return fail(Code::record_not_found,
              fmt::format("there is no record {}, proven by the chain's counters as of {}",
                          id.value(), block_text(context, proven, block)));
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
  const auto proven = begin(context);
  if (!proven) return fail(proven.error());
  const auto list = proven->light.list(question);
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
  const Under block = under(*proven, list->header, list->signers);
  warn_if_old(context, *proven, block);
  const std::string shown =
      items.size() == list->items.size() ? "" : fmt::format("; {} of them are shown", items.size());
  std::string text = items_text(items, columns, empty);
  if (!text.ends_with('\n')) text += '\n';
  text += fmt::format("{} all {} {}{}.\nAs of {}.\n",
                      context.coloured(Context::Colour::green, "Proven:"), list->items.size(),
                      client::question_text(question), shown, block_text(context, *proven, block));
  json::object as_of = block_json(*proven, block);
  as_of["complete"] = true;
  as_of["count"] = list->items.size();
  return Report{
      .json =
          json::object{{"items", std::move(items)}, {"more", false}, {"proven", std::move(as_of)}},
      .text = std::move(text)};
}

Result<Report> proven_record_report(Context& context, RecordId id) {
  const auto proven = begin(context);
  if (!proven) return fail(proven.error());
  const Bytes key = contract::record_key(id);
  const auto proof = proven->light.object(key);
  if (!proof && proof.error().code == Code::not_found) return proven_absent(context, *proven, id);
  if (!proof) return fail(proof.error());
  const Bytes& value = std::get<ObjectProof>(proof->content).value;
  const auto record = contract::decode_record(value);
  if (!record) return fail(Code::bad_proof, record.error().message);

  std::map<Bytes, Bytes> known;
  std::vector<Bytes> named{contract::user_key(record->owner)};
  if (record->creator) named.push_back(contract::institution_key(*record->creator));
  for (const Bytes& who : named) {
    const auto found = proven->light.object(who, proof->header.height);
    if (!found) return fail(found.error());
    known[who] = std::get<ObjectProof>(found->content).value;
  }
  const Under block = under(*proven, proof->header, proof->certificate.signers.size());
  warn_if_old(context, *proven, block);
  json::object out = proven_item_json(key, value, known);
  std::string text = fmt::format("{}{} As of {}.\n", object_text(out),
                                 context.coloured(Context::Colour::green, "Proven."),
                                 block_text(context, *proven, block));
  out["proven"] = block_json(*proven, block);
  return Report{.json = std::move(out), .text = std::move(text)};
}

}  // namespace generion::cli
