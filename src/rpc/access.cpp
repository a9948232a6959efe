#include "rpc/access.h"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <sodium.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include "crypto/secret.h"

namespace generion::rpc {
namespace {

Hash token_hash(ByteView token) {
  return crypto::blake2b256({"generion/rpc-token/1", token});
}

Result<Hash> load_token(const std::filesystem::path& path) {
  struct stat info{};
  if (path.empty() || ::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) {
    return fail(Code::file_missing,
                fmt::format("the token file {} is not there; access by token needs one "
                            "(`openssl rand -hex 32`, mode 0600)",
                            path.empty() ? "(not set)" : path.string()));
  }
  if ((info.st_mode & 077) != 0) {
    return fail(Code::bad_file_mode,
                fmt::format("the token file {} has mode {:04o}, so others may read it; set 0600",
                            path.string(), info.st_mode & 07777));
  }
  if (static_cast<std::size_t>(info.st_size) > limits::kCredentialFileBytesMax) {
    return fail(Code::bad_config, fmt::format("the token file {} has {} bytes; it holds one line",
                                              path.string(), info.st_size));
  }
  std::ifstream in(path, std::ios::binary);
  Bytes token{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  while (!token.empty() && (token.back() == '\n' || token.back() == '\r')) token.pop_back();
  const bool is_long_enough = token.size() >= limits::kTokenBytesMin;
  const Hash hash = token_hash(token);
  crypto::wipe(token);
  if (!is_long_enough) {
    return fail(Code::bad_config,
                fmt::format("the token in {} is too short; it takes at least {} characters",
                            path.string(), limits::kTokenBytesMin));
  }
  return hash;
}

bool is_local(const net::Listener& listener) {
  const auto* tcp = std::get_if<net::TcpAddress>(&listener.where);
  if (tcp == nullptr) return true;
  in_addr v4{};
  if (inet_pton(AF_INET, tcp->host.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
  in6_addr v6{};
  return inet_pton(AF_INET6, tcp->host.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

}  // namespace

Result<Gate> Gate::open(const ListenerRules& rules, const net::Listener& listener,
                        const MethodTable& table) {
  if (!rules.access && !is_local(listener)) {
    return fail(Code::bad_config,
                fmt::format("{} is reached from other machines, so its access must be set: token, "
                            "client_certificate, or open if anyone may call",
                            std::get<net::TcpAddress>(listener.where).host));
  }
  Gate out;
  out.metrics_ = rules.metrics;
  switch (rules.access.value_or(Access::open)) {
    case Access::open:
      break;
    case Access::token: {
      const auto hash = load_token(rules.token_file);
      if (!hash) return fail(hash.error());
      out.token_hash_ = *hash;
      break;
    }
    case Access::client_certificate:
      if (!listener.tls || listener.tls->client_ca.empty()) {
        return fail(Code::bad_config,
                    "access by client certificate needs TLS and the file of the CA that issues "
                    "them (client_ca)");
      }
      break;
  }
  for (const std::string& name : rules.methods) {
    if (table.find(name) == nullptr) {
      return fail(Code::bad_config,
                  fmt::format("{} is no method; did you mean {}?", name,
                              table.nearest(name).empty() ? "getStatus" : table.nearest(name)));
    }
    out.methods_.insert(name);
  }
  return out;
}

std::optional<net::Response> Gate::check(const net::Request& request) const {
  if (!token_hash_) return std::nullopt;
  constexpr std::string_view kScheme = "Bearer ";
  const std::string_view given = request.authorization;
  if (given.starts_with(kScheme)) {
    const Hash hash = token_hash(given.substr(kScheme.size()));
    if (sodium_memcmp(hash.data(), token_hash_->data(), Hash::kSize) == 0) return std::nullopt;
  }
  auto out = net::error_response(
      401, {Code::unauthorized, given.empty() ? "a token is needed: Authorization: Bearer <token>"
                                              : "this token is not the one of this node"});
  out.headers.emplace_back("WWW-Authenticate", "Bearer");
  return out;
}

}  // namespace generion::rpc
