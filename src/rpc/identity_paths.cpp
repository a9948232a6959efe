#include "rpc/identity_paths.h"

#include <fmt/core.h>

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/serialize.hpp>
#include <variant>

#include "rpc/identity_orders.h"
#include "rpc/identity_reads.h"
#include "rpc/identity_writes.h"

namespace generion::rpc {
namespace {

constexpr std::string_view kRoot = "/identity";

// A path's variable part is its only {}.
struct Route {
  net::Method method;
  std::string_view path;
  std::variant<identity::Read, const identity::Write*> serve;
};

const Route kRoutes[] = {
    {net::Method::get, "/identity/claim_gas/{}", identity::refuse_gas},
    {net::Method::get, "/identity/tx/{}", identity::read_transaction},
    {net::Method::get, "/identity/users", identity::read_users},
    {net::Method::get, "/identity/users/{}/pubkey", identity::read_pub_key},
    {net::Method::post, "/identity/users/{}/pubkey", &identity::kSetPubKey},
    {net::Method::get, "/identity/users/{}/records", identity::read_record_ids},
    {net::Method::post, "/identity/users/{}/records", &identity::kCreateRecords},
    {net::Method::post, "/identity/records/{}/verify", &identity::kVerifyRecords},
    {net::Method::get, "/identity/records/{}", identity::read_records},
    {net::Method::delete_, "/identity/records/{}", &identity::kDeleteRecord},
    {net::Method::post, "/identity/users/{}/orders", &identity::kCreateOrder},
    {net::Method::get, "/identity/orders", identity::read_order_ids},
    {net::Method::get, "/identity/orders/{}", identity::read_orders},
    {net::Method::delete_, "/identity/orders/{}", &identity::kDeleteOrder},
    {net::Method::post, "/identity/orders/{}/purchase", &identity::kPurchase},
};

// The variable part of a path of this pattern, empty if it has none; nullopt: it is another path.
std::optional<std::string_view> match(std::string_view pattern, std::string_view path) {
  const std::size_t place = pattern.find("{}");
  if (place == pattern.npos) return pattern == path ? std::optional("") : std::nullopt;
  const std::string_view before = pattern.substr(0, place);
  const std::string_view behind = pattern.substr(place + 2);
  if (path.size() <= before.size() + behind.size() || !path.starts_with(before) ||
      !path.ends_with(behind))
    return std::nullopt;
  path.remove_prefix(before.size());
  path.remove_suffix(behind.size());
  return path.find('/') == path.npos ? std::optional(path) : std::nullopt;
}

net::Response wrong_path(std::string_view path, const std::string& allowed) {
  identity::Refusal refusal{.http_status = 404, .code = identity::ErrorCode::other};
  if (allowed.empty()) {
    refusal.message = fmt::format("NOT_FOUND: {} is no path of the original",
                                  net::json_quoted(path.substr(0, 80)));
    return identity::error_response(refusal);
  }
  refusal.http_status = 405;
  refusal.message = fmt::format("{} takes {}", path, allowed);
  auto out = identity::error_response(refusal);
  out.headers.emplace_back("Allow", allowed);
  return out;
}

net::Response read_response(const identity::Read& read, const identity::Question& question) {
  boost::json::monotonic_resource memory;
  const auto answer = read(question, &memory);
  if (!answer) return identity::error_response(answer.error());
  net::Response out;
  out.body = boost::json::serialize(*answer);
  return out;
}

}  // namespace

bool IdentityPaths::is_path(std::string_view path) {
  return path.starts_with(kRoot) && (path.size() == kRoot.size() || path[kRoot.size()] == '/');
}

void IdentityPaths::serve(const net::Request& request, const MethodList& served,
                          net::Respond respond) const {
  std::string_view path = request.path;
  if (path.ends_with('/')) path.remove_suffix(1);
  const auto method = request.method == net::Method::head ? net::Method::get : request.method;
  std::string allowed;
  for (const Route& route : kRoutes) {
    const auto id = match(route.path, path);
    if (!id) continue;
    if (route.method != method) {
      allowed += allowed.empty() ? "" : ", ";
      allowed += net::method_name(route.method);
      continue;
    }
    if (const auto* read = std::get_if<identity::Read>(&route.serve)) {
      return respond(read_response(*read, {dispatcher_, served, *id, request.query}));
    }
    if (!served.empty() && !served.contains("sendTransaction")) {
      return respond(identity::error_response(identity::refusal_of(
          Error{Code::forbidden, "sendTransaction is not served at this address"})));
    }
    return identity::serve_write(dispatcher_, *std::get<const identity::Write*>(route.serve), *id,
                                 request.body, std::move(respond));
  }
  respond(wrong_path(path, allowed));
}

net::Response IdentityPaths::refuse(const net::Request& request, const net::Response& refusal) {
  if (refusal.status != 401) return refusal;
  return identity::error_response({.http_status = 403,
                                   .code = identity::ErrorCode::authorization,
                                   .message = request.authorization.empty()
                                                  ? "Missing Authorization header"
                                                  : "Wrong auth token"});
}

}  // namespace generion::rpc
