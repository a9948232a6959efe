#include "client/import_log.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "base/hex.h"
#include "base/limits.h"
#include "wire/transaction.h"

namespace generion::client {
namespace fs = std::filesystem;

namespace {

constexpr std::string_view kLogName = "import.log";
constexpr std::string_view kChainName = "chain";

template <class Fixed>
std::optional<Fixed> take_hex(std::string_view& line) {
  const std::size_t end = std::min(line.find(' '), line.size());
  const auto bytes = from_hex(line.substr(0, end));
  line.remove_prefix(std::min(end + 1, line.size()));
  return bytes ? Fixed::from(*bytes) : std::nullopt;
}

std::unexpected<Error> failed(std::string_view action, const fs::path& path, int error) {
  const bool full = error == ENOSPC || error == EDQUOT;
  return fail(full ? Code::disk_full : Code::io_error,
              fmt::format("{} cannot be {}: {}", path.string(), action,
                          std::generic_category().message(error)));
}

Result<void> check_chain(const fs::path& directory, const Hash& chain_id) {
  const fs::path path = directory / kChainName;
  const auto known = read_file(path, 2 * Hash::kSize + 1);
  if (!known && known.error().code == Code::file_missing) {
    return write_file_atomic(path, to_hex(chain_id) + "\n", kPrivateFileMode);
  }
  if (!known) return fail(known.error());
  if (*known == to_hex(chain_id) + "\n") return {};
  return fail(Code::wrong_chain,
              fmt::format("{} is the log of an import into chain {}, this is {}: give another "
                          "directory",
                          directory.string(), known->substr(0, 2 * Hash::kSize), to_hex(chain_id)));
}

}  // namespace

ResourceKey resource_key(const Address& patient, ByteView json) {
  return crypto::tagged_hash("generion/import/1", {patient.view(), json});
}

Result<ImportLog> ImportLog::open(const fs::path& directory, const Hash& chain_id) {
  if (auto ok = create_private_directory(directory); !ok) return fail(ok.error());
  auto lock = DirectoryLock::take(directory);
  if (!lock) return fail(lock.error());
  if (auto ok = check_chain(directory, chain_id); !ok) return fail(ok.error());
  ImportLog log(directory, std::move(*lock));
  if (auto ok = log.read(); !ok) return fail(ok.error());
  return log;
}

ImportLog::ImportLog(ImportLog&& other) noexcept
    : directory_(std::move(other.directory_)),
      lock_(std::move(other.lock_)),
      file_(std::exchange(other.file_, -1)),
      pending_(std::move(other.pending_)),
      recorded_(std::move(other.recorded_)) {}

ImportLog::~ImportLog() {
  if (file_ >= 0) ::close(file_);
}

Result<void> ImportLog::read() {
  const fs::path path = directory_ / kLogName;
  file_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, kPrivateFileMode);
  if (file_ < 0) return failed("opened", path, errno);
  if (auto ok = sync_directory(directory_); !ok) return ok;
  const auto text = read_file(path, limits::kImportLogBytesMax);
  if (!text) return fail(text.error());
  std::string_view rest = *text;
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) {
      const auto whole = static_cast<off_t>(text->size() - rest.size());
      if (::ftruncate(file_, whole) != 0) return failed("shortened", path, errno);
      break;
    }
    if (auto ok = read_line(rest.substr(0, end)); !ok) {
      return fail(ok.error().code,
                  fmt::format("{}:{}: {}", path.string(), number, ok.error().message));
    }
    rest.remove_prefix(end + 1);
  }
  remove_unsent();
  return {};
}

// Files of transactions whose line a crash kept from the log: they were not sent.
void ImportLog::remove_unsent() {
  std::error_code ec;
  std::vector<fs::path> unsent;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory_, ec)) {
    if (entry.path().extension() != ".tx") continue;
    const auto bytes = from_hex(entry.path().stem().string());
    const auto id = bytes ? TxId::from(*bytes) : std::nullopt;
    if (id && !pending_.contains(*id)) unsent.push_back(entry.path());
  }
  for (const fs::path& path : unsent) fs::remove(path, ec);
}

Result<void> ImportLog::read_line(std::string_view line) {
  const std::string_view verb = line.substr(0, 5);
  line.remove_prefix(verb.size());
  const auto id = take_hex<TxId>(line);
  const auto damaged = [] {
    return fail(Code::damaged,
                "the line is none that an import wrote; restore the log from a backup: without it "
                "an import can double records");
  };
  if (!id) return damaged();
  if (verb == "sent ") {
    std::vector<ResourceKey>& resources = pending_[*id];
    while (!line.empty()) {
      const auto resource = take_hex<ResourceKey>(line);
      if (!resource) return damaged();
      resources.push_back(*resource);
    }
    return {};
  }
  const auto known = pending_.find(*id);
  if (known == pending_.end()) return damaged();
  if (verb == "done ") {
    recorded_.insert(known->second.begin(), known->second.end());
  } else if (verb != "void ") {
    return damaged();
  }
  pending_.erase(known);
  return {};
}

Result<std::vector<LoggedTransaction>> ImportLog::pending() const {
  std::vector<LoggedTransaction> out;
  for (const auto& [id, resources] : pending_) {
    const fs::path path = transaction_path(id);
    const auto bytes = read_file(path, 2 * (limits::kBodyBytesMax + limits::kAttachmentBytesMax));
    if (!bytes) {
      return fail(Code::damaged, fmt::format("{}: its transaction may be on the chain, but cannot "
                                             "be asked for; restore the file from a backup",
                                             bytes.error().message));
    }
    auto transaction = wire::decode_transaction(*bytes);
    if (!transaction) {
      return fail(Code::damaged, fmt::format("{}: {}", path.string(), transaction.error().message));
    }
    out.push_back({id, std::move(*transaction), resources});
  }
  return out;
}

Result<void> ImportLog::sent(const std::vector<LoggedTransaction>& transactions) {
  std::string lines;
  for (const LoggedTransaction& logged : transactions) {
    auto ok = write_file_atomic(transaction_path(logged.id),
                                wire::encode_transaction(logged.transaction), kPrivateFileMode);
    if (!ok) return ok;
    lines += "sent " + to_hex(logged.id);
    for (const ResourceKey& resource : logged.resources) lines += " " + to_hex(resource);
    lines += "\n";
  }
  if (auto ok = append(lines); !ok) return ok;
  if (::fdatasync(file_) != 0) return failed("synced", directory_ / kLogName, errno);
  for (const LoggedTransaction& logged : transactions) pending_[logged.id] = logged.resources;
  return {};
}

Result<void> ImportLog::done(const TxId& id) {
  const auto known = pending_.find(id);
  if (known != pending_.end()) recorded_.insert(known->second.begin(), known->second.end());
  return end("done ", id);
}

Result<void> ImportLog::voided(const TxId& id) {
  return end("void ", id);
}

// The transaction's file goes only when the line is safe: without both, nobody could ask for its
// end.
Result<void> ImportLog::end(std::string_view verb, const TxId& id) {
  pending_.erase(id);
  if (auto ok = append(fmt::format("{}{}\n", verb, to_hex(id))); !ok) return ok;
  if (::fdatasync(file_) != 0) return failed("synced", directory_ / kLogName, errno);
  std::error_code ignored;
  fs::remove(transaction_path(id), ignored);
  return {};
}

Result<void> ImportLog::append(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file_, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failed("written", directory_ / kLogName, errno);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

fs::path ImportLog::transaction_path(const TxId& id) const {
  return directory_ / (to_hex(id) + ".tx");
}

}  // namespace generion::client
