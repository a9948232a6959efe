#include "audit/archive.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"
#include "base/hex.h"
#include "base/limits.h"

namespace generion::audit {
namespace {

namespace fs = std::filesystem;

struct ListedFile {
  ArchiveRange range;
  fs::path path;
};

// Ascending and without a gap from height 1 on.
Result<std::vector<ListedFile>> list_files(const fs::path& directory) {
  std::vector<ListedFile> out;
  std::error_code error;
  fs::directory_iterator entries(directory, error);
  if (error) return file_error(directory, "cannot list", error.value());
  for (const fs::directory_entry& entry : entries) {
    const auto range = parse_archive_file_name(entry.path().filename().string());
    if (range) out.push_back({*range, entry.path()});
  }
  if (out.size() > limits::kArchiveFilesMax) {
    return fail(Code::too_many,
                fmt::format("{} has {} files of blocks; at most {} are taken", directory.string(),
                            out.size(), limits::kArchiveFilesMax));
  }
  std::sort(out.begin(), out.end(),
            [](const auto& a, const auto& b) { return a.range.first < b.range.first; });
  Height next(1);
  for (const ListedFile& file : out) {
    if (file.range.first != next) {
      return fail(Code::damaged,
                  fmt::format("{}: the next file should begin with block {}, but {} begins with {}",
                              directory.string(), next.value(), file.path.filename().string(),
                              file.range.first.value()));
    }
    next = file.range.last.next();
  }
  return out;
}

Result<void> check_chain(const ArchiveFileReader& file, const Hash& chain) {
  if (file.head().chain == chain) return {};
  return fail(Code::foreign_database,
              fmt::format("{} belongs to chain {}, the genesis file to {}", file.path().string(),
                          to_hex(file.head().chain), to_hex(chain)));
}

bool is_empty_directory(const fs::path& path) {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(path, error)) {
    if (entry.path().filename() != "generion.lock") return false;
  }
  return !error;
}

// Makes the directory with its genesis file, or checks that it is of this chain.
Result<void> prepare(const fs::path& directory, const Genesis& genesis) {
  std::error_code error;
  if (!fs::exists(directory, error)) {
    if (!fs::create_directory(directory, error)) {
      return file_error(directory, "cannot create", error.value());
    }
  }
  if (!is_archive(directory)) {
    if (!is_empty_directory(directory)) {
      return fail(
          Code::file_exists,
          fmt::format("{} is no archive and not empty; give another name", directory.string()));
    }
    return write_file_atomic(directory / kArchiveGenesis, genesis_json(genesis), kPublicFileMode);
  }
  const auto held = read_archive_genesis(directory);
  if (!held) return fail(held.error());
  if (chain_id(*held) == chain_id(genesis)) return {};
  return fail(Code::foreign_database,
              fmt::format("{} is an archive of chain {}, not of {}", directory.string(),
                          to_hex(chain_id(*held)), to_hex(chain_id(genesis))));
}

}  // namespace

bool is_archive(const fs::path& directory) {
  std::error_code error;
  // A node's directory has a genesis file, too, but its configuration beside it.
  return fs::is_regular_file(directory / kArchiveGenesis, error) &&
         !fs::exists(directory / "generiond.toml", error) && !fs::exists(directory / "data", error);
}

Result<Genesis> read_archive_genesis(const fs::path& directory) {
  const auto text = read_file(directory / kArchiveGenesis, limits::kGenesisBytesMax);
  if (!text) return fail(text.error());
  return parse_genesis(*text);
}

Result<std::unique_ptr<ArchiveSource>> ArchiveSource::open(const fs::path& directory,
                                                           const Hash& chain, Height from) {
  auto files = list_files(directory);
  if (!files) return fail(files.error());
  if (files->empty()) {
    return fail(Code::damaged, fmt::format("{} holds no blocks", directory.string()));
  }
  std::unique_ptr<ArchiveSource> out(new ArchiveSource(chain, from));
  out->last_ = files->back().range.last;
  for (auto file = files->rbegin(); file != files->rend(); ++file) {
    if (file->range.last < from) break;
    const auto opened = ArchiveFileReader::open(file->path);
    if (!opened) return fail(opened.error());
    if (auto ok = check_chain(*opened, chain); !ok) return fail(ok.error());
    out->has_attachments_ = out->has_attachments_ && opened->head().attachments;
    out->files_.push_back(file->path);
  }
  return out;
}

Result<void> ArchiveSource::open_file(const fs::path& path) {
  auto opened = ArchiveFileReader::open(path);
  if (!opened) return fail(opened.error());
  if (auto ok = check_chain(*opened, chain_); !ok) return ok;
  file_ = std::move(*opened);
  skipping_ = file_->head().first_height < from_;
  if (skipping_) file_->seek(from_);
  return {};
}

