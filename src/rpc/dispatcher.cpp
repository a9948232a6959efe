#include "rpc/dispatcher.h"

#include <fmt/core.h>

#include <atomic>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/serialize.hpp>

#include "rpc/results.h"
#include "rpc/subscriptions.h"

namespace generion::rpc {
namespace {

constexpr int kParseError = -32700;
constexpr int kInvalidRequest = -32600;
constexpr int kMethodNotFound = -32601;
constexpr int kInvalidParams = -32602;
constexpr int kRefused = -32000;
constexpr std::size_t kScratchBytes = 8 * 1024;  // on the stack, for small messages

int rpc_code(Code code) {
  if (code == Code::unknown_method) return kMethodNotFound;
  if (code == Code::bad_params) return kInvalidParams;
  return kRefused;
}

std::string error_object(int rpc, const Failure& failure) {
  boost::json::monotonic_resource memory;
  JsonObject data(&memory);
  data.emplace("code", code_name(failure.error.code));
  if (failure.limit) data.emplace("limit", *failure.limit);
  if (failure.retry_after_ms) data.emplace("retry_after_ms", *failure.retry_after_ms);
  if (failure.outcome) data.emplace("outcome", to_json(*failure.outcome, data.storage()));
  return fmt::format(R"({{"code":{},"message":{},"data":{}}})", rpc,
                     boost::json::serialize(boost::json::string_view(failure.error.message)),
                     boost::json::serialize(data));
}

std::string error_reply(std::string_view id, int rpc, const Failure& failure) {
  return fmt::format(R"({{"jsonrpc":"2.0","id":{},"error":{}}})", id, error_object(rpc, failure));
}

std::string result_reply(std::string_view id, const Json& result) {
  std::string out = R"({"jsonrpc":"2.0","id":)";
  out.append(id).append(R"(,"result":)").append(boost::json::serialize(result)).append("}");
  return out;
}

Error needs_web_socket(const Method& method) {
  return {Code::bad_argument,
          fmt::format("{} works over a WebSocket only; open one at /ws", method.name)};
}

std::string_view view(const boost::json::string& text) {
  return {text.data(), text.size()};
}

// What a GET answers.
net::Response body_of(const Method& method, const Json& result) {
  net::Response out;
  const JsonObject* object = method.body.member.empty() ? nullptr : result.if_object();
  const Json* text = object == nullptr ? nullptr : object->if_contains(method.body.member);
  if (text == nullptr) {
    out.body = boost::json::serialize(result);
  } else {
    out.content_type = method.body.content_type;
    out.body = view(text->as_string());
  }
  return out;
}

// Why a request object is none; nullopt if it is one.
std::optional<std::string> envelope_fault(const Json& request) {
  if (!request.is_object())
    return fmt::format("a request is an object, not {}", json_type(request));
  for (const auto& member : request.get_object()) {
    const std::string_view name(member.key().data(), member.key().size());
    if (name != "jsonrpc" && name != "method" && name != "params" && name != "id") {
      return fmt::format("unknown member {}; a request has jsonrpc, method, params, id",
                         net::json_quoted(name.substr(0, 80)));
    }
  }
  const JsonObject& object = request.get_object();
  const Json* version = object.if_contains("jsonrpc");
  if (version == nullptr || !version->is_string() || version->get_string() != "2.0") {
    return R"(jsonrpc is not "2.0"; this is JSON-RPC 2.0)";
  }
  const Json* method = object.if_contains("method");
  if (method == nullptr || !method->is_string()) return "method is missing, or no text";
  const Json* params = object.if_contains("params");
  if (params != nullptr && !params->is_structured()) {
    return fmt::format("params is {}; it takes an object or an array", json_type(*params));
  }
  const Json* id = object.if_contains("id");
  if (id == nullptr || id->is_string() || id->is_int64() || id->is_null()) return std::nullopt;
  return fmt::format("id is {}; it takes a text or a whole number", json_type(*id));
}

}  // namespace

std::string error_text(const Failure& failure) {
  return error_object(rpc_code(failure.error.code), failure);
}

unsigned http_status(Code code) {
  // Codes are many and grow; those that say nothing about HTTP are the caller's mistake.
  if (code == Code::unauthorized) return 401;
  if (code == Code::forbidden) return 403;
  if (code == Code::not_found || code == Code::user_not_found || code == Code::record_not_found ||
      code == Code::unknown_method || code == Code::height_ahead) {
    return 404;
  }
  if (code == Code::height_gone || code == Code::erased) return 410;
  if (code == Code::too_large) return 413;
  if (code == Code::rate_limited) return 429;
  if (code == Code::overloaded || code == Code::not_ready || code == Code::shutting_down)
    return 503;
  if (code == Code::timed_out) return 504;
  if (code == Code::io_error || code == Code::damaged || code == Code::disk_full) return 500;
  return 400;
}

// The replies of one message's members, sent when the last is there.
class Dispatcher::Collector {
 public:
  Collector(std::size_t members, bool is_batch, ReplyDone done)
      : parts_(members), open_(members), is_batch_(is_batch), done_(std::move(done)) {}

