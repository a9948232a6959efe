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

  // One JSON-RPC message: a call or a batch. `paid` calls were charged to the peer's rate already.
  // Calls `done` once, on any thread: when all members are done.
  void call(std::string_view text, const MethodList& served, const net::Peer& peer,
            std::size_t paid, ReplyDone done) const;

  // GET /<name>?query: the bare result, or the error object with a matching status.
  net::Response get(std::string_view name, std::string_view query, const MethodList& served) const;

  const MethodTable& table() const { return table_; }

 private:
  class Collector;

  void call_member(const Json& request, const MethodList& served, std::size_t place,
                   const std::shared_ptr<Collector>& collector) const;
  void invoke(const Method& method, const Json* params, const Json* id, std::size_t place,
              const std::shared_ptr<Collector>& collector) const;
  std::optional<Failure> charge(const net::Peer& peer, std::size_t calls) const;
  Result<const Method*> find(std::string_view name, const MethodList& served) const;
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
