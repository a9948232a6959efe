#include "ledger/backup.h"

#include <fmt/format.h>

#include <cstdio>

#include "base/file.h"
#include "base/hex.h"
#include "ledger/chain_keys.h"
#include "ledger/chain_store.h"
#include "ledger/join_files.h"
#include "ledger/snapshot_loader.h"

namespace generion::ledger {
namespace {

namespace fs = std::filesystem;

constexpr const char* kInfoName = "backup";
constexpr const char* kAttachmentsName = "attachments";
constexpr std::uint64_t kFormat = 1;
constexpr std::size_t kInfoBytesMax = 4 * 1024;
constexpr std::size_t kRowsAtOnce = 1'000;
constexpr std::uint64_t kCacheBytes = 8 * 1024 * 1024;

Bytes info_text(const BackupInfo& info) {
  return fmt::format(
      "generion backup\nformat {}\nchain {}\nheight {}\nblock {}\nfirst_block {}\nattachments {}\n",
      kFormat, to_hex(info.chain), info.height.value(), to_hex(info.block),
      info.first_block.value(), info.attachments);
}

// One line for each: height, place of the transaction, number in it, bytes.
struct Listed {
  Bytes text;
  std::uint64_t count = 0;
};

Result<Listed> list_attachments(const Database& database) {
  Listed out;
  Bytes after;
  while (true) {
    const auto rows = database.scan(kAttachments, {}, after, kRowsAtOnce);
    if (!rows) return fail(rows.error());
    if (rows->empty()) return out;
    for (const auto& [key, value] : *rows) {
      ByteReader in(key);
      const std::uint64_t height = in.u64();
      in.raw(kDigestPrefix);
      const std::uint32_t transaction = in.u32();
      out.text += fmt::format("{} {} {} {}\n", height, transaction, in.u32(), value.size());
      ++out.count;
    }
    after = rows->back().first;
  }
}

Result<void> copy_tree(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::copy(from, to, fs::copy_options::recursive, error);
  if (error) return file_error(to, "cannot be copied", error.value());
  fs::permissions(to, fs::perms::owner_all, error);
  if (error) return file_error(to, "cannot be made private", error.value());
  return sync_directory(to);
}

}  // namespace

Result<BackupInfo> make_backup(const Ledger& ledger, const fs::path& directory) {
  if (auto done = ledger.copy_to(directory); !done) return fail(done.error());
  // What it holds is read from the copy itself, which shows that it can be opened.
  auto store = ChainStore::open(directory / kChainDirectory, ledger.chain(),
                                Database::make_cache(kCacheBytes));
  if (!store) return fail(store.error());
  BackupInfo out;
  out.chain = ledger.chain();
  out.height = (*store)->stored();
  out.first_block = (*store)->base().next();
  if (out.height > Height(0)) {
    const auto header = (*store)->header(out.height);
    if (!header) return fail(header.error());
    out.block = block_hash(*header);
  }
  store->reset();
  auto database = Database::open(
      chain_form(directory / kChainDirectory, ledger.chain(), Database::make_cache(kCacheBytes)));
  if (!database) return fail(database.error());
  const auto listed = list_attachments(**database);
  if (!listed) return fail(listed.error());
  out.attachments = listed->count;
  database->reset();
  if (auto done = write_file_atomic(directory / kAttachmentsName, listed->text, kPrivateFileMode);
      !done) {
    return fail(done.error());
  }
  if (auto done = write_file_atomic(directory / kInfoName, info_text(out), kPrivateFileMode);
      !done) {
    return fail(done.error());
  }
  return out;
}

Result<BackupInfo> read_backup(const fs::path& directory) {
  const auto text = read_file(directory / kInfoName, kInfoBytesMax);
  if (!text && text.error().code == Code::file_missing) {
    return fail(Code::file_missing,
                directory.string() +
                    " has no file `backup`: it is no backup, or one that was "
                    "not finished; name a directory that `generion backup` made");
  }
  if (!text) return fail(text.error());
  unsigned long long format = 0;
  unsigned long long height = 0;
  unsigned long long first = 0;
  unsigned long long attachments = 0;
  char chain[65] = {};
  char block[65] = {};
  // NOLINTNEXTLINE(cert-err34-c): the whole is compared below.
  const int fields = std::sscanf(text->c_str(),
                                 "generion backup\nformat %llu\nchain %64[0-9a-f]\nheight %llu\n"
                                 "block %64[0-9a-f]\nfirst_block %llu\nattachments %llu\n",
                                 &format, chain, &height, block, &first, &attachments);
  if (fields >= 1 && format > kFormat) {
    return fail(Code::newer_format,
                fmt::format("{} has format {}, this program knows up to {}: use a newer program",
                            directory.string(), format, kFormat));
  }
  const auto chain_hash = Hash::from(from_hex(chain).value_or(Bytes()));
  const auto block_hash = Hash::from(from_hex(block).value_or(Bytes()));
  BackupInfo out;
  if (fields == 6 && chain_hash && block_hash) {
    out = {*chain_hash, Height(height), *block_hash, Height(first), attachments};
    if (info_text(out) == *text) return out;
  }
  return fail(Code::damaged, directory.string() + ": the file `backup` cannot be read");
}

Result<BackupInfo> restore_backup(const fs::path& directory, const fs::path& data,
                                  const Hash& chain) {
  auto info = read_backup(directory);
  if (!info) return fail(info.error());
  if (info->chain != chain) {
    return fail(Code::wrong_chain,
                fmt::format("the backup is of chain {}, the node's genesis file of {}",
                            to_hex(info->chain), to_hex(chain)));
  }
  std::error_code error;
  for (const char* name : {kChainDirectory, kStateDirectory}) {
    if (!fs::exists(data / name, error)) continue;
    return fail(Code::file_exists,
                fmt::format("{} is there already: move it away, if it is not wanted any more",
                            (data / name).string()));
  }
  SnapshotLoader::drop(data);
  const fs::path joining = data / kJoinDirectory;
  if (auto done = create_private_directory(joining); !done) return fail(done.error());
  for (const char* name : {kChainDirectory, kStateDirectory}) {
    if (auto done = copy_tree(directory / name, joining / name); !done) return fail(done.error());
  }
  if (auto done = mark_join_complete(joining); !done) return fail(done.error());
  if (auto done = complete_join(data); !done) return fail(done.error());
  return info;
}

}  // namespace generion::ledger