  // Once for each place; an empty part is a notification's.
  void put(std::size_t place, std::string part) {
    parts_[place] = std::move(part);
    if (open_.fetch_sub(1, std::memory_order_acq_rel) == 1) send();
  }

 private:
  void send() {
    Reply reply;
    if (!is_batch_) {
      reply.text = std::move(parts_[0]);
    } else {
      std::size_t size = 2;
      for (const std::string& part : parts_) size += part.size() + 1;
      reply.text.reserve(size);
      for (const std::string& part : parts_) {
        if (part.empty()) continue;
        reply.text += reply.text.empty() ? '[' : ',';
        reply.text += part;
      }
      if (!reply.text.empty()) reply.text += ']';
    }
    if (reply.text.empty()) reply.http_status = 204;
    done_(std::move(reply));
  }

  std::vector<std::string> parts_;  // each written by the one who answers it
  std::atomic<std::size_t> open_;
  bool is_batch_;
  ReplyDone done_;
};

// Where the answer of one member goes. A notification has no id, and its answer goes nowhere.
class Dispatcher::Place {
 public:
  Place(std::shared_ptr<Collector> collector, std::size_t number)
      : collector_(std::move(collector)), number_(number) {}

  void set_id(const Json* id) {
    is_notification_ = id == nullptr;
    if (id != nullptr) id_ = boost::json::serialize(*id);
  }
  void result(const Json& result) {
    collector_->put(number_, is_notification_ ? std::string() : result_reply(id_, result));
  }
  void error(const Failure& failure) { error(rpc_code(failure.error.code), failure); }
  void error(int rpc, const Failure& failure) {
    collector_->put(number_, is_notification_ ? std::string() : error_reply(id_, rpc, failure));
  }

  // Takes a result that comes later.
  auto later() && {
    return [place = std::move(*this)](auto result) mutable {
      if (!result) return place.error(result.error());
      unsigned char scratch[kScratchBytes];
      boost::json::monotonic_resource memory(scratch, sizeof scratch);
      place.result(to_json(*result, &memory));
    };
  }

