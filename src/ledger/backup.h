// A backup: a node's chain and state as of one moment, beside which two text files say what it is
// and which attachments live in it. No votes: a journal of another time would make a validator
// contradict itself.
#pragma once

#include <cstdint>
#include <filesystem>

#include "ledger/ledger.h"

namespace generion::ledger {

// What the file `backup` of a backup says.
struct BackupInfo {
  Hash chain;
  Height height;  // of its last block
  Hash block;
  Height first_block;             // the lowest one that it holds
  std::uint64_t attachments = 0;  // living ones, listed in the file `attachments`
  friend bool operator==(const BackupInfo&, const BackupInfo&) = default;
};

// Into a directory that is not there; the ledger goes on meanwhile. Any thread. The file `backup`
// is written last: a directory without it is no backup. Errors: file_exists, disk_full, io_error.
Result<BackupInfo> make_backup(const Ledger& ledger, const std::filesystem::path& directory);

// Errors: file_missing (it is no backup, or was not finished), damaged, newer_format.
Result<BackupInfo> read_backup(const std::filesystem::path& directory);

// Puts a copy of the backup's databases where a ledger in `data` finds them. Nobody may use `data`
// meanwhile. A crash leaves all or nothing of it. Errors: those of read_backup; wrong_chain;
// file_exists: there is a chain; disk_full, io_error.
Result<BackupInfo> restore_backup(const std::filesystem::path& directory,
                                  const std::filesystem::path& data, const Hash& chain);

}  // namespace generion::ledger
