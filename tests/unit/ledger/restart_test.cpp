// Opening again: after a stop, a kill, a loss, and on what is not ours.
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <map>
#include <random>

#include "base/byte_io.h"
#include "chain_fixture.h"
#include "ledger/ledger.h"
#include "temporary_directory.h"

namespace generion::ledger {
namespace {

namespace fs = std::filesystem;
using namespace test;

Result<std::unique_ptr<Ledger>> open_ledger(const fs::path& directory,
                                            std::string_view chain_name = "ledger test",
                                            const LedgerOptions& options = {}) {
  return Ledger::open(directory, make_genesis(chain_name), options);
}

std::unique_ptr<Ledger> must_open(const fs::path& directory, const LedgerOptions& options = {}) {
  auto ledger = open_ledger(directory, "ledger test", options);
  if (!ledger) FAIL(ledger.error().message);
  return std::move(*ledger);
}

std::map<fs::path, Bytes> files_in(const fs::path& directory) {
  std::map<fs::path, Bytes> out;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file()) out[entry.path()] = content_of(entry.path());
  }
  return out;
}

// Block `height` of the chain that these tests build, the same in every process.
PutBatch block_input(const Genesis& genesis, Height height) {
  Maker make(genesis);
  std::vector<TransactionPtr> txs;
  const std::string name = "user " + std::to_string(height.value());
  for (int i = 0; i < 3; ++i) {
    txs.push_back(make.create_record(name, "data of " + name + " number " + std::to_string(i)));
  }
  if (height > Height(1)) {
    const std::string before = "user " + std::to_string(height.value() - 1);
    txs.push_back(make.delete_record(before, RecordId(height.value() * 3 - 4)));
  }
  const Batch batch = make.batch(height, txs);
  return make.put(batch, txs);
}

void build(Ledger& ledger, std::uint64_t blocks, Until until = Until::stable) {
  const Genesis genesis = make_genesis();
  for (std::uint64_t i = 0; i < blocks; ++i) {
    run(ledger, block_input(genesis, ledger.tip()->height().next()), until);
  }
}

TEST_CASE("restart: everything is there again") {
  TemporaryDirectory directory;
  const fs::path path = directory.path() / "ledger";
  auto ledger = must_open(path);
  build(*ledger, 20);
  const BlockHeader header = ledger->tip()->header();
  const std::uint64_t pending = ledger->pending_erasures();
  REQUIRE(pending > 0);
  ledger.reset();
  ledger = must_open(path);
  REQUIRE(ledger->tip()->header() == header);
  REQUIRE(ledger->sealed() == ledger->tip());
  REQUIRE(ledger->counters().reexecuted == 0);
  REQUIRE(ledger->pending_erasures() == pending);
  REQUIRE(ledger->at(Height(19)).error().code == Code::height_gone);
  build(*ledger, 5);
}

TEST_CASE("restart: a state that is lost is made again from the chain, erased attachments or not") {
  TemporaryDirectory directory;
  const fs::path path = directory.path() / "ledger";
  auto ledger = must_open(path);
  build(*ledger, 10);
  const Hash hash = ledger->tip()->hash();
  ledger.reset();
  fs::remove_all(path / "state");
  ledger = must_open(path);
  REQUIRE(ledger->tip()->hash() == hash);
  REQUIRE(ledger->counters().reexecuted == 10);
}

TEST_CASE("restart: a block that was stored but not applied is executed again") {
  TemporaryDirectory directory;
  const fs::path path = directory.path() / "ledger";
  auto ledger = must_open(path);
  build(*ledger, 3, Until::applied);
  const PutBatch put = block_input(make_genesis(), Height(4));
  const auto block = *ledger->execute(put.batch, put.transactions);
  REQUIRE(ledger->persist({{put}, {{block, seal(block->header)}}, {}}));
  ledger.reset();
  ledger = must_open(path);
  REQUIRE(ledger->tip()->hash() == block->hash);
  REQUIRE(ledger->counters().reexecuted == 1);
  REQUIRE(ledger->sealed() == nullptr);
  REQUIRE(ledger->persist({{}, {}, {{Height(4), certificate(block->header)}}}));
  REQUIRE(ledger->sealed() == ledger->tip());
}

