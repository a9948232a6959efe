#include "audit/archive.h"

#include <catch2/catch.hpp>

#include "audit/directory_source.h"
#include "audit_fixture.h"

namespace generion::audit {
namespace {

namespace fs = std::filesystem;

using test::audit_all;
using test::Chain;
using test::ListSource;
using test::TemporaryDirectory;

constexpr std::uint64_t kSmall = 1;  // a file for each block

// Blocks of the chain from what the archive lacks on, at most `blocks_max`.
ExportReport export_into(const fs::path& path, const Chain& chain, std::uint64_t split_bytes,
                         std::size_t blocks_max = SIZE_MAX, bool attachments = false) {
  auto archive = ArchiveWriter::open(path, chain.genesis,
                                     {.split_bytes = split_bytes, .attachments = attachments});
  if (!archive) FAIL(archive.error().message);
  std::vector<wire::ArchiveEntry> entries;
  std::size_t blocks = 0;
  for (wire::ArchiveEntry& entry : chain.entries_with_attachments()) {
    const auto* block = std::get_if<wire::ArchivedBlock>(&entry);
    const Height height = block != nullptr ? block->header.height
                                           : std::get<wire::ArchivedAttachment>(entry).id.height;
    if (height < (*archive)->next()) continue;
    if (block != nullptr && ++blocks > blocks_max) break;
    entries.push_back(std::move(entry));
  }
  ListSource source(std::move(entries), true);
  const auto done = export_blocks(source, **archive, {}, {});
  if (!done) FAIL(done.error().message);
  return *done;
}

std::vector<wire::ArchiveEntry> read_all(BlockSource& source) {
  std::vector<wire::ArchiveEntry> out;
  while (true) {
    auto entry = source.next();
    if (!entry) FAIL(entry.error().message);
    if (!entry->has_value()) return out;
    out.push_back(std::move(**entry));
  }
}

std::vector<fs::path> files_of(const fs::path& directory) {
  std::vector<fs::path> out;
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (parse_archive_file_name(entry.path().filename().string())) out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

Code code_of(const fs::path& directory, const Hash& chain) {
  auto source = ArchiveSource::open(directory, chain);
  if (!source) return source.error().code;
  while (true) {
    const auto entry = (*source)->next();
    if (!entry) return entry.error().code;
    if (!entry->has_value()) return Code::ok;
  }
}

void write(const fs::path& path, const Bytes& content) {
  REQUIRE(write_file_atomic(path, content, kPublicFileMode));
}

}  // namespace

TEST_CASE("an archive gives back what was written, whatever its files' size") {
  Chain chain(4);
  test::fill(chain);
  for (const std::uint64_t split : {kSmall, std::uint64_t{1} << 30}) {
    for (const bool attachments : {false, true}) {
      const TemporaryDirectory directory;
      const fs::path path = directory.path() / "archive";
      const ExportReport done = export_into(path, chain, split, SIZE_MAX, attachments);
      CHECK(done.first == Height(1));
      CHECK(done.last == Height(4));
      CHECK(done.transactions == 7);
      CHECK(done.files == (split == kSmall ? 4 : 1));
      auto source = ArchiveSource::open(path, chain.id);
      REQUIRE(source);
      CHECK((*source)->last() == Height(4));
      CHECK((*source)->has_attachments() == attachments);
      CHECK(read_all(**source) ==
            (attachments ? chain.entries_with_attachments() : chain.entries()));
    }
  }
}

TEST_CASE("reading can begin at any block") {
  Chain chain(4);
  test::fill(chain);
  for (const std::uint64_t split : {kSmall, std::uint64_t{1} << 30}) {
    const TemporaryDirectory directory;
    const fs::path path = directory.path() / "archive";
    export_into(path, chain, split);
    for (std::uint64_t from = 1; from <= 4; ++from) {
      auto source = ArchiveSource::open(path, chain.id, Height(from));
      REQUIRE(source);
      const auto entries = read_all(**source);
      REQUIRE(entries.size() == 5 - from);
      CHECK(std::get<wire::ArchivedBlock>(entries[0]).header.height == Height(from));
    }
  }
}

TEST_CASE("a later export adds what the archive lacks, and nothing twice") {
  Chain chain(4);
  test::fill(chain);
  const TemporaryDirectory directory;
  const fs::path path = directory.path() / "archive";
  CHECK(export_into(path, chain, kSmall, 2).last == Height(2));
  const auto before = files_of(path);
  const ExportReport second = export_into(path, chain, kSmall);
  CHECK(second.first == Height(3));
  CHECK(second.last == Height(4));
  CHECK(export_into(path, chain, kSmall).first == Height(0));
  CHECK(files_of(path).size() == 4);
  for (const fs::path& file : before) CHECK(fs::exists(file));
  auto source = ArchiveSource::open(path, chain.id);
  REQUIRE(source);
  CHECK_FALSE(audit_all(chain.genesis, **source).fault);
}

TEST_CASE("a killed export leaves nothing that reads as whole, and goes on") {
  Chain chain(4);
  test::fill(chain);
  const TemporaryDirectory directory;
  const fs::path path = directory.path() / "archive";
  {
    auto archive = ArchiveWriter::open(path, chain.genesis, {.split_bytes = 1'000'000});
    REQUIRE(archive);
    CHECK_FALSE(ArchiveWriter::open(path, chain.genesis, {}));  // one at a time
    for (const auto& entry : chain.entries()) REQUIRE((*archive)->add(entry));
    // Not finished: as if it had been killed.
  }
  CHECK(files_of(path).empty());
  CHECK(code_of(path, chain.id) == Code::damaged);
  CHECK(export_into(path, chain, kSmall).last == Height(4));
  CHECK(code_of(path, chain.id) == Code::ok);
}

TEST_CASE("a file ends with a block that has a certificate") {
  Chain chain(4);
  test::fill(chain);
  chain.blocks[0].certificate.reset();
  chain.blocks[3].certificate.reset();
  const TemporaryDirectory directory;
  const fs::path path = directory.path() / "archive";
  export_into(path, chain, kSmall);
  std::vector<std::string> names;
  for (const fs::path& file : files_of(path)) names.push_back(file.filename().string());
  CHECK(names == std::vector<std::string>{archive_file_name({Height(1), Height(2)}),
                                          archive_file_name({Height(3), Height(3)})});
}

TEST_CASE("a flipped bit, a cut and a missing file are damage") {
  Chain chain(4);
  test::fill(chain);
  const TemporaryDirectory directory;
  const fs::path path = directory.path() / "archive";
  export_into(path, chain, kSmall);
  const auto files = files_of(path);
  const Bytes whole = read_file(files[1], 1'000'000).value();
  for (std::size_t at = 0; at < whole.size(); at += 13) {
    Bytes bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
    write(files[1], bytes);
    INFO(at);
    CHECK(code_of(path, chain.id) != Code::ok);
  }
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{5}, whole.size() / 2, whole.size() - 1}) {
    write(files[1], whole.substr(0, size));
    CHECK(code_of(path, chain.id) == Code::damaged);
  }
  write(files[1], whole);
  CHECK(code_of(path, chain.id) == Code::ok);
  // Under another name.
  fs::rename(files[3], path / archive_file_name({Height(4), Height(5)}));
  CHECK(code_of(path, chain.id) == Code::damaged);
  fs::rename(path / archive_file_name({Height(4), Height(5)}), files[3]);
  fs::remove(files[1]);
  CHECK(code_of(path, chain.id) == Code::damaged);
  CHECK_FALSE(ArchiveWriter::open(path, chain.genesis, {}));
}

