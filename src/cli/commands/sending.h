// What every command that writes to the chain has in common: who signs, how long the transaction
// may wait, and what is told of its outcome.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/commands/command.h"
#include "client/node_api.h"
#include "client/transaction_builder.h"

namespace generion::cli {

struct SendArgs {
  std::filesystem::path key_file;  // empty: the key directory's selected key
  std::string wait = "executed";
  std::uint64_t valid_for_s = 600;
};

// --key and --valid-for; and with --wait.
void add_signing_options(CLI::App& app, SendArgs& args);
void add_send_options(CLI::App& app, SendArgs& args);
void add_wait_option(CLI::App& app, std::string& wait);

Result<client::Wait> parse_wait(std::string_view text);

// The key, the chain and the node of a write, and the builder to fill.
struct Sending {
  client::Rpc* node;
  Hash chain;
  crypto::SigningKey key;
  client::TransactionBuilder builder;
};

Result<Sending> begin_sending(Context& context, const SendArgs& args);
Result<Sending> begin_sending(Context& context, crypto::SigningKey key);

// The recovery key of the key directory's phrase.
Result<crypto::SigningKey> recovery_key(Context& context);

// Builds, signs, sends and waits. A refusal by the contract is an error with its code.
Result<client::Outcome> finish_sending(Context& context, Sending& sending, const SendArgs& args);

// A whole write of operations without attachments; `done` is the report's first line.
Result<Report> send_operations(Context& context, const SendArgs& args,
                               std::vector<Operation> operations, std::string_view done);

// An outcome as JSON (docs/protocol/rpc.md's names), and for people after a first line of `done`.
boost::json::object outcome_json(const client::Outcome& outcome);
Report outcome_report(const client::Outcome& outcome, std::string_view done);

// The error of a transaction that was refused or expired; ok otherwise.
Result<void> check_outcome(const client::Outcome& outcome);

}  // namespace generion::cli
