// Loads other than new records: shares, sales and queries, each on a node of its own.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/bench/run.h"

namespace generion::cli {

struct MixOptions {
  std::size_t transactions = 0;  // of each kind; sharing and market
  std::size_t clients = 16;
  std::size_t per_request = 50;
  std::size_t records = 0;  // that queries look at
};

struct MixLoad {
  std::string name;
  Measured measured;
};

// The same targets asked by one connection, for the latency, and by many, for the rate.
struct MixQuery {
  std::string name;
  QueryResult one;
  QueryResult many;
};

// A list read with its proofs and verified by the client.
struct CompleteList {
  std::size_t entries = 0;
  double milliseconds = 0;
};

struct MixFigures {
  std::string mix;
  unsigned cores = 1;
  std::vector<MixLoad> loads;
  std::optional<double> proof_check_us;  // of one core
  std::vector<MixQuery> queries;
  std::uint64_t records = 0;
  std::vector<CompleteList> lists;
};

// shareRecord with a proof, then revokeShare of all of them.
Result<MixFigures> measure_sharing(Context& context, const MixOptions& options);
// createOrder, purchaseData, deliverOrder of one record, and of 64 records.
Result<MixFigures> measure_market(Context& context, const MixOptions& options);
// Records and lists, with and without proof.
Result<MixFigures> measure_query_mix(Context& context, const MixOptions& options);

boost::json::object mix_json(const MixFigures& figures);
std::string mix_text(const MixFigures& figures);

}  // namespace generion::cli
