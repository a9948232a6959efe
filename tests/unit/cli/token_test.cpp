#include "market_fixture.h"

namespace generion::cli {

TEST_CASE("a balance in tokens, for people, and exactly, for scripts") {
  Market cli;
  cli.node.methods["getBalance"] = [](const auto&) {
    return boost::json::object{{"balance", "25000000"}};
  };
  CHECK(cli({"token", "balance"}) == 0);
  CHECK(cli.out == "0.25 tokens\n");
  CHECK(cli.node.asked.back().params.at("usr_adr").as_string() == address_text(cli.me.address));
  CHECK(cli({"--json", "token", "balance", address_text(cli.me.address)}) == 0);
  CHECK(cli.json().at("balance") == "25000000");
  CHECK(cli({"token", "balance", "gen1x"}) == 1);
}

TEST_CASE("tokens are sent in tokens") {
  Market cli;
  const std::string to = address_text(*Address::from(Bytes(32, 't')));
  CHECK(cli({"token", "transfer", to, "1.5"}) == 0);
  CHECK(cli.only<Transfer>() == Transfer{*Address::from(Bytes(32, 't')), 150'000'000});
  CHECK(cli({"token", "transfer", to, "0"}) == 2);
  CHECK(cli({"token", "transfer", to, "1e3"}) == 2);
  CHECK(cli({"token", "transfer", "gen1x", "1"}) == 1);
  CHECK(cli.sent.size() == 1);
}

TEST_CASE("what an account did") {
  Market cli;
  cli.node.methods["getTransactionList"] = [](const auto&) {
    return boost::json::object{
        {"items", {{{"height", 3}, {"change", "paid"}, {"amount", "950000000"}, {"about", 9}}}}};
  };
  CHECK(cli({"token", "history"}) == 0);
  CHECK(cli.says("paid       9.5"));
}

}  // namespace generion::cli
