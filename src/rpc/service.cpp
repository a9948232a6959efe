#include "rpc/service.h"

#include <fmt/core.h>

#include <boost/json/serialize.hpp>

namespace generion::rpc {
namespace {

constexpr std::uint64_t kRetryAfterMs = 1'000;  // when a node that is not ready may be

net::Response wrong_method(const net::Request& request, std::string_view allowed,
                           std::string_view hint) {
  auto out = net::error_response(
      405, {Code::bad_argument, fmt::format("{} is not taken at {}; {}",
                                            net::method_name(request.method), request.path, hint)});
  out.headers.emplace_back("Allow", allowed);
  return out;
}

bool is_reading(net::Method method) {
  return method == net::Method::get || method == net::Method::head;
}

}  // namespace

Service::Service(const Dispatcher& dispatcher, Subscriptions& subscriptions, const Backend& backend,
                 Gate gate)
    : dispatcher_(dispatcher),
      subscriptions_(subscriptions),
      backend_(backend),
      gate_(std::move(gate)),
      identity_(dispatcher),
      openrpc_(dispatcher.table().openrpc()) {}

void Service::on_request(net::Request request, net::Respond respond) {
  // Whether the node lives is told to anyone: what asks is a load balancer or a supervisor.
  const bool is_probe = request.path == "/health" || request.path == "/ready";
  const bool is_identity = IdentityPaths::is_path(request.path);
  if (!is_probe) {
    if (auto refusal = gate_.check(request)) {
      return respond(is_identity ? IdentityPaths::refuse(request, *refusal) : std::move(*refusal));
    }
  }
  if (is_identity) return identity_.serve(request, gate_.methods(), std::move(respond));
  if (request.path != "/") return respond(read(request));
  if (request.method != net::Method::post) {
    return respond(wrong_method(request, "POST",
                                "POST a JSON-RPC 2.0 call; queries are also at GET /<method>, and "
                                "/openrpc.json lists them"));
  }
  dispatcher_.call(request.body, {gate_.methods(), request.peer, 1},
                   [respond = std::move(respond)](Reply reply) mutable {
                     net::Response out;
                     out.status = reply.http_status;
                     out.body = std::move(reply.text);
                     if (out.body.empty()) out.content_type.clear();
                     if (reply.retry_after_ms) {
                       out.headers.emplace_back(
                           "Retry-After", std::to_string((*reply.retry_after_ms + 999) / 1000));
                     }
                     respond(std::move(out));
                   });
}

net::Response Service::read(const net::Request& request) const {
  const std::string_view path = request.path;
  const bool is_method =
      path.starts_with('/') && dispatcher_.table().find(path.substr(1)) != nullptr;
  const bool is_metrics = path == "/metrics" && gate_.serves_metrics();
  if (!is_method && !is_metrics && path != "/health" && path != "/ready" &&
      path != "/openrpc.json" && path != "/ws") {
    return unknown_path(path);
  }
  if (!is_reading(request.method)) {
    return wrong_method(request, "GET, HEAD", "calls that change something are POSTed to /");
  }
  net::Response out;
  if (path == "/health") {
    out.body = health(request);
  } else if (path == "/ready") {
    out = ready();
  } else if (path == "/openrpc.json") {
    out.body = openrpc_;
  } else if (is_metrics) {
    out.content_type = "text/plain; version=0.0.4";
    out.body = backend_.metrics();
  } else if (path == "/ws") {
    out = net::error_response(426, {Code::bad_argument, "/ws speaks WebSocket; open it as one"});
    out.headers.emplace_back("Upgrade", "websocket");
  } else {
    out = dispatcher_.get(path.substr(1), request.query, gate_.methods());
  }
  return out;
}

// Strangers learn that the process lives; who may call getHealth here, its answer.
std::string Service::health(const net::Request& request) const {
  constexpr std::string_view kLive = R"({"live":true)";
  if (!gate_.check(request)) {
    const net::Response known = dispatcher_.get("getHealth", {}, gate_.methods());
    if (known.status == 200) return fmt::format("{},{}", kLive, known.body.substr(1));
  }
  return fmt::format("{}}}", kLive);
}

net::Response Service::ready() const {
  const NodeStatus status = backend_.status();
  if (!status.ready) {
    return net::error_response(503, {Code::not_ready, status.not_ready_reason},
                               {.retry_after_ms = kRetryAfterMs});
  }
  net::Response out;
  out.body = fmt::format(R"({{"ready":true,"height":{}}})", status.height.value());
  return out;
}

net::Response Service::unknown_path(std::string_view path) const {
  if (path == "/metrics") {
    return net::error_response(
        404,
        {Code::not_found, "/metrics is not served at this address; it is on the admin socket"});
  }
  const std::string_view near =
      dispatcher_.table().nearest(path.substr(std::min<std::size_t>(1, path.size())));
  return net::error_response(
      404, {Code::not_found, fmt::format("{} is not here; {}", net::json_quoted(path.substr(0, 80)),
                                         near.empty() ? "/openrpc.json lists what is"
                                                      : fmt::format("did you mean /{}?", near))});
}

std::optional<net::Response> Service::refuse_upgrade(const net::Request& request) {
  if (auto refusal = gate_.check(request)) return refusal;
  if (request.path == "/ws") return std::nullopt;
  return net::error_response(404, {Code::not_found, "the WebSocket is at /ws"});
}

// One WebSocket.
class Service::Messages : public net::MessageHandler {
 public:
  Messages(const Service& service, net::Peer peer, std::shared_ptr<Subscriber> subscriber)
      : service_(service), peer_(std::move(peer)), subscriber_(std::move(subscriber)) {}
  ~Messages() override { subscriber_->close(); }

  void on_message(std::string message, net::Reply reply) override {
    const auto calls = std::make_shared<SubscriptionCalls>(subscriber_);
    service_.dispatcher_.call(message, {service_.gate_.methods(), peer_, 0, calls.get()},
                              [calls, reply = std::move(reply)](Reply answer) mutable {
                                reply(std::move(answer.text));
                                if (!calls->made.empty()) calls->subscriber->start(calls->made);
                              });
  }
  std::string advice() const override { return subscriber_->advice(); }

 private:
  const Service& service_;
  const net::Peer peer_;
  const std::shared_ptr<Subscriber> subscriber_;
};

std::unique_ptr<net::MessageHandler> Service::on_open(net::Peer peer,
                                                      std::shared_ptr<net::Channel> channel) {
  auto subscriber = subscriptions_.open(peer, std::move(channel));
  return std::make_unique<Messages>(*this, std::move(peer), std::move(subscriber));
}

}  // namespace generion::rpc
