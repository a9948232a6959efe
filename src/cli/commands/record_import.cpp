#include <fmt/format.h>

#include "cli/commands/parse.h"
#include "cli/commands/record_commands.h"
#include "cli/commands/sending.h"
#include "cli/terminal/interrupt.h"
#include "cli/terminal/table.h"
#include "client/importer.h"

namespace generion::cli {
namespace {

constexpr std::size_t kSkipsShown = 20;

struct ImportArgs {
  std::vector<std::filesystem::path> files;
  std::filesystem::path patients;
  std::filesystem::path log;
  std::size_t records_per_transaction = 200;
  bool sealed = false;
  SendArgs send;
};

// The chain's own limits: from the genesis file, or from the node.
Result<Parameters> parameters_of(Context& context) {
  if (!context.options().genesis.empty()) {
    const auto genesis = context.genesis_file();
    if (!genesis) return fail(genesis.error());
    return genesis->parameters;
  }
  const auto node = context.node();
  if (!node) return fail(node.error());
  const auto answer = (*node)->call("getGenesis", {});
  if (!answer) return fail(answer.error());
  const auto genesis = parse_genesis(boost::json::serialize(*answer));
  if (!genesis) return fail(genesis.error());
  return genesis->parameters;
}

boost::json::object report_json(const client::ImportReport& report) {
  boost::json::array skipped;
  for (const client::ImportSkip& skip : report.skipped) {
    skipped.push_back({{"file", skip.file.string()},
                       {"line", skip.line},
                       {"resource", skip.resource},
                       {"reason", skip.reason}});
  }
  return {{"resources", report.resources},
          {"recorded", report.recorded},
          {"recorded_before", report.recorded_before},
          {"transactions", report.transactions},
          {"document_bytes", report.document_bytes},
          {"skipped", std::move(skipped)}};
}

std::string report_text(const client::ImportReport& report) {
  std::string out =
      fmt::format("Recorded {} of {} resources in {} transactions, {} encrypted", report.recorded,
                  report.resources, report.transactions, bytes_text(report.document_bytes));
  if (report.recorded_before > 0)
    out += fmt::format("; {} were recorded before", report.recorded_before);
  if (report.skipped.empty()) return out + '\n';
  out += fmt::format("\nSkipped {}:\n", report.skipped.size());
  Table table({{"FILE"}, {"LINE", Align::right}, {"RESOURCE"}, {"WHY"}});
  for (const client::ImportSkip& skip : report.skipped) {
    if (table.rows() == kSkipsShown) break;
    table.add({skip.file.string(), fmt::format("{}", skip.line), skip.resource, skip.reason});
  }
  out += table.text();
  if (report.skipped.size() > kSkipsShown) {
    out += fmt::format("and {} more; --json lists all\n", report.skipped.size() - kSkipsShown);
  }
  return out;
}

Result<Report> import(Context& context, const ImportArgs& args) {
  auto sending = begin_sending(context, args.send);
  if (!sending) return fail(sending.error());
  const auto patients = client::PatientList::load(args.patients, sending->chain);
  if (!patients) return fail(patients.error());
  const auto files = client::find_fhir_files(args.files);
  if (!files) return fail(files.error());
  auto parameters = parameters_of(context);
  if (!parameters) return fail(parameters.error());
  const auto store = context.documents();
  if (!store) return fail(store.error());

  constexpr std::uint64_t kMsPerSecond = 1'000;
  const InterruptWatch watch;  // ends it between two transactions: nothing is left half done
  Progress progress = context.progress("importing", "resources");
  const client::ImportOptions options{
      .files = *files,
      .log = args.log.empty() ? context.options().documents / "import-log" : args.log,
      .chain_id = sending->chain,
      .parameters = std::move(*parameters),
      .records_per_transaction = args.records_per_transaction,
      .valid_for_ms = args.send.valid_for_s * kMsPerSecond,
      .wait_sealed = args.sealed,
      .progress =
          [&progress](const client::ImportProgress& p) { progress.update(p.done, p.total); },
      .cancelled = &InterruptWatch::was_interrupted,
      .pause = context.streams().sleep_ms};
  const auto report =
      client::import_fhir(*sending->node, **store, sending->key, *patients, options);
  progress.clear();
  if (!report) return fail(report.error());
  return Report{.json = report_json(*report),
                .text = report_text(*report),
                .exit_code = report->skipped.empty() ? ExitCode::ok : ExitCode::incomplete};
}

}  // namespace

void add_record_import(CLI::App& records, Action& selected) {
  auto [app, args] = add_command<ImportArgs>(
      records, "import", "Record FHIR R4 files of listed patients, as an institution", selected,
      import);
  app->add_option("--fhir", args->files,
                  "Bundles, single resources, NDJSON, or directories of them")
      ->required();
  app->add_option("--patients", args->patients,
                  "CSV of FHIR identifier (system|value, or value) and enrolment file")
      ->required();
  app->add_option("--log", args->log,
                  "Import log, by which a rerun goes on where a crash stopped it");
  app->add_option("--records-per-transaction", args->records_per_transaction,
                  "The most in one transaction")
      ->check(CLI::Range(std::size_t{1}, std::size_t{200}))
      ->capture_default_str();
  app->add_flag("--sealed", args->sealed, "Wait for each transaction's certificate too");
  add_signing_options(*app, args->send);
}

}  // namespace generion::cli
