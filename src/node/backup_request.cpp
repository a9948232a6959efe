#include "node/backup_request.h"

#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <thread>

#include "base/file.h"
#include "ledger/journal/journal.h"
#include "node/init.h"
#include "node/node_settings.h"
#include "node/open_journal.h"

namespace generion::node {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRequestName = "backup.request";
constexpr const char* kAnswerName = "backup.answer";
constexpr const char* kRestoredName = "restored";
constexpr std::size_t kFileBytesMax = 16 * 1024;
constexpr std::chrono::milliseconds kPause{100};
constexpr std::chrono::seconds kTakenMax{30};  // a node looks every second

// Waits for the answer of a node that runs.
Result<ledger::BackupInfo> await_answer(const fs::path& data, const fs::path& out) {
  const auto began = std::chrono::steady_clock::now();
  std::error_code error;
  while (!fs::exists(data / kAnswerName, error)) {
    const bool is_waiting = fs::exists(data / kRequestName, error);
    if (is_waiting && std::chrono::steady_clock::now() > began + kTakenMax) {
      fs::remove(data / kRequestName, error);
      return fail(Code::not_ready,
                  "the node does not answer; is it stopping, or older than this "
                  "program?");
    }
    std::this_thread::sleep_for(kPause);
  }
  const auto answer = read_file(data / kAnswerName, kFileBytesMax);
  fs::remove(data / kAnswerName, error);
  if (!answer) return fail(answer.error());
  if (answer->empty()) return ledger::read_backup(out);
  const std::size_t line = answer->find('\n');
  const auto code = code_from_name(std::string_view(*answer).substr(0, line));
  return fail(code.value_or(Code::io_error),
              line == Bytes::npos ? *answer : answer->substr(line + 1));
}

Result<ledger::BackupInfo> ask_node(const fs::path& data, const fs::path& out) {
  std::error_code error;
  fs::remove(data / kAnswerName, error);
  auto asked = write_file_atomic(data / kRequestName, fs::absolute(out).string(), kPrivateFileMode,
                                 IfExists::refuse);
  if (!asked && asked.error().code == Code::file_exists) {
    return fail(Code::file_exists,
                fmt::format("{} is there: another backup is asked for; wait for it, or remove the "
                            "file if nobody waits",
                            (data / kRequestName).string()));
  }
  if (!asked) return fail(asked.error());
  return await_answer(data, out);
}

}  // namespace

void answer_backup_request(const ledger::Ledger& ledger, const fs::path& data) {
  std::error_code error;
  if (!fs::exists(data / kRequestName, error)) return;
  Bytes answer;
  const auto out = read_file(data / kRequestName, kFileBytesMax);
  const auto made = out ? ledger::make_backup(ledger, *out) : fail(out.error());
  if (made) {
    spdlog::info("backup as of block {} made: {}", made->height.value(), *out);
  } else {
    spdlog::error("the backup that was asked for was not made: {}", made.error().message);
    answer = fmt::format("{}\n{}", code_name(made.error().code), made.error().message);
  }
  fs::remove(data / kRequestName, error);
  if (auto done = write_file_atomic(data / kAnswerName, answer, kPrivateFileMode); !done) {
    spdlog::error("who asked for a backup cannot be told: {}", done.error().message);
  }
}

Result<ledger::BackupInfo> backup_node(const Config& config, const Genesis& genesis,
                                       const fs::path& out) {
  std::error_code error;
  if (fs::exists(out, error)) {
    return fail(Code::file_exists,
                out.string() + " is there already: name a directory that is not");
  }
  if (!fs::exists(config.data_dir / "chain", error)) {
    return fail(Code::file_missing,
                config.data_dir.string() + " holds no chain yet: start the node first");
  }
  auto ledger = ledger::Ledger::open(config.data_dir, genesis, ledger_options(config.ledger));
  if (ledger) return ledger::make_backup(**ledger, out);
  if (ledger.error().code != Code::locked) return fail(ledger.error());
  return ask_node(config.data_dir, out);
}

Result<ledger::BackupInfo> restore_node(const Config& config, const Genesis& genesis,
                                        const fs::path& backup) {
  const fs::path& data = config.data_dir;
  std::error_code error;
  if (!fs::exists(data, error)) {
    if (auto done = create_private_directory(data); !done) return fail(done.error());
  }
  auto lock = DirectoryLock::take(data);
  if (!lock) return fail(lock.error());
  const Hash chain = chain_id(genesis);
  // The mark first: what is restored is never without it.
  const bool had_chain = fs::exists(data / "chain", error);
  if (!had_chain) {
    if (auto done = write_file_atomic(data / kRestoredName, "", kPrivateFileMode); !done) {
      return fail(done.error());
    }
  }
  auto restored = ledger::restore_backup(backup, data, chain);
  if (!restored) {
    if (!had_chain) fs::remove(data / kRestoredName, error);
    return restored;
  }
  // Its votes are of blocks that the restored chain does not have.
  const auto kept = keep_journal_aside(data / kJournalDirectory);
  if (!kept) return fail(kept.error());
  if (!has_network(config)) {
    // Nobody could tell this node of its votes, nor holds what it voted for.
    auto done = ledger::Journal::create(data / kJournalDirectory, chain);
    if (!done) return fail(done.error());
  }
  return restored;
}

bool is_restored(const fs::path& data) {
  std::error_code error;
  return fs::exists(data / kRestoredName, error);
}

Result<void> forget_restored(const fs::path& data) {
  std::error_code error;
  fs::remove(data / kRestoredName, error);
  if (error) return file_error(data / kRestoredName, "cannot be removed", error.value());
  return sync_directory(data);
}

}  // namespace generion::node
