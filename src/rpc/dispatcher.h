// JSON-RPC 2.0: a text in, a text out, whoever carries it.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>

#include "net/http_message.h"
#include "rpc/method_table.h"

namespace generion::rpc {

// Which methods a listener serves; empty: all.
using MethodList = std::set<std::string, std::less<>>;

// What goes back. An empty text: nothing (there were only notifications).
struct Reply {
  unsigned http_status = 200;
  std::string text;
  std::optional<std::uint64_t> retry_after_ms;
};
using ReplyDone = std::move_only_function<void(Reply)>;

// Immutable; any thread. Everything it refers to must outlive it.
class Dispatcher {
 public:
  Dispatcher(const MethodTable& table, Context context, std::size_t batch_max)
      : table_(table), context_(context), batch_max_(batch_max) {}

  // Who sent a message.
  struct Caller {
    const MethodList& served;
    const net::Peer& peer;
    std::size_t paid = 0;                        // calls that were charged to his rate already
    SubscriptionCalls* subscriptions = nullptr;  // null: not over a WebSocket
  };

  // One JSON-RPC message: a call or a batch. Calls `done` once, on any thread: when all members are
  // done. `caller` need not outlive the call.
  void call(std::string_view text, const Caller& caller, ReplyDone done) const;

  // GET /<name>?query: the bare result, or the error object with a matching status.
  net::Response get(std::string_view name, std::string_view query, const MethodList& served) const;

  // A query's bare result. Errors: unknown_method, forbidden (it is not served), bad_params, the
  // query's own.
  Answer ask(std::string_view name, const Json& params, const MethodList& served,
             const boost::json::storage_ptr& memory) const;

  const MethodTable& table() const { return table_; }
  const Context& context() const { return context_; }

 private:
  class Collector;

  class Place;

  void call_member(const Json& request, const Caller& caller, Place place) const;
  void invoke(const Method& method, const Json* params, const Caller& caller, Place place) const;
  std::optional<Failure> charge(const net::Peer& peer, std::size_t calls) const;
  Result<const Method*> find(std::string_view name, const MethodList& served) const;
  Answer answer_now(const Method& method, const Arguments& arguments, const Caller& caller,
                    const boost::json::storage_ptr& memory) const;
  Answer query(const Method& method, const Arguments& arguments,
               const boost::json::storage_ptr& memory) const;

  const MethodTable& table_;
  const Context context_;
  const std::size_t batch_max_;
};

// {"code", "message", "data"}, as JSON-RPC and GET answer it.
std::string error_text(const Failure& failure);

// The HTTP status that says the same.
unsigned http_status(Code code);

}  // namespace generion::rpc
