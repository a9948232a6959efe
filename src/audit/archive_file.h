// One file of an archive: frames with a checksum each. docs/protocol/archive.md has the bytes.
//
// It is written under another name and renamed when it is whole and synced, so that a file with its
// own name always ends with its index.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/descriptor.h"
#include "base/error.h"
#include "wire/archive.h"

namespace generion::audit {

// The heights that a file's name tells.
struct ArchiveRange {
  Height first;
  Height last;
  friend bool operator==(const ArchiveRange&, const ArchiveRange&) = default;
};

// "blocks-000000000001-000000000500.generion".
std::string archive_file_name(ArchiveRange range);
// nullopt for any other name.
std::optional<ArchiveRange> parse_archive_file_name(const std::string& name);

// A file that did not become whole ends with this.
inline constexpr std::string_view kPartSuffix = ".part";

class ArchiveFileWriter {
 public:
  // Replaces what an export that was killed has left under the temporary name. Errors: disk_full,
  // io_error.
  static Result<ArchiveFileWriter> create(const std::filesystem::path& directory,
                                          const wire::ArchiveHead& head);

  // The next block, or an attachment of it. Errors: too_large, disk_full, io_error.
  Result<void> add(const wire::ArchiveEntry& entry);

  // What was written so far, and what waits unpacked.
  std::uint64_t bytes() const { return offset_ + pending_.size(); }

  // Writes the index, syncs, gives the file its name. At least one block was added. Returns its
  // size.
  Result<std::uint64_t> finish() &&;

 private:
  ArchiveFileWriter(Descriptor file, std::filesystem::path path, Height first)
      : file_(std::move(file)), path_(std::move(path)), first_(first) {}
  Result<void> write(ByteView bytes);
  Result<void> write_frame(std::uint8_t kind, ByteView content);
  Result<void> write_group();

  Descriptor file_;
  std::filesystem::path path_;  // the temporary one
  Height first_;
  std::uint64_t offset_ = 0;
  Bytes pending_;  // entries of the group that is not written yet
  std::optional<Height> pending_first_;
  wire::ArchiveIndex index_;
};

class ArchiveFileReader {
 public:
  // Reads head and index. Errors: file_missing, newer_format, damaged (no archive file, cut off, or
  // another range than its name tells), io_error.
  static Result<ArchiveFileReader> open(const std::filesystem::path& path);

  const wire::ArchiveHead& head() const { return head_; }
  const wire::ArchiveIndex& index() const { return index_; }
  const std::filesystem::path& path() const { return path_; }

  // Goes on at the group with block `height`, which is in the file; entries before it may come
  // first.
  void seek(Height height);

  // nullopt after the last entry. One group is in memory at a time. Errors: malformed, damaged,
  // io_error.
  Result<std::optional<wire::ArchiveEntry>> next();

 private:
  struct Frame {
    std::uint8_t kind = 0;
    Bytes content;
  };
  ArchiveFileReader(Descriptor file, std::filesystem::path path)
      : file_(std::move(file)), path_(std::move(path)) {}
  std::unexpected<Error> damaged(std::uint64_t offset, std::string_view what) const;
  Result<Bytes> read(std::uint64_t offset, std::size_t size) const;
  Result<Frame> read_frame(std::uint64_t& offset) const;
  Result<void> read_ends();

  Descriptor file_;
  std::filesystem::path path_;
  wire::ArchiveHead head_;
  wire::ArchiveIndex index_;
  std::uint64_t offset_ = 0;  // of the next frame
  std::uint64_t end_ = 0;     // of the entries' frames
  Bytes group_;
  std::size_t at_ = 0;  // in group_
};

}  // namespace generion::audit
