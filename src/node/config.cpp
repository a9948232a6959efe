#include "node/config.h"

#include <fmt/format.h>

#include <array>

#include "node/config_p2p.h"
#include "node/config_reader.h"
#include "node/host_port.h"

namespace generion::node {
namespace {

constexpr std::uint64_t kKib = 1024;
constexpr std::uint64_t kMib = 1024 * kKib;
constexpr std::uint64_t kHourMs = 3'600'000;

constexpr std::array<std::string_view, 3> kAccessNames{"open", "token", "client_certificate"};
constexpr std::array<std::string_view, 2> kStorageNames{"archive", "pruned"};
constexpr std::array<std::string_view, 5> kLevelNames{"trace", "debug", "info", "warn", "error"};

bool is_loopback(const std::string& host) {
  return host.starts_with("127.") || host == "::1";
}

PassphraseSource read_passphrase(ConfigReader& in) {
  PassphraseSource out;
  out.file = in.path("passphrase_file", "", FileKind::secret);
  out.fd = in.optional_number("passphrase_fd", {3, 1'000'000});
  out.credential = in.text("passphrase_credential", "");
  const int given =
      (out.file.empty() ? 0 : 1) + (out.fd ? 1 : 0) + (out.credential.empty() ? 0 : 1);
  if (given > 1) {
    in.mistake(out.file.empty() ? "passphrase_fd" : "passphrase_file",
               "is one of several sources of the passphrase; keep one of passphrase_file, "
               "passphrase_fd and "
               "passphrase_credential");
  }
  if (out.credential.contains('/')) {
    in.mistake("passphrase_credential",
               "is a name without '/', as in systemd's LoadCredential=NAME:PATH");
  }
  return out;
}

// What two keys of a listener must agree on.
void check_listener(ConfigReader& in, const RpcListener& listener, bool access_given) {
  const bool tls = !listener.tls_certificate.empty();
  if (tls != !listener.tls_key.empty()) {
    in.mistake(tls ? "tls_certificate" : "tls_key",
               "stands alone; TLS needs both tls_certificate and tls_key");
  }
  if (!is_loopback(listener.host)) {
    if (!tls) {
      in.mistake(
          "address",
          fmt::format("{} is not loopback and would serve plain HTTP; give tls_certificate and "
                      "tls_key, or listen on 127.0.0.1",
                      listener.host));
    }
    if (!access_given) {
      in.mistake("access",
                 fmt::format("must be given for {}, which is not loopback: \"open\", \"token\" or "
                             "\"client_certificate\"",
                             listener.host));
    }
  }
  if (listener.access == RpcAccess::token && listener.token_file.empty()) {
    in.mistake("token_file",
               "is missing; access = \"token\" needs a file of mode 0600 that holds the token");
  }
  if (listener.access == RpcAccess::client_certificate && (listener.client_ca.empty() || !tls)) {
    in.mistake("client_ca",
               "is missing, or TLS is; access = \"client_certificate\" needs client_ca, "
               "tls_certificate and "
               "tls_key");
  }
}

RpcListener read_listener(ConfigReader& in) {
  RpcListener out;
  const std::string address = in.text("address", "127.0.0.1:8564");
  if (const auto parsed = parse_host_port(address, HostKind::ip_address)) {
    out.host = parsed->host;
    out.port = parsed->port;
  } else {
    in.mistake(
        "address",
        fmt::format("is \"{}\"; wanted: an IP address and a port, such as \"127.0.0.1:8564\" or "
                    "\"[::1]:8564\"",
                    address));
  }
  const bool access_given = in.is_set("access");
  out.access = static_cast<RpcAccess>(in.choice("access", 0, kAccessNames));
  out.tls_certificate = in.path("tls_certificate", "", FileKind::input);
  out.tls_key = in.path("tls_key", "", FileKind::secret);
  out.client_ca = in.path("client_ca", "", FileKind::input);
  out.token_file = in.path("token_file", "", FileKind::secret);
  out.methods = in.list("methods", {});
  out.metrics = in.boolean("metrics", out.metrics);
  check_listener(in, out, access_given);
  return out;
}

RpcConfig read_rpc(ConfigReader& in) {
  RpcConfig out;
  in.section("rpc");
  out.hosts = in.list("hosts", out.hosts);
  out.origins = in.list("origins", out.origins);
  out.cors = in.list("cors", out.cors);
  out.threads = in.number("threads", out.threads, {1, 64});
  out.body_bytes_max = in.number("body_bytes_max", out.body_bytes_max, {64 * kKib, 256 * kMib});
  out.header_bytes_max = in.number("header_bytes_max", out.header_bytes_max, {kKib, kMib});
  out.batch_max = in.number("batch_max", out.batch_max, {1, 10'000});
  out.connections_max = in.number("connections_max", out.connections_max, {1, 100'000});
  out.connections_per_address_max =
      in.number("connections_per_address_max", out.connections_per_address_max, {1, 100'000});
  out.requests_per_second =
      in.number("requests_per_second", out.requests_per_second, {0, 1'000'000});
  out.waiters_max = in.number("waiters_max", out.waiters_max, {1, 1'000'000});
  out.wait_timeout_ms = in.number("wait_timeout_ms", out.wait_timeout_ms, {100, kHourMs});
  out.read_timeout_ms = in.number("read_timeout_ms", out.read_timeout_ms, {100, kHourMs});
  out.idle_timeout_ms = in.number("idle_timeout_ms", out.idle_timeout_ms, {100, kHourMs});
  out.websocket_queue_max = in.number("websocket_queue_max", out.websocket_queue_max, {1, 100'000});
  out.subscriptions_max = in.number("subscriptions_max", out.subscriptions_max, {1, 100'000});
  out.subscriptions_per_connection_max = in.number(
      "subscriptions_per_connection_max", out.subscriptions_per_connection_max, {1, 1'000});
  out.subscription_behind_max =
      in.number("subscription_behind_max", out.subscription_behind_max, {1, 1'000'000});
  if (out.connections_per_address_max > out.connections_max) {
    in.mistake("connections_per_address_max",
               fmt::format("is {}, more than connections_max ({}); give at most that",
                           out.connections_per_address_max, out.connections_max));
  }
  constexpr std::string_view kListeners = "rpc.listener";
  const std::size_t listeners = in.array_size(kListeners);
  out.listeners.clear();
  for (std::size_t i = 0; i < std::max<std::size_t>(listeners, 1); ++i) {
    out.listeners.push_back(read_listener(in.element(kListeners, i)));
  }
  return out;
}

ConsensusConfig read_consensus(ConfigReader& in) {
  ConsensusConfig out;
  in.section("consensus");
  out.view_timeout_ms = in.number("view_timeout_ms", out.view_timeout_ms, {100, 600'000});
  out.view_timeout_max_ms =
      in.number("view_timeout_max_ms", out.view_timeout_max_ms, {100, kHourMs});
  out.batch_fill = in.number("batch_fill", out.batch_fill, {1, 100'000});
  if (out.view_timeout_max_ms < out.view_timeout_ms) {
    in.mistake("view_timeout_max_ms",
               fmt::format("is {}, less than view_timeout_ms ({}); give at least that",
                           out.view_timeout_max_ms, out.view_timeout_ms));
  }
  return out;
}

MempoolConfig read_mempool(ConfigReader& in) {
  MempoolConfig out;
  in.section("mempool");
  out.transactions_max = in.number("transactions_max", out.transactions_max, {1, 10'000'000});
  out.bytes_max = in.number("bytes_max", out.bytes_max, {2 * kMib, 64 * kKib * kMib});
  out.per_sender_max = in.number("per_sender_max", out.per_sender_max, {1, 10'000'000});
  return out;
}

LedgerConfig read_ledger(ConfigReader& in) {
  LedgerConfig out;
  in.section("ledger");
  out.cache_mib = in.number("cache_mib", out.cache_mib, {8, 1'048'576});
  out.kept_blocks = in.number("kept_blocks", out.kept_blocks, {1, 1'000});
  out.kept_ms = in.number("kept_ms", out.kept_ms, {0, kHourMs});
  out.flush_transactions = in.number("flush_transactions", out.flush_transactions, {1, 10'000'000});
  out.flush_ms = in.number("flush_ms", out.flush_ms, {1, 1'000});
  return out;
}

StorageConfig read_storage(ConfigReader& in) {
  StorageConfig out;
  in.section("storage");
  out.keeps =
      static_cast<Storage>(in.choice("keeps", static_cast<std::size_t>(out.keeps), kStorageNames));
  out.blocks = in.number("blocks", out.blocks, {1, 1'000'000'000});
  return out;
}

JoinConfig read_join(ConfigReader& in) {
  JoinConfig out;
  in.section("join");
  out.snapshot_behind_blocks =
      in.number("snapshot_behind_blocks", out.snapshot_behind_blocks, {0, 1'000'000'000});
  return out;
}

LogConfig read_log(ConfigReader& in) {
  LogConfig out;
  in.section("log");
  out.level =
      static_cast<LogLevel>(in.choice("level", static_cast<std::size_t>(out.level), kLevelNames));
  out.file = in.path("file", out.file, FileKind::plain);
  out.json = in.boolean("json", out.json);
  return out;
}

Config read_config(ConfigReader& in) {
  Config out;
  in.section("");
  out.data_dir = in.path("data_dir", out.data_dir, FileKind::input);
  out.genesis = in.path("genesis", out.genesis, FileKind::input);
  out.key_file = in.path("key_file", out.key_file, FileKind::secret);
  out.passphrase = read_passphrase(in);
  out.admin_socket = in.path("admin_socket", out.admin_socket, FileKind::plain);
  out.verify_threads = in.number("verify_threads", out.verify_threads, {0, 256});
  out.rpc = read_rpc(in);
  out.p2p = read_p2p(in);
  out.consensus = read_consensus(in);
  out.mempool = read_mempool(in);
  out.ledger = read_ledger(in);
  out.storage = read_storage(in);
  out.join = read_join(in);
  out.log = read_log(in);
  return out;
}

}  // namespace

std::string mistake_text(const Mistake& mistake) {
  std::string out = mistake.origin;
  if (mistake.line != 0) out += fmt::format(":{}", mistake.line);
  if (!out.empty()) out += ": ";
  // A setting names its key already.
  const bool named = !mistake.key.empty() && !mistake.origin.ends_with(mistake.key);
  if (named) out += mistake.key + ": ";
  return out + mistake.message;
}

LoadedConfig load_config(const ConfigSource& source) {
  ConfigReader in(source);
  Config config = read_config(in);
  return {.config = std::move(config), .mistakes = in.finish()};
}

std::vector<std::string> config_keys() {
  ConfigReader in({.checks = FileChecks::none});
  read_config(in);
  return in.keys();
}

}  // namespace generion::node
