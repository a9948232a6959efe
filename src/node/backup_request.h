// How `generion backup` asks a running node for a backup: by two files in the data directory, which
// only its owner can write. `backup.request` names the directory that is wanted, `backup.answer`
// says what became of it.
#pragma once

#include <filesystem>

#include "ledger/backup.h"
#include "node/config.h"

namespace generion::node {

// The node's side: makes the backup that is asked for, if one is.
void answer_backup_request(const ledger::Ledger& ledger, const std::filesystem::path& data_dir);

// The other side. Of a node that runs, or of one that does not, whose ledger is opened meanwhile.
// Errors: file_exists, also if another is being made; not_ready: the node does not answer; those of
// the ledger and of make_backup.
Result<ledger::BackupInfo> backup_node(const Config& config, const Genesis& genesis,
                                       const std::filesystem::path& out);

// Puts the backup into the node's data directory. A journal that is there is kept aside: its votes
// are of another chain database. Where others can tell how far the chain is the node listens
// (listening.h), else it gets a new journal. Errors: locked, the node runs; those of
// restore_backup.
Result<ledger::BackupInfo> restore_node(const Config& config, const Genesis& genesis,
                                        const std::filesystem::path& backup);

// Whether the data directory was restored and its node has not caught up since: deletions of
// meanwhile are not carried out yet, so it gives out no attachments.
bool is_restored(const std::filesystem::path& data_dir);
// Error io_error.
Result<void> forget_restored(const std::filesystem::path& data_dir);

}  // namespace generion::node
