#include "cli/bench/figures.h"

#include <fmt/format.h>

#include "cli/terminal/table.h"

namespace generion::cli {
namespace {

namespace json = boost::json;

std::vector<std::string> load_row(const std::string& name, const Measured& measured) {
  const auto latency = measured.load.latencies.summary();
  return {name,
          fmt::format("{:.0f}", measured.tps()),
          fmt::format("{:.0f}", measured.tps() * static_cast<double>(measured.operations)),
          fmt::format("{:.2f}", latency.p50),
          fmt::format("{:.2f}", latency.p90),
          fmt::format("{:.2f}", latency.p99),
          fmt::format("{:.2f}", latency.max),
          fmt::format("{}", measured.load.failed)};
}

}  // namespace

json::object latency_json(const Latencies& latencies) {
  const auto summary = latencies.summary();
  return {{"p50", summary.p50}, {"p90", summary.p90}, {"p99", summary.p99}, {"max", summary.max}};
}

json::object figures_json(const Figures& figures) {
  json::object cpu;
  const Measured& single = figures.single;
  for (const auto& [part, seconds] : single.cpu_seconds) {
    cpu[part] = single.us_per_transaction(seconds);
  }
  json::object out{{"cores", figures.cores},
                   {"tps", figures.single.tps()},
                   {"ops_per_second", figures.hundred.tps() * 100},
                   {"latency_ms", latency_json(figures.open.load.latencies)},
                   {"closed_loop_latency_ms", latency_json(figures.single.load.latencies)},
                   {"verify_per_second", figures.verify.all_cores},
                   {"limit_tps", figures.verify.all_cores},
                   {"share_of_limit", figures.share_of_limit()},
                   {"cpu_us_per_tx", std::move(cpu)},
                   {"client_cpu_us_per_tx", single.us_per_transaction(single.client_cpu_seconds)},
                   {"failed", figures.single.load.failed + figures.hundred.load.failed +
                                  figures.open.load.failed}};
  if (!single.cpu_seconds.empty()) {
    out["cores_busy"] = single.cores_busy();
    out["written_bytes_per_tx"] =
        static_cast<double>(single.written_bytes) / static_cast<double>(single.load.transactions);
  }
  if (figures.memory_bytes) out["node_memory_bytes"] = *figures.memory_bytes;
  if (figures.restart) {
    out["restart_transactions"] = figures.restart->transactions;
    out["restart_seconds"] = figures.restart->seconds;
  }
  if (figures.queries) {
    out["query_records"] = figures.records;
    out["query_ms"] = latency_json(*figures.queries);
  }
  return out;
}

std::string figures_text(const Figures& figures) {
  Table loads({{"LOAD", Align::left},
               {"TX/S", Align::right},
               {"OPS/S", Align::right},
               {"P50 MS", Align::right},
               {"P90 MS", Align::right},
               {"P99 MS", Align::right},
               {"MAX MS", Align::right},
               {"FAILED", Align::right}});
  loads.add(load_row("1 operation, closed loop", figures.single));
  loads.add(load_row("100 operations, closed loop", figures.hundred));
  loads.add(load_row("1 operation, open loop", figures.open));
  std::string out = loads.text() + "\n";
  std::vector<std::pair<std::string, std::string>> fields = {
      {"Ed25519 checks",
       fmt::format("{:.0f}/s on one core, {:.0f}/s on {}", figures.verify.one_core,
                   figures.verify.all_cores, figures.cores)},
      {"share of the limit", fmt::format("{:.0f}% of {:.0f} tx/s", 100 * figures.share_of_limit(),
                                         figures.verify.all_cores)}};
  const Measured& single = figures.single;
  for (const auto& [part, seconds] : single.cpu_seconds) {
    fields.push_back(
        {"CPU, " + part, fmt::format("{:.1f} us/tx", single.us_per_transaction(seconds))});
  }
  fields.push_back(
      {"CPU, these clients",
       fmt::format("{:.1f} us/tx", single.us_per_transaction(single.client_cpu_seconds))});
  if (!single.cpu_seconds.empty()) {
    fields.push_back({"cores at work", fmt::format("{:.2f} of {}, node and clients together",
                                                   single.cores_busy(), figures.cores)});
    fields.push_back(
        {"written, uncompacted",
         fmt::format("{:.0f} bytes/tx", static_cast<double>(single.written_bytes) /
                                            static_cast<double>(single.load.transactions))});
  }
  if (figures.memory_bytes) {
    fields.push_back({"node's memory", fmt::format("{} MiB", *figures.memory_bytes / (1 << 20))});
  }
  if (figures.restart) {
    fields.push_back({"ready after kill -9",
                      fmt::format("{:.2f} s, executing {} transactions again",
                                  figures.restart->seconds, figures.restart->transactions)});
  }
  if (figures.queries) {
    const auto q = figures.queries->summary();
    fields.push_back({fmt::format("getRecord of {} records", figures.records),
                      fmt::format("p50 {:.3f} ms, p99 {:.3f} ms, with HTTP", q.p50, q.p99)});
  }
  return out + field_lines(fields);
}

}  // namespace generion::cli
