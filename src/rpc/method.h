// One RPC method as the table describes it: the same entry serves calls and stands in openrpc.json.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/limits.h"
#include "rpc/arguments.h"
#include "rpc/backend.h"
#include "rpc/json.h"

namespace generion::rpc {

// A result, or an error that may carry the outcome as far as it is known (timed_out).
struct Failure {
  Error error;
  std::optional<Outcome> outcome;
  std::optional<std::uint64_t> limit;
  std::optional<std::uint64_t> retry_after_ms;

  Failure(Error why)  // NOLINT: every Error is a Failure
      : error(std::move(why)), retry_after_ms(error.retry_after_ms) {}
};
using Answer = std::expected<Json, Failure>;
using Done = std::move_only_function<void(std::expected<Outcome, Failure>)>;

using SimulationDone = std::move_only_function<void(std::expected<Simulation, Failure>)>;

class Submissions;
struct SubscriptionCalls;

// What handlers work on; lives as long as the server.
struct Context {
  Backend& backend;
  Submissions& submissions;
};

// Answers at once, from one height. The result lives in `memory`.
using QueryHandler = Answer (*)(const Context&, const Arguments&,
                                const boost::json::storage_ptr& memory);
// Answers with an outcome, later, from any thread.
using WriteHandler = void (*)(const Context&, const Arguments&, Done);
// Answers with what a transaction would do, later, from any thread.
using SimulationHandler = void (*)(const Context&, const Arguments&, SimulationDone);
// Changes what a WebSocket is told; answers at once.
using SubscriptionHandler = Answer (*)(SubscriptionCalls&, const Arguments&,
                                       const boost::json::storage_ptr& memory);

// A text in the result that a GET answers as its whole body, if the result has it.
struct BodyMember {
  std::string_view member{};
  std::string_view content_type{};
};

struct Method {
  std::string_view name;
  std::string_view summary;
  std::vector<Parameter> parameters;
  std::string_view result;
  std::variant<QueryHandler, WriteHandler, SimulationHandler, SubscriptionHandler> handler;
  BodyMember body{};

  // Served by GET.
  bool is_query() const { return std::holds_alternative<QueryHandler>(handler); }
};

}  // namespace generion::rpc
