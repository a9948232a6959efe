#include "ledger/journal/journal.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/assert.h"
#include "base/file.h"
#include "base/limits.h"
#include "crypto/secret.h"
#include "ledger/files.h"
#include "ledger/journal/frame.h"
#include "ledger/journal/recovery.h"

namespace generion::ledger {
namespace {

namespace fs = std::filesystem;

Result<File> make_segment(const fs::path& directory, const SegmentHeader& header) {
  const fs::path path = directory / segment_name(header.number);
  fs::path temporary = path;
  temporary += ".new";
  std::error_code ignored;
  fs::remove(temporary, ignored);
  auto file = File::open(temporary, File::Mode::create_new);
  if (!file) return file;
  if (auto done = file->allocate_zeroed(header.segment_bytes); !done) return fail(done.error());
  if (auto done = file->write_at(0, encode_segment_header(header)); !done)
    return fail(done.error());
  if (auto done = file->sync(); !done) return fail(done.error());
  if (auto done = rename_durably(temporary, path); !done) return fail(done.error());
  return file;
}

struct OpenedSegment {
  File file;
  Bytes content;
  SegmentHeader header;
};

Result<OpenedSegment> open_segment(const fs::path& path, std::size_t number, const Hash& chain) {
  const auto wrong = [&](const Error& error) {
    return fail(error.code, fmt::format("journal segment {}, offset 0: {}",
                                        path.filename().string(), error.message));
  };
  auto file = File::open(path, File::Mode::read_write);
  if (!file) return fail(file.error());
  auto content = read_file(path, limits::kJournalSegmentBytesMax);
  if (!content && content.error().code == Code::too_large) {
    return wrong({Code::damaged, content.error().message});
  }
  if (!content) return fail(content.error());
  auto header = decode_segment_header(ByteView(*content).substr(0, kSegmentHeaderBytes));
  if (!header) return wrong(header.error());
  if (header->chain != chain) {
    return wrong({Code::foreign_database, "it belongs to another chain than this node's genesis"});
  }
  if (header->number != number) {
    return wrong({Code::damaged, fmt::format("it says that it is number {}", header->number)});
  }
  if (header->segment_bytes != content->size()) {
    return fail(Code::damaged,
                fmt::format("journal segment {}, offset {}: the file has {} bytes instead of {}",
                            path.filename().string(), content->size(), content->size(),
                            header->segment_bytes));
  }
  return OpenedSegment{std::move(*file), std::move(*content), *header};
}

}  // namespace

class Journal::Impl {
 public:
  struct Segment {
    File file;
    JournalSequence behind;  // of its last entry; 0: it holds none
  };

  Impl(fs::path path, DirectoryLock held, SegmentHeader segment_form)
      : directory(std::move(path)), lock(std::move(held)), form(segment_form) {}

  Result<void> write_frame(std::size_t count);
  Result<void> begin_segment();
  Result<void> fail_for_good(Error error) {
    broken = error;
    return fail(std::move(error));
  }

  fs::path directory;
  DirectoryLock lock;
  SegmentHeader form;  // what all segments share
  std::vector<Segment> segments;
  std::size_t current = 0;
  std::uint64_t offset = kSegmentHeaderBytes;
  std::uint64_t generation = 0;
  JournalSequence next{1};            // to be given
  JournalSequence written{1};         // the first that is in no frame yet
  JournalSequence needed{1};          // as asked for
  JournalSequence needed_durable{1};  // as a synced frame says
  std::vector<Bytes> waiting;
  std::optional<Error> broken;
  JournalCounters counts;
};

Result<void> Journal::Impl::begin_segment() {
  // Only what a synced frame calls trimmed may be overwritten: were this frame torn, recovery would
  // still find everything that the last good one says is needed.
  std::optional<std::size_t> free;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (segments[i].behind > needed_durable) continue;
    if (i == current && offset > kSegmentHeaderBytes) continue;
    if (!free || segments[i].behind < segments[*free].behind) free = i;
  }
  if (!free) {
    if (segments.size() >= limits::kJournalSegmentsMax) {
      return fail(Code::too_many,
                  fmt::format("the journal has {} segments, the most there may be, and all are "
                              "needed: {} entries since {} were never trimmed",
                              segments.size(), next.value() - needed.value(), needed.value()));
    }
    SegmentHeader header = form;
    header.number = static_cast<std::uint32_t>(segments.size());
    auto file = make_segment(directory, header);
    if (!file) return fail(file.error());
    segments.push_back({std::move(*file), JournalSequence(0)});
    free = segments.size() - 1;
  }
  current = *free;
  offset = kSegmentHeaderBytes;
  ++generation;
  return {};
}

Result<void> Journal::Impl::write_frame(std::size_t count) {
  const auto middle = waiting.begin() + static_cast<std::ptrdiff_t>(count);
  const std::vector<Bytes> entries(std::make_move_iterator(waiting.begin()),
                                   std::make_move_iterator(middle));
  waiting.erase(waiting.begin(), middle);
  std::size_t size = kFrameHeaderBytes + 8;
  for (const Bytes& entry : entries) size += framed_size(entry);
  if (generation == 0 || offset + size > form.segment_bytes) {
    if (auto done = begin_segment(); !done) return done;
  }
  // Never above what this frame holds: the entries behind it could still get lost and be given
  // again. And only with the last frame of a group: entries of the group may replace what is
  // trimmed.
  const JournalSequence behind = written.plus(entries.size());
  const JournalSequence trimmed = waiting.empty() ? std::min(needed, behind) : needed_durable;
  const Bytes frame = encode_frame(form.salt, generation, written, trimmed, entries);
  Segment& segment = segments[current];
  if (auto done = segment.file.write_at(offset, frame); !done) return done;
  if (auto done = segment.file.sync(); !done) return done;
  offset += frame.size();
  written = behind;
  segment.behind = behind;
  needed_durable = trimmed;
  counts.bytes += frame.size();
  ++counts.syncs;
  return {};
}

