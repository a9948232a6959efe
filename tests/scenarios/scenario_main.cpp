// generion-scenarios: whether scenarios still go as their files say; with --rewrite the files are
// made to say how they go.
#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <sstream>

#include <fmt/core.h>

#include "scenario.h"

namespace generion::scenarios {
namespace {

std::string read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

bool check(const std::string& path, bool rewrite) {
  const std::string text = read(path);
  try {
    const std::string now = render(text);
    const std::string differs = difference(text, now);
    if (differs.empty()) return true;
    if (!rewrite) {
      fmt::print("{}: {}It is right nevertheless? Then: generion-scenarios --rewrite {}\n", path,
                 differs, path);
      return false;
    }
    std::ofstream(path, std::ios::binary) << now;
    fmt::print("{}: written\n", path);
    return true;
  } catch (const ScenarioError& failure) {
    fmt::print("{}{}: {}\n", failure.trace(), path, failure.what());
    return false;
  }
}

int run(int argc, char** argv) {
  std::vector<std::string> paths;
  bool rewrite = false;
  CLI::App app("Scenarios of consensus: steps, and the trace that they must give");
  app.add_option("FILE", paths, "The scenarios")->required()->check(CLI::ExistingFile);
  app.add_flag("--rewrite", rewrite, "Write the trace of now into the files");
  CLI11_PARSE(app, argc, argv);
  bool is_right = true;
  for (const std::string& path : paths) is_right &= check(path, rewrite);
  return is_right ? 0 : 1;
}

}  // namespace
}  // namespace generion::scenarios

int main(int argc, char** argv) {
  return generion::scenarios::run(argc, argv);
}
