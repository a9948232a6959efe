#include "cli/commands/key_import.h"

#include <fmt/format.h>
#include <sodium.h>

#include "cli/terminal/prompt.h"
#include "cli/terminal/table.h"
#include "client/key_store.h"
#include "types/address.h"

namespace generion::cli {
namespace {

constexpr std::size_t kSeedBytes = 32;

struct ImportArgs {
  std::filesystem::path seed_file;
  std::filesystem::path out;
  std::string kind = "user";
  bool plain = false;
};

// 64 hex digits into locked memory.
Result<crypto::SecretBytes> parse_seed(const crypto::SecretBytes& text) {
  crypto::SecretBytes seed(kSeedBytes);
  std::size_t size = 0;
  const char* end = nullptr;
  const ByteView digits = text.view();
  const int wrong =
      sodium_hex2bin(seed.data(), seed.size(), digits.data(), digits.size(), nullptr, &size, &end);
  if (wrong != 0 || size != kSeedBytes || end != digits.data() + digits.size()) {
    return fail(Code::malformed,
                "the seed file does not hold a seed; it takes 64 hexadecimal digits and nothing "
                "else");
  }
  return seed;
}

crypto::KeyKind parse_kind(const std::string& name) {
  if (name == "institution") return crypto::KeyKind::institution;
  return crypto::KeyKind::user;
}

Result<Report> import_key(Context& context, const ImportArgs& args) {
  const auto text = read_secret_file(args.seed_file);
  if (!text) return fail(text.error());
  const auto seed = parse_seed(*text);
  if (!seed) return fail(seed.error());
  const auto key = crypto::SigningKey::from_seed(*seed);
  const auto secret = context.new_passphrase(args.out.string(), protection_of(args.plain));
  if (!secret) return fail(secret.error());
  const auto written = client::write_key_file(args.out, parse_kind(args.kind), key, *secret);
  if (!written) return fail(written.error());
  const std::string address = address_text(key.public_key());
  return Report{
      .json = boost::json::object{{"file", args.out.string()}, {"address", address}},
      .text = fmt::format("Wrote {}\n{}", args.out.string(), field_lines({{"address", address}}))};
}

}  // namespace

void add_key_import(CLI::App& keys, Action& selected) {
  auto [app, args] = add_command<ImportArgs>(
      keys, "import", "Make a key file from an Ed25519 seed made elsewhere", selected, import_key);
  app->add_option("SEED_FILE", args->seed_file, "File of mode 0600 with 64 hexadecimal digits")
      ->required();
  app->add_option("--out", args->out, "Key file to make")->required();
  app->add_option("--kind", args->kind, "user or institution")
      ->check(CLI::IsMember({"user", "institution"}))
      ->capture_default_str();
  app->add_flag("--plain", args->plain, "No passphrase: the file is protected by its mode only");
}

}  // namespace generion::cli
