// One validator's machine has a fault: its disk is full, its clock is wrong, or it is there twice.
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "cluster.h"
#include "load.h"
#include "namespaces.h"
#include "scenarios.h"

namespace generion {
namespace {

namespace fs = std::filesystem;

constexpr NodeNumber kFaulty = 3;
const std::vector<NodeNumber> kHonest{0, 1, 2};
constexpr const char* kDiskSize = "size=192m";
constexpr std::size_t kDataBytes = 150'000;  // what the node has reserved of the disk is soon used
constexpr int kDiskFault = 4;                // the exit code (docs/developers/exit-codes.md)

// A small file system for one node; what is in its directory moves there.
class OwnDisk {
 public:
  explicit OwnDisk(const fs::path& directory) : directory_(directory) {
    const fs::path aside = directory.string() + ".aside";
    fs::rename(directory, aside);
    fs::create_directory(directory);
    require(::mount("disk", directory.c_str(), "tmpfs", 0, kDiskSize) == 0,
            std::string("no file system can be mounted: ") + std::strerror(errno));
    fs::copy(aside, directory, fs::copy_options::recursive);
  }
  ~OwnDisk() { ::umount2(directory_.c_str(), MNT_DETACH); }
  OwnDisk(const OwnDisk&) = delete;
  OwnDisk& operator=(const OwnDisk&) = delete;

 private:
  const fs::path directory_;
};

void start_with_clock(Cluster& cluster, NodeNumber node, const char* seconds_ahead) {
  const fs::path shift = fs::read_symlink("/proc/self/exe").parent_path() / "libclock_shift.so";
  ::setenv("CLOCK_SHIFT_SECONDS", seconds_ahead, 1);
  ::setenv("LD_PRELOAD", shift.c_str(), 1);
  ::setenv("ASAN_OPTIONS", "verify_asan_link_order=0", 0);
  cluster.start(node);
  ::unsetenv("LD_PRELOAD");
}

bool has_evidence(const Cluster& cluster, NodeNumber node) {
  const auto answer = cluster.connect(node)->call("getEvidence", {});
  if (!answer) return false;
  const auto& items = answer->at("items").as_array();
  for (const auto& item : items) {
    require(item.at("validator").as_string() == cluster.key_text(kFaulty),
            "evidence against an honest one");
  }
  return !items.empty();
}

// One of the two hears of a vote that it has not cast, or another validator has two that contradict
// each other.
bool is_noticed(const Cluster& cluster, NodeNumber twin) {
  for (const NodeNumber node : {kFaulty, twin}) {
    if (cluster.log(node).contains("journal lacks votes")) return true;
  }
  return std::ranges::any_of(kHonest, [&](NodeNumber node) { return has_evidence(cluster, node); });
}

// All leave its view, and say which blocks they hold.
void restart_primary(Cluster& cluster) {
  const NodeNumber primary = cluster.primary(kHonest);
  if (primary == kFaulty) return;
  cluster.kill(primary);
  cluster.start(primary);
  cluster.wait_ready({primary});
}

// A file takes all that is left.
void fill(const fs::path& file) {
  const int out = ::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  require(out >= 0, "nothing can be put on the disk");
  const std::string zeros(4096, '\0');
  while (::write(out, zeros.data(), zeros.size()) > 0) {
  }
  require(errno == ENOSPC, "the disk did not fill");
  ::close(out);
}

}  // namespace

void play_full_disk(std::size_t count) {
  enter_own_namespaces(CLONE_NEWNS);
  Cluster cluster;
  Load load(cluster, kDataBytes);
  const OwnDisk disk(cluster.directory(kFaulty));
  const fs::path ballast = cluster.directory(kFaulty) / "ballast";
  cluster.start(all_nodes());
  cluster.wait_ready(all_nodes());
  load.under_load([&] {
    load.wait_for_more(count);
    say("the disk of one validator is full: it ends and says why, the others go on");
    fill(ballast);
    require(cluster.wait_end(kFaulty) == kDiskFault, "another exit code than that of a full disk");
    require(cluster.log(kFaulty).contains("DISK_FULL"), "the log does not say DISK_FULL");
    load.wait_for_more(count);
    say("with space again it catches up");
    fs::remove(ballast);
    cluster.start(kFaulty);
    cluster.wait_height(kFaulty, cluster.height(kObserver));
    cluster.wait_ready({kFaulty});
    say("it votes: another one may go");
    cluster.kill(0);
    load.wait_for_more(count);
    cluster.start(0);
  });
  load.check_all_there_once();
  require(cluster.stop(kFaulty) == 0, "the node did not end with status 0");
}

void play_wrong_clock(std::size_t count) {
  for (const char* shift : {"3600", "-3600"}) {
    Cluster cluster;
    Load load(cluster);
    const NodeNumber faulty = cluster.first_primary();
    say(std::string("the clock of the first primary is wrong by ") + shift +
        " s: the others go on");
    cluster.start(all_but(faulty));
    start_with_clock(cluster, faulty, shift);
    cluster.wait_ready(all_but(faulty));
    load.under_load([&] { load.wait_for_more(count); });
    load.check_all_there_once();
    say("it follows, but does not vote: another one may not go");
    const NodeNumber another = (faulty + 1) % kValidators;
    cluster.kill(another);
    load.expect_standstill(kObserver);
    say("with its clock put right it votes");
    cluster.stop(faulty);
    cluster.start(faulty);
    load.under_load([&] { load.wait_for_more(count); });
    cluster.start(another);
    load.check_all_there_once();
  }
}

void play_copied_key(std::size_t count) {
  for (const std::size_t newer : {std::size_t{0}, count}) {
    Cluster cluster;
    Load load(cluster);
    cluster.start(all_nodes());
    cluster.wait_ready(all_nodes());
    load.under_load([&] {
      load.wait_for_more(count);
      require(cluster.stop(kFaulty) == 0, "the node did not end with status 0");
      const NodeNumber twin = cluster.copy(kFaulty);
      cluster.start(kFaulty);
      if (newer > 0) {
        cluster.wait_ready({kFaulty});
        restart_primary(cluster);
        load.wait_for_more(newer);
      }
      say("a second machine starts with a copy that is older by " + std::to_string(newer) +
          " transactions: it is noticed");
      cluster.start(twin);
      wait_until(
          [&] {
            restart_primary(cluster);
            load.wait_for_more(10);
            return is_noticed(cluster, twin);
          },
          "two machines with one key are noticed");
      load.wait_for_more(count);
      cluster.kill(twin);
    });
    load.check_all_there_once();
  }
}

}  // namespace generion
