// Files that must survive a crash or stay private. Every function may be called from any thread.
// Errors of all of them besides those named: io_error (with the path and the system's reason) and
// disk_full.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "base/bytes.h"
#include "base/descriptor.h"
#include "base/error.h"

namespace generion {

inline constexpr mode_t kPrivateFileMode = 0600;
inline constexpr mode_t kPublicFileMode = 0644;
inline constexpr mode_t kPrivateDirectoryMode = 0700;

// The whole file. Errors: file_missing; too_large above `bytes_max`; io_error also for what is no
// regular file. If the content is secret, wipe it (crypto::wipe) after use.
Result<Bytes> read_file(const std::filesystem::path& path, std::size_t bytes_max);

enum class IfExists { replace, refuse };

// All or nothing, also across a power cut: written beside the target, synced, renamed, the
// directory synced. The mode is exactly `mode`, whatever the umask. Error file_exists with
// IfExists::refuse.
Result<void> write_file_atomic(const std::filesystem::path& path, ByteView content, mode_t mode,
                               IfExists if_exists = IfExists::replace);

// Makes the directory with mode 0700 and makes its entry durable; its parent must be there. One
// that exists already is checked instead (check_private). Error file_exists if it is no directory.
Result<void> create_private_directory(const std::filesystem::path& path);

// Whether a file or directory is this user's and nobody else has any access (files 0600 or 0400,
// directories 0700 or 0500). Errors: file_missing; bad_file_mode, which names the mode found, the
// mode wanted and the chmod (or chown) that puts it right.
Result<void> check_private(const std::filesystem::path& path);

// Makes created, renamed and removed entries of the directory durable.
Result<void> sync_directory(const std::filesystem::path& path);

// Replaces what is at `to`; the new name is durable.
Result<void> rename_durably(const std::filesystem::path& from, const std::filesystem::path& to);

// What a system call's failure is, for those who call it themselves: disk_full or io_error, with
// the path, what could not be done, and the system's reason for the number `error` (errno).
std::unexpected<Error> file_error(const std::filesystem::path& path, std::string_view what,
                                  int error);

// Keeps a directory to one process: an exclusive lock on the file "generion.lock" in it, which also
// holds the process id. Released when the object goes, and by the system when the process dies; the
// file stays.
class DirectoryLock {
 public:
  // Error locked, which names the directory and, if known, the process that has it.
  static Result<DirectoryLock> take(const std::filesystem::path& directory);

 private:
  explicit DirectoryLock(Descriptor file) : file_(std::move(file)) {}
  Descriptor file_;
};

}  // namespace generion
