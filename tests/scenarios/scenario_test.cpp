// What the scenarios' files owe: a trace that differs is noticed, and so is a step that nobody
// knows or an expectation that is not met.
#include <catch2/catch.hpp>

#include <fstream>
#include <sstream>

#include "mutants/mutants.h"
#include "scenario.h"

namespace generion::scenarios {
namespace {

std::string text_of(const std::string& name) {
  std::ifstream in(std::string(SCENARIOS_FOLDER) + "/" + name, std::ios::binary);
  REQUIRE(in.good());
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::string error_of(const std::string& text) {
  try {
    render(text);
  } catch (const ScenarioError& failure) {
    return failure.what();
  }
  return "";
}

TEST_CASE("a changed trace fails") {
  const std::string text = text_of("normal-case.txt");
  CHECK(difference(text, render(text)) == "");
  std::string changed = text;
  const std::size_t place = changed.find("COMMIT view 0");
  REQUIRE(place != std::string::npos);
  changed.replace(place, 13, "COMMIT view 1");
  CHECK(render(changed) == text);
  CHECK(difference(changed, render(changed)).find("COMMIT view 1") != std::string::npos);
  CHECK(difference(text + "# One more line.\n", text).find("(the end)") != std::string::npos);
}

TEST_CASE("a changed protocol fails") {
  const std::string text = text_of("normal-case.txt");
  sim::activate(sim::Mutant::votes_without_new_view);
  CHECK(difference(text, render(text)) == "");  // it makes no difference without a view change
  sim::activate(sim::Mutant::quorum_too_small);
  std::string differs;
  try {
    differs = difference(text, render(text));
  } catch (const ScenarioError& broken) {
    differs = broken.what();
  }
  sim::activate(sim::Mutant::none);
  CHECK(differs != "");
}

TEST_CASE("an expectation that is not met fails, whatever the trace says") {
  CHECK(error_of("expect all executed 0\n") == "");
  CHECK(error_of("# Prose\nexpect all executed 1\n") ==
        "line 2: expect all executed 1: A has executed 0");
  CHECK(error_of("expect B recovering\n").find("is not recovering") != std::string::npos);
}

TEST_CASE("a step that cannot be understood says why") {
  CHECK(error_of("dance\n") == "line 1: dance: a member's letter is missing");
  CHECK(error_of("A dances\n").find("README.md") != std::string::npos);
  CHECK(error_of("run 5\n") == "line 1: run 5: \"s\" is missing");
  CHECK(error_of("run x ms\n").find("is no number") != std::string::npos);
  CHECK(error_of("run 5 ms please\n").find("\"please\" is too much") != std::string::npos);
  CHECK(error_of("run 5 ms\nmembers 7\n").find("line 2") == 0);
  CHECK(error_of("D sends PREPARE view 0 height 1 #1 to A\n").find("not faulty") !=
        std::string::npos);
  CHECK(error_of("client sends t99 to A\n").find("no transaction t99") != std::string::npos);
}

}  // namespace
}  // namespace generion::scenarios