TEST_CASE("an archive takes one chain") {
  Chain chain(4);
  test::fill(chain);
  Chain other(5);
  other.add({});
  const TemporaryDirectory directory;
  const fs::path path = directory.path() / "archive";
  export_into(path, chain, kSmall);
  const auto opened = ArchiveWriter::open(path, other.genesis, {});
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == Code::foreign_database);
  CHECK(code_of(path, other.id) == Code::foreign_database);
  // A fork: the same genesis, another block.
  auto archive = ArchiveWriter::open(path, chain.genesis, {});
  REQUIRE(archive);
  wire::ArchivedBlock block = chain.blocks[3];
  block.header.height = Height(5);
  const auto added = (*archive)->add(block);
  REQUIRE_FALSE(added);
  CHECK(added.error().code == Code::fork);
  block.header.height = Height(6);
  CHECK((*archive)->add(block).error().code == Code::malformed);
  // What is something else is left alone.
  const TemporaryDirectory full;
  write(full.path() / "letter.txt", "a letter");
  CHECK(ArchiveWriter::open(full.path(), chain.genesis, {}).error().code == Code::file_exists);
}

TEST_CASE("a stopped node's directory is read without a change") {
  Chain chain(4);
  test::fill(chain);
  const TemporaryDirectory directory;
  const fs::path data = directory.path() / "data";
  {
    auto ledger = ledger::Ledger::open(data, chain.genesis);
    REQUIRE(ledger);
    for (std::size_t i = 0; i < chain.blocks.size(); ++i) {
      ledger::test::run(**ledger, chain.make.put(chain.blocks[i].batch, chain.bodies[i]),
                        ledger::test::Until::applied);
      const auto& certificate = chain.blocks[i].certificate;
      REQUIRE((*ledger)->persist({.batches = {},
                                  .blocks = {},
                                  .stable = {{chain.blocks[i].header.height, *certificate}}}));
    }
    CHECK(DirectorySource::open(data, chain.id, false).error().code == Code::locked);
  }
  CHECK(find_node_data(directory.path()) == data);
  CHECK(find_node_data(data) == data);
  auto source = DirectorySource::open(data, chain.id, false);
  if (!source) FAIL(source.error().message);
  CHECK((*source)->last() == Height(4));
  CHECK(read_all(**source) == chain.entries());
  source->reset();
  // The deleted record's bytes went, and so did those of the skipped transaction.
  auto with = DirectorySource::open(data, chain.id, true);
  REQUIRE(with);
  const AuditReport report = audit_all(chain.genesis, **with);
  INFO((report.fault ? fault_text(*report.fault) : ""));
  CHECK_FALSE(report.fault);
  CHECK(report.attachments == 2);
  CHECK(report.attachments_erased == 1);
  CHECK(report.attachments_kept == 0);
  with->reset();
  auto later = DirectorySource::open(data, chain.id, false, Height(4));
  REQUIRE(later);
  CHECK(read_all(**later).size() == 1);
}

}  // namespace generion::audit
