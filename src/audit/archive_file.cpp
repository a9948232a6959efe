#include "audit/archive_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "base/byte_io.h"
#include "base/file.h"
#include "base/limits.h"

namespace generion::audit {
namespace {

namespace fs = std::filesystem;

constexpr ByteView kMagic = "GENARCH1";
constexpr ByteView kEndMagic = "GENAREND";
constexpr ByteView kChecksumTag = "generion/archive/1";
constexpr std::size_t kChecksumBytes = 16;
constexpr std::size_t kFrameHeadBytes = 1 + 4 + 4 + kChecksumBytes;
constexpr std::size_t kTailBytes = 16;  // the index's offset, the end mark
constexpr int kPackingLevel = 3;
constexpr ByteView kPrefix = "blocks-";
constexpr ByteView kSuffix = ".generion";
constexpr std::size_t kHeightDigits = 12;

enum FrameKind : std::uint8_t { kHead = 1, kEntries = 2, kIndex = 3 };

Bytes checksum(ByteView head, ByteView packed) {
  return Bytes(crypto::blake2b256({kChecksumTag, head, packed}).view().substr(0, kChecksumBytes));
}

std::unexpected<Error> no_archive(const fs::path& path, std::string_view what) {
  return fail(Code::damaged, fmt::format("{}: {}", path.string(), what));
}

Bytes pack(ByteView content) {
  Bytes out(ZSTD_compressBound(content.size()), '\0');
  const std::size_t size =
      ZSTD_compress(out.data(), out.size(), content.data(), content.size(), kPackingLevel);
  out.resize(size);  // the bound is always enough, so it cannot have failed
  return out;
}

// Lengths stand before entries as a varint, as Protocol Buffers' delimited streams have them.
void append_sized(Bytes& out, ByteView entry) {
  std::size_t size = entry.size();
  while (size >= 0x80) {
    out.push_back(static_cast<char>((size & 0x7f) | 0x80));
    size >>= 7;
  }
  out.push_back(static_cast<char>(size));
  out.append(entry);
}

// Moves `at` past the entry; nullopt: the bytes end before it.
std::optional<ByteView> take_sized(ByteView bytes, std::size_t& at) {
  std::uint64_t size = 0;
  for (int shift = 0; shift < 35; shift += 7) {
    if (at >= bytes.size()) return std::nullopt;
    const auto byte = static_cast<unsigned char>(bytes[at++]);
    size |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
    if ((byte & 0x80U) != 0) continue;
    if (size > bytes.size() - at) return std::nullopt;
    at += size;
    return bytes.substr(at - size, size);
  }
  return std::nullopt;
}

std::optional<Height> parse_height(ByteView digits) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return Height(value);
}

}  // namespace

std::string archive_file_name(ArchiveRange range) {
  return fmt::format("{}{:0{}}-{:0{}}{}", kPrefix, range.first.value(), kHeightDigits,
                     range.last.value(), kHeightDigits, kSuffix);
}

std::optional<ArchiveRange> parse_archive_file_name(const std::string& name) {
  ByteView rest(name);
  if (!rest.starts_with(kPrefix) || !rest.ends_with(kSuffix)) return std::nullopt;
  rest = rest.substr(kPrefix.size(), rest.size() - kPrefix.size() - kSuffix.size());
  const std::size_t dash = rest.find('-');
  if (dash == ByteView::npos) return std::nullopt;
  const auto first = parse_height(rest.substr(0, dash));
  const auto last = parse_height(rest.substr(dash + 1));
  if (!first || !last || *first > *last) return std::nullopt;
  const ArchiveRange out{*first, *last};
  if (archive_file_name(out) != name) return std::nullopt;
  return out;
}

Result<ArchiveFileWriter> ArchiveFileWriter::create(const fs::path& directory,
                                                    const wire::ArchiveHead& head) {
  const fs::path path = directory / fmt::format("{}{:0{}}{}", kPrefix, head.first_height.value(),
                                                kHeightDigits, kPartSuffix);
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kPublicFileMode));
  if (!file.is_open()) return file_error(path, "cannot create", errno);
  ArchiveFileWriter out(std::move(file), path, head.first_height);
  auto done = out.write(kMagic);
  if (done) done = out.write_frame(kHead, wire::encode_archive_head(head));
  if (!done) return fail(done.error());
  return out;
}

