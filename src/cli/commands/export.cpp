#include <fmt/format.h>

#include "audit/archive.h"
#include "base/hex.h"
#include "base/limits.h"
#include "cli/audit/sources.h"
#include "cli/commands/command.h"
#include "cli/commands/parse.h"
#include "cli/terminal/interrupt.h"
#include "cli/terminal/table.h"

namespace generion::cli {
namespace {

struct ExportArgs {
  std::string from;
  std::filesystem::path out;
  std::uint64_t split_mb = 256;
  bool attachments = false;
};

Report report_of(const audit::ExportReport& done, const Hash& chain, const ExportArgs& args) {
  boost::json::object json{{"chain_id", to_hex(chain)},
                           {"archive", args.out.string()},
                           {"first_height", done.first.value()},
                           {"last_height", done.last.value()},
                           {"transactions", done.transactions},
                           {"files", done.files},
                           {"bytes", done.bytes}};
  if (done.first == Height(0)) {
    return {.json = std::move(json),
            .text = fmt::format("{} is up to date: nothing was added.", args.out.string())};
  }
  return {.json = std::move(json),
          .text = field_lines(
              {{"archive", args.out.string()},
               {"chain", grouped_hex(to_hex(chain))},
               {"blocks added", fmt::format("{} to {}", done.first.value(), done.last.value())},
               {"transactions", fmt::format("{}", done.transactions)},
               {"files added", fmt::format("{}, {}", done.files, bytes_text(done.bytes))}})};
}

Result<Report> export_chain(Context& context, const ExportArgs& args) {
  if (args.attachments && is_node_url(args.from)) {
    return fail(Code::usage,
                "a running node gives no attachments to archives: stop it and name its directory, "
                "or leave --attachments out");
  }
  const auto genesis = genesis_of(context, args.from);
  if (!genesis) return fail(genesis.error());
  const Hash chain = chain_id(*genesis);
  constexpr std::uint64_t kMegabyte = 1'000'000;
  auto archive = audit::ArchiveWriter::open(
      args.out, *genesis,
      {.split_bytes = args.split_mb * kMegabyte, .attachments = args.attachments});
  if (!archive) return fail(archive.error());
  auto source = open_source(context, args.from, chain,
                            args.attachments ? WithAttachments::if_there : WithAttachments::no,
                            (*archive)->next());
  if (!source) return fail(source.error());
  const InterruptWatch watch;  // ends it after a whole block
  Progress progress = context.progress("exporting", "blocks");
  const std::uint64_t before = (*archive)->next().value() - 1;
  const auto done = audit::export_blocks(
      **source, **archive,
      [&](Height height, Height last) {
        progress.update(height.value() - before, last.value() - before);
      },
      &InterruptWatch::was_interrupted);
  progress.clear();
  if (!done) return fail(done.error());
  return report_of(*done, chain, args);
}

}  // namespace

void add_export(CLI::App& root, Action& selected) {
  auto [app, args] = add_command<ExportArgs>(
      root, "export", "Write the chain to a portable archive, or what it lacks", selected,
      export_chain);
  app->add_option("--from", args->from, "A stopped node's directory, a node's URL, or an archive")
      ->required();
  app->add_option("--out", args->out, "The archive: a directory, made if it is not there")
      ->required();
  app->add_option("--split-size", args->split_mb, "MB after which a new file begins")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{65'536}))
      ->capture_default_str();
  app->add_flag("--attachments", args->attachments,
                "With private parts and order texts that were not deleted");
}

}  // namespace generion::cli
