#include <fmt/format.h>

#include "cli/bench/figures.h"
#include "cli/bench/mixes.h"
#include "cli/terminal/table.h"

namespace generion::cli {
namespace {

namespace json = boost::json;

double per_second(const QueryResult& asked) {
  return static_cast<double>(asked.latencies.count()) / asked.seconds;
}

double mean_bytes(const QueryResult& asked) {
  return static_cast<double>(asked.bytes) / static_cast<double>(asked.latencies.count());
}

std::string loads_text(const std::vector<MixLoad>& loads) {
  Table table({{"LOAD"},
               {"TX/S", Align::right},
               {"P50 MS", Align::right},
               {"P99 MS", Align::right},
               {"VERIFY US/TX", Align::right},
               {"EXECUTE US/TX", Align::right},
               {"NODE US/TX", Align::right}});
  for (const MixLoad& load : loads) {
    const Measured& measured = load.measured;
    const auto latency = measured.load.latencies.summary();
    table.add({load.name, fmt::format("{:.0f}", measured.tps()), fmt::format("{:.1f}", latency.p50),
               fmt::format("{:.1f}", latency.p99),
               fmt::format("{:.0f}", measured.node_us("verify")),
               fmt::format("{:.0f}", measured.node_us("execute")),
               fmt::format("{:.0f}", measured.node_us())});
  }
  return table.text();
}

std::string queries_text(const std::vector<MixQuery>& queries) {
  Table table({{"QUERY"},
               {"P50 MS", Align::right},
               {"P99 MS", Align::right},
               {"MAX MS", Align::right},
               {"PER SECOND", Align::right},
               {"BYTES", Align::right}});
  for (const MixQuery& query : queries) {
    const auto latency = query.one.latencies.summary();
    table.add({query.name, fmt::format("{:.3f}", latency.p50), fmt::format("{:.3f}", latency.p99),
               fmt::format("{:.3f}", latency.max), fmt::format("{:.0f}", per_second(query.many)),
               fmt::format("{:.0f}", mean_bytes(query.one))});
  }
  return table.text();
}

json::object load_json(const MixLoad& load) {
  const Measured& measured = load.measured;
  return {{"load", load.name},
          {"transactions", measured.load.transactions},
          {"tps", measured.tps()},
          {"latency_ms", latency_json(measured.load.latencies)},
          {"cpu_us_per_tx", cpu_json(measured, measured.cpu_seconds())},
          {"client_cpu_us_per_tx", measured.us_per_transaction(measured.client_cpu_seconds)}};
}

}  // namespace

json::object mix_json(const MixFigures& figures) {
  json::object out{{"mix", figures.mix}, {"cores", figures.cores}};
  json::array loads;
  for (const MixLoad& load : figures.loads) loads.push_back(load_json(load));
  if (!loads.empty()) out["loads"] = std::move(loads);
  if (figures.proof_check_us) out["proof_check_us"] = *figures.proof_check_us;
  if (figures.queries.empty()) return out;
  out["records"] = figures.records;
  json::array queries;
  for (const MixQuery& query : figures.queries) {
    queries.push_back({{"query", query.name},
                       {"latency_ms", latency_json(query.one.latencies)},
                       {"per_second", per_second(query.many)},
                       {"answer_bytes", mean_bytes(query.one)}});
  }
  out["queries"] = std::move(queries);
  json::array lists;
  for (const CompleteList& list : figures.lists) {
    lists.push_back({{"entries", list.entries}, {"milliseconds", list.milliseconds}});
  }
  out["complete_lists"] = std::move(lists);
  return out;
}

std::string mix_text(const MixFigures& figures) {
  std::string out =
      figures.loads.empty() ? queries_text(figures.queries) : loads_text(figures.loads);
  std::vector<std::pair<std::string, std::string>> fields;
  if (figures.proof_check_us) {
    fields.emplace_back("a proof's check",
                        fmt::format("{:.0f} us of one core", *figures.proof_check_us));
  }
  if (figures.records > 0) {
    fields.emplace_back("records on the chain", fmt::format("{}", figures.records));
  }
  for (const CompleteList& list : figures.lists) {
    fields.emplace_back(fmt::format("list of {} records", list.entries),
                        fmt::format("{:.1f} ms, read and verified complete", list.milliseconds));
  }
  return out + "\n" + field_lines(fields);
}

}  // namespace generion::cli
