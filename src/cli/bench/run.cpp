#include "cli/bench/run.h"

#include <fmt/format.h>

#include <algorithm>

namespace generion::cli {
namespace {

// The parts of a node by the names of its threads.
std::string part_of_thread(const std::string& name) {
  if (name.starts_with("verify")) return "verify";
  if (name == "replica") return "order";
  if (name == "executor") return "execute";
  if (name == "journal" || name.starts_with("rocksdb")) return "store";
  if (name.starts_with("io")) return "network";
  return "other";
}

std::vector<CpuByPart> cpu_by_node(const Target& target) {
  std::vector<CpuByPart> out;
  for (const Target::Process& process : target.processes) {
    CpuByPart& parts = out.emplace_back();
    const auto threads = process_cpu_seconds(process.id);
    if (!threads) continue;
    for (const auto& [name, seconds] : *threads) parts[part_of_thread(name)] += seconds;
  }
  return out;
}

// Written bytes of all nodes together, the height of the highest.
NodeCounters counters_of(const Target& target) {
  NodeCounters out;
  for (const Target::Process& process : target.processes) {
    const auto counters = node_counters(process.admin_socket);
    if (!counters) continue;
    out.written_bytes += counters->written_bytes;
    out.height = std::max(out.height, counters->height);
  }
  return out;
}

}  // namespace

Target target_of(const LocalChain& chain) {
  Target out{.urls = {}, .chain = chain.chain(), .processes = {}};
  for (std::size_t i = 0; i < chain.size(); ++i) {
    out.urls.push_back(chain.url(i));
    out.processes.push_back({chain.process(i), chain.admin_socket(i)});
  }
  return out;
}

CpuByPart Measured::cpu_seconds() const {
  CpuByPart out;
  for (const CpuByPart& node : cpu_by_node) {
    for (const auto& [part, seconds] : node) out[part] += seconds;
  }
  return out;
}

double Measured::node_us(const std::string& part) const {
  const CpuByPart all = cpu_seconds();
  const auto found = all.find(part);
  return found == all.end() ? 0 : us_per_transaction(found->second);
}

double Measured::node_us() const {
  double out = 0;
  for (const auto& [part, seconds] : cpu_seconds()) out += us_per_transaction(seconds);
  return out;
}

double Measured::cores_busy() const {
  double out = client_cpu_seconds;
  for (const auto& [part, seconds] : cpu_seconds()) out += seconds;
  return out / load.seconds;
}

Workload prepare(Context& context, const WorkloadShape& shape,
                 const std::function<SignedTransaction(std::size_t)>& make) {
  Progress progress = context.progress("signing", "transactions");
  return make_workload(shape, make,
                       [&](std::size_t done) { progress.update(done, shape.transactions); });
}

Workload prepare_records(Context& context, const WorkloadShape& shape, const RecordOptions& options,
                         const crypto::SigningKey& institution) {
  Progress progress = context.progress("signing", "transactions");
  return make_record_workload(shape, options, institution,
                              [&](std::size_t done) { progress.update(done, shape.transactions); });
}

Result<Measured> run_load(Context& context, const Target& target, const Workload& workload,
                          const LoadOptions& options, const std::string& label) {
  const auto cpu_before = cpu_by_node(target);
  const NodeCounters before_load = counters_of(target);
  Progress progress = context.progress(label, "requests");
  const double client_before = own_cpu_seconds();
  auto load = send_load(workload, options, [&](std::uint64_t done) {
    progress.update(done, workload.requests.size());
  });
  if (!load) return fail(load.error());
  const double client_seconds = own_cpu_seconds() - client_before;
  const NodeCounters after_load = counters_of(target);
  Measured out{std::move(*load),
               workload.operations,
               cpu_by_node(target),
               client_seconds,
               after_load.written_bytes - before_load.written_bytes,
               after_load.height - before_load.height};
  for (std::size_t i = 0; i < out.cpu_by_node.size(); ++i) {
    for (auto& [part, seconds] : out.cpu_by_node[i]) {
      const auto before = cpu_before[i].find(part);
      if (before != cpu_before[i].end()) seconds = std::max(0.0, seconds - before->second);
    }
  }
  if (out.load.failed > 0) {
    context.remark(fmt::format("{} transactions did not execute; the first answer: {}",
                               out.load.failed, out.load.first_failure));
  }
  return out;
}

}  // namespace generion::cli
