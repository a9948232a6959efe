#include <fmt/format.h>

#include "base/hex.h"
#include "base/limits.h"
#include "cli/commands/addresses.h"
#include "cli/commands/command.h"
#include "cli/commands/give_out.h"
#include "cli/commands/key_import.h"
#include "cli/commands/key_scan.h"
#include "cli/commands/sending.h"
#include "cli/terminal/prompt.h"
#include "cli/terminal/table.h"
#include "client/enrolment.h"
#include "client/node_api.h"
#include "types/address.h"

namespace generion::cli {
namespace {

constexpr std::size_t kWordsPerLine = 4;

struct NewArgs {
  bool plain = false;
};

struct RestoreArgs {
  std::filesystem::path phrase_file;
  bool plain = false;
};

struct ShowArgs {
  bool phrase = false;
};

struct OutArgs {
  std::filesystem::path out;
};

struct SelectArgs {
  std::uint32_t index = 0;
};

struct NoArgs {};

boost::json::object key_json(const client::UserKey& key) {
  return {{"index", key.index},
          {"address", address_text(key.address)},
          {"reader_key", to_hex(key.reader_key)},
          {"selected", key.selected}};
}

// The words in numbered lines. They go to the terminal, not into the result: a result may be piped
// into a log.
std::string phrase_lines(ByteView phrase) {
  std::string out;
  std::size_t number = 0;
  while (!phrase.empty()) {
    const std::size_t space = std::min(phrase.find(' '), phrase.size());
    out += fmt::format("{:3}. {:<10}", ++number, phrase.substr(0, space));
    if (number % kWordsPerLine == 0) out += '\n';
    phrase.remove_prefix(std::min(space + 1, phrase.size()));
  }
  return out;
}

Result<client::KeyStore> make_store(Context& context, const crypto::SecretBytes& phrase,
                                    bool plain) {
  const auto passphrase = context.new_passphrase(
      fmt::format("the keys in {}", context.options().keys.string()), protection_of(plain));
  if (!passphrase) return fail(passphrase.error());
  auto store =
      client::KeyStore::create(context.options().keys, phrase, crypto::SecretBytes(), *passphrase);
  if (!store) return fail(store.error());
  if (const auto unlocked = store->unlock(*passphrase); !unlocked) return fail(unlocked.error());
  return store;
}

Report key_report(const client::UserKey& key, const Hash& chain, std::string_view done) {
  boost::json::object json = key_json(key);
  json["chain_id"] = to_hex(chain);
  return {.json = std::move(json),
          .text = fmt::format("{}\n{}", done,
                              field_lines({{"address", address_text(key.address)},
                                           {"reader key", to_hex(key.reader_key)},
                                           {"index", fmt::format("{}", key.index)}}))};
}

Result<Report> new_keys(Context& context, const NewArgs& args) {
  const auto chain = context.chain();
  if (!chain) return fail(chain.error());
  const crypto::SecretBytes phrase = client::KeyStore::new_phrase();
  auto store = make_store(context, phrase, args.plain);
  if (!store) return fail(store.error());
  const auto key = store->add_key(*chain);
  if (!key) return fail(key.error());
  if (context.streams().err_is_terminal && !context.options().json) {
    Bytes words = phrase_lines(phrase.view());
    context.streams().err
        << "\nWrite these 24 words on paper. They are your keys: who has them reads and writes "
           "as you,\nand without them nobody can bring your keys back.\n\n"
        << words << '\n';
    crypto::wipe(words);
  } else {
    context.remark("Write the recovery phrase on paper: `generion keys show --phrase` shows it.");
  }
  return key_report(*key, *chain, fmt::format("Made keys in {}", context.options().keys.string()));
}

Result<Report> scan_report(Context& context, client::KeyStore& store, const Hash& chain) {
  const auto found = scan_chain(context, store, chain);
  if (!found) return fail(found.error());
  const auto current = store.current(chain);
  if (!current) return fail(current.error());
  Report out = key_report(*current, chain, fmt::format("The chain knows {} of your keys", *found));
  out.json.as_object()["known_to_chain"] = *found;
  return out;
}

Result<Report> restore_keys(Context& context, const RestoreArgs& args) {
  const auto chain = context.chain();
  if (!chain) return fail(chain.error());
  const auto phrase = args.phrase_file.empty()
                          ? context.streams().ask_secret("Your 24 words, with spaces between")
                          : read_secret_file(args.phrase_file);
  if (!phrase) return fail(phrase.error());
  auto store = make_store(context, *phrase, args.plain);
  if (!store) return fail(store.error());
  return scan_report(context, *store, *chain);
}

Result<Report> scan_keys(Context& context, const NoArgs&) {
  const auto chain = context.chain();
  if (!chain) return fail(chain.error());
  const auto store = context.unlocked_key_store();
  if (!store) return fail(store.error());
  return scan_report(context, **store, *chain);
}

Result<Report> add_key(Context& context, const NoArgs&) {
  const auto chain = context.chain();
  if (!chain) return fail(chain.error());
  const auto store = context.unlocked_key_store();
  if (!store) return fail(store.error());
  const auto key = (*store)->add_key(*chain);
  if (!key) return fail(key.error());
  return key_report(*key, *chain, "Made and selected a new key");
}

Result<Report> select_key(Context& context, const SelectArgs& args) {
  const auto chain = context.chain();
  if (!chain) return fail(chain.error());
  auto store = context.key_store();
  if (!store) return fail(store.error());
  if (const auto selected = store->select(*chain, args.index); !selected)
    return fail(selected.error());
  const auto key = store->current(*chain);
  if (!key) return fail(key.error());
  return key_report(*key, *chain, "Selected");
}

Result<Report> show_phrase(Context& context) {
  const auto store = context.unlocked_key_store();
  if (!store) return fail(store.error());
  const auto phrase = (*store)->phrase();
  if (!phrase) return fail(phrase.error());
  return Report{.json = boost::json::object{{"phrase", std::string(phrase->view())}},
                .text = phrase_lines(phrase->view())};
}

Result<Report> show_recovery(Context& context, const NoArgs&) {
  const auto key = recovery_key(context);
  if (!key) return fail(key.error());
  const std::string address = address_text(key->public_key());
  return Report{.json = boost::json::object{{"recovery_key", address}},
                .text = field_lines({{"recovery key", address}})};
}

Result<Report> show_keys(Context& context, const ShowArgs& args) {
  if (args.phrase) return show_phrase(context);
  const auto chain = context.chain();
  if (!chain) return fail(chain.error());
  const auto store = context.key_store();
  if (!store) return fail(store.error());
  const auto keys = store->keys(*chain);
  if (!keys) return fail(keys.error());
  boost::json::array items;
  Table table({{"", Align::left}, {"INDEX", Align::right}, {"ADDRESS"}, {"READER KEY"}});
  for (const client::UserKey& key : *keys) {
    items.push_back(key_json(key));
    table.add({key.selected ? "*" : "", fmt::format("{}", key.index), address_text(key.address),
               to_hex(key.reader_key)});
  }
  const std::string none = "No key on this chain yet: `generion keys add` makes one.";
  return Report{
      .json = boost::json::object{{"chain_id", to_hex(*chain)}, {"keys", std::move(items)}},
      .text = table.rows() == 0 ? none : table.text()};
}

Result<Report> enroll(Context& context, const OutArgs& args) {
  const auto chain = context.chain();
  if (!chain) return fail(chain.error());
  const auto key = context.signing_key("");
  if (!key) return fail(key.error());
  return give_out(args.out, client::make_enrolment(*chain, *key), "your enrolment");
}

Result<Report> export_keys(Context& context, const OutArgs& args) {
  const auto chain = context.chain();
  if (!chain) return fail(chain.error());
  const auto key = own_key(context);
  if (!key) return fail(key.error());
  const boost::json::object json{{"chain_id", to_hex(*chain)},
                                 {"address", address_text(key->address)},
                                 {"reader_key", to_hex(key->reader_key)}};
  return give_out(args.out, boost::json::serialize(json) + "\n", "your public keys");
}

}  // namespace

void add_keys(CLI::App& root, Action& selected) {
  CLI::App& keys = add_group(root, "keys", "Your recovery phrase and keys");
  const std::string plain = "No passphrase: the file is protected by its mode only";
  auto made = add_command<NewArgs>(keys, "new", "Make a recovery phrase and its first key",
                                   selected, new_keys);
  made.app->add_flag("--plain", made.args->plain, plain);
  auto restored = add_command<RestoreArgs>(
      keys, "restore", "Bring keys back from the recovery phrase, which is asked for", selected,
      restore_keys);
  restored.app->add_option("--phrase-file", restored.args->phrase_file,
                           "File of mode 0600 with the phrase, instead of a prompt");
  restored.app->add_flag("--plain", restored.args->plain, plain);
  add_command<NoArgs>(keys, "scan", "Look on the chain for more of the phrase's keys", selected,
                      scan_keys);
  add_command<NoArgs>(keys, "add", "Make and select a further key, such as for one buyer", selected,
                      add_key);
  auto chosen = add_command<SelectArgs>(keys, "select", "Sign with this key from now on", selected,
                                        select_key);
  chosen.app->add_option("INDEX", chosen.args->index, "As `generion keys show` lists it")
      ->required();
  auto shown =
      add_command<ShowArgs>(keys, "show", "Your addresses and reader keys", selected, show_keys);
  shown.app->add_flag("--phrase", shown.args->phrase, "Show the recovery phrase instead");
  add_command<NoArgs>(keys, "recovery",
                      "The phrase's recovery key, for `generion user set-recovery`", selected,
                      show_recovery);
  auto enrolled = add_command<OutArgs>(
      keys, "enroll", "Sign an enrolment, by which an institution admits you", selected, enroll);
  enrolled.app->add_option("--out", enrolled.args->out,
                           "File to write; without it, standard output");
  auto exported =
      add_command<OutArgs>(keys, "export", "The selected key's public half", selected, export_keys);
  exported.app->add_option("--out", exported.args->out,
                           "File to write; without it, standard output");
  add_key_import(keys, selected);
}

}  // namespace generion::cli
