// What `generion bench` is made of, without a node.
#include <atomic>
#include <catch2/catch.hpp>
#include <set>

#include "cli/bench/mixes.h"
#include "cli/bench/parallel.h"
#include "cli/bench/workload.h"
#include "types/transaction.h"

namespace generion::cli {
namespace {

TEST_CASE("work on all cores is done once for each number") {
  std::vector<std::atomic<int>> done(100);
  on_all_cores(done.size(), [&](std::size_t number) { ++done[number]; });
  for (const auto& count : done) CHECK(count == 1);
  on_all_cores(0, [&](std::size_t) { FAIL("there is nothing to do"); });
}

TEST_CASE("a workload holds each transaction once, the last request what is left") {
  std::vector<std::atomic<int>> made(7);
  const auto key = crypto::SigningKey::generate();
  const auto make = [&](std::size_t number) {
    ++made.at(number);
    TransactionBody body;
    body.sender = key.public_key();
    body.operations = {RevokeShare{ShareId(number + 1)}};
    return sign_transaction(body, {}, key);
  };
  const Workload workload =
      make_workload({.transactions = 7, .transactions_per_request = 3}, make, {});
  REQUIRE(workload.requests.size() == 3);
  CHECK(workload.transactions_in(0) == 3);
  CHECK(workload.transactions_in(2) == 1);
  for (const auto& count : made) CHECK(count == 1);
  CHECK(workload.requests[0].starts_with("[{"));
}

TEST_CASE("a mix's figures for people and scripts") {
  MixFigures figures{.mix = "market", .cores = 2};
  Measured measured;
  measured.load.transactions = 100;
  measured.load.seconds = 2;
  measured.cpu_by_node = {{{"verify", 0.01}, {"execute", 0.002}}};
  figures.loads.push_back({"deliverOrder, 1 record", measured});
  figures.proof_check_us = 386;
  const auto json = mix_json(figures);
  CHECK(json.at("mix") == "market");
  CHECK(json.at("loads").at(0).at("tps") == 50.0);
  CHECK(json.at("proof_check_us") == 386.0);
  const std::string text = mix_text(figures);
  CHECK(text.find("deliverOrder, 1 record") != std::string::npos);
  CHECK(text.find("386 us of one core") != std::string::npos);

  MixFigures queries{.mix = "queries", .records = 1'000};
  MixQuery query{.name = "getRecord"};
  query.one.latencies.add(0.5);
  query.one.bytes = 300;
  query.many.latencies.add(1);
  query.many.seconds = 0.5;
  queries.queries.push_back(query);
  queries.lists.push_back({100, 12.5});
  CHECK(mix_json(queries).at("queries").at(0).at("answer_bytes") == 300.0);
  CHECK(mix_json(queries).at("complete_lists").at(0).at("entries") == 100);
  CHECK(mix_text(queries).find("12.5 ms, read and verified complete") != std::string::npos);
}

}  // namespace
}  // namespace generion::cli
