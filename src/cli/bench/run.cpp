#include "cli/bench/run.h"

#include <fmt/format.h>

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

std::map<std::string, double> cpu_by_part(const Target& target) {
  std::map<std::string, double> out;
  if (!target.process) return out;
  const auto threads = process_cpu_seconds(*target.process);
  if (!threads) return out;
  for (const auto& [name, seconds] : *threads) out[part_of_thread(name)] += seconds;
  return out;
}

}  // namespace

double Measured::node_us(const std::string& part) const {
  const auto found = cpu_seconds.find(part);
  return found == cpu_seconds.end() ? 0 : us_per_transaction(found->second);
}

double Measured::node_us() const {
  double out = 0;
  for (const auto& [part, seconds] : cpu_seconds) out += us_per_transaction(seconds);
  return out;
}

double Measured::cores_busy() const {
  double out = client_cpu_seconds;
  for (const auto& [part, seconds] : cpu_seconds) out += seconds;
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
  const auto cpu_before = cpu_by_part(target);
  const auto written_before =
      target.process ? node_written_bytes(target.admin_socket).value_or(0) : 0;
  Progress progress = context.progress(label, "requests");
  const double client_before = own_cpu_seconds();
  auto load = send_load(workload, options, [&](std::uint64_t done) {
    progress.update(done, workload.requests.size());
  });
  if (!load) return fail(load.error());
  Measured out{std::move(*load), workload.operations, cpu_by_part(target),
               own_cpu_seconds() - client_before, 0};
  for (auto& [part, seconds] : out.cpu_seconds) {
    const auto before = cpu_before.find(part);
    if (before != cpu_before.end()) seconds -= before->second;
  }
  if (target.process) {
    out.written_bytes = node_written_bytes(target.admin_socket).value_or(0) - written_before;
  }
  if (out.load.failed > 0) {
    context.remark(fmt::format("{} transactions did not execute; the first answer: {}",
                               out.load.failed, out.load.first_failure));
  }
  return out;
}

}  // namespace generion::cli