Result<void> ArchiveFileWriter::write(ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return file_error(path_, "cannot write", errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
    offset_ += static_cast<std::size_t>(written);
  }
  return {};
}

Result<void> ArchiveFileWriter::write_frame(std::uint8_t kind, ByteView content) {
  const Bytes packed = pack(content);
  const Bytes head = ByteWriter()
                         .u8(kind)
                         .u32(static_cast<std::uint32_t>(content.size()))
                         .u32(static_cast<std::uint32_t>(packed.size()))
                         .bytes();
  return write(head + checksum(head, packed) + packed);
}

Result<void> ArchiveFileWriter::write_group() {
  if (pending_.empty()) return {};
  if (pending_first_) index_.groups.push_back({*pending_first_, offset_});
  pending_first_.reset();
  auto done = write_frame(kEntries, pending_);
  pending_.clear();
  return done;
}

Result<void> ArchiveFileWriter::add(const wire::ArchiveEntry& entry) {
  const Bytes bytes = wire::encode_archive_entry(entry);
  if (bytes.size() + pending_.size() + 8 > limits::kArchiveFrameBytesMax) {
    return fail(Code::too_large, fmt::format("a block takes {} bytes; an archive takes at most {}",
                                             bytes.size(), limits::kArchiveFrameBytesMax));
  }
  if (const auto* block = std::get_if<wire::ArchivedBlock>(&entry)) {
    if (!pending_first_) pending_first_ = block->header.height;
    index_.last_height = block->header.height;
    index_.last_hash = block_hash(block->header);
    index_.transactions += block->envelopes.size();
  }
  append_sized(pending_, bytes);
  return pending_.size() < limits::kArchiveGroupBytes ? Result<void>() : write_group();
}

Result<std::uint64_t> ArchiveFileWriter::finish() && {
  auto done = write_group();
  const std::uint64_t index_at = offset_;
  if (done) done = write_frame(kIndex, wire::encode_archive_index(index_));
  if (done) done = write(ByteWriter().u64(index_at).raw(kEndMagic).bytes());
  if (!done) return fail(done.error());
  if (::fsync(file_.get()) != 0) return file_error(path_, "cannot sync", errno);
  const fs::path whole =
      path_.parent_path() / archive_file_name({.first = first_, .last = index_.last_height});
  if (done = rename_durably(path_, whole); !done) return fail(done.error());
  return offset_;
}

std::unexpected<Error> ArchiveFileReader::damaged(std::uint64_t offset,
                                                  std::string_view what) const {
  return no_archive(path_, fmt::format("at byte {}: {}. Take the file from another copy of the "
                                       "archive, or remove it and those after it and export again",
                                       offset, what));
}

Result<Bytes> ArchiveFileReader::read(std::uint64_t offset, std::size_t size) const {
  Bytes out(size, '\0');
  std::size_t have = 0;
  while (have < size) {
    const ssize_t got =
        ::pread(file_.get(), out.data() + have, size - have, static_cast<off_t>(offset + have));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return file_error(path_, "cannot read", errno);
    if (got == 0) return damaged(offset, "the file ends");
    have += static_cast<std::size_t>(got);
  }
  return out;
}

