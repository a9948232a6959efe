#include "cli/audit/report.h"

#include <fmt/format.h>

#include "base/hex.h"
#include "cli/commands/parse.h"
#include "cli/terminal/table.h"
#include "types/address.h"

namespace generion::cli {
namespace {

constexpr std::uint64_t kDayMs = 86'400'000;

std::uint64_t ms(std::chrono::nanoseconds time) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(time).count());
}

boost::json::object fault_json(const audit::Fault& fault) {
  boost::json::object out{{"height", fault.height.value()},
                          {"object", fault.object},
                          {"expected", fault.expected},
                          {"found", fault.found}};
  if (fault.place) out["place"] = *fault.place;
  if (fault.transaction) out["transaction"] = to_hex(*fault.transaction);
  return out;
}

boost::json::object statistics_json(const audit::Statistics& counted) {
  boost::json::array days;
  for (const auto& [day, count] : counted.days) {
    days.push_back({{"day", time_text(TimeMs(day * kDayMs)).substr(0, 10)},
                    {"blocks", count.blocks},
                    {"transactions", count.transactions},
                    {"operations", count.operations}});
  }
  boost::json::object operations;
  for (const auto& [name, count] : counted.by_operation) {
    operations[name] = {{"effective", count.effective}, {"refused", count.refused}};
  }
  boost::json::object refusals;
  for (const auto& [code, count] : counted.refusals) refusals[code_name(code)] = count;
  boost::json::object due;
  for (const auto& [name, count] : counted.due) due[name] = count;
  boost::json::array validators;
  for (const auto& [key, count] : counted.validators) {
    validators.push_back({{"key", address_text(key)},
                          {"name", count.name},
                          {"certificates", count.certificates},
                          {"seals", count.seals},
                          {"proposed", count.proposed}});
  }
  boost::json::array institutions;
  for (const auto& [address, count] : counted.institutions) {
    institutions.push_back({{"address", address_text(address)},
                            {"name", count.name},
                            {"status", count.status},
                            {"transactions", count.transactions},
                            {"refused", count.refused},
                            {"operations", count.operations}});
  }
  return {{"days", std::move(days)},
          {"operations", std::move(operations)},
          {"refusals", std::move(refusals)},
          {"due", std::move(due)},
          {"validators", std::move(validators)},
          {"institutions", std::move(institutions)}};
}

}  // namespace

std::uint64_t transactions_per_second(const audit::AuditReport& report) {
  const std::uint64_t total = ms(report.times.total);
  const audit::Statistics& counted = report.statistics;
  return total == 0 ? 0 : (counted.transactions + counted.skipped) * 1'000 / total;
}

boost::json::object report_json(const audit::AuditReport& report) {
  const audit::Statistics& counted = report.statistics;
  boost::json::object out{{"sound", !report.fault.has_value()},
                          {"chain_id", to_hex(report.chain)},
                          {"chain_name", report.chain_name},
                          {"height", report.height.value()},
                          {"head_hash", to_hex(report.head_hash)},
                          {"head_time_ms", report.head_time.value()},
                          {"state_root", to_hex(report.state_root)},
                          {"objects", report.objects},
                          {"users", report.users},
                          {"records", report.records},
                          {"tokens", fmt::format("{}", report.tokens)},
                          {"tokens_held", fmt::format("{}", report.tokens_held)},
                          {"epochs", counted.epochs},
                          {"set_changes", counted.set_changes},
                          {"validators", report.validators},
                          {"blocks", counted.blocks},
                          {"certificates", counted.certificates},
                          {"transactions", counted.transactions},
                          {"refused", counted.refused},
                          {"skipped", counted.skipped},
                          {"operations", counted.operations},
                          {"statistics", statistics_json(counted)}};
  if (report.fault) out["fault"] = fault_json(*report.fault);
  if (report.has_attachments) {
    out["attachments"] = {{"right", report.attachments},
                          {"erased", report.attachments_erased},
                          {"kept_although_erased", report.attachments_kept}};
  }
  const audit::AuditTimes& times = report.times;
  out["times_ms"] = {{"total", ms(times.total)},           {"cpu_reading", ms(times.reading)},
                     {"waiting", ms(times.waiting)},       {"cpu_executing", ms(times.executing)},
                     {"cpu_checking", ms(times.checking)}, {"threads", times.threads}};
  out["transactions_per_second"] = transactions_per_second(report);
  return out;
}

std::string report_text(const audit::AuditReport& report) {
  const audit::Statistics& counted = report.statistics;
  std::vector<std::pair<std::string, std::string>> fields;
  if (report.fault) {
    const audit::Fault& fault = *report.fault;
    fields.emplace_back("block", fmt::format("{}", fault.height.value()));
    if (fault.place)
      fields.emplace_back("transaction", fmt::format("{} of the batch", *fault.place));
    if (fault.transaction) fields.emplace_back("id", to_hex(*fault.transaction));
    fields.emplace_back("object", fault.object);
    fields.emplace_back("expected", fault.expected);
    fields.emplace_back("found", fault.found);
    fields.emplace_back("", "");
  }
  fields.emplace_back("chain", fmt::format("{}, {}", report.chain_name, to_hex(report.chain)));
  fields.emplace_back("right up to block", fmt::format("{}", report.height.value()));
  fields.emplace_back("its hash", grouped_hex(to_hex(report.head_hash)));
  fields.emplace_back("its time", time_text(report.head_time) + " UTC");
  fields.emplace_back("state root", to_hex(report.state_root));
  fields.emplace_back("transactions", fmt::format("{} executed, {} refused, {} skipped",
                                                  counted.transactions - counted.refused,
                                                  counted.refused, counted.skipped));
  fields.emplace_back("certificates", fmt::format("{}", counted.certificates));
  fields.emplace_back("epochs", fmt::format("{}, {} changes of the validators", counted.epochs,
                                            counted.set_changes));
  fields.emplace_back("users, records", fmt::format("{}, {}", report.users, report.records));
  if (report.has_attachments) {
    fields.emplace_back(
        "attachments",
        fmt::format("{} right, {} erased by the chain; {} are here although erased",
                    report.attachments, report.attachments_erased, report.attachments_kept));
  }
  const audit::AuditTimes& times = report.times;
  fields.emplace_back("rate",
                      fmt::format("{} transactions/s, in {} ms with {} threads for checks",
                                  transactions_per_second(report), ms(times.total), times.threads));
  fields.emplace_back("processor time",
                      fmt::format("{} ms checking, {} ms executing, {} ms reading",
                                  ms(times.checking), ms(times.executing), ms(times.reading)));
  return field_lines(fields);
}

}  // namespace generion::cli
