#include <fmt/format.h>

#include "base/hex.h"
#include "cli/commands/command.h"
#include "cli/commands/listing.h"
#include "cli/commands/sending.h"
#include "cli/terminal/table.h"
#include "client/enrolment.h"
#include "client/importer.h"
#include "types/address.h"

namespace generion::cli {
namespace {

constexpr std::size_t kAdmissionsPerTransaction = 200;

struct NewArgs {
  std::filesystem::path out;
  bool plain = false;
};

struct EnrollArgs {
  std::vector<std::filesystem::path> files;
  std::filesystem::path patients;
  SendArgs send;
};

struct AnchorArgs {
  std::string root;
  std::uint64_t count = 0;
  SendArgs send;
};

Result<Report> new_institution(Context& context, const NewArgs& args) {
  const auto secret = context.new_passphrase(args.out.string(), protection_of(args.plain));
  if (!secret) return fail(secret.error());
  const auto key = crypto::SigningKey::generate();
  const auto written = client::write_key_file(args.out, crypto::KeyKind::institution, key, *secret);
  if (!written) return fail(written.error());
  const std::string address = address_text(key.public_key());
  return Report{
      .json = boost::json::object{{"file", args.out.string()}, {"address", address}},
      .text = fmt::format("Made {}; it is accredited when the genesis file names its address "
                          "(generion init --institution)\n{}",
                          args.out.string(), field_lines({{"address", address}}))};
}

// Each enrolment is checked before the first user is admitted.
Result<std::vector<Address>> enrolled_addresses(const EnrollArgs& args, const Hash& chain) {
  std::vector<Address> out;
  if (!args.patients.empty()) {
    const auto list = client::PatientList::load(args.patients, chain);
    if (!list) return fail(list.error());
    out = list->addresses();
  }
  for (const auto& file : args.files) {
    const auto enrolment = client::load_enrolment(file, chain);
    if (!enrolment) return fail(enrolment.error());
    out.push_back(enrolment->address);
  }
  std::ranges::sort(out);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  if (out.empty())
    return fail(Code::usage, "nobody to admit; give enrolment files, or --patients LIST");
  return out;
}

Result<std::vector<Address>> not_yet_admitted(client::Rpc& node,
                                              const std::vector<Address>& addresses) {
  std::vector<Address> out;
  for (const Address& address : addresses) {
    const auto user = client::get_user(node, address);
    if (user) continue;
    if (user.error().code != Code::not_found && user.error().code != Code::user_not_found) {
      return fail(user.error());
    }
    out.push_back(address);
  }
  return out;
}

Result<Report> enroll(Context& context, const EnrollArgs& args) {
  const auto chain = context.chain();
  if (!chain) return fail(chain.error());
  const auto addresses = enrolled_addresses(args, *chain);
  if (!addresses) return fail(addresses.error());
  const auto node = context.node();
  if (!node) return fail(node.error());
  const auto missing = not_yet_admitted(**node, *addresses);
  if (!missing) return fail(missing.error());

  boost::json::array transactions;
  if (!missing->empty()) {
    auto sending = begin_sending(context, args.send);
    if (!sending) return fail(sending.error());
    Progress progress = context.progress("admitting", "users");
    for (std::size_t at = 0; at < missing->size(); at += kAdmissionsPerTransaction) {
      const std::size_t end = std::min(at + kAdmissionsPerTransaction, missing->size());
      sending->builder = client::TransactionBuilder(*chain, sending->key.public_key());
      sending->builder.admit_users({missing->begin() + static_cast<std::ptrdiff_t>(at),
                                    missing->begin() + static_cast<std::ptrdiff_t>(end)});
      const auto outcome = finish_sending(context, *sending, args.send);
      if (!outcome) return fail(outcome.error());
      transactions.push_back(outcome_json(*outcome));
      progress.update(end, missing->size());
    }
  }
  const std::size_t before = addresses->size() - missing->size();
  return Report{
      .json = boost::json::object{{"admitted", missing->size()},
                                  {"admitted_before", before},
                                  {"transactions", std::move(transactions)}},
      .text = fmt::format("Admitted {} users; {} were admitted before", missing->size(), before)};
}

Result<Report> anchor_log(Context& context, const AnchorArgs& args) {
  const auto bytes = from_hex(args.root);
  const auto root = bytes ? Hash::from(*bytes) : std::nullopt;
  if (!root) {
    return fail(Code::usage, fmt::format("ROOT is \"{}\"; it takes a hash, {} hexadecimal digits",
                                         args.root, Hash::kSize * 2));
  }
  return send_operations(context, args.send, {AnchorLog{*root, args.count}},
                         fmt::format("Anchored the access log at {} entries", args.count));
}

Result<Report> list_institutions(Context& context, const PageArgs& args) {
  return list_report(context, "getInstitutionList", {}, args,
                     {{"NAME", "name"},
                      {"KIND", "kind"},
                      {"STATUS", "status"},
                      {"ADDRESS", "address"},
                      {"DATA SOURCE", "data_source_url"}},
                     "No institution is accredited.");
}

}  // namespace

void add_institution(CLI::App& root, Action& selected) {
  CLI::App& group =
      add_group(root, "institution", "An institution's key, and the users whom it admits");
  auto made = add_command<NewArgs>(group, "new", "Make an institution's key file", selected,
                                   new_institution);
  made.app->add_option("--out", made.args->out, "Key file to make")->required();
  made.app->add_flag("--plain", made.args->plain,
                     "No passphrase: the file is protected by its mode only");
  auto admitted = add_command<EnrollArgs>(
      group, "enroll", "Check patients' enrolments and admit those who are not yet", selected,
      enroll);
  admitted.app->add_option("FILE", admitted.args->files,
                           "Enrolments, made by `generion keys enroll`");
  admitted.app->add_option(
      "--patients", admitted.args->patients,
      "List of FHIR identifiers and enrolments, as for `generion record import`");
  add_send_options(*admitted.app, admitted.args->send);
  auto listed = add_command<PageArgs>(group, "list", "The accredited institutions", selected,
                                      list_institutions);
  add_page_options(*listed.app, *listed.args);
  auto anchored = add_command<AnchorArgs>(group, "anchor-log",
                                          "Commit the data source's access log to the chain",
                                          selected, anchor_log);
  anchored.app->add_option("ROOT", anchored.args->root, "The log's root, a hash in hex")
      ->required();
  anchored.app->add_option("COUNT", anchored.args->count, "Entries under the root")
      ->check(CLI::PositiveNumber)
      ->required();
  add_send_options(*anchored.app, anchored.args->send);
}

}  // namespace generion::cli