Result<ArchiveFileReader::Frame> ArchiveFileReader::read_frame(std::uint64_t& offset) const {
  const auto head = read(offset, kFrameHeadBytes);
  if (!head) return fail(head.error());
  ByteReader in(*head);
  Frame out;
  out.kind = in.u8();
  const std::uint32_t size = in.u32();
  const std::uint32_t packed_size = in.u32();
  if (size > limits::kArchiveFrameBytesMax || packed_size > ZSTD_compressBound(size)) {
    return damaged(offset, "a frame's length is not possible");
  }
  const auto packed = read(offset + kFrameHeadBytes, packed_size);
  if (!packed) return fail(packed.error());
  const ByteView plain_head = ByteView(*head).substr(0, kFrameHeadBytes - kChecksumBytes);
  if (checksum(plain_head, *packed) != in.raw(kChecksumBytes)) {
    return damaged(offset, "a frame does not have its checksum");
  }
  out.content.resize(size);
  if (ZSTD_decompress(out.content.data(), size, packed->data(), packed->size()) != size) {
    return damaged(offset, "a frame cannot be unpacked");
  }
  offset += kFrameHeadBytes + packed_size;
  return out;
}

Result<ArchiveFileReader> ArchiveFileReader::open(const fs::path& path) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) {
    if (errno == ENOENT) return fail(Code::file_missing, path.string() + ": does not exist");
    return file_error(path, "cannot open", errno);
  }
  ArchiveFileReader out(std::move(file), path);
  if (auto done = out.read_ends(); !done) return fail(done.error());
  return out;
}

Result<void> ArchiveFileReader::read_ends() {
  struct stat status{};
  if (::fstat(file_.get(), &status) != 0) return file_error(path_, "cannot examine", errno);
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (size < kMagic.size() + kTailBytes) return damaged(size, "the file is cut off");
  const auto magic = read(0, kMagic.size());
  if (!magic) return fail(magic.error());
  if (*magic != kMagic) return damaged(0, "it is no file of an archive");
  std::uint64_t at = kMagic.size();
  const auto head = read_frame(at);
  if (!head) return fail(head.error());
  const auto decoded_head = wire::decode_archive_head(head->content);
  if (head->kind != kHead || !decoded_head) return damaged(kMagic.size(), "the head is missing");
  if (decoded_head->format > wire::kArchiveFormat) {
    return fail(Code::newer_format,
                fmt::format("{} has format {}, this program knows up to {}: use a newer program",
                            path_.string(), decoded_head->format, wire::kArchiveFormat));
  }
  const auto tail = read(size - kTailBytes, kTailBytes);
  if (!tail) return fail(tail.error());
  ByteReader in(*tail);
  end_ = in.u64();
  if (in.raw(kEndMagic.size()) != kEndMagic) return damaged(size, "the file is cut off");
  if (end_ < at || end_ > size) return damaged(size, "the index is not where the end says");
  std::uint64_t index_at = end_;
  const auto index = read_frame(index_at);
  if (!index) return fail(index.error());
  auto decoded_index = wire::decode_archive_index(index->content);
  if (index->kind != kIndex || !decoded_index) return damaged(end_, "the index is missing");
  head_ = *decoded_head;
  index_ = std::move(*decoded_index);
  offset_ = at;
  const ArchiveRange range{.first = head_.first_height, .last = index_.last_height};
  if (path_.filename() != archive_file_name(range)) {
    return no_archive(path_, "it holds other blocks than its name says; it should be called " +
                                 archive_file_name(range));
  }
  return {};
}

void ArchiveFileReader::seek(Height height) {
  for (const wire::ArchiveIndex::Group& group : index_.groups) {
    if (group.first_height > height) break;
    offset_ = std::min(group.offset, end_);
  }
  group_.clear();
  at_ = 0;
}

Result<std::optional<wire::ArchiveEntry>> ArchiveFileReader::next() {
  while (at_ == group_.size()) {
    if (offset_ == end_) return std::nullopt;
    const std::uint64_t offset = offset_;
    auto frame = read_frame(offset_);
    if (!frame) return fail(frame.error());
    if (frame->kind != kEntries || offset_ > end_) {
      return damaged(offset, "a frame stands where blocks should");
    }
    group_ = std::move(frame->content);
    at_ = 0;
  }
  const auto bytes = take_sized(group_, at_);
  if (!bytes) return damaged(offset_, "the frame before ends within an entry");
  auto entry = wire::decode_archive_entry(*bytes);
  if (!entry) return fail(entry.error());
  return std::move(*entry);
}

}  // namespace generion::audit
