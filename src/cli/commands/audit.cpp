#include "audit/auditor.h"

#include <fmt/format.h>
#include <unistd.h>

#include <thread>

#include "audit/compare.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/limits.h"
#include "cli/audit/report.h"
#include "cli/audit/sources.h"
#include "cli/commands/command.h"
#include "cli/terminal/interrupt.h"
#include "cli/terminal/table.h"

namespace generion::cli {
namespace {

struct AuditArgs {
  std::string place;
  std::string genesis_hash;
  std::filesystem::path html;
  std::filesystem::path work;
  std::string other;
  std::size_t threads = 0;  // 0: one a core
};

// The genesis, if it is the trusted one.
Result<Genesis> trusted_genesis(Context& context, const AuditArgs& args) {
  if (args.genesis_hash.empty() && context.options().genesis.empty()) {
    return fail(Code::usage,
                "an audit trusts the genesis alone: give its hash by --genesis-hash, or the file "
                "that your hospital keeps by --genesis");
  }
  auto genesis = genesis_of(context, args.place);
  if (!genesis || args.genesis_hash.empty()) return genesis;
  const auto bytes = from_hex(args.genesis_hash);
  const auto trusted = bytes ? Hash::from(*bytes) : std::nullopt;
  if (!trusted) return fail(Code::usage, "--genesis-hash takes 64 hexadecimal digits");
  if (chain_id(*genesis) == *trusted) return genesis;
  return fail(Code::wrong_chain, fmt::format("the genesis there has the hash {}, not {}",
                                             to_hex(chain_id(*genesis)), to_hex(*trusted)));
}

std::filesystem::path work_directory(const AuditArgs& args) {
  if (!args.work.empty()) return args.work;
  return std::filesystem::temp_directory_path() / fmt::format("generion-audit-{}", ::getpid());
}

boost::json::value difference_json(const std::optional<audit::Difference>& found) {
  if (!found) return nullptr;
  return {{"object", found->object}, {"first", found->first}, {"second", found->second}};
}

Report comparison_report(const audit::Comparison& found, const AuditArgs& args) {
  const std::uint64_t same = found.same.value();
  Report out;
  out.json = {{"same_height", same},
              {"first_ends", found.first_ends},
              {"second_ends", found.second_ends},
              {"block", difference_json(found.block)},
              {"transaction", difference_json(found.transaction)},
              {"key", difference_json(found.key)}};
  if (!found.block) {
    const bool is_equal = found.first_ends && found.second_ends;
    out.text = fmt::format("The same up to block {}.{}", same,
                           is_equal           ? ""
                           : found.first_ends ? fmt::format(" {} goes on.", args.other)
                                              : fmt::format(" {} goes on.", args.place));
    return out;
  }
  out.exit_code = ExitCode::fault;
  out.text = fmt::format("The same up to block {}; block {} differs.\n", same, same + 1);
  for (const auto* difference : {&found.block, &found.transaction, &found.key}) {
    if (!*difference) continue;
    out.text += field_lines({{"differs in", (*difference)->object},
                             {args.place, (*difference)->first},
                             {args.other, (*difference)->second}}) +
                "\n";
  }
  return out;
}

Result<Report> run_compare(Context& context, const AuditArgs& args, const Genesis& genesis) {
  const Hash chain = chain_id(genesis);
  const auto opener = [&context, &chain](const std::string& place) {
    return [&context, &chain, &place](Height from) {
      return open_source(context, place, chain, WithAttachments::no, from);
    };
  };
  const auto found =
      audit::compare(opener(args.place), opener(args.other), genesis, work_directory(args));
  if (!found) return fail(found.error());
  return comparison_report(*found, args);
}

Result<Report> run_audit(Context& context, const AuditArgs& args) {
  const auto genesis = trusted_genesis(context, args);
  if (!genesis) return fail(genesis.error());
  if (!args.other.empty()) return run_compare(context, args, *genesis);
  auto source =
      open_source(context, args.place, chain_id(*genesis), WithAttachments::if_there, Height(1));
  if (!source) return fail(source.error());
  const InterruptWatch watch;
  Progress progress = context.progress("auditing", "blocks");
  audit::AuditOptions options;
  options.work = work_directory(args);
  options.threads =
      args.threads != 0 ? args.threads : std::max(1U, std::thread::hardware_concurrency());
  options.progress = [&progress](const audit::AuditProgress& at) {
    progress.update(at.done.value(), at.last.value());
  };
  options.is_cancelled = &InterruptWatch::was_interrupted;
  const auto report = audit::audit(**source, *genesis, options);
  progress.clear();
  if (!report) return fail(report.error());
  if (!args.html.empty()) {
    if (auto done = write_file_atomic(args.html, report_html(*report), kPublicFileMode); !done) {
      return fail(done.error());
    }
  }
  const std::string verdict =
      report->fault ? context.coloured(Context::Colour::red, "A fault was found.")
                    : context.coloured(Context::Colour::green, "Everything was found right.");
  return Report{.json = report_json(*report),
                .text = fmt::format("{}\n{}", verdict, report_text(*report)),
                .exit_code = report->fault ? ExitCode::fault : ExitCode::ok};
}

}  // namespace

void add_audit(CLI::App& root, Action& selected) {
  auto [app, args] = add_command<AuditArgs>(
      root, "audit", "Execute a chain again and check all of it, trusting its genesis alone",
      selected, run_audit);
  app->add_option("PLACE", args->place, "An archive, a stopped node's directory, or a node's URL")
      ->required();
  app->add_option("--genesis-hash", args->genesis_hash,
                  "The trusted hash of the genesis (the chain id), 64 hex digits");
  app->add_option("--html", args->html, "Write the report as a page too");
  app->add_option("--compare", args->other,
                  "Another copy of the chain: says where the two part, and checks neither");
  app->add_option("--work", args->work,
                  "Directory for the state, made for this audit and removed; by default below the "
                  "system's directory for temporary files");
  app->add_option("--threads", args->threads, "That check signatures; by default one a core")
      ->check(CLI::Range(std::size_t{1}, limits::kAuditThreadsMax));
}

}  // namespace generion::cli
