#include "client/document_store.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <system_error>

#include "base/file.h"
#include "base/hex.h"
#include "crypto/document.h"
#include "crypto/secret.h"

namespace generion::client {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kPieceBytes = 64 * 1024;
constexpr std::string_view kPartSuffix = ".part";
// A started upload that is older was left behind by a crash.
constexpr auto kPartAge = std::chrono::hours(24);

std::unexpected<Error> failed(std::string_view action, const fs::path& path, int error) {
  const bool full = error == ENOSPC || error == EDQUOT;
  return fail(full ? Code::disk_full : Code::io_error,
              fmt::format("{} cannot be {}: {}", path.string(), action,
                          std::generic_category().message(error)));
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int number() const { return number_; }

 private:
  int number_;
};

class DirectoryUpload final : public DocumentUpload {
 public:
  DirectoryUpload(fs::path part, fs::path directory, Durability durability)
      : part_(std::move(part)),
        directory_(std::move(directory)),
        durability_(durability),
        file_(::open(part_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kPrivateFileMode)),
        open_error_(errno) {}

  ~DirectoryUpload() override {
    if (!committed_ && file_.number() >= 0) ::unlink(part_.c_str());
  }

  Result<void> opened() const {
    if (file_.number() < 0) return failed("made", part_, open_error_);
    return {};
  }

  Result<void> write(ByteView ciphertext) override {
    address_.update(ciphertext);
    while (!ciphertext.empty()) {
      const ssize_t written = ::write(file_.number(), ciphertext.data(), ciphertext.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return failed("written", part_, errno);
      ciphertext.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
  }

  Result<void> commit(const Hash& address) override {
    if (const Hash actual = address_.finish(); actual != address) {
      return fail(Code::bad_argument,
                  fmt::format("the document's address is {}, not {}: it was changed on its way",
                              to_hex(actual), to_hex(address)));
    }
    const std::string name = to_hex(address);
    const fs::path folder = directory_ / name.substr(0, 2);
    if (::mkdir(folder.c_str(), kPrivateDirectoryMode) != 0 && errno != EEXIST) {
      return failed("made", folder, errno);
    }
    const bool now = durability_ == Durability::at_commit;
    if (now && ::fsync(file_.number()) != 0) return failed("synced", part_, errno);
    if (::rename(part_.c_str(), (folder / name).c_str()) != 0) {
      return failed("renamed", part_, errno);
    }
    committed_ = true;
    if (!now) return {};
    if (auto ok = sync_directory(folder); !ok) return ok;
    return sync_directory(directory_);
  }

 private:
  fs::path part_;
  fs::path directory_;
  Durability durability_;
  Descriptor file_;
  int open_error_;
  crypto::DocumentAddress address_;
  bool committed_ = false;
};

void remove_old_parts(const fs::path& directory) {
  std::error_code ec;
  const auto limit = fs::file_time_type::clock::now() - kPartAge;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory, ec)) {
    std::error_code ignored;
    if (entry.path().extension() == kPartSuffix && entry.last_write_time(ignored) < limit) {
      fs::remove(entry.path(), ignored);
    }
  }
}

std::unexpected<Error> missing(const Hash& address, const fs::path& directory) {
  return fail(Code::not_found, fmt::format("document {} is not in {}: it was removed, or it is "
                                           "stored somewhere else",
                                           to_hex(address), directory.string()));
}

}  // namespace

Result<std::unique_ptr<DirectoryStore>> DirectoryStore::open(const fs::path& directory,
                                                             std::string url) {
  // A new account has no ~/.local/share yet. What goes wrong here, the next step tells.
  std::error_code ec;
  fs::create_directories(directory.parent_path(), ec);
  if (auto ok = create_private_directory(directory); !ok) return fail(ok.error());
  remove_old_parts(directory);
  return std::unique_ptr<DirectoryStore>(new DirectoryStore(directory, std::move(url)));
}

fs::path DirectoryStore::path_of(const Hash& address) const {
  const std::string name = to_hex(address);
  return directory_ / name.substr(0, 2) / name;
}

Result<std::unique_ptr<DocumentUpload>> DirectoryStore::begin_upload(Durability durability) {
  const fs::path part = directory_ / (to_hex(crypto::random_bytes(16)) + std::string(kPartSuffix));
  auto upload = std::make_unique<DirectoryUpload>(part, directory_, durability);
  if (auto ok = upload->opened(); !ok) return fail(ok.error());
  return upload;
}

Result<void> DirectoryStore::sync() {
  const Descriptor directory(::open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.number() < 0) return failed("opened", directory_, errno);
  // One call for any number of files; since Linux 5.8 it reports their write errors.
  if (::syncfs(directory.number()) != 0) return failed("synced", directory_, errno);
  return {};
}

Result<void> DirectoryStore::get(const Hash& address, const Sink& sink) const {
  const fs::path path = path_of(address);
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0 && errno == ENOENT) return missing(address, directory_);
  if (file.number() < 0) return failed("opened", path, errno);
  crypto::DocumentAddress actual;
  Bytes piece(kPieceBytes, '\0');
  while (true) {
    const ssize_t size = ::read(file.number(), piece.data(), piece.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return failed("read", path, errno);
    if (size == 0) break;
    const ByteView got(piece.data(), static_cast<std::size_t>(size));
    actual.update(got);
    if (auto ok = sink(got); !ok) return ok;
  }
  if (actual.finish() == address) return {};
  return fail(Code::damaged, fmt::format("{} does not have its address any more: the file was "
                                         "changed or cut; restore it from a backup",
                                         path.string()));
}

Result<bool> DirectoryStore::exists(const Hash& address) const {
  const fs::path path = path_of(address);
  if (::access(path.c_str(), F_OK) == 0) return true;
  if (errno == ENOENT) return false;
  return failed("looked up", path, errno);
}

Result<void> DirectoryStore::remove(const Hash& address) {
  const fs::path path = path_of(address);
  if (::unlink(path.c_str()) == 0) return sync_directory(path.parent_path());
  if (errno == ENOENT) return missing(address, directory_);
  return failed("removed", path, errno);
}

}  // namespace generion::client
