// What a command works with: the global options, the streams, and the parts of the SDK that it asks
// for, made when they are first needed. One thread.
#pragma once

#include <boost/json.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "cli/exit_code.h"
#include "cli/terminal/streams.h"
#include "client/document_store.h"
#include "client/key_store.h"
#include "types/genesis.h"

namespace generion::client {
class LightClient;    // client/light_client.h
struct LightOptions;  // client/light_client.h
struct TrustedBlock;  // client/set_chain.h
}  // namespace generion::client

namespace generion::cli {

struct GlobalOptions {
  std::string node;                  // URL
  std::filesystem::path ca_file;     // PEM, for https
  std::filesystem::path token_file;  // the RPC token, mode 0600
  std::filesystem::path keys;        // key directory
  std::filesystem::path documents;   // document directory
  std::filesystem::path genesis;     // genesis file; empty: ask the node
  std::string trusted;         // HEIGHT:HASH of a block to begin with; empty: the genesis file
  std::string second_node;     // URL of another node to compare with; empty: none
  std::filesystem::path seen;  // directory of what light clients remember; empty: nothing is
  std::filesystem::path passphrase_file;
  std::optional<int> passphrase_fd;
  bool json = false;
  bool yes = false;
  bool no_color = false;
};

// What a command says when it is done: one JSON value for scripts, or the text for people.
struct Report {
  boost::json::value json{};
  std::string text{};
  ExitCode exit_code = ExitCode::ok;
};

class Context {
 public:
  Context(const GlobalOptions& options, Streams& streams);
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  const GlobalOptions& options() const { return options_; }
  Streams& streams() { return streams_; }
  TimeMs now() const { return TimeMs(streams_.now_ms()); }

  // The passphrase of a key that exists: from --passphrase-file, --passphrase-fd or a prompt.
  Result<crypto::SecretBytes> passphrase(std::string_view question);

  // A new passphrase, prompted twice; empty, for a file that only its mode protects, if
  // `protection` is by_mode or the user gives none at the prompt. Errors: bad_passphrase (the two
  // differ, or too short).
  enum class Protection : std::uint8_t { by_passphrase, by_mode };
  Result<crypto::SecretBytes> new_passphrase(std::string_view what, Protection protection);

  // Asks before something that cannot be undone, unless --yes. Error cancelled if the answer is not
  // "yes".
  Result<void> confirm(std::string_view question);

  // The genesis file of --genesis. Error usage if it was not given.
  Result<Genesis> genesis_file() const;

  // The node of --node; connected to when it is first called.
  Result<client::Rpc*> node();

  // The block of --trusted; nothing if it was not given. Error usage.
  Result<std::optional<client::TrustedBlock>> trusted() const;

  // A light client of --node and --second-node, from --trusted or --genesis; made when it is first
  // called. Errors: usage without either; those of client::LightClient::open.
  Result<client::LightClient*> light();

  // Another node, with the same certificate authorities and token.
  Result<std::unique_ptr<client::Rpc>> connect(const std::string& url) const;

  // The chain's id: of --genesis if that was given, else as the node says.
  Result<Hash> chain();

  // The key directory of --keys, locked, and unlocked: asks for the passphrase if it is sealed,
  // once a command.
  Result<client::KeyStore> key_store() const;
  Result<client::KeyStore*> unlocked_key_store();

  // Another key directory, unlocked in the same way.
  Result<client::KeyStore> unlocked_key_store(const std::filesystem::path& directory);

  // The key of a file, or without one the selected key of the key directory.
  Result<crypto::SigningKey> signing_key(const std::filesystem::path& key_file);

  Result<std::unique_ptr<client::DocumentStore>> documents() const;

  // Progress on standard error, only on a terminal and never with --json.
  Progress progress(std::string label, std::string unit);

  // A remark for people on standard error; it does not disturb the result.
  void remark(std::string_view text);

  // Text in a colour if standard output is a terminal that wants colours.
  enum class Colour : std::uint8_t { red, green, yellow };
  std::string coloured(Colour colour, std::string_view text) const;

 private:
  bool wants_colour(bool is_terminal) const;

  const GlobalOptions& options_;
  Streams& streams_;
  // Where the light client of this beginning remembers what it has seen; empty: nowhere.
  Result<std::filesystem::path> memory(const client::LightOptions& options) const;

  std::unique_ptr<client::Rpc> node_;
  std::unique_ptr<client::Rpc> second_node_;
  std::unique_ptr<client::LightClient> light_;
  std::optional<client::KeyStore> key_store_;
  std::optional<Hash> chain_;
};

}  // namespace generion::cli