Result<std::optional<wire::ArchiveEntry>> ArchiveSource::next() {
  while (true) {
    if (!file_) {
      if (files_.empty()) return std::nullopt;
      if (auto done = open_file(files_.back()); !done) return fail(done.error());
      files_.pop_back();
    }
    auto entry = file_->next();
    if (!entry) return entry;
    if (!entry->has_value()) {
      file_.reset();
      continue;
    }
    if (const auto* block = std::get_if<wire::ArchivedBlock>(&**entry)) {
      if (block->header.height >= from_) skipping_ = false;
    }
    if (!skipping_) return entry;
  }
}

Result<std::unique_ptr<ArchiveWriter>> ArchiveWriter::open(const fs::path& directory,
                                                           const Genesis& genesis,
                                                           const ArchiveOptions& options) {
  if (auto done = prepare(directory, genesis); !done) return fail(done.error());
  auto lock = DirectoryLock::take(directory);
  if (!lock) return fail(lock.error());
  const auto files = list_files(directory);
  if (!files) return fail(files.error());
  const Hash chain = chain_id(genesis);
  std::unique_ptr<ArchiveWriter> out(
      new ArchiveWriter(std::move(*lock), directory, chain, options));
  if (!files->empty()) {
    const auto last = ArchiveFileReader::open(files->back().path);
    if (!last) return fail(last.error());
    if (auto ok = check_chain(*last, chain); !ok) return fail(ok.error());
    out->last_ = last->index().last_height;
    out->last_hash_ = last->index().last_hash;
  }
  return out;
}

Result<void> ArchiveWriter::begin_block(const wire::ArchivedBlock& block) {
  if (block.header.height != next()) {
    return fail(Code::malformed, fmt::format("block {} was given where {} is the next one",
                                             block.header.height.value(), next().value()));
  }
  if (last_hash_ && block.header.parent_hash != *last_hash_) {
    return fail(Code::fork,
                fmt::format("block {} follows block {}, but the archive's block {} is {}: two "
                            "chains grow from one genesis; keep both, and compare",
                            block.header.height.value(), to_hex(block.header.parent_hash),
                            last_.value(), to_hex(*last_hash_)));
  }
  if (file_ && can_end_ && file_->bytes() >= options_.split_bytes) {
    if (auto done = finish(); !done) return done;
  }
  if (!file_) {
    auto file =
        ArchiveFileWriter::create(directory_, {wire::kArchiveFormat, chain_, block.header.height,
                                               block.header.parent_hash, options_.attachments});
    if (!file) return fail(file.error());
    file_ = std::move(*file);
  }
  last_ = block.header.height;
  last_hash_ = block_hash(block.header);
  can_end_ = block.certificate.has_value();
  return {};
}

Result<void> ArchiveWriter::add(const wire::ArchiveEntry& entry) {
  if (const auto* block = std::get_if<wire::ArchivedBlock>(&entry)) {
    if (auto done = begin_block(*block); !done) return done;
  } else if (!file_ || !options_.attachments) {
    return {};
  }
  return file_->add(entry);
}

Result<void> ArchiveWriter::finish() {
  if (!file_ || !can_end_) return {};
  auto size = std::move(*file_).finish();
  file_.reset();
  if (!size) return fail(size.error());
  bytes_ += *size;
  ++files_;
  return {};
}

Result<ExportReport> export_blocks(BlockSource& source, ArchiveWriter& archive,
                                   const ExportProgress& progress,
                                   const std::function<bool()>& is_cancelled) {
  ExportReport out;
  while (true) {
    auto entry = source.next();
    if (!entry) return fail(entry.error());
    if (!entry->has_value()) break;
    if (auto done = archive.add(**entry); !done) return fail(done.error());
    const auto* block = std::get_if<wire::ArchivedBlock>(&**entry);
    if (block == nullptr) continue;
    if (out.first == Height(0)) out.first = block->header.height;
    out.last = block->header.height;
    out.transactions += block->envelopes.size();
    if (progress) progress(out.last, source.last());
    if (is_cancelled && is_cancelled()) {
      if (auto done = archive.finish(); !done) return fail(done.error());
      return fail(Code::cancelled,
                  fmt::format("stopped after block {}; the same command goes on from there",
                              out.last.value()));
    }
  }
  if (auto done = archive.finish(); !done) return fail(done.error());
  out.files = archive.files();
  out.bytes = archive.bytes();
  return out;
}

}  // namespace generion::audit
