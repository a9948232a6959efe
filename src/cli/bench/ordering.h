// Ordering alone: requests that nobody has signed, on a chain of a build that checks no client's
// signature (node/client_signature.h).
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "cli/bench/agreement.h"
#include "cli/bench/run.h"

namespace generion::cli {

struct OrderingOptions {
  std::size_t validators = 1;
  std::size_t transactions = 100'000;
  std::size_t clients = 16;
  std::size_t per_request = 50;
  std::vector<std::string> settings = {};
};

struct OrderingFigures {
  unsigned cores = 1;
  std::size_t validators = 1;
  std::size_t body_bytes = 0;  // of each request
  Measured load;
  Agreement agreement;
};

// Errors: usage (this build checks signatures), those of starting and loading the chain.
Result<OrderingFigures> measure_ordering(Context& context, const OrderingOptions& options);

boost::json::object ordering_json(const OrderingFigures& figures);
std::string ordering_text(const OrderingFigures& figures);

}  // namespace generion::cli
