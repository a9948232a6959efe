// A portable archive of a chain: a directory with the genesis file and files of blocks
// (docs/protocol/archive.md). It grows by whole files; what is there never changes.
//
//   auto to = ArchiveWriter::open(path, genesis, options);  // goes on where the last export ended
//   auto from = DirectorySource::open(..., to->next(), ...);
//   auto report = export_blocks(**from, *to, {});
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "audit/archive_file.h"
#include "audit/block_source.h"
#include "base/file.h"
#include "types/genesis.h"

namespace generion::audit {

inline constexpr std::string_view kArchiveGenesis = "genesis.json";

// Whether there is an archive, or the beginning of one.
bool is_archive(const std::filesystem::path& directory);

// The genesis file of an archive. Errors: file_missing, bad_genesis, too_large, io_error.
Result<Genesis> read_archive_genesis(const std::filesystem::path& directory);

// Streams an archive from its first block on, or from `from`; one group of blocks is in memory.
class ArchiveSource final : public BlockSource {
 public:
  // Errors: damaged (no blocks, a gap between two files, another chain's), those of
  // ArchiveFileReader::open.
  static Result<std::unique_ptr<ArchiveSource>> open(const std::filesystem::path& directory,
                                                     const Hash& chain, Height from = Height(1));

  Result<std::optional<wire::ArchiveEntry>> next() override;
  Height last() const override { return last_; }
  // Only if every file has them.
  bool has_attachments() const override { return has_attachments_; }

 private:
  ArchiveSource(const Hash& chain, Height from) : chain_(chain), from_(from) {}
  Result<void> open_file(const std::filesystem::path& path);

  const Hash chain_;
  const Height from_;
  std::vector<std::filesystem::path> files_;  // those to come, the next one last
  std::optional<ArchiveFileReader> file_;
  Height last_;
  bool has_attachments_ = true;
  bool skipping_ = false;  // before `from_`
};

struct ArchiveOptions {
  std::uint64_t split_bytes = std::uint64_t{256} * 1024 * 1024;  // then a new file begins
  bool attachments = false;
};

// Appends to an archive, or makes it.
class ArchiveWriter {
 public:
  // Locks the directory. Errors: foreign_database (of another chain), locked, file_exists (it is no
  // archive and not empty), damaged (files are missing), disk_full, io_error.
  static Result<std::unique_ptr<ArchiveWriter>> open(const std::filesystem::path& directory,
                                                     const Genesis& genesis,
                                                     const ArchiveOptions& options);

  // The height that the archive lacks first.
  Height next() const { return last_.next(); }
  bool wants_attachments() const { return options_.attachments; }

  // A block must be the next one; errors: fork (it does not follow the archive's last block),
  // malformed (another height), those of ArchiveFileWriter.
  Result<void> add(const wire::ArchiveEntry& entry);
  // Makes what was added durable under its name, if the last block has a certificate.
  Result<void> finish();

  std::uint64_t files() const { return files_; }  // that were finished
  std::uint64_t bytes() const { return bytes_; }  // in them

 private:
  ArchiveWriter(DirectoryLock lock, std::filesystem::path directory, const Hash& chain,
                const ArchiveOptions& options)
      : lock_(std::move(lock)),
        directory_(std::move(directory)),
        chain_(chain),
        options_(options) {}
  Result<void> begin_block(const wire::ArchivedBlock& block);

  DirectoryLock lock_;
  std::filesystem::path directory_;
  Hash chain_;
  ArchiveOptions options_;
  Height last_;
  std::optional<Hash> last_hash_;
  bool can_end_ = false;  // the last block has a certificate
  std::optional<ArchiveFileWriter> file_;
  std::uint64_t files_ = 0;
  std::uint64_t bytes_ = 0;
};

struct ExportReport {
  Height first;  // 0: there was nothing new
  Height last;
  std::uint64_t transactions = 0;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
};

// Called now and then with the height that is done and the last one.
using ExportProgress = std::function<void(Height done, Height last)>;

// All that `source` gives into the archive; whole files stay when it fails. Errors: those of both;
// cancelled if `is_cancelled` says so.
Result<ExportReport> export_blocks(BlockSource& source, ArchiveWriter& archive,
                                   const ExportProgress& progress,
                                   const std::function<bool()>& is_cancelled);

}  // namespace generion::audit
