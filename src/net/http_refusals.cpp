#include "net/http_refusals.h"

#include <fmt/core.h>

namespace generion::net {
namespace {

constexpr std::uint64_t kComeAgainMs = 1'000;  // when a full server may have room

}  // namespace

Method method_of(http::verb verb) {
  if (verb == http::verb::get) return Method::get;
  if (verb == http::verb::head) return Method::head;
  if (verb == http::verb::post) return Method::post;
  if (verb == http::verb::put) return Method::put;
  if (verb == http::verb::delete_) return Method::delete_;
  if (verb == http::verb::options) return Method::options;
  return Method::other;
}

Head head_of(const ParsedRequest& request) {
  // Two headers could be read as one by a proxy and as the other here.
  std::string_view host;
  if (request.count(http::field::host) == 1) {
    const std::string_view named = split_target(request.target()).host;
    host = named.empty() ? std::string_view(request[http::field::host]) : named;
  }
  return {.method = method_of(request.method()),
          .target_bytes = request.target().size(),
          .host = host,
          .origin = request[http::field::origin],
          .content_type = request[http::field::content_type],
          .asked_method = request[http::field::access_control_request_method],
          .is_upgrade = websocket::is_upgrade(request)};
}

std::optional<Response> refuse_connection(io::Connections::Admission admission,
                                          const HttpLimits& limits, const Peer& peer) {
  switch (admission) {
    case io::Connections::Admission::admitted:
      return std::nullopt;
    case io::Connections::Admission::server_full:
      return error_response(
          503,
          {Code::overloaded,
           fmt::format("all {} connections of this server are in use", limits.connections_max)},
          {.limit = limits.connections_max, .retry_after_ms = kComeAgainMs});
    case io::Connections::Admission::address_full:
      return error_response(
          429,
          {Code::too_many, fmt::format("all {} connections that {} may have are in use",
                                       limits.connections_per_address_max, peer.address)},
          {.limit = limits.connections_per_address_max, .retry_after_ms = kComeAgainMs});
  }
  return std::nullopt;
}

std::optional<Response> charge_request(const HttpLimits& limits, const Peer& peer) {
  if (!peer.rate) return std::nullopt;
  const auto wait = peer.rate->take(1, std::chrono::steady_clock::now());
  if (wait.count() == 0) return std::nullopt;
  return error_response(429,
                        {Code::rate_limited, fmt::format("{} sent more than {} requests per second",
                                                         peer.address, limits.requests_per_second)},
                        {.limit = limits.requests_per_second,
                         .retry_after_ms = static_cast<std::uint64_t>(wait.count())});
}

std::optional<Response> refuse_broken(error_code ec, bool timed_out, const HttpLimits& limits) {
  if (timed_out) {
    const auto limit = static_cast<std::uint64_t>(limits.read_timeout.count());
    return error_response(
        408, {Code::timed_out, fmt::format("the request was not complete after {} ms", limit)},
        {.limit = limit});
  }
  if (ec == http::error::header_limit || ec == http::error::buffer_overflow) {
    return error_response(431,
                          {Code::too_large, fmt::format("the request's header is above {} bytes",
                                                        limits.header_bytes_max)},
                          {.limit = limits.header_bytes_max});
  }
  if (ec == http::error::body_limit) {
    return error_response(413,
                          {Code::too_large, fmt::format("the request's body is above {} bytes",
                                                        limits.body_bytes_max)},
                          {.limit = limits.body_bytes_max});
  }
  const bool is_gone = ec == http::error::end_of_stream || ec == http::error::partial_message;
  if (is_gone || ec.category() != make_error_code(http::error::bad_method).category())
    return std::nullopt;
  return error_response(400, {Code::malformed, "this is no HTTP request: " + ec.message()});
}

}  // namespace generion::net
