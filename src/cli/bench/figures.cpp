#include "cli/bench/figures.h"

#include <fmt/format.h>

#include "cli/terminal/table.h"

namespace generion::cli {
namespace {

namespace json = boost::json;

using Fields = std::vector<std::pair<std::string, std::string>>;

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

std::string loads_text(const Figures& figures) {
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
  return loads.text();
}

void add_cpu_fields(Fields& fields, const Figures& figures) {
  const Measured& single = figures.single;
  fields.emplace_back(
      "CPU, these clients",
      fmt::format("{:.1f} us/tx", single.us_per_transaction(single.client_cpu_seconds)));
  if (single.cpu_by_node.empty()) return;
  fields.emplace_back("CPU beside the signature",
                      fmt::format("{:.1f} us a transaction and validator, {:.0f}% of its check",
                                  figures.beside_signature_us(),
                                  100 * figures.beside_signature_us() / figures.verify.cpu_us));
  fields.emplace_back("cores at work", fmt::format("{:.2f} of {}, nodes and clients together",
                                                   single.cores_busy(), figures.cores));
  fields.emplace_back("transactions in a block",
                      fmt::format("{:.0f}", single.transactions_per_block()));
  fields.emplace_back(
      "written, uncompacted",
      fmt::format("{:.0f} bytes/tx", static_cast<double>(single.written_bytes) /
                                         static_cast<double>(single.load.transactions)));
}

void add_failover_fields(Fields& fields, const Failover& failover) {
  fields.emplace_back(
      "primary killed under load",
      fmt::format(
          "service back after {:.2f} s (complaints after {:.2f} s), longest wait {:.0f} ms, "
          "{} of {} failed",
          failover.seconds, failover.view_timeout_seconds, failover.longest_wait_ms,
          failover.failed, failover.transactions + failover.failed));
}

json::object failover_json(const Failover& failover) {
  return {{"seconds", failover.seconds},
          {"view_timeout_seconds", failover.view_timeout_seconds},
          {"longest_wait_ms", failover.longest_wait_ms},
          {"transactions", failover.transactions},
          {"failed", failover.failed}};
}

json::array executed_json(const Agreement& agreement) {
  json::array out;
  for (const auto& executed : agreement.executed) {
    out.push_back(executed ? json::value(*executed) : json::value());
  }
  return out;
}

// What only a process that is known can tell.
void add_process_json(json::object& out, const Figures& figures) {
  const Measured& single = figures.single;
  if (single.cpu_by_node.empty()) return;
  json::array by_validator;
  for (const CpuByPart& node : single.cpu_by_node) by_validator.push_back(cpu_json(single, node));
  out["cpu_us_per_tx_by_validator"] = std::move(by_validator);
  out["beside_signature_us"] = figures.beside_signature_us();
  out["beside_signature_share"] = figures.beside_signature_us() / figures.verify.cpu_us;
  out["cores_busy"] = single.cores_busy();
  out["written_bytes_per_tx"] =
      static_cast<double>(single.written_bytes) / static_cast<double>(single.load.transactions);
  out["block_transactions"] = single.transactions_per_block();
}

}  // namespace

json::object latency_json(const Latencies& latencies) {
  const auto summary = latencies.summary();
  return {{"p50", summary.p50}, {"p90", summary.p90}, {"p99", summary.p99}, {"max", summary.max}};
}

std::string cpu_text(const Measured& measured) {
  const CpuByPart all = measured.cpu_seconds();
  std::vector<Column> columns = {{"CPU, US/TX", Align::left}};
  for (const auto& [part, seconds] : all) columns.push_back({part, Align::right});
  columns.push_back({"together", Align::right});
  Table table(columns);
  const auto add = [&](const std::string& name, const CpuByPart& node) {
    std::vector<std::string> row = {name};
    double sum = 0;
    for (const auto& [part, ignored] : all) {
      const auto found = node.find(part);
      const double seconds = found == node.end() ? 0 : found->second;
      sum += seconds;
      row.push_back(fmt::format("{:.1f}", measured.us_per_transaction(seconds)));
    }
    row.push_back(fmt::format("{:.1f}", measured.us_per_transaction(sum)));
    table.add(row);
  };
  for (std::size_t i = 0; i < measured.cpu_by_node.size(); ++i) {
    add(fmt::format("validator-{}", i + 1), measured.cpu_by_node[i]);
  }
  if (measured.cpu_by_node.size() > 1) add("all of them", all);
  return table.text();
}

json::object cpu_json(const Measured& measured, const CpuByPart& seconds) {
  json::object out;
  for (const auto& [part, of_part] : seconds) out[part] = measured.us_per_transaction(of_part);
  return out;
}

json::object figures_json(const Figures& figures) {
  const Measured& single = figures.single;
  json::object out{{"cores", figures.cores},
                   {"validators", figures.validators},
                   {"tps", figures.single.tps()},
                   {"ops_per_second", figures.hundred.tps() * 100},
                   {"latency_ms", latency_json(figures.open.load.latencies)},
                   {"closed_loop_latency_ms", latency_json(figures.single.load.latencies)},
                   {"verify_per_second", figures.verify.all_cores},
                   {"verify_us", figures.verify.cpu_us},
                   {"limit_tps", figures.limit_tps()},
                   {"share_of_limit", figures.share_of_limit()},
                   {"cpu_us_per_tx", cpu_json(single, single.cpu_seconds())},
                   {"client_cpu_us_per_tx", single.us_per_transaction(single.client_cpu_seconds)},
                   {"told_executed", figures.told},
                   {"failed", figures.single.load.failed + figures.hundred.load.failed +
                                  figures.open.load.failed}};
  add_process_json(out, figures);
  if (figures.memory_bytes) out["node_memory_bytes"] = *figures.memory_bytes;
  if (figures.failover) out["failover"] = failover_json(*figures.failover);
  if (figures.agreement) {
    out["agreed_height"] = figures.agreement->height.value();
    out["executed_by_validator"] = executed_json(*figures.agreement);
  }
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
  std::string out = loads_text(figures) + "\n";
  if (!figures.single.cpu_by_node.empty()) out += cpu_text(figures.single) + "\n";
  Fields fields = {
      {"Ed25519 checks", fmt::format("{:.0f}/s on one core, {:.0f}/s on {}, {:.1f} us of CPU each",
                                     figures.verify.one_core, figures.verify.all_cores,
                                     figures.cores, figures.verify.cpu_us)},
      {"share of the limit",
       fmt::format("{:.0f}% of {:.0f} tx/s", 100 * figures.share_of_limit(), figures.limit_tps())}};
  add_cpu_fields(fields, figures);
  if (figures.memory_bytes) {
    fields.emplace_back("largest node's memory",
                        fmt::format("{} MiB", *figures.memory_bytes / (1 << 20)));
  }
  if (figures.failover) add_failover_fields(fields, *figures.failover);
  if (figures.agreement && figures.validators > 1) {
    fields.emplace_back("the same on all validators",
                        fmt::format("block {}, and {} transactions that clients were told of",
                                    figures.agreement->height.value(), figures.told));
  }
  if (figures.restart) {
    fields.emplace_back("ready after kill -9",
                        fmt::format("{:.2f} s, executing {} transactions again",
                                    figures.restart->seconds, figures.restart->transactions));
  }
  if (figures.queries) {
    const auto q = figures.queries->summary();
    fields.emplace_back(fmt::format("getRecord of {} records", figures.records),
                        fmt::format("p50 {:.3f} ms, p99 {:.3f} ms, with HTTP", q.p50, q.p99));
  }
  return out + field_lines(fields);
}

}  // namespace generion::cli