Result<void> Journal::create(const fs::path& directory, const Hash& chain,
                             const JournalOptions& options) {
  const std::uint64_t size = options.segment_bytes;
  if (size < limits::kJournalSegmentBytesMin || size > limits::kJournalSegmentBytesMax ||
      size % 8 != 0) {
    return fail(
        Code::bad_argument,
        fmt::format("a journal segment of {} bytes: allowed are multiples of 8 from {} to {}", size,
                    limits::kJournalSegmentBytesMin, limits::kJournalSegmentBytesMax));
  }
  std::error_code error;
  if (fs::exists(directory, error)) {
    return fail(Code::file_exists,
                fmt::format("{} exists already: a journal is made once, with the node's key",
                            directory.string()));
  }
  // Made under another name and renamed, so that a journal is there in whole or not at all.
  fs::path temporary = directory;
  temporary += ".new";
  fs::remove_all(temporary, error);
  if (auto done = create_private_directory(temporary); !done) return done;
  const auto lock = DirectoryLock::take(temporary);
  if (!lock) return fail(lock.error());
  SegmentHeader header{chain, crypto::random_fixed<JournalSalt>(), 0, size};
  for (; header.number < 2; ++header.number) {
    if (auto made = make_segment(temporary, header); !made) return fail(made.error());
  }
  if (auto done = sync_directory(temporary); !done) return done;
  return rename_durably(temporary, directory);
}

Result<Journal::Opened> Journal::open(const fs::path& directory, const Hash& chain) {
  auto lock = DirectoryLock::take(directory);
  if (!lock && lock.error().code == Code::file_missing) {
    return fail(Code::journal_lost,
                fmt::format("there is no journal in {}: it is made with the node's key and never "
                            "again, because a node that forgot its votes could contradict them",
                            directory.string()));
  }
  if (!lock) return fail(lock.error());

  std::vector<Impl::Segment> segments;
  std::vector<Bytes> contents;
  SegmentHeader form;
  std::error_code error;
  while (fs::exists(directory / segment_name(segments.size()), error)) {
    auto segment = open_segment(directory / segment_name(segments.size()), segments.size(), chain);
    if (!segment) return fail(segment.error());
    if (segments.empty()) form = segment->header;
    if (segment->header.salt != form.salt || segment->header.segment_bytes != form.segment_bytes) {
      return fail(Code::damaged,
                  fmt::format("journal segment {}, offset 0: it is of another journal",
                              segment_name(segments.size())));
    }
    segments.push_back({std::move(segment->file), JournalSequence(0)});
    contents.push_back(std::move(segment->content));
  }
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    if (entry.path().extension() == ".segment") ++files;
  }
  if (files != segments.size() || files < 2) {
    return fail(Code::damaged, fmt::format("journal segment {}, offset 0: the file is missing",
                                           segment_name(segments.size())));
  }
  auto recovered = recover_journal(form.salt, contents);
  if (!recovered) return fail(recovered.error());

  auto impl = std::make_unique<Impl>(directory, std::move(*lock), form);
  impl->segments = std::move(segments);
  for (std::size_t i = 0; i < impl->segments.size(); ++i) {
    impl->segments[i].behind = recovered->behind[i];
    // A frame may have reached the file, but not the disk, when the process died.
    if (auto done = impl->segments[i].file.sync(); !done) return fail(done.error());
  }
  if (recovered->end) {
    impl->current = recovered->end->segment;
    impl->offset = recovered->end->offset;
  }
  impl->generation = recovered->generation;
  impl->next = impl->written = recovered->next;
  impl->needed = impl->needed_durable = recovered->needed;
  return Opened{std::unique_ptr<Journal>(new Journal(std::move(impl))),
                std::move(recovered->entries)};
}

Journal::Journal(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Journal::~Journal() = default;

Result<JournalSequence> Journal::append(ByteView entry) {
  if (impl_->broken) return fail(*impl_->broken);
  const std::size_t most =
      std::min<std::size_t>(limits::kJournalEntryBytesMax, impl_->form.segment_bytes / 4);
  if (entry.size() > most) {
    return fail(Code::too_large, fmt::format("a journal entry of {} bytes: at most {} are allowed",
                                             entry.size(), most));
  }
  impl_->waiting.emplace_back(entry);
  ++impl_->counts.entries;
  const JournalSequence sequence = impl_->next;
  impl_->next = sequence.next();
  return sequence;
}

Result<void> Journal::sync() {
  if (impl_->broken) return fail(*impl_->broken);
  while (!impl_->waiting.empty()) {
    // Usually all of it; a group above half a segment is cut into frames, each durable before the
    // next.
    std::size_t count = 1;
    std::size_t size = framed_size(impl_->waiting[0]);
    while (count < impl_->waiting.size()) {
      size += framed_size(impl_->waiting[count]);
      if (size > impl_->form.segment_bytes / 2) break;
      ++count;
    }
    if (auto done = impl_->write_frame(count); !done) return impl_->fail_for_good(done.error());
  }
  return {};
}

void Journal::trim(JournalSequence first_needed) {
  GENERION_ASSERT(first_needed <= impl_->next);
  impl_->needed = std::max(impl_->needed, first_needed);
}

JournalCounters Journal::counters() const {
  JournalCounters out = impl_->counts;
  out.segments = impl_->segments.size();
  return out;
}

}  // namespace generion::ledger
