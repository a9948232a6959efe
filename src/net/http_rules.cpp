#include "net/http_rules.h"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>

#include "base/limits.h"

namespace generion::net {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return out;
}

bool contains(const std::vector<std::string>& list, std::string_view text) {
  return std::any_of(list.begin(), list.end(),
                     [&](const std::string& entry) { return lower(entry) == text; });
}

std::string joined(const std::vector<std::string>& list) {
  std::string out;
  for (const std::string& entry : list) out += (out.empty() ? "" : ", ") + entry;
  return out.empty() ? "none" : out;
}

bool is_same_origin(const Rules& rules, const Head& head) {
  return lower(head.origin) == (rules.is_tls ? "https://" : "http://") + lower(head.host);
}

bool is_json(std::string_view content_type) {
  std::string_view media = content_type.substr(0, content_type.find(';'));
  while (!media.empty() && media.back() == ' ') media.remove_suffix(1);
  return lower(media) == "application/json";
}

std::optional<Response> check_host(const Rules& rules, const Head& head) {
  if (rules.is_unix) return std::nullopt;
  if (head.host.empty()) {
    return error_response(
        400, {Code::malformed,
              "the Host header is missing or stands twice; it names this server, once"});
  }
  // "a:b@c" is a name and a password for c, never the host a.
  const bool is_name = head.host.find('@') == std::string_view::npos;
  if (is_name && contains(rules.hosts, host_name(head.host))) return std::nullopt;
  return error_response(
      421, {Code::forbidden, fmt::format("Host {} is not served here; served: {} (rpc.hosts)",
                                         head.host, joined(rules.hosts))});
}

std::optional<Response> check_origin(const Rules& rules, const Head& head) {
  const bool changes_something =
      head.method != Method::get && head.method != Method::head && head.method != Method::options;
  if (head.origin.empty() || rules.is_unix || is_same_origin(rules, head)) return std::nullopt;
  if (head.is_upgrade) {
    if (contains(rules.origins, lower(head.origin))) return std::nullopt;
    return error_response(
        403, {Code::forbidden, fmt::format("Origin {} may not open a WebSocket here; allowed: "
                                           "this server's own, {} (rpc.origins)",
                                           head.origin, joined(rules.origins))});
  }
  if (!changes_something || is_cors_allowed(rules, head)) return std::nullopt;
  return error_response(
      403,
      {Code::forbidden, fmt::format("Origin {} may not call this server; allowed: {} (rpc.cors)",
                                    head.origin, joined(rules.cors))});
}

}  // namespace

Target split_target(std::string_view target) {
  Target out;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (lower(target.substr(0, scheme.size())) != scheme) continue;
    target.remove_prefix(scheme.size());
    const std::size_t host_end = std::min(target.find_first_of("/?"), target.size());
    out.host = target.substr(0, host_end);
    target.remove_prefix(host_end);
    out.path = "/";  // unless there is one
    break;
  }
  const std::size_t mark = std::min(target.find('?'), target.size());
  if (mark > 0) out.path = target.substr(0, mark);
  if (mark < target.size()) out.query = target.substr(mark + 1);
  return out;
}

std::string host_name(std::string_view host) {
  if (host.starts_with('[')) return lower(host.substr(0, host.find(']') + 1));
  return lower(host.substr(0, host.find(':')));
}

bool is_cors_allowed(const Rules& rules, const Head& head) {
  return !head.origin.empty() && contains(rules.cors, lower(head.origin));
}

std::optional<Response> check_head(const Rules& rules, const Head& head) {
  if (auto refusal = check_host(rules, head)) return refusal;
  if (head.target_bytes > limits::kTargetBytesMax) {
    return error_response(
        414,
        {Code::too_large,
         fmt::format("the address has {} bytes; at most {} are taken: send it by POST",
                     head.target_bytes, limits::kTargetBytesMax)},
        {.limit = limits::kTargetBytesMax});
  }
  if (auto refusal = check_origin(rules, head)) return refusal;
  if (head.method == Method::post && !is_json(head.content_type)) {
    return error_response(
        415,
        {Code::malformed, fmt::format("Content-Type is {}; POST takes application/json",
                                      head.content_type.empty() ? "missing" : head.content_type)});
  }
  return std::nullopt;
}

Response options_response(const Rules& rules, const Head& head) {
  Response out;
  out.status = 204;
  out.content_type.clear();
  out.headers.emplace_back("Allow", "GET, HEAD, POST, PUT, DELETE, OPTIONS");
  if (head.origin.empty() || head.asked_method.empty()) return out;
  if (!is_cors_allowed(rules, head)) {
    return error_response(
        403, {Code::forbidden, fmt::format("Origin {} may not call this server; allowed: {} "
                                           "(rpc.cors)",
                                           head.origin, joined(rules.cors))});
  }
  out.headers.emplace_back("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, DELETE");
  out.headers.emplace_back("Access-Control-Allow-Headers", "authorization, content-type");
  out.headers.emplace_back("Access-Control-Max-Age", "600");
  return out;
}

}  // namespace generion::net
