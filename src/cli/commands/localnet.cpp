// `generion localnet`: a whole network of nodes on this machine, its state live.
#include <fmt/format.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "base/limits.h"
#include "cli/commands/command.h"
#include "cli/commands/institution_reading.h"
#include "cli/localnet/network.h"
#include "node/init.h"

namespace generion::cli {
namespace {

namespace fs = std::filesystem;

constexpr long kRefreshNs = 500'000'000;

struct LocalnetArgs {
  fs::path directory;
  std::size_t validators = 4;
  std::size_t observers = 0;
  std::string rpc_address = "127.0.0.1:8564";
  std::vector<std::string> institutions;
  std::string admission = "open";
  std::vector<std::string> settings;
};

// The signals that end the network, blocked while one of these lives so that they can be waited
// for.
class EndSignals {
 public:
  EndSignals() {
    ::sigemptyset(&set_);
    ::sigaddset(&set_, SIGINT);
    ::sigaddset(&set_, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &set_, &before_);
  }
  ~EndSignals() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }
  EndSignals(const EndSignals&) = delete;
  EndSignals& operator=(const EndSignals&) = delete;

  bool wait() const {
    const timespec pause{0, kRefreshNs};
    return ::sigtimedwait(&set_, nullptr, &pause) > 0;
  }

 private:
  sigset_t set_{};
  sigset_t before_{};
};

// A temporary directory, unless the user gave one.
class Place {
 public:
  static Result<Place> make(const fs::path& wanted) {
    if (!wanted.empty()) return Place(wanted, false);
    std::string pattern = (fs::temp_directory_path() / "generion-localnet.XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
      return fail(Code::io_error,
                  fmt::format("{} can't be made: {}", pattern, std::strerror(errno)));
    }
    return Place(pattern, true);
  }
  Place(Place&& other) noexcept
      : path_(std::move(other.path_)), is_temporary_(std::exchange(other.is_temporary_, false)) {}
  Place& operator=(Place&&) = delete;
  ~Place() {
    std::error_code ignored;
    if (is_temporary_) fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }
  bool is_temporary() const { return is_temporary_; }

 private:
  Place(fs::path path, bool is_temporary) : path_(std::move(path)), is_temporary_(is_temporary) {}
  fs::path path_;
  bool is_temporary_;
};

Result<void> make_network(Context& context, const LocalnetArgs& args, const fs::path& directory) {
  node::InitNetworkOptions options;
  options.common.directory = directory;
  options.common.chain_name = "localnet";
  options.common.time = context.now();
  options.common.rpc_address = args.rpc_address;
  options.common.parameters.user_admission = args.admission == "open"
                                                 ? Parameters::UserAdmission::open
                                                 : Parameters::UserAdmission::institution;
  options.validators = args.validators;
  options.observers = args.observers;
  for (const std::string& text : args.institutions) {
    auto institution = parse_institution(text);
    if (!institution) return fail(institution.error());
    options.common.institutions.push_back(std::move(*institution));
  }
  const auto made = node::initialize_network(options);
  if (!made) return fail(made.error());
  return {};
}

// Draws until a signal comes.
void show(Streams& streams, LocalNetwork& network) {
  std::vector<NodeState> before;
  std::size_t lines = 0;
  const EndSignals signals;
  do {
    std::vector<NodeState> states = network.states();
    if (streams.out_is_terminal) {
      if (lines > 0) streams.out << fmt::format("\x1b[{}A\x1b[J", lines);
      const std::string table = board_table(states);
      lines = static_cast<std::size_t>(std::ranges::count(table, '\n'));
      streams.out << table << std::flush;
    } else {
      streams.out << board_changes(before, states) << std::flush;
    }
    before = std::move(states);
  } while (!signals.wait());
}

Result<Report> localnet(Context& context, const LocalnetArgs& args) {
  const auto place = Place::make(args.directory);
  if (!place) return fail(place.error());
  std::error_code error;
  if (!fs::exists(place->path(), error) || fs::is_empty(place->path(), error)) {
    if (auto made = make_network(context, args, place->path()); !made) return fail(made.error());
  }
  auto network = LocalNetwork::start(place->path(), args.settings);
  if (!network) return fail(network.error());
  context.remark(
      fmt::format("{}: logs are NODE/node.log; Ctrl-C ends the network", place->path().string()));
  show(context.streams(), *network);
  network->stop();
  const std::string kept = place->is_temporary()
                               ? "The network has ended; its directory is removed.\n"
                               : fmt::format(
                                     "The network has ended; start it again with: "
                                     "generion localnet --dir {}\n",
                                     place->path().string());
  return Report{.json = {{"directory", place->path().string()}}, .text = kept};
}

}  // namespace

void add_localnet(CLI::App& root, Action& selected) {
  auto [app, args] = add_command<LocalnetArgs>(
      root, "localnet", "Run a network of validators and observers on this machine", selected,
      localnet);
  app->add_option("--dir", args->directory,
                  "Directory of the network: made if it is not there, used as it is otherwise. "
                  "Left out: a temporary one");
  app->add_option("--validators", args->validators, "Validators of a new network")
      ->check(CLI::Range(std::size_t{1}, limits::kValidatorsMax))
      ->capture_default_str();
  app->add_option("--observers", args->observers, "Observers of a new network")
      ->check(CLI::Range(std::size_t{0}, limits::kValidatorsMax))
      ->capture_default_str();
  app->add_option("--rpc", args->rpc_address,
                  "Address of the first node's RPC in a new network; each node takes two ports "
                  "from there on: RPC, then p2p")
      ->capture_default_str();
  app->add_option("--institution", args->institutions,
                  "NAME=ADDRESS of an institution that a new network accredits; repeatable")
      ->take_all()
      ->expected(1)
      ->allow_extra_args(false);
  app->add_option("--admission", args->admission,
                  "Who admits users of a new network: institution, or open (anyone)")
      ->check(CLI::IsMember({"institution", "open"}))
      ->capture_default_str();
  app->add_option("--set", args->settings, "KEY=VALUE over each node's configuration; repeatable")
      ->take_all()
      ->expected(1)
      ->allow_extra_args(false);
}

}  // namespace generion::cli
