#include "cli_fixture.h"

namespace generion::cli {
namespace {

TEST_CASE("deleting asks first") {
  Chain cli;
  cli.lines = {"no"};
  CHECK(cli({"record", "delete", "7"}) == 9);
  CHECK(cli.node.asked.empty());
  CHECK(cli({"record", "delete", "7"}) == 2);  // no terminal to ask on
}

std::size_t documents_in(const std::filesystem::path& directory) {
  std::size_t out = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file()) ++out;
  }
  return out;
}

TEST_CASE("a record that is refused leaves no document behind") {
  Chain cli;
  const std::string key = cli.key_file("user.key");
  const std::string file = cli.file("note.txt", "a note");
  const std::filesystem::path documents = cli.path("documents");
  cli.streams.environment["GENERION_DOCUMENTS"] = documents.string();
  const auto create = [&](const FakeNode::Answer& answer) {
    cli.node.methods["sendTransaction"] = answer;
    return cli({"record", "create", file, "--key", key});
  };
  const std::string id(64, 'a');
  SECTION("by the contract") {
    CHECK(create([&](const boost::json::object&) -> Result<boost::json::value> {
            return boost::json::object{
                {"tx_id", id}, {"state", "refused"}, {"code", "NOT_ADMITTED"}, {"message", "no"}};
          }) != 0);
    CHECK(documents_in(documents) == 0);
  }
  SECTION("before ordering") {
    CHECK(create([](const boost::json::object&) -> Result<boost::json::value> {
            return fail(Code::not_admitted, "nobody knows you");
          }) != 0);
    CHECK(documents_in(documents) == 0);
  }
  SECTION("but it stays while the outcome is open") {
    for (const Code code : {Code::timed_out, Code::unreachable, Code::overloaded, Code::malformed,
                            Code::expired, Code::duplicate}) {
      std::filesystem::remove_all(documents);
      CHECK(create([code](const boost::json::object&) -> Result<boost::json::value> {
              return fail(code, "who knows");
            }) != 0);
      CHECK(documents_in(documents) == 1);
    }
  }
  SECTION("and when it is recorded") {
    CHECK(create([&](const boost::json::object&) -> Result<boost::json::value> {
            return boost::json::object{{"tx_id", id}, {"state", "executed"}};
          }) == 0);
    CHECK(documents_in(documents) == 1);
  }
}

}  // namespace
}  // namespace generion::cli
