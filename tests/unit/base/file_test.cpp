#include "base/file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <utility>

namespace generion {
namespace {

namespace fs = std::filesystem;

class TestDirectory {
 public:
  TestDirectory() {
    std::string name = (fs::temp_directory_path() / "generion-file-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  TestDirectory(const TestDirectory&) = delete;
  TestDirectory& operator=(const TestDirectory&) = delete;
  ~TestDirectory() { fs::remove_all(path_); }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

mode_t mode_of(const fs::path& path) {
  struct stat status{};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

std::size_t entries_in(const fs::path& path) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(path), fs::directory_iterator()));
}

}  // namespace

TEST_CASE("a file is written whole, with its mode, and read back") {
  const TestDirectory dir;
  const fs::path path = dir.path() / "file";
  const Bytes content = Bytes("line\n") + Bytes(100'000, '\0') + "end";
  const mode_t before = ::umask(0777);
  const auto written = write_file_atomic(path, content, kPublicFileMode);
  ::umask(before);
  REQUIRE(written);
  CHECK(mode_of(path) == kPublicFileMode);
  CHECK(read_file(path, content.size()) == content);
  REQUIRE(write_file_atomic(path, "", kPrivateFileMode));
  CHECK(mode_of(path) == kPrivateFileMode);
  CHECK(read_file(path, 0) == Bytes());
  CHECK(entries_in(dir.path()) == 1);
}

TEST_CASE("a file that must not be there is not replaced") {
  const TestDirectory dir;
  const fs::path path = dir.path() / "key";
  REQUIRE(write_file_atomic(path, "first", kPrivateFileMode, IfExists::refuse));
  const auto again = write_file_atomic(path, "second", kPrivateFileMode, IfExists::refuse);
  REQUIRE_FALSE(again);
  CHECK(again.error().code == Code::file_exists);
  CHECK(again.error().message.find(path.string()) != std::string::npos);
  CHECK(read_file(path, 100) == Bytes("first"));
  CHECK(entries_in(dir.path()) == 1);
  REQUIRE(write_file_atomic(path, "third", kPrivateFileMode, IfExists::replace));
  CHECK(read_file(path, 100) == Bytes("third"));
}

TEST_CASE("a write that fails leaves nothing behind") {
  const TestDirectory dir;
  const auto nowhere = write_file_atomic(dir.path() / "none" / "file", "x", kPrivateFileMode);
  REQUIRE_FALSE(nowhere);
  CHECK(nowhere.error().code == Code::io_error);
  fs::create_directory(dir.path() / "taken");
  const auto over = write_file_atomic(dir.path() / "taken", "x", kPrivateFileMode);
  REQUIRE_FALSE(over);
  CHECK(over.error().code == Code::io_error);
  CHECK(entries_in(dir.path()) == 1);
}

TEST_CASE("reading is bounded and tells missing from unreadable") {
  const TestDirectory dir;
  const fs::path path = dir.path() / "file";
  REQUIRE(write_file_atomic(path, "12345", kPublicFileMode));
  CHECK(read_file(path, 5) == Bytes("12345"));
  const auto large = read_file(path, 4);
  REQUIRE_FALSE(large);
  CHECK(large.error().code == Code::too_large);
  const auto missing = read_file(dir.path() / "none", 5);
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == Code::file_missing);
  const auto directory = read_file(dir.path(), 5);
  REQUIRE_FALSE(directory);
  CHECK(directory.error().code == Code::io_error);
  REQUIRE(::mkfifo((dir.path() / "pipe").c_str(), 0600) == 0);
  const auto pipe = read_file(dir.path() / "pipe", 5);
  REQUIRE_FALSE(pipe);
  CHECK(pipe.error().code == Code::io_error);
}

TEST_CASE("a file whose size the system does not tell is read to its end") {
  const auto status = read_file("/proc/self/status", 1'000'000);
  REQUIRE(status);
  CHECK(status->size() > 200);
  const auto bounded = read_file("/proc/self/status", 100);
  REQUIRE_FALSE(bounded);
  CHECK(bounded.error().code == Code::too_large);
}

TEST_CASE("a full disk is said to be full") {
  if (!fs::exists("/dev/full")) return;
  const TestDirectory dir;
  // The lock file is the one that a program writes in place; a link makes its disk full.
  fs::create_symlink("/dev/full", dir.path() / "generion.lock");
  const auto lock = DirectoryLock::take(dir.path());
  REQUIRE_FALSE(lock);
  CHECK(lock.error().code == Code::disk_full);
  CHECK(lock.error().message.ends_with("free space there and try again"));
}

TEST_CASE("private means the owner's alone") {
  const TestDirectory dir;
  const fs::path path = dir.path() / "key";
  REQUIRE(write_file_atomic(path, "secret", kPrivateFileMode));
  CHECK(check_private(path));
  fs::permissions(path, fs::perms(0400));
  CHECK(check_private(path));
  for (const int mode : {0640, 0604, 0660, 0700, 0666, 0610, 04600, 0200}) {
    REQUIRE(::chmod(path.c_str(), static_cast<mode_t>(mode)) == 0);
    const auto checked = check_private(path);
    REQUIRE_FALSE(checked);
    CHECK(checked.error().code == Code::bad_file_mode);
  }
  REQUIRE(::chmod(path.c_str(), 0644) == 0);
  CHECK(check_private(path).error().message == path.string() +
                                                   ": has mode 0644, it must have 0600 so that "
                                                   "nobody else can read it: chmod 0600 " +
                                                   path.string());
  const auto missing = check_private(dir.path() / "none");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == Code::file_missing);
}

TEST_CASE("a file of somebody else is not private") {
  if (::geteuid() != 0) return;  // only root can give a file away
  const TestDirectory dir;
  const fs::path path = dir.path() / "key";
  REQUIRE(write_file_atomic(path, "secret", kPrivateFileMode));
  REQUIRE(::chown(path.c_str(), 12'345, static_cast<gid_t>(-1)) == 0);
  const auto checked = check_private(path);
  REQUIRE_FALSE(checked);
  CHECK(checked.error().code == Code::bad_file_mode);
  CHECK(checked.error().message.ends_with("chown 0 " + path.string()));
}

TEST_CASE("a private directory is made once and checked afterwards") {
  const TestDirectory dir;
  const fs::path path = dir.path() / "keys";
  const mode_t before = ::umask(0777);
  const auto made = create_private_directory(path);
  ::umask(before);
  REQUIRE(made);
  CHECK(mode_of(path) == kPrivateDirectoryMode);
  CHECK(create_private_directory(path));
  CHECK(create_private_directory(path / ""));
  CHECK(check_private(path));

  REQUIRE(::chmod(path.c_str(), 0755) == 0);
  const auto open_to_all = create_private_directory(path);
  REQUIRE_FALSE(open_to_all);
  CHECK(open_to_all.error().code == Code::bad_file_mode);
  CHECK(open_to_all.error().message.ends_with("chmod 0700 " + path.string()));

  REQUIRE(write_file_atomic(dir.path() / "file", "", kPrivateFileMode));
  const auto over_file = create_private_directory(dir.path() / "file");
  REQUIRE_FALSE(over_file);
  CHECK(over_file.error().code == Code::file_exists);
  CHECK(create_private_directory(dir.path() / "a" / "b").error().code == Code::io_error);
}

TEST_CASE("a directory has one holder at a time, and the refusal names it") {
  const TestDirectory dir;
  auto first = DirectoryLock::take(dir.path());
  REQUIRE(first);
  const auto second = DirectoryLock::take(dir.path());
  REQUIRE_FALSE(second);
  CHECK(second.error().code == Code::locked);
  CHECK(second.error().message.find("process " + std::to_string(::getpid())) != std::string::npos);

  {
    const DirectoryLock moved = std::move(*first);
    CHECK_FALSE(DirectoryLock::take(dir.path()));
  }
  CHECK(DirectoryLock::take(dir.path()));
  CHECK(DirectoryLock::take(dir.path() / "none").error().code == Code::file_missing);
}

TEST_CASE("a lock without a readable process id is still refused") {
  const TestDirectory dir;
  const auto first = DirectoryLock::take(dir.path());
  REQUIRE(first);
  REQUIRE(::truncate((dir.path() / "generion.lock").c_str(), 0) == 0);
  const auto second = DirectoryLock::take(dir.path());
  REQUIRE_FALSE(second);
  CHECK(second.error().code == Code::locked);
  CHECK(second.error().message.find("another process") != std::string::npos);
}

TEST_CASE("only directories are synced as such") {
  const TestDirectory dir;
  CHECK(sync_directory(dir.path()));
  CHECK(sync_directory(dir.path() / "none").error().code == Code::file_missing);
  REQUIRE(write_file_atomic(dir.path() / "file", "", kPrivateFileMode));
  CHECK(sync_directory(dir.path() / "file").error().code == Code::io_error);
}

}  // namespace generion
