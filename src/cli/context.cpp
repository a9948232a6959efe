#include "cli/context.h"

#include <fmt/format.h>

#include "base/file.h"
#include "base/hex.h"
#include "base/limits.h"
#include "cli/terminal/prompt.h"
#include "client/light_client.h"
#include "client/node_api.h"

namespace generion::cli {

Context::Context(const GlobalOptions& options, Streams& streams)
    : options_(options), streams_(streams) {}
Context::~Context() = default;

Result<crypto::SecretBytes> Context::passphrase(std::string_view question) {
  if (!options_.passphrase_file.empty()) return read_secret_file(options_.passphrase_file);
  if (options_.passphrase_fd) return read_secret_descriptor(*options_.passphrase_fd);
  return streams_.ask_secret(question);
}

Result<crypto::SecretBytes> Context::new_passphrase(std::string_view what, Protection protection) {
  if (protection == Protection::by_mode) return crypto::SecretBytes();
  const bool from_elsewhere = !options_.passphrase_file.empty() || options_.passphrase_fd;
  auto first = passphrase(
      fmt::format("Passphrase for {} (empty: none, only the file's mode protects it)", what));
  if (!first) return fail(first.error());
  if (first->size() == 0) return first;
  if (first->size() < limits::kPassphraseBytesMin) {
    return fail(Code::bad_passphrase,
                fmt::format("the passphrase has {} bytes; take at least {}, such as four "
                            "words chosen by dice",
                            first->size(), limits::kPassphraseBytesMin));
  }
  if (!from_elsewhere) {
    const auto second = streams_.ask_secret("The same again");
    if (!second) return fail(second.error());
    if (second->view() != first->view()) {
      return fail(Code::bad_passphrase,
                  "the two passphrases differ; nothing was made, run the command again");
    }
  }
  return first;
}

Result<void> Context::confirm(std::string_view question) {
  if (options_.yes) return {};
  const auto answer = streams_.ask_line(fmt::format("{} Type yes to go on:", question));
  if (!answer) return fail(answer.error());
  if (*answer != "yes") return fail(Code::cancelled, "not confirmed; nothing was done");
  return {};
}

Result<Genesis> Context::genesis_file() const {
  if (options_.genesis.empty()) {
    return fail(Code::usage,
                "the genesis file is needed; give --genesis FILE or set GENERION_GENESIS");
  }
  const auto content = read_file(options_.genesis, limits::kGenesisBytesMax);
  if (!content) return fail(content.error());
  return parse_genesis(*content);
}

Result<client::Rpc*> Context::node() {
  if (!node_) {
    auto made = connect(options_.node);
    if (!made) return fail(made.error());
    node_ = std::move(*made);
  }
  return node_.get();
}

Result<std::optional<client::TrustedBlock>> Context::trusted() const {
  if (options_.trusted.empty()) return std::nullopt;
  auto parsed = client::parse_trusted(options_.trusted);
  if (!parsed) return fail(parsed.error());
  return *parsed;
}

Result<std::filesystem::path> Context::memory(const client::LightOptions& options) const {
  if (options_.seen.empty()) return std::filesystem::path();
  std::error_code failed;
  std::filesystem::create_directories(options_.seen.parent_path(), failed);
  if (auto ok = create_private_directory(options_.seen); !ok) {
    return fail(ok.error().code,
                fmt::format("{}; --seen names another directory for what was seen, and --seen '' "
                            "none",
                            ok.error().message));
  }
  const std::string name = options.trusted ? fmt::format("{}-{}", options.trusted->height.value(),
                                                         to_hex(options.trusted->hash))
                                           : to_hex(chain_id(*options.genesis));
  return options_.seen / (name + ".links");
}

Result<client::LightClient*> Context::light() {
  if (light_) return light_.get();
  client::LightOptions options;
  const auto begin = trusted();
  if (!begin) return fail(begin.error());
  options.trusted = *begin;
  if (!options.trusted || !options_.genesis.empty()) {
    auto genesis = genesis_file();
    if (!genesis) return fail(genesis.error());
    options.genesis = std::move(*genesis);
  }
  auto path = memory(options);
  if (!path) return fail(path.error());
  options.memory = std::move(*path);
  const auto first = node();
  if (!first) return fail(first.error());
  std::vector<client::LightPeer> peers{{*first, options_.node}};
  if (!options_.second_node.empty()) {
    auto second = connect(options_.second_node);
    if (!second) return fail(second.error());
    second_node_ = std::move(*second);
    peers.push_back({second_node_.get(), options_.second_node});
  }
  auto made = client::LightClient::open(std::move(options), std::move(peers));
  if (!made) return fail(made.error());
  light_ = std::move(*made);
  return light_.get();
}

Result<std::unique_ptr<client::Rpc>> Context::connect(const std::string& url) const {
  client::RpcOptions options;
  options.url = url;
  options.ca_file = options_.ca_file;
  options.token_file = options_.token_file;
  return streams_.connect(std::move(options));
}

Result<Hash> Context::chain() {
  if (chain_) return *chain_;
  if (!options_.genesis.empty()) {
    const auto genesis = genesis_file();
    if (!genesis) return fail(genesis.error());
    chain_ = chain_id(*genesis);
    return *chain_;
  }
  const auto rpc = node();
  if (!rpc) return fail(rpc.error());
  const auto status = client::get_status(**rpc);
  if (!status) return fail(status.error());
  chain_ = status->chain_id;
  return *chain_;
}

Result<client::KeyStore> Context::key_store() const {
  return client::KeyStore::open(options_.keys);
}

Result<client::KeyStore*> Context::unlocked_key_store() {
  if (!key_store_) {
    auto store = unlocked_key_store(options_.keys);
    if (!store) return fail(store.error());
    key_store_ = std::move(*store);
  }
  return &*key_store_;
}

Result<client::KeyStore> Context::unlocked_key_store(const std::filesystem::path& directory) {
  auto store = client::KeyStore::open(directory);
  if (!store) return fail(store.error());
  crypto::SecretBytes secret;
  if (store->is_sealed()) {
    auto given = passphrase(fmt::format("Passphrase of {}", directory.string()));
    if (!given) return fail(given.error());
    secret = std::move(*given);
  }
  if (const auto unlocked = store->unlock(secret); !unlocked) return fail(unlocked.error());
  return store;
}

Result<crypto::SigningKey> Context::signing_key(const std::filesystem::path& key_file) {
  if (key_file.empty()) {
    const auto id = chain();
    if (!id) return fail(id.error());
    const auto store = unlocked_key_store();
    if (!store) return fail(store.error());
    const auto current = (*store)->current(*id);
    if (!current) return fail(current.error());
    return (*store)->signing_key(*id, current->index);
  }
  const auto info = client::inspect_key_file(key_file);
  if (!info) return fail(info.error());
  crypto::SecretBytes secret;
  if (info->sealed) {
    auto given = passphrase(fmt::format("Passphrase of {}", key_file.string()));
    if (!given) return fail(given.error());
    secret = std::move(*given);
  }
  return client::read_key_file(key_file, secret);
}

Result<std::unique_ptr<client::DocumentStore>> Context::documents() const {
  return client::DirectoryStore::open(options_.documents, "");
}

Progress Context::progress(std::string label, std::string unit) {
  return Progress(streams_.err, streams_.err_is_terminal && !options_.json, streams_.columns,
                  std::move(label), std::move(unit), streams_.steady_ms);
}

void Context::remark(std::string_view text) {
  if (!options_.json) streams_.err << text << '\n';
}

bool Context::wants_colour(bool is_terminal) const {
  const auto no_color = streams_.environment.find("NO_COLOR");
  const bool unwanted = no_color != streams_.environment.end() && !no_color->second.empty();
  return is_terminal && !options_.no_color && !options_.json && !unwanted;
}

std::string Context::coloured(Colour colour, std::string_view text) const {
  if (!wants_colour(streams_.out_is_terminal)) return std::string(text);
  constexpr std::string_view kStart[] = {"\x1b[31m", "\x1b[32m", "\x1b[33m"};
  return fmt::format("{}{}\x1b[0m", kStart[static_cast<std::size_t>(colour)], text);
}

}  // namespace generion::cli
