#include <fmt/format.h>

#include "base/byte_io.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/limits.h"
#include "cli/commands/addresses.h"
#include "cli/commands/command.h"
#include "cli/commands/listing.h"
#include "cli/commands/operations_json.h"
#include "cli/commands/parse.h"
#include "cli/commands/sending.h"
#include "cli/terminal/table.h"
#include "types/address.h"
#include "wire/transaction.h"

namespace generion::cli {
namespace {

constexpr int kFileMode = 0600;
constexpr std::uint64_t kMsPerSecond = 1'000;

struct BuildArgs {
  std::filesystem::path operations;
  std::filesystem::path out;
  std::string sender;
  std::uint64_t valid_for_s = 3'600;
};

struct SignArgs {
  std::filesystem::path in;
  std::filesystem::path out;
  std::filesystem::path key_file;
};

struct FileArgs {
  std::filesystem::path file;
  std::string wait = "executed";
};

struct IdArgs {
  std::string id;
  std::uint64_t timeout_s = 60;
  std::string wait = "executed";
};

Result<Bytes> read_transaction_file(const std::filesystem::path& path) {
  return read_file(path, limits::kTransactionFileBytesMax);
}

Result<Report> build(Context& context, const BuildArgs& args) {
  const auto description = read_file(args.operations, limits::kTransactionFileBytesMax);
  if (!description) return fail(description.error());
  const auto chain = context.chain();
  if (!chain) return fail(chain.error());
  const auto sender = address_or_own(context, args.sender);
  if (!sender) return fail(sender.error());
  client::TransactionBuilder builder(*chain, *sender);
  if (const auto added = add_operations(builder, *description); !added) return fail(added.error());
  const auto built = builder.build(context.now(), args.valid_for_s * kMsPerSecond);
  if (!built) return fail(built.error());
  const auto written = write_file_atomic(args.out, wire::encode_unsigned(*built), kFileMode);
  if (!written) return fail(written.error());
  return Report{.json = boost::json::object{{"file", args.out.string()},
                                            {"operations", builder.operation_count()}},
                .text = fmt::format("Wrote {}: {} operations to be signed by {}", args.out.string(),
                                    builder.operation_count(), address_text(*sender))};
}

Result<Report> sign(Context& context, const SignArgs& args) {
  const auto bytes = read_transaction_file(args.in);
  if (!bytes) return fail(bytes.error());
  auto unsigned_tx = wire::decode_unsigned(*bytes);
  if (!unsigned_tx) return fail(unsigned_tx.error());
  const auto key = context.signing_key(args.key_file);
  if (!key) return fail(key.error());
  const auto signed_tx = client::sign(std::move(*unsigned_tx), *key);
  if (!signed_tx) return fail(signed_tx.error());
  const auto id = client::id_of(*signed_tx);
  if (!id) return fail(id.error());
  const auto written = write_file_atomic(args.out, wire::encode_transaction(*signed_tx), kFileMode);
  if (!written) return fail(written.error());
  return Report{.json = boost::json::object{{"file", args.out.string()}, {"tx_id", to_hex(*id)}},
                .text = fmt::format("Wrote {}, transaction {}", args.out.string(), to_hex(*id))};
}

Result<Report> send(Context& context, const FileArgs& args) {
  const auto bytes = read_transaction_file(args.file);
  if (!bytes) return fail(bytes.error());
  const auto transaction = wire::decode_transaction(*bytes);
  if (!transaction) return fail(transaction.error());
  const auto wait = parse_wait(args.wait);
  if (!wait) return fail(wait.error());
  const auto node = context.node();
  if (!node) return fail(node.error());
  const auto outcome = client::send_transaction(**node, *transaction, *wait);
  if (!outcome) return fail(outcome.error());
  if (const auto checked = check_outcome(*outcome); !checked) return fail(checked.error());
  return outcome_report(*outcome, fmt::format("Sent {}", args.file.string()));
}

Result<Report> decode(Context&, const FileArgs& args) {
  const auto bytes = read_transaction_file(args.file);
  if (!bytes) return fail(bytes.error());
  const auto unsigned_tx = wire::decode_unsigned(*bytes);
  Bytes body_bytes;
  boost::json::object json;
  if (unsigned_tx) {
    body_bytes = unsigned_tx->body;
    json["signed"] = false;
  } else {
    auto envelope = wire::decode_transaction(*bytes);
    if (!envelope) return fail(envelope.error());
    auto transaction = check_transaction(std::move(*envelope), Attachments::may_be_erased);
    if (!transaction) return fail(transaction.error());
    body_bytes = transaction->envelope.body;
    json["signed"] = true;
    json["signature_holds"] = verify_transaction(*transaction);
    json["tx_id"] = to_hex(transaction->id);
    json["tx_hash"] = to_hex(transaction->hash);
  }
  const auto body = decode_body(body_bytes);
  if (!body) return fail(body.error());
  for (auto& [name, value] : body_json(*body)) json[name] = std::move(value);
  std::string text = object_text(json);
  return Report{.json = std::move(json), .text = std::move(text)};
}

Result<Report> show(Context& context, const IdArgs& args) {
  const auto id = parse_tx_id(args.id);
  if (!id) return fail(id.error());
  return object_report(context, "getTransaction", {{"tx_id", to_hex(*id)}});
}

// Whether the outcome is what was waited for.
bool has_reached(const client::Outcome& outcome, client::Wait wait) {
  switch (wait) {
    case client::Wait::accepted:
      return true;
    case client::Wait::executed:
      return outcome.state != client::TxState::accepted;
    case client::Wait::sealed:
      return outcome.sealed || outcome.state == client::TxState::expired;
  }
  return true;
}

Error still_unknown(const TxId& id, const IdArgs& args) {
  const TimeMs valid_until(ByteReader(id.view()).u48());
  return {Code::not_found,
          fmt::format("no block that the node has holds transaction {} after {} s; if it was sent, "
                      "it can take effect until {} UTC and never later",
                      args.id, args.timeout_s, time_text(valid_until))};
}

Result<Report> wait_for(Context& context, const IdArgs& args) {
  const auto id = parse_tx_id(args.id);
  if (!id) return fail(id.error());
  const auto wait = parse_wait(args.wait);
  if (!wait) return fail(wait.error());
  const auto node = context.node();
  if (!node) return fail(node.error());
  const std::uint64_t deadline = context.streams().steady_ms() + args.timeout_s * kMsPerSecond;
  constexpr std::uint64_t kBetweenAsksMs = 200;
  while (true) {
    const auto outcome = client::get_outcome(**node, *id);
    if (!outcome) return fail(outcome.error());
    // A node tells of a transaction once it stands in a block; until then it is not known.
    const bool is_known = outcome->state != client::TxState::unknown;
    if (is_known) {
      if (const auto checked = check_outcome(*outcome); !checked) return fail(checked.error());
      if (has_reached(*outcome, *wait)) return outcome_report(*outcome, "Done");
    }
    if (context.streams().steady_ms() >= deadline) {
      if (!is_known) return fail(still_unknown(*id, args));
      return fail(Code::timed_out,
                  fmt::format("transaction {} is {} after {} s; --timeout waits longer", args.id,
                              tx_state_name(outcome->state), args.timeout_s));
    }
    context.streams().sleep_ms(kBetweenAsksMs);
  }
}

}  // namespace

void add_tx(CLI::App& root, Action& selected) {
  CLI::App& group = add_group(root, "tx", "Transactions, also signed on a machine without network");
  auto built = add_command<BuildArgs>(
      group, "build", "Make an unsigned transaction from a JSON file", selected, build);
  built.app
      ->add_option("FILE", built.args->operations,
                   R"({"operations": [{"operation": "verifyRecord", ...}]})")
      ->required();
  built.app->add_option("--out", built.args->out, "File to write")->required();
  built.app->add_option("--sender", built.args->sender,
                        "Who will sign, gen1...; without it, yourself");
  built.app
      ->add_option("--valid-for", built.args->valid_for_s, "Seconds in which it must be executed")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{86'400}))
      ->capture_default_str();
  auto signs = add_command<SignArgs>(
      group, "sign", "Sign an unsigned transaction; needs no network", selected, sign);
  signs.app->add_option("FILE", signs.args->in, "Made by `generion tx build`")->required();
  signs.app->add_option("--out", signs.args->out, "File to write")->required();
  signs.app->add_option(
      "--key", signs.args->key_file,
      "Key file; without it the key directory's selected key, for which --genesis tells the chain");
  auto sent = add_command<FileArgs>(
      group, "send", "Send a signed transaction; sending it again is safe", selected, send);
  sent.app->add_option("FILE", sent.args->file, "Made by `generion tx sign`")->required();
  add_wait_option(*sent.app, sent.args->wait);
  auto decoded =
      add_command<FileArgs>(group, "decode", "Show what a transaction file says", selected, decode);
  decoded.app->add_option("FILE", decoded.args->file, "Signed or not")->required();
  const std::string id_help = "The transaction's id, 64 hexadecimal digits";
  auto shown =
      add_command<IdArgs>(group, "show", "What the node knows of a transaction", selected, show);
  shown.app->add_option("ID", shown.args->id, id_help)->required();
  auto waits = add_command<IdArgs>(group, "wait", "Wait until a transaction is executed or sealed",
                                   selected, wait_for);
  waits.app->add_option("ID", waits.args->id, id_help)->required();
  waits.app->add_option("--timeout", waits.args->timeout_s, "Seconds to wait at most")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{86'400}))
      ->capture_default_str();
  add_wait_option(*waits.app, waits.args->wait);
}

}  // namespace generion::cli
