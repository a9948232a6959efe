#include "client/rpc_client.h"

#include <fmt/core.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/file.h"
#include "base/limits.h"
#include "client/http_connection.h"
#include "crypto/secret.h"

namespace generion::client {
namespace json = boost::json;

namespace {

constexpr std::size_t kAnswerDepthMax = 64;

Result<json::value> parse_answer(const HttpAnswer& answer, const std::string& url) {
  json::parse_options options;
  options.max_depth = kAnswerDepthMax;
  boost::system::error_code ec;
  json::value out = json::parse(answer.body, ec, {}, options);
  if (ec || !(out.is_object() || out.is_array())) {
    return fail(Code::unreachable,
                fmt::format("{} answers with HTTP status {} but not with JSON-RPC: check that this "
                            "is the address of a node's RPC",
                            url, answer.status));
  }
  return out;
}

std::string text_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

// The standard's codes, for a node that gives no name of its own.
Code code_of_number(const json::object& error) {
  const json::value* number = error.if_contains("code");
  const std::int64_t value = number != nullptr && number->is_int64() ? number->get_int64() : 0;
  if (value == -32601) return Code::unknown_method;
  if (value == -32602) return Code::bad_params;
  return Code::malformed;
}

Error to_error(const json::object& error) {
  const json::value* data = error.if_contains("data");
  const auto code = data != nullptr && data->is_object()
                        ? code_from_name(text_of(data->get_object(), "code"))
                        : std::nullopt;
  std::string message = text_of(error, "message");
  if (message.empty()) message = "the node refused the call and gave no reason";
  return {code.value_or(code_of_number(error)), std::move(message)};
}

// The error object of an answer: a JSON-RPC error, or the bare object of a limit or access rule.
const json::object* find_error(const json::value& answer) {
  if (!answer.is_object()) return nullptr;
  const json::object& object = answer.get_object();
  const json::value* error = object.if_contains("error");
  if (error != nullptr && error->is_object()) return &error->get_object();
  if (object.contains("message") && object.contains("code")) return &object;
  return nullptr;
}

Result<json::value> take_result(json::value answer) {
  if (const json::object* error = find_error(answer)) return fail(to_error(*error));
  if (answer.is_object()) {
    if (json::value* result = answer.get_object().if_contains("result")) return std::move(*result);
  }
  return fail(Code::malformed, "the node's answer has neither result nor error");
}

// The first line of a private file.
Result<std::string> read_token_file(const std::string& path) {
  if (auto ok = check_private(path); !ok) return fail(ok.error());
  auto text = read_file(path, limits::kTokenBytesMax);
  if (!text) return fail(text.error());
  std::string token = text->substr(0, text->find_first_of("\r\n"));
  crypto::wipe(*text);
  const bool printable = std::ranges::all_of(token, [](char c) { return c > ' ' && c <= '~'; });
  if (token.empty() || !printable) {
    return fail(Code::bad_config, fmt::format("{} holds no token: its first line must be the token "
                                              "alone, in printable ASCII without spaces",
                                              path));
  }
  return token;
}

json::object to_request(std::size_t id, std::string_view method, json::object params) {
  json::object out;
  out["jsonrpc"] = "2.0";
  out["id"] = id;
  out["method"] = method;
  if (!params.empty()) out["params"] = std::move(params);
  return out;
}

}  // namespace

class RpcClient::Impl {
 public:
  Impl(std::unique_ptr<HttpConnection> connection, std::string token)
      : connection_(std::move(connection)), token_(std::move(token)) {}
  ~Impl() { crypto::wipe(token_); }

  const std::string& url() const { return connection_->endpoint().url; }

  Result<json::value> post(Bytes body) {
    HttpRequest request;
    request.method = "POST";
    request.target = connection_->endpoint().path;
    request.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}};
    if (!token_.empty()) request.headers.emplace_back("Authorization", "Bearer " + token_);
    request.body = std::move(body);
    auto answer = connection_->send(request);
    if (!answer) return fail(answer.error());
    return parse_answer(*answer, url());
  }

 private:
  std::unique_ptr<HttpConnection> connection_;
  std::string token_;
};

Result<std::unique_ptr<RpcClient>> RpcClient::create(RpcOptions options) {
  auto endpoint = parse_endpoint(options.url);
  if (!endpoint) return fail(endpoint.error());
  if (endpoint->kind == Endpoint::Kind::http && !endpoint->is_local() && !options.allow_plain) {
    return fail(Code::usage,
                fmt::format("{} is plain HTTP to another machine, where anybody on the way can "
                            "read and change it: use https://, or allow plain HTTP explicitly",
                            options.url));
  }
  std::string token;
  if (!options.token_file.empty()) {
    auto text = read_token_file(options.token_file);
    if (!text) return fail(text.error());
    token = std::move(*text);
  }
  HttpOptions http;
  http.ca_file = std::move(options.ca_file);
  http.pinned_certificate = std::move(options.pinned_certificate);
  http.client_certificate_file = std::move(options.client_certificate_file);
  http.client_key_file = std::move(options.client_key_file);
  http.connect_timeout_ms = options.connect_timeout_ms;
  http.call_timeout_ms = options.call_timeout_ms;
  http.answer_bytes_max = limits::kRpcAnswerBytesMax;
  auto connection = HttpConnection::create(std::move(*endpoint), std::move(http));
  if (!connection) return fail(connection.error());
  return std::unique_ptr<RpcClient>(
      new RpcClient(std::make_unique<Impl>(std::move(*connection), std::move(token))));
}

RpcClient::RpcClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RpcClient::~RpcClient() = default;

const std::string& RpcClient::url() const {
  return impl_->url();
}

Result<json::value> RpcClient::call(std::string_view method, json::object params) {
  auto answer = impl_->post(json::serialize(to_request(1, method, std::move(params))));
  if (!answer) return fail(answer.error());
  return take_result(std::move(*answer));
}

Result<std::vector<Result<json::value>>> RpcClient::call_batch(std::vector<RpcCall> calls) {
  if (calls.empty()) return std::vector<Result<json::value>>{};
  if (calls.size() > limits::kRpcBatchMax) {
    return fail(Code::too_many, fmt::format("a batch of {} calls; at most {} go into one",
                                            calls.size(), limits::kRpcBatchMax));
  }
  const std::size_t count = calls.size();
  json::array requests;
  requests.reserve(count);
  for (std::size_t id = 0; id < count; ++id) {
    requests.push_back(to_request(id, calls[id].method, std::move(calls[id].params)));
  }
  auto answer = impl_->post(json::serialize(requests));
  if (!answer) return fail(answer.error());
  if (const json::object* error = find_error(*answer)) return fail(to_error(*error));
  if (!answer->is_array()) return fail(Code::malformed, "the node's answer to a batch is no list");

  std::vector<Result<json::value>> out(
      count, fail(Code::malformed, "the node's answer to the batch leaves this call out"));
  for (json::value& entry : answer->get_array()) {
    const json::value* id = entry.is_object() ? entry.get_object().if_contains("id") : nullptr;
    if (id == nullptr || !id->is_int64()) continue;
    const std::int64_t place = id->get_int64();
    if (place < 0 || static_cast<std::size_t>(place) >= count) continue;
    out[static_cast<std::size_t>(place)] = take_result(std::move(entry));
  }
  return out;
}

}  // namespace generion::client
