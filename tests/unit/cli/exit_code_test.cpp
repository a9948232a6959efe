#include "cli/exit_code.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

namespace generion::cli {
namespace {

TEST_CASE("exit codes are frozen") {
  const std::pair<Code, int> expected[] = {
      {Code::ok, 0},          {Code::not_owner, 1},   {Code::bad_signature, 1},
      {Code::usage, 2},       {Code::bad_params, 2},  {Code::unreachable, 3},
      {Code::timed_out, 3},   {Code::io_error, 4},    {Code::bad_passphrase, 4},
      {Code::bad_genesis, 4}, {Code::file_exists, 4}, {Code::bad_proof, 5},
      {Code::not_ready, 6},   {Code::not_found, 7},   {Code::unauthorized, 8},
      {Code::cancelled, 9}};
  for (const auto& [code, exit_code] : expected) {
    INFO(code_name(code));
    CHECK(static_cast<int>(exit_code_for(code)) == exit_code);
  }
}

TEST_CASE("every code but ok ends the program with an error") {
  int seen = 0;
  for (std::uint64_t number = 1; number < 1'000; ++number) {
    const auto code = code_from_number(number);
    if (!code) continue;
    ++seen;
    INFO(code_name(*code));
    CHECK(exit_code_for(*code) != ExitCode::ok);
    CHECK(exit_code_for(*code) != ExitCode::internal);
  }
  CHECK(seen > 50);
}

TEST_CASE("the table for scripts has every exit code") {
  std::ifstream in(std::string(GENERION_SOURCE) + "/docs/developers/exit-codes.md");
  std::ostringstream text;
  text << in.rdbuf();
  for (const int code : {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 70}) {
    INFO(code);
    CHECK(text.str().find("\n| " + std::to_string(code) + " |") != std::string::npos);
  }
}

}  // namespace
}  // namespace generion::cli
