// The model test at length: model_run [--seed FIRST] [--operations N | --sequences N] [--coverage],
// or model_run --replay FILE.
#include <fmt/core.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <csignal>
#include <fstream>
#include <iterator>
#include <limits>
#include <stdexcept>
#include <string>

#include "campaign.h"

using namespace generion::contract;
using namespace generion::contract::model;

namespace {

// Tries each block in a child first: an assertion of the contract is an ordinary failure then.
class IsolatedSubject : public Subject {
 public:
  Executed execute(const StateReader& state, const BlockContext& context,
                   std::span<const Placed> transactions) override {
    const pid_t child = fork();
    if (child == 0) {
      std::signal(SIGABRT, SIG_DFL);
      Subject::execute(state, context, transactions);
      _exit(0);
    }
    int status = 0;
    if (child > 0 && waitpid(child, &status, 0) == child && status != 0) {
      throw std::runtime_error("the contract ended the program");
    }
    return Subject::execute(state, context, transactions);
  }
};

struct Options {
  std::uint64_t seed = 1;
  std::uint64_t operations = 10'000;
  std::uint64_t sequences = std::numeric_limits<std::uint64_t>::max();
  bool coverage = false;
  bool isolated = false;
  std::string replay;
};

// What the handler of an abort starts: this program again, with the seed, isolated.
std::string program;
std::string seed_under_way;

extern "C" void play_isolated(int) {
  execl(program.c_str(), program.c_str(), "--isolated", "--sequences", "1", "--seed",
        seed_under_way.c_str(), static_cast<char*>(nullptr));
  _exit(2);
}

bool parse(int count, char** arguments, Options& out) {
  for (int i = 1; i < count; ++i) {
    const std::string name = arguments[i];
    if (name == "--coverage" || name == "--isolated") {
      (name == "--coverage" ? out.coverage : out.isolated) = true;
      continue;
    }
    if (++i == count) return false;
    const std::string value = arguments[i];
    if (name == "--replay") {
      out.replay = value;
      continue;
    }
    std::uint64_t* number = name == "--seed"         ? &out.seed
                            : name == "--operations" ? &out.operations
                            : name == "--sequences"  ? &out.sequences
                                                     : nullptr;
    if (number == nullptr) return false;
    const char* end = value.data() + value.size();
    if (std::from_chars(value.data(), end, *number).ptr != end) return false;
  }
  return true;
}

int replay(const Options& options, Campaign& campaign) {
  std::ifstream in(options.replay);
  const auto sequence = model::parse(std::string(std::istreambuf_iterator<char>(in), {}));
  if (!in || !sequence) {
    fmt::print(stderr, "{} is no file with a sequence\n", options.replay);
    return 1;
  }
  if (const auto finding = campaign.shrink_found(0, *sequence)) {
    fmt::print("{}", print(*finding));
    return 1;
  }
  fmt::print("{} operations pass\n", count_steps(*sequence));
  return 0;
}

int run(const Options& options, Campaign& campaign) {
  std::uint64_t seed = options.seed;
  std::uint64_t told = 0;
  for (std::uint64_t n = 0; n < options.sequences; ++n, ++seed) {
    if (campaign.operations() >= options.operations && n > 0) break;
    seed_under_way = fmt::format("{}", seed);
    if (const auto finding = campaign.play(seed)) {
      fmt::print("{}", print(*finding));
      return 1;
    }
    if (campaign.operations() - told < options.operations / 10) continue;
    told = campaign.operations();
    fmt::print("seeds {} to {}: {} operations pass\n", options.seed, seed, told);
    std::fflush(stdout);
  }
  if (options.coverage) fmt::print("{}", print(campaign.coverage()));
  fmt::print("seeds {} to {}: {} operations pass\n", options.seed, seed - 1, campaign.operations());
  if (campaign.operations() < 100'000) return 0;
  const std::string never = missing(campaign.coverage());
  if (!never.empty()) fmt::print("these endings never came:\n{}", never);
  return never.empty() ? 0 : 1;
}

}  // namespace

int main(int count, char** arguments) {
  Options options;
  if (!parse(count, arguments, options)) {
    fmt::print(stderr,
               "usage: model_run [--seed FIRST] [--operations N] [--sequences N] [--coverage]\n"
               "       model_run --replay FILE\n");
    return 1;
  }
  program = arguments[0];
  Subject contract;
  IsolatedSubject isolated;
  Campaign campaign(options.isolated ? isolated : contract);
  if (!options.isolated) std::signal(SIGABRT, play_isolated);
  if (!options.replay.empty()) return replay(options, campaign);
  return run(options, campaign);
}
