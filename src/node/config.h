// generiond's configuration: one TOML file, GENERION_* variables and `--set key=value` over it.
//
//   const LoadedConfig loaded = load_config({.file = "generiond.toml"});
//   for (const Mistake& mistake : loaded.mistakes) print(mistake_text(mistake));
//
// configs/generiond.toml shows every key with its default. The chain's own rules are not here but
// in the genesis file: what replicas must agree on never stands in one node's configuration.
// Passphrases never stand here either.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "types/peer_messages.h"

namespace generion::node {

// Where the validator key's passphrase comes from. At most one is set; none: the key file is not
// sealed.
struct PassphraseSource {
  std::filesystem::path file;       // mode 0600; a final newline is not part of the passphrase
  std::optional<std::uint64_t> fd;  // an open descriptor, read to its end
  std::string credential;           // a name below $CREDENTIALS_DIRECTORY (systemd LoadCredential=)
};

enum class RpcAccess : std::uint8_t { open, token, client_certificate };

// One TCP address that serves the RPC.
struct RpcListener {
  std::string host = "127.0.0.1";  // an IP address, IPv6 without brackets
  std::uint16_t port = 8564;       // 0: any free port (for tests)
  RpcAccess access = RpcAccess::open;
  std::filesystem::path
      tls_certificate;               // PEM chain; empty: plain HTTP, which only loopback may serve
  std::filesystem::path tls_key;     // PEM, mode 0600
  std::filesystem::path client_ca;   // PEM; for access = client_certificate
  std::filesystem::path token_file;  // mode 0600; for access = token
  std::vector<std::string> methods;  // the only ones served here; empty: all
  bool metrics = false;              // whether /metrics is served here too
};

struct RpcConfig {
  std::vector<RpcListener> listeners{RpcListener{}};
  std::vector<std::string> hosts{"localhost", "127.0.0.1",
                                 "[::1]"};  // accepted Host headers, no port
  std::vector<std::string> origins;         // accepted Origin headers on /ws
  std::vector<std::string> cors;            // origins that browsers may call from
  std::uint64_t threads = 2;
  std::uint64_t body_bytes_max = 8 * 1024 * 1024;
  std::uint64_t header_bytes_max = 16 * 1024;
  std::uint64_t batch_max = 1'000;  // calls in one JSON-RPC batch
  std::uint64_t connections_max = 1'024;
  std::uint64_t connections_per_address_max = 256;
  std::uint64_t requests_per_second = 2'000;  // of one address; 0: no limit
  std::uint64_t waiters_max = 50'000;         // sendTransaction calls that wait at once
  std::uint64_t wait_timeout_ms = 30'000;     // how long one of them may wait
  std::uint64_t read_timeout_ms = 10'000;     // from a request's first byte to its last
  std::uint64_t idle_timeout_ms = 60'000;     // between requests
  std::uint64_t websocket_queue_max = 256;    // messages queued to one reader before it is cut off
  std::uint64_t subscriptions_max = 1'000;    // of all WebSockets
  std::uint64_t subscriptions_per_connection_max = 16;
  std::uint64_t subscription_behind_max = 1'000;  // blocks; then a reader is cut off
};

// Another node.
struct P2pPeer {
  PublicKey key;
  PeerRole role = PeerRole::validator;
  std::string host;        // a name or an IP address, IPv6 without brackets; empty: not dialled
  std::uint16_t port = 0;  // 0: not dialled
};

struct P2pListen {
  std::string host;
  std::uint16_t port = 0;  // 0: any free one (for tests)
};

struct P2pConfig {
  std::optional<P2pListen> listen;  // none: this node only dials
  std::uint64_t threads = 2;
  std::vector<P2pPeer> peers;
};

struct ConsensusConfig {
  std::uint64_t view_timeout_ms = 2'000;       // without execution, while there is work: complain
  std::uint64_t view_timeout_max_ms = 60'000;  // the doubling ends here
  std::uint64_t batch_fill = 1'000;            // below this, at most one batch is in flight
};

struct MempoolConfig {
  std::uint64_t transactions_max = 100'000;
  std::uint64_t bytes_max = 256 * 1024 * 1024;  // bodies and attachments
  std::uint64_t per_sender_max = 20'000;        // transactions
};

struct LedgerConfig {
  std::uint64_t cache_mib = 256;              // RocksDB's block cache
  std::uint64_t kept_blocks = 128;            // heights below the tip that queries may name
  std::uint64_t kept_ms = 60'000;             // and those of this last time
  std::uint64_t flush_transactions = 20'000;  // what a restart executes again at most
  std::uint64_t flush_ms = 500;               // and for how long they were executed
};

// What of the chain stays here.
enum class Storage : std::uint8_t { archive, pruned };

struct StorageConfig {
  Storage keeps = Storage::archive;
  std::uint64_t blocks =
      100'000;  // of a pruned node: its last ones, and more where they are needed
};

struct JoinConfig {
  // A node joins by a snapshot if one is so many blocks ahead of it; 0: never.
  std::uint64_t snapshot_behind_blocks = 10'000;
};

enum class LogLevel : std::uint8_t { trace, debug, info, warn, error };

struct LogConfig {
  LogLevel level = LogLevel::info;
  std::filesystem::path file;  // empty: standard error
  bool json = false;           // one JSON object a line
};

struct Config {
  std::filesystem::path data_dir = "data";
  std::filesystem::path genesis = "genesis.json";
  std::filesystem::path key_file = "validator.key";
  PassphraseSource passphrase;
  std::filesystem::path admin_socket = "admin.sock";  // RPC and /metrics, mode 0660; empty: none
  std::uint64_t verify_threads = 0;                   // 0: one a core
  RpcConfig rpc;
  P2pConfig p2p;
  ConsensusConfig consensus;
  MempoolConfig mempool;
  LedgerConfig ledger;
  StorageConfig storage;
  JoinConfig join;
  LogConfig log;
};

// One thing that is wrong, for a person.
struct Mistake {
  std::string origin{};    // the file, "GENERION_RPC_BATCH_MAX" or "--set rpc.batch_max"
  std::uint64_t line = 0;  // in the file; 0: not in a line of it
  std::string key{};       // "rpc.batch_max"; empty for the file as a whole
  std::string message{};   // what was wrong and what is allowed
  friend bool operator==(const Mistake&, const Mistake&) = default;
};

// "generiond.toml:12: rpc.batch_max: 0 is not allowed; ..."
std::string mistake_text(const Mistake& mistake);

enum class FileChecks : std::uint8_t { none, readable_and_private };

struct ConfigSource {
  std::filesystem::path file{};                      // empty: defaults only
  std::map<std::string, std::string> environment{};  // all variables; only GENERION_* count
  std::vector<std::pair<std::string, std::string>> settings{};  // of --set: key, value; they win
  FileChecks checks = FileChecks::readable_and_private;
};

// `config` is to be used only if there are no mistakes. Relative paths are relative to the file's
// folder.
struct LoadedConfig {
  Config config;
  std::vector<Mistake> mistakes;  // in the order of lines
};

LoadedConfig load_config(const ConfigSource& source);

// Every key there is, such as "rpc.batch_max" and "rpc.listener.0.address", in the order of
// reading.
std::vector<std::string> config_keys();

}  // namespace generion::node
