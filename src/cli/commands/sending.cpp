#include "cli/commands/sending.h"

#include <fmt/format.h>

#include "base/base64.h"
#include "base/hex.h"

namespace generion::cli {
namespace {

constexpr std::uint64_t kMsPerSecond = 1'000;
constexpr std::uint64_t kValidForMaxSeconds = 3'600;  // the default transaction window

}  // namespace

void add_wait_option(CLI::App& app, std::string& wait) {
  app.add_option("--wait", wait, "Return when it is accepted, executed or sealed (with a proof)")
      ->check(CLI::IsMember({"accepted", "executed", "sealed"}))
      ->capture_default_str();
}

void add_signing_options(CLI::App& app, SendArgs& args) {
  app.add_option("--key", args.key_file,
                 "Sign with this key file instead of the key directory's selected key");
  app.add_option("--valid-for", args.valid_for_s, "Seconds in which it must be executed")
      ->check(CLI::Range(std::uint64_t{1}, kValidForMaxSeconds))
      ->capture_default_str();
}

void add_send_options(CLI::App& app, SendArgs& args) {
  add_signing_options(app, args);
  add_wait_option(app, args.wait);
}

Result<client::Wait> parse_wait(std::string_view text) {
  if (const auto wait = wait_from(text)) return *wait;
  return fail(Code::usage,
              fmt::format("--wait is {}; it takes accepted, executed or sealed", text));
}

Result<Sending> begin_sending(Context& context, const SendArgs& args) {
  // The node comes first: nobody types a passphrase for a node that is not there.
  if (const auto node = context.node(); !node) return fail(node.error());
  if (const auto chain = context.chain(); !chain) return fail(chain.error());
  auto key = context.signing_key(args.key_file);
  if (!key) return fail(key.error());
  return begin_sending(context, std::move(*key));
}

Result<Sending> begin_sending(Context& context, crypto::SigningKey key) {
  const auto node = context.node();
  if (!node) return fail(node.error());
  const auto chain = context.chain();
  if (!chain) return fail(chain.error());
  client::TransactionBuilder builder(*chain, key.public_key());
  return Sending{*node, *chain, std::move(key), std::move(builder)};
}

Result<crypto::SigningKey> recovery_key(Context& context) {
  const auto chain = context.chain();
  if (!chain) return fail(chain.error());
  const auto store = context.unlocked_key_store();
  if (!store) return fail(store.error());
  return (*store)->role_key(*chain, crypto::KeyRole::recovery, 0);
}

Result<void> check_outcome(const client::Outcome& outcome) {
  switch (outcome.state) {
    case client::TxState::accepted:
    case client::TxState::executed:
      return {};
    case client::TxState::refused: {
      const std::string where =
          outcome.failed_operation ? fmt::format(" (operation {})", *outcome.failed_operation) : "";
      const std::string why =
          outcome.message.empty() ? std::string(code_name(outcome.code)) : outcome.message;
      return fail(outcome.code, fmt::format("the chain refused the transaction{}: {}", where, why));
    }
    case client::TxState::expired:
      return fail(Code::expired,
                  fmt::format("transaction {} was not executed in its time; it never will be",
                              to_hex(outcome.tx_id)));
    case client::TxState::unknown:
      return fail(Code::not_found,
                  fmt::format("the node knows no transaction {}", to_hex(outcome.tx_id)));
  }
  return fail(Code::malformed, "the node told a state of the transaction that does not exist");
}

Result<client::Outcome> finish_sending(Context& context, Sending& sending, const SendArgs& args) {
  const auto wait = parse_wait(args.wait);
  if (!wait) return fail(wait.error());
  auto unsigned_tx = sending.builder.build(context.now(), args.valid_for_s * kMsPerSecond);
  if (!unsigned_tx) return fail(unsigned_tx.error());
  const auto signed_tx = client::sign(std::move(*unsigned_tx), sending.key);
  if (!signed_tx) return fail(signed_tx.error());
  const auto id = client::id_of(*signed_tx);
  if (!id) return fail(id.error());
  const auto outcome = client::send_transaction(*sending.node, *signed_tx, *wait);
  if (!outcome) {
    const Error& error = outcome.error();
    if (error.code != Code::unreachable && error.code != Code::timed_out) return fail(error);
    return fail(error.code,
                fmt::format("{}; whether transaction {} took effect is open: `generion tx wait {}`",
                            error.message, to_hex(*id), to_hex(*id)));
  }
  if (const auto checked = check_outcome(*outcome); !checked) return fail(checked.error());
  return outcome;
}

Result<Report> send_operations(Context& context, const SendArgs& args,
                               std::vector<Operation> operations, std::string_view done) {
  auto sending = begin_sending(context, args);
  if (!sending) return fail(sending.error());
  for (Operation& operation : operations) sending->builder.add(std::move(operation));
  const auto outcome = finish_sending(context, *sending, args);
  if (!outcome) return fail(outcome.error());
  return outcome_report(*outcome, done);
}

boost::json::object outcome_json(const client::Outcome& outcome) {
  boost::json::object out{{"tx_id", to_hex(outcome.tx_id)},
                          {"state", std::string(tx_state_name(outcome.state))},
                          {"sealed", outcome.sealed}};
  if (outcome.height) out["height"] = outcome.height->value();
  if (outcome.state == client::TxState::refused) {
    out["code"] = std::string(code_name(outcome.code));
    out["message"] = outcome.message;
    if (outcome.failed_operation) out["failed_operation"] = *outcome.failed_operation;
  }
  boost::json::array ids;
  for (const std::uint64_t id : outcome.new_ids) ids.push_back(id);
  out["new_ids"] = std::move(ids);
  if (!outcome.proof.empty()) out["proof"] = to_base64(outcome.proof);
  return out;
}

Report outcome_report(const client::Outcome& outcome, std::string_view done) {
  std::string text(done);
  if (!outcome.new_ids.empty()) text += fmt::format(", id {}", fmt::join(outcome.new_ids, ", "));
  text += fmt::format("\ntransaction {} {}", to_hex(outcome.tx_id), tx_state_name(outcome.state));
  if (outcome.height) text += fmt::format(" in block {}", outcome.height->value());
  if (outcome.sealed) text += ", sealed";
  return {.json = outcome_json(outcome), .text = text};
}

}  // namespace generion::cli
