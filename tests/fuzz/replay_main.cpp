// Runs a fuzz target on every file of a corpus, and on each seed cut short or with one byte
// changed, so that a build without Clang still drives the decoders through their refusals. No
// randomness: the same inputs always.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "fuzz.h"

namespace {

// Positions tried in one seed; a larger one is tried at evenly spaced positions.
constexpr std::size_t kPositionsMax = 1'000;

void run(const std::string& input) {
  LLVMFuzzerTestOneInput(generion::as_unsigned(input), input.size());
}

void run_with_changes(const std::string& seed) {
  run(seed);
  const std::size_t step = std::max<std::size_t>(1, seed.size() / kPositionsMax);
  for (std::size_t at = 0; at < seed.size(); at += step) {
    run(seed.substr(0, at));
    for (const char mask : {'\x01', '\x80', '\xff'}) {
      std::string changed = seed;
      changed[at] = static_cast<char>(changed[at] ^ mask);
      run(changed);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::filesystem::path> seeds;
  for (int i = 1; i < argc; ++i) {
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
      if (entry.is_regular_file()) seeds.push_back(entry.path());
    }
  }
  if (seeds.empty()) {
    std::fprintf(stderr, "no seeds: give the folders of a corpus\n");
    return 1;
  }
  std::sort(seeds.begin(), seeds.end());
  run({});
  for (const auto& path : seeds) {
    std::printf("%s\n", path.filename().c_str());
    std::fflush(stdout);
    std::ifstream in(path, std::ios::binary);
    run_with_changes(std::string(std::istreambuf_iterator<char>(in), {}));
  }
  std::printf("%zu seeds and their changes passed\n", seeds.size());
  return 0;
}