 private:
  std::shared_ptr<Collector> collector_;
  std::size_t number_;
  bool is_notification_ = false;
  std::string id_ = "null";
};

void Dispatcher::call(std::string_view text, const Caller& caller, ReplyDone done) const {
  unsigned char scratch[kScratchBytes];
  boost::json::monotonic_resource memory(scratch, sizeof scratch);
  const auto message = parse_json(text, &memory);
  if (!message) {
    return done({400, error_reply("null", kParseError, message.error()), {}});
  }
  const JsonArray* batch = message->if_array();
  const std::size_t members = batch != nullptr ? batch->size() : 1;
  if (members == 0) {
    const Failure empty(
        Error{Code::malformed, "the batch is empty; it takes at least one request"});
    return done({400, error_reply("null", kInvalidRequest, empty), {}});
  }
  if (members > batch_max_) {
    Failure failure(
        Error{Code::too_many,
              fmt::format("the batch has {} requests; at most {} are taken", members, batch_max_)});
    failure.limit = batch_max_;
    return done({413, error_reply("null", kInvalidRequest, failure), {}});
  }
  if (members > caller.paid) {
    if (const auto failure = charge(caller.peer, members - caller.paid)) {
      return done({429, error_reply("null", kRefused, *failure), failure->retry_after_ms});
    }
  }
  const auto collector = std::make_shared<Collector>(members, batch != nullptr, std::move(done));
  for (std::size_t i = 0; i < members; ++i) {
    call_member(batch != nullptr ? (*batch)[i] : *message, caller, Place(collector, i));
  }
}

std::optional<Failure> Dispatcher::charge(const net::Peer& peer, std::size_t calls) const {
  if (!peer.rate) return std::nullopt;
  const auto wait = peer.rate->take(calls, std::chrono::steady_clock::now());
  if (wait.count() == 0) return std::nullopt;
  Failure out(Error{Code::rate_limited,
                    fmt::format("{} made more than {} calls per second; none of these {} was "
                                "carried out",
                                peer.address, peer.rate->per_second(), calls)});
  out.limit = peer.rate->per_second();
  out.retry_after_ms = static_cast<std::uint64_t>(wait.count());
  return out;
}

void Dispatcher::call_member(const Json& request, const Caller& caller, Place place) const {
  if (const auto fault = envelope_fault(request)) {
    return place.error(kInvalidRequest, Error{Code::malformed, *fault});
  }
  const JsonObject& object = request.get_object();
  place.set_id(object.if_contains("id"));
  const auto method = find(view(object.at("method").get_string()), caller.served);
  if (!method) return place.error(method.error());
  invoke(**method, object.if_contains("params"), caller, std::move(place));
}

void Dispatcher::invoke(const Method& method, const Json* params, const Caller& caller,
                        Place place) const {
  const auto arguments = Arguments::from_json(method.name, method.parameters, params);
  if (!arguments) return place.error(kInvalidParams, arguments.error());
  if (const auto* write = std::get_if<WriteHandler>(&method.handler)) {
    return (*write)(context_, *arguments, std::move(place).later());
  }
  if (const auto* simulation = std::get_if<SimulationHandler>(&method.handler)) {
    return (*simulation)(context_, *arguments, std::move(place).later());
  }
  boost::json::monotonic_resource memory;
  const Answer answer = answer_now(method, *arguments, caller, &memory);
  if (!answer) return place.error(answer.error());
  place.result(*answer);
}

Answer Dispatcher::answer_now(const Method& method, const Arguments& arguments,
                              const Caller& caller, const Memory& memory) const {
  const auto* subscription = std::get_if<SubscriptionHandler>(&method.handler);
  if (subscription == nullptr) return query(method, arguments, memory);
  if (caller.subscriptions == nullptr) return std::unexpected(needs_web_socket(method));
  return (*subscription)(*caller.subscriptions, arguments, memory);
}

Result<const Method*> Dispatcher::find(std::string_view name, const MethodList& served) const {
  const Method* method = table_.find(name);
  if (method == nullptr) {
    const std::string_view near = table_.nearest(name);
    return fail(Code::unknown_method,
                fmt::format("unknown method {}; {}", net::json_quoted(name.substr(0, 80)),
                            near.empty() ? "/openrpc.json lists all"
                                         : fmt::format("did you mean {}?", near)));
  }
  if (!served.empty() && !served.contains(name)) {
    return fail(Code::forbidden, fmt::format("{} is not served at this address", name));
  }
  return method;
}

Answer Dispatcher::query(const Method& method, const Arguments& arguments,
                         const boost::json::storage_ptr& memory) const {
  try {
    return std::get<QueryHandler>(method.handler)(context_, arguments, memory);
  } catch (const std::exception& failure) {
    // Reading the state has no other way to say that the disk failed.
    return std::unexpected(Failure(Error{
        Code::io_error, fmt::format("{} could not be answered: {}", method.name, failure.what())}));
  }
}

Answer Dispatcher::ask(std::string_view name, const Json& params, const MethodList& served,
                       const boost::json::storage_ptr& memory) const {
  const auto method = find(name, served);
  if (!method) return std::unexpected(method.error());
  const auto arguments = Arguments::from_json(name, (*method)->parameters, &params);
  if (!arguments) return std::unexpected(arguments.error());
  return query(**method, *arguments, memory);
}

net::Response Dispatcher::get(std::string_view name, std::string_view query_text,
                              const MethodList& served) const {
  const auto refuse = [](const Failure& failure) {
    net::Response out;
    out.status = http_status(failure.error.code);
    out.body = error_text(failure);
    return out;
  };
  const auto method = find(name, served);
  if (!method) return refuse(method.error());
  if (std::holds_alternative<SubscriptionHandler>((*method)->handler)) {
    net::Response out = refuse(needs_web_socket(**method));
    out.status = 426;
    out.headers.emplace_back("Upgrade", "websocket");
    return out;
  }
  if (!(*method)->is_query()) {
    net::Response out = refuse(
        Error{Code::forbidden, fmt::format("{} takes a transaction; send it by POST to /", name)});
    out.status = 405;
    out.headers.emplace_back("Allow", "POST");
    return out;
  }
  const auto params = params_from_query((*method)->parameters, query_text);
  if (!params) return refuse(params.error());
  boost::json::monotonic_resource memory;
  const auto result = ask(name, *params, served, &memory);
  if (!result) return refuse(result.error());
  return body_of(**method, *result);
}

}  // namespace generion::rpc
