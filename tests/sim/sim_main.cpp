// generion-sim: many simulated networks, or one of them told in words.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <thread>

#include <fmt/core.h>

#include "network.h"
#include "run_seeds.h"
#include "wan/wan_report.h"

namespace generion::sim {
namespace {

struct Options {
  std::optional<std::uint64_t> seeds;
  std::string budget;
  std::uint64_t from = 1;
  std::optional<std::size_t> members;
  std::optional<std::uint64_t> trace;
  std::optional<std::uint64_t> mermaid;
  std::string mutant;
  bool real_signatures = false;
  std::vector<std::size_t> wan;
  std::string plot;
};

// "90s", "60m", "8h"; nullopt: something else.
std::optional<std::uint64_t> budget_ms(const std::string& text) {
  if (text.size() < 2) return std::nullopt;
  std::uint64_t number = 0;
  for (const char c : text.substr(0, text.size() - 1)) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
  }
  switch (text.back()) {
    case 's':
      return number * 1'000;
    case 'm':
      return number * 60'000;
    case 'h':
      return number * 3'600'000;
    default:
      return std::nullopt;
  }
}

int tell(const Options& options, Mutant mutant) {
  const bool as_diagram = options.mermaid.has_value();
  Plan plan = plan_of(as_diagram ? *options.mermaid : *options.trace, options.members);
  if (options.real_signatures) plan.signing = Signing::ed25519;
  activate(mutant);
  Trace trace;
  trace.listen([as_diagram](const Trace::Line& line) {
    std::cout << (as_diagram ? as_mermaid(line) : as_text(line)) << '\n';
  });
  std::cout << (as_diagram ? "sequenceDiagram\n  %% " : "") << describe(plan) << '\n';
  const Outcome outcome = Network(plan, std::move(trace)).run();
  std::cout << (as_diagram ? "  %% " : "") << (outcome.broken ? *outcome.broken : "passed") << '\n';
  return outcome.broken ? 1 : 0;
}

void print_progress(const Total& total) {
  fmt::print("{} seeds, {:.0f} a second, {} failed\n", total.seeds,
             1'000.0 * static_cast<double>(total.seeds) / static_cast<double>(total.elapsed_ms + 1),
             total.failures.size());
  std::fflush(stdout);
}

int run_all(const Options& options, Mutant mutant) {
  SeedRange range;
  range.first = options.from;
  range.count = options.seeds;
  range.members = options.members;
  range.mutant = mutant;
  range.threads = std::max(1U, std::thread::hardware_concurrency());
  if (!options.budget.empty()) range.budget_ms = budget_ms(options.budget);
  if (!range.count && !range.budget_ms) range.count = 1'000;
  const Total total = run_seeds(range, print_progress, [](const Failure& failure) {
    fmt::print("seed {} failed: {}\n", failure.seed, failure.what);
    std::fflush(stdout);
  });
  print_progress(total);
  fmt::print("seeds {} to {}: {} blocks, {} restarts, {} views left, {:.1f} s\n", range.first,
             total.last, total.heights, total.restarts, total.views,
             static_cast<double>(total.elapsed_ms) / 1'000);
  for (const Failure& failure : total.failures) {
    fmt::print("replay: ./dev sim --trace {}{}\n", failure.seed,
               options.members ? fmt::format(" --n {}", *options.members) : "");
  }
  fmt::print("{} passed, {} failed\n", total.seeds - total.failures.size(), total.failures.size());
  return total.failures.empty() ? 0 : 1;
}

int model_wan(const Options& options) {
  std::vector<WanRow> rows;
  fmt::print("{}", table_head());
  for (const std::size_t validators : options.wan) {
    const auto more = measure_wan(validators, options.from, [](const WanRow& row) {
      fmt::print("{}", as_table_row(row));
      std::fflush(stdout);
    });
    rows.insert(rows.end(), more.begin(), more.end());
  }
  if (options.plot.empty()) return 0;
  std::ofstream out(options.plot, std::ios::binary);
  out << as_svg(rows);
  if (out.flush()) return 0;
  fmt::print(stderr, "{} cannot be written\n", options.plot);
  return 1;
}

int run(int argc, char** argv) {
  Options options;
  CLI::App app("Whole networks of replicas in one thread each, from seeds");
  app.add_option("--seeds", options.seeds, "How many (default: 1000, or as --budget says)");
  app.add_option("--budget", options.budget, "For how long, such as 90s, 60m, 8h")
      ->check([](const std::string& text) {
        return budget_ms(text) ? "" : "it is a number with s, m or h, such as 60m";
      });
  app.add_option("--from", options.from, "The first seed");
  app.add_option("--n", options.members, "Validators (default: by the seed)")
      ->check(CLI::Range(1, 13));
  app.add_option("--trace", options.trace, "One seed, told in words");
  app.add_option("--mermaid", options.mermaid, "One seed as a Mermaid sequence diagram");
  app.add_option("--mutant", options.mutant, "With one of the mistakes of tests/sim/mutants");
  app.add_flag("--ed25519", options.real_signatures, "Real signatures, with --trace");
  app.add_option(
         "--wan", options.wan,
         "Instead: a model of so many validators in cities of the whole world, under rising "
         "loads; may be given more than once")
      ->check(CLI::Range(1, 100));
  app.add_option("--plot", options.plot, "Where to write the model's plot (SVG)");
  CLI11_PARSE(app, argc, argv);
  if (!options.wan.empty()) return model_wan(options);
  const auto mutant = options.mutant.empty() ? Mutant::none : mutant_named(options.mutant);
  if (!mutant) {
    fmt::print(stderr, "there is no mutant {}; mutants/mutants.h lists them\n", options.mutant);
    return 2;
  }
  if (options.trace || options.mermaid) return tell(options, *mutant);
  return run_all(options, *mutant);
}

}  // namespace
}  // namespace generion::sim

int main(int argc, char** argv) {
  return generion::sim::run(argc, argv);
}
