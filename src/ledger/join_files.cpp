#include "ledger/join_files.h"

#include <rocksdb/write_batch.h>

#include "base/file.h"
#include "ledger/chain_keys.h"
#include "ledger/database.h"
#include "ledger/snapshot_loader.h"

namespace generion::ledger {
namespace {

namespace fs = std::filesystem;

constexpr const char* kCompleteName = "complete";
constexpr std::uint64_t kCacheBytes = 8 * 1024 * 1024;

// Replaces what is at `to`, if there is something to be put there.
Result<void> put_in_place(const fs::path& from, const fs::path& to) {
  std::error_code error;
  if (!fs::exists(from, error)) return {};  // done before a crash
  fs::remove_all(to, error);
  if (error) return file_error(to, "cannot be removed", error.value());
  return rename_durably(from, to);
}

}  // namespace

Result<void> make_joined_chain(const fs::path& joining, const BlockHeader& header,
                               const std::vector<EpochEnd>& ends) {
  const fs::path directory = joining / kChainDirectory;
  std::error_code error;
  fs::remove_all(directory, error);
  auto form = chain_form(directory, header.chain_id, Database::make_cache(kCacheBytes));
  form.format = 2;
  auto database = Database::open(form);
  if (!database) return fail(database.error());
  rocksdb::WriteBatch batch;
  batch.Put((*database)->column(kMeta), rocksdb::Slice(kBaseKey.data(), kBaseKey.size()),
            number_key(header.height.value()));
  for (const EpochEnd& end : ends) {
    batch.Put((*database)->column(kMeta), end_key(end.header.height),
              encode_end(end.header, end.certificate));
  }
  return (*database)->write(batch, Database::Durability::synced);
}

Result<void> mark_join_complete(const fs::path& joining) {
  return write_file_atomic(joining / kCompleteName, "", kPrivateFileMode);
}

Result<void> complete_join(const fs::path& data) {
  const fs::path joining = data / kJoinDirectory;
  std::error_code error;
  if (!fs::exists(joining / kCompleteName, error)) return {};
  for (const char* name : {kChainDirectory, kStateDirectory}) {
    if (auto done = put_in_place(joining / name, data / name); !done) return done;
  }
  fs::remove_all(joining, error);
  if (error) return file_error(joining, "cannot be removed", error.value());
  return sync_directory(data);
}

}  // namespace generion::ledger
