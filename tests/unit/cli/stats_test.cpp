#include "cli_fixture.h"

namespace generion::cli {
namespace {

struct Counted : Cli {
  Counted() {
    node.methods["getStatistics"] = [this](const auto&) { return answer; };
  }
  const boost::json::object& asked() const { return node.asked.back().params; }

  boost::json::object answer{{"height", 7},
                             {"k", 5},
                             {"left_out", 1},
                             {"groups",
                              {{{"type", "Condition"},
                                {"created", 120},
                                {"verified", 80},
                                {"deleted", 0},
                                {"shared", 12},
                                {"offered", 7},
                                {"sold", 6},
                                {"value", "950000000"}},
                               {{"type", "Observation"},
                                {"created", 9},
                                {"verified", 0},
                                {"deleted", 0},
                                {"shared", 0},
                                {"offered", 0}}}}};
};

}  // namespace

TEST_CASE("statistics as a table: small counts are told as such") {
  Counted cli;
  CHECK(cli({"stats", "--by", "type"}) == 0);
  CHECK(cli.out ==
        "TYPE         CREATED  VERIFIED  DELETED  SHARED  OFFERED  SOLD  TOKENS PAID\n"
        "Condition        120        80        0      12        7     6          9.5\n"
        "Observation        9         0        0       0        0    <5            -\n"
        "\n"
        "1 counts below 5 are not told (--k).\n");
  cli.answer["groups"] = boost::json::array();
  CHECK(cli({"stats"}) == 0);
  CHECK(cli.out == "Nothing happened in these months.\n");
}

TEST_CASE("what is asked of the node") {
  Counted cli;
  CHECK(cli({"stats"}) == 0);
  CHECK(cli.asked() == boost::json::object{{"by", "month,type,institution"}, {"k", 5}});
  CHECK(cli({"--json", "stats", "--by", "month,institution", "--from", "2026-01", "--to", "2026-06",
             "--k", "0", "--height", "12"}) == 0);
  CHECK(cli.asked() == boost::json::object{{"by", "month,institution"},
                                           {"k", 0},
                                           {"from", "2026-01"},
                                           {"to", "2026-06"},
                                           {"height", 12}});
  CHECK(cli.json() == cli.answer);
  CHECK(cli({"stats", "--by", "none"}) == 0);
  CHECK(cli.asked().at("by") == "none");
  CHECK(cli({"stats", "--by", "year"}) == 2);
  CHECK(cli({"stats", "--k", "-1"}) == 2);
}

TEST_CASE("the node's CSV comes through byte for byte") {
  Counted cli;
  const std::string csv = "created,name\n1,\"a \"\"b\"\",\r\x1b\"\n";
  cli.answer = {{"height", 7}, {"csv", csv}};
  CHECK(cli({"stats", "--csv"}) == 0);
  CHECK(cli.asked().at("format") == "csv");
  CHECK(cli.out == csv);
  CHECK(cli({"--json", "stats", "--csv"}) == 2);
  cli.answer = {{"height", 7}};
  CHECK(cli({"stats", "--csv"}) == 1);
}

}  // namespace generion::cli
