// relock: a user's records to the reader key of the key that he has now, after a move or a lost
// reader key.
#include <fmt/format.h>

#include "base/limits.h"
#include "cli/commands/handing_over.h"
#include "cli/commands/user_commands.h"
#include "cli/terminal/table.h"
#include "client/reader_keys.h"

namespace generion::cli {
namespace {

struct RelockArgs {
  std::filesystem::path from_keys;
  SendArgs send;
};

struct Skipped {
  RecordId record;
  std::string reason;
};

// What there is to do with a user's records.
struct Plan {
  std::vector<RecordRelocking> relockings;
  std::size_t done_before = 0;  // records that are locked to the new key already
  std::vector<Skipped> skipped;
};

// The keys that may open the old locks.
struct OldKeys {
  const client::KeyStore* own = nullptr;        // of --keys; null if a key file signs
  std::optional<client::KeyStore> former = {};  // of --from-keys
};

Result<OldKeys> old_keys(Context& context, const RelockArgs& args) {
  OldKeys out;
  if (args.send.key_file.empty()) {
    const auto own = context.unlocked_key_store();
    if (!own) return fail(own.error());
    out.own = *own;
  }
  if (!args.from_keys.empty()) {
    auto former = context.unlocked_key_store(args.from_keys);
    if (!former) return fail(former.error());
    out.former = std::move(*former);
  }
  return out;
}

Result<std::optional<crypto::ReaderSecret>> find_secret(const OldKeys& keys, const Hash& chain,
                                                        const ReaderKey& key) {
  for (const client::KeyStore* store : {keys.own, keys.former ? &*keys.former : nullptr}) {
    if (store == nullptr) continue;
    auto found = client::find_reader_secret(*store, chain, key);
    if (!found || *found) return found;
  }
  return std::nullopt;
}

Result<void> plan_record(const Sending& sending, const OldKeys& keys, const ReaderKey& to,
                         RecordId id, Plan& plan) {
  const auto record = client::get_record(*sending.node, id);
  if (!record) return fail(record.error());
  if (record->deleted) return {};
  if (record->pub_key == to) {
    ++plan.done_before;
    return {};
  }
  if (!record->lock) {
    plan.skipped.push_back({id, "in a format of the application that wrote it"});
    return {};
  }
  const auto secret = find_secret(keys, sending.chain, record->pub_key);
  if (!secret) return fail(secret.error());
  if (!*secret) {
    plan.skipped.push_back({id,
                            "locked to a key that is not here: give --from-keys, or ask its "
                            "maker for a new record"});
    return {};
  }
  auto relocking =
      client::relock_record(sending.chain, crypto::owner_context(), *record, **secret, to);
  if (relocking) {
    plan.relockings.push_back({id, *relocking});
  } else {
    plan.skipped.push_back({id, relocking.error().message});
  }
  return {};
}

Result<Plan> make_plan(Context& context, const Sending& sending, const OldKeys& keys,
                       const ReaderKey& to) {
  const auto ids = client::get_record_ids(*sending.node, sending.key.public_key());
  if (!ids) return fail(ids.error());
  Plan out;
  Progress progress = context.progress("locking records anew", "records");
  for (std::size_t i = 0; i < ids->size(); ++i) {
    if (auto ok = plan_record(sending, keys, to, (*ids)[i], out); !ok) return fail(ok.error());
    progress.update(i + 1, ids->size());
  }
  return out;
}

// In as many transactions as the proofs need; the first one publishes the key.
Result<boost::json::array> carry_out(Context& context, Sending& sending, const RelockArgs& args,
                                     const ReaderKey& to, const Plan& plan) {
  const auto user = client::get_user(*sending.node, sending.key.public_key());
  if (!user) return fail(user.error());
  if (user->reader_key != to) sending.builder.set_user_pub_key(to);
  boost::json::array transactions;
  Progress progress = context.progress("relocking", "records");
  std::size_t at = 0;
  while (at < plan.relockings.size() || sending.builder.operation_count() > 0) {
    const std::size_t end = std::min(at + limits::kProofsMax, plan.relockings.size());
    if (at < end) {
      sending.builder.add(
          RelockRecord{to,
                       {plan.relockings.begin() + static_cast<std::ptrdiff_t>(at),
                        plan.relockings.begin() + static_cast<std::ptrdiff_t>(end)}});
    }
    const auto outcome = finish_sending(context, sending, args.send);
    if (!outcome) return fail(outcome.error());
    transactions.push_back(outcome_json(*outcome));
    sending.builder = client::TransactionBuilder(sending.chain, sending.key.public_key());
    at = end;
    progress.update(at, plan.relockings.size());
  }
  return transactions;
}

Report report_of(const Plan& plan, boost::json::array transactions) {
  boost::json::array skipped;
  Table table({{"RECORD", Align::right}, {"WHY IT STAYS AS IT IS"}});
  for (const Skipped& one : plan.skipped) {
    skipped.push_back({{"record_id", one.record.value()}, {"reason", one.reason}});
    table.add({fmt::format("{}", one.record.value()), one.reason});
  }
  std::string text = fmt::format("Relocked {} records; {} were locked to your key before\n",
                                 plan.relockings.size(), plan.done_before);
  if (table.rows() > 0) text += "\n" + table.text();
  return {.json = boost::json::object{{"relocked", plan.relockings.size()},
                                      {"relocked_before", plan.done_before},
                                      {"skipped", std::move(skipped)},
                                      {"transactions", std::move(transactions)}},
          .text = std::move(text),
          .exit_code = plan.skipped.empty() ? ExitCode::ok : ExitCode::incomplete};
}

Result<Report> relock_records(Context& context, const RelockArgs& args) {
  auto sending = begin_sending(context, args.send);
  if (!sending) return fail(sending.error());
  const auto keys = old_keys(context, args);
  if (!keys) return fail(keys.error());
  const ReaderKey to = crypto::ReaderSecret::from_seed(sending->key.seed()).public_key();
  const auto plan = make_plan(context, *sending, *keys, to);
  if (!plan) return fail(plan.error());
  auto transactions = carry_out(context, *sending, args, to, *plan);
  if (!transactions) return fail(transactions.error());
  return report_of(*plan, std::move(*transactions));
}

}  // namespace

void add_user_relock(CLI::App& users, Action& selected) {
  auto [app, args] = add_command<RelockArgs>(
      users, "relock",
      "Publish your key's reader key and lock all of your records to it, after a move", selected,
      relock_records);
  app->add_option("--from-keys", args->from_keys,
                  "Key directory with the phrase that you had before");
  add_send_options(*app, args->send);
}

}  // namespace generion::cli
