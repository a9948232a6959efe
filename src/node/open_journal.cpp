#include "node/open_journal.h"

#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include "base/file.h"
#include "node/init.h"
#include "node/listening.h"
#include "node/node_settings.h"

namespace generion::node {
namespace {

Result<void> replace_journal(const std::filesystem::path& data_dir, const Hash& chain,
                             const Error& fault) {
  if (auto done = write_listening(data_dir, Listening{}); !done) return done;
  const std::filesystem::path directory = data_dir / kJournalDirectory;
  const auto kept = keep_journal_aside(directory);
  if (!kept) return fail(kept.error());
  spdlog::critical("{}{}", fault.message,
                   kept->empty() ? "" : ". The journal is kept as " + kept->string());
  return ledger::Journal::create(directory, chain);
}

}  // namespace

Result<std::filesystem::path> keep_journal_aside(const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::path kept;
  if (!std::filesystem::exists(directory, error)) return kept;
  for (int i = 1; kept.empty() || std::filesystem::exists(kept, error); ++i) {
    kept = directory.string() + fmt::format(".kept-{}", i);
  }
  if (auto done = rename_durably(directory, kept); !done) return fail(done.error());
  return kept;
}

Result<ledger::Journal::Opened> open_journal(const Config& config, const Hash& chain) {
  const std::filesystem::path directory = config.data_dir / kJournalDirectory;
  auto opened = ledger::Journal::open(directory, chain);
  if (opened || !has_network(config)) return opened;
  const Code code = opened.error().code;
  if (code != Code::journal_lost && code != Code::damaged) return opened;
  if (auto done = replace_journal(config.data_dir, chain, opened.error()); !done) {
    return fail(done.error());
  }
  return ledger::Journal::open(directory, chain);
}

}  // namespace generion::node