TEST_CASE("restart: what is executed again is bounded in transactions and in time") {
  TemporaryDirectory directory;
  LedgerOptions options{.flush_transactions = 1'000'000, .flush_ms = 1'000'000};
  auto unhurried = must_open(directory.path() / "unhurried", options);
  build(*unhurried, 12);
  REQUIRE(unhurried->counters().state_flushes == 0);

  options.flush_transactions = 5;  // a block is three of them at first, then four, and one itself
  auto counted = must_open(directory.path() / "counted", options);
  build(*counted, 1);
  REQUIRE(counted->counters().state_flushes == 0);
  build(*counted, 2);
  REQUIRE(counted->counters().state_flushes == 2);

  // However quick this machine is, so many blocks take longer than a millisecond.
  constexpr int kBlocksMax = 1'000;
  options = {.flush_transactions = 1'000'000, .flush_ms = 1};
  auto timed = must_open(directory.path() / "timed", options);
  for (int i = 0; i < kBlocksMax && timed->counters().state_flushes == 0; ++i) build(*timed, 1);
  REQUIRE(timed->counters().state_flushes == 1);
}

TEST_CASE("restart: a block that executes differently is divergence") {
  TemporaryDirectory directory;
  const fs::path path = directory.path() / "ledger";
  auto ledger = must_open(path);
  build(*ledger, 2);
  const PutBatch put = block_input(make_genesis(), Height(3));
  auto block = std::make_shared<ExecutedBlock>(**ledger->execute(put.batch, put.transactions));
  block->header.state_root = Hash{};
  block->hash = block_hash(block->header);
  REQUIRE(ledger->persist({{put}, {{block, std::nullopt}}, {}}));
  ledger.reset();
  const auto opened = open_ledger(path);
  REQUIRE_FALSE(opened);
  REQUIRE(opened.error().code == Code::diverged);
  REQUIRE(opened.error().message.find("block 3") != std::string::npos);
}

TEST_CASE("restart: another chain's ledger and a newer format are refused and stay untouched") {
  TemporaryDirectory directory;
  const fs::path path = directory.path() / "ledger";
  must_open(path);
  const auto before = files_in(path);
  REQUIRE(open_ledger(path, "another chain").error().code == Code::foreign_database);
  REQUIRE(files_in(path) == before);
  for (const std::string_view part : {"chain", "state"}) {
    const fs::path identity = path / part / "identity";
    const Bytes text = content_of(identity);
    Bytes newer = text;
    newer.replace(newer.find("format 1"), 8, "format 3");
    REQUIRE(write_file_atomic(identity, newer, kPrivateFileMode));
    REQUIRE(open_ledger(path).error().code == Code::newer_format);
    REQUIRE(write_file_atomic(identity, "something else", kPrivateFileMode));
    REQUIRE(open_ledger(path).error().code == Code::damaged);
    REQUIRE(write_file_atomic(identity, text, kPrivateFileMode));
  }
  REQUIRE(open_ledger(path));
}

TEST_CASE("restart: a second opener is refused") {
  TemporaryDirectory directory;
  const fs::path path = directory.path() / "ledger";
  auto ledger = must_open(path);
  REQUIRE(open_ledger(path).error().code == Code::locked);
  // A version that outlives its ledger still holds the database.
  auto held = ledger->tip();
  ledger.reset();
  REQUIRE(open_ledger(path).error().code == Code::locked);
  held.reset();
  REQUIRE(open_ledger(path));
}

TEST_CASE("restart: a part that is missing is said") {
  TemporaryDirectory directory;
  const fs::path path = directory.path() / "ledger";
  {
    auto ledger = must_open(path);
    build(*ledger, 4);
  }
  fs::rename(path / "chain", path / "elsewhere");
  REQUIRE(open_ledger(path).error().code == Code::damaged);
  REQUIRE_FALSE(fs::exists(path / "chain"));
  // A chain that ends below the state: an older copy was put in its place.
  {
    auto other = must_open(directory.path() / "other");
    build(*other, 2);
  }
  fs::rename(directory.path() / "other" / "chain", path / "chain");
  const auto opened = open_ledger(path);
  REQUIRE_FALSE(opened);
  REQUIRE(opened.error().code == Code::damaged);
  REQUIRE(opened.error().message.find("height 4, but the last block is 2") != std::string::npos);
}

TEST_CASE("restart: a damaged file is found, at opening or at the read that meets it") {
  TemporaryDirectory directory;
  const fs::path path = directory.path() / "ledger";
  {
    auto ledger = must_open(path);
    build(*ledger, 30);
  }
  must_open(path).reset();  // the log's content is in tables now
  const auto good = files_in(path);
  std::mt19937 random(1);
  std::size_t refused = 0;
  for (const auto& [file, content] : good) {
    const std::string name = file.filename().string();
    if (content.empty() || name == "generion.lock" || name == "LOCK" || name.starts_with("OPTIONS"))
      continue;
    const std::size_t at = random() % content.size();
    Bytes bad = content;
    bad[at] = static_cast<char>(bad[at] ^ 0x41);
    std::ofstream(file, std::ios::binary | std::ios::trunc) << bad;
    INFO(file << " byte " << at);
    auto opened = open_ledger(path);
    if (!opened) {
      ++refused;
      REQUIRE(
          (opened.error().code == Code::damaged || opened.error().code == Code::foreign_database));
    } else {
      // Whatever is read is either right or refused: the chain executes again to the same hash.
      for (Height height(1); height <= (*opened)->stored(); height = height.next()) {
        const auto block = (*opened)->block(height);
        if (!block) {
          REQUIRE(block.error().code == Code::damaged);
          continue;
        }
        REQUIRE(block->hash == block_hash(block->header));
        REQUIRE(block->header.height == height);
      }
      opened->reset();
    }
    fs::remove_all(path);
    for (const auto& [old_path, old_content] : good) {
      fs::create_directories(old_path.parent_path());
      std::ofstream(old_path, std::ios::binary) << old_content;
    }
  }
  REQUIRE(refused > 0);
  REQUIRE(must_open(path)->tip()->height() == Height(30));
}

TEST_CASE("restart: an interrupted making of the databases is begun anew") {
  TemporaryDirectory directory;
  const fs::path path = directory.path() / "ledger";
  fs::create_directories(path / "chain.new");
  std::ofstream(path / "chain.new" / "CURRENT") << "half";
  auto ledger = must_open(path);
  build(*ledger, 1);
}

// Run as a process of its own by the test below: makes blocks for ever, and says each stored
// height.
TEST_CASE("child: makes blocks until it is killed", "[.child]") {
  const char* path = std::getenv("GENERION_TEST_LEDGER");
  REQUIRE(path != nullptr);
  auto ledger = must_open(path);
  const Genesis genesis = make_genesis();
  while (true) {
    const Height height = ledger->tip()->height().next();
    const auto block = run(*ledger, block_input(genesis, height));
    const Bytes line = ByteWriter().u64(height.value()).bytes();
    if (::write(STDOUT_FILENO, line.data(), line.size()) != 8) return;
    if (height.value() % 7 == 0) REQUIRE(ledger->compact_erased());
  }
}

// Starts the child, kills it once it has reported `reports` heights; gives the last one reported.
std::uint64_t run_and_kill(const fs::path& path, int reports) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addclose(&actions, ends[0]);
  Bytes program = fs::read_symlink("/proc/self/exe").string();
  Bytes test = "child: makes blocks until it is killed";
  Bytes variable = "GENERION_TEST_LEDGER=" + path.string();
  char* arguments[] = {program.data(), test.data(), nullptr};
  char* environment[] = {variable.data(), nullptr};
  pid_t child = 0;
  REQUIRE(::posix_spawn(&child, program.c_str(), &actions, nullptr, arguments, environment) == 0);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  std::uint64_t last = 0;
  Bytes line(8, '\0');
  for (int i = 0; i < reports && ::read(ends[0], line.data(), 8) == 8; ++i) {
    last = ByteReader(line).u64();
  }
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  while (::read(ends[0], line.data(), 8) == 8) last = ByteReader(line).u64();
  ::close(ends[0]);
  REQUIRE(WIFSIGNALED(status));
  return last;
}

TEST_CASE("restart: killed at any moment, nothing that was reported is lost") {
  TemporaryDirectory directory;
  const fs::path path = directory.path() / "ledger";
  std::vector<Hash> expected;
  {
    auto reference = must_open(directory.path() / "reference");
    for (int i = 0; i < 200; ++i) {
      expected.push_back(reference->tip()->hash());
      build(*reference, 1);
    }
  }
  std::mt19937 random(7);
  for (int round = 0; round < 8; ++round) {
    const std::uint64_t reported = run_and_kill(path, 1 + static_cast<int>(random() % 12));
    auto ledger = must_open(path);
    REQUIRE(ledger->tip()->height().value() >= reported);
    REQUIRE(ledger->tip()->height() == ledger->stored());
    REQUIRE(ledger->stable().value() >= reported);
    REQUIRE(ledger->tip()->height().value() < expected.size());
    REQUIRE(ledger->tip()->hash() == expected[ledger->tip()->height().value()]);
    for (Height height(1); height <= ledger->stored(); height = height.next()) {
      REQUIRE(ledger->block(height)->hash == expected[height.value()]);
      REQUIRE(ledger->bodies(height));
    }
  }
}

}  // namespace
}  // namespace generion::ledger
