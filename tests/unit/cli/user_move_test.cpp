#include "market_fixture.h"

namespace generion::cli {
namespace {

struct Moving : Market {
  Moving() {
    node.methods["getUser"] = [this](const auto&) {
      boost::json::object answer{{"user_id", 1}, {"address", address_text(me.address)}};
      if (moves_at_ms != 0) answer["moves_at_ms"] = moves_at_ms;
      return answer;
    };
  }

  // A key directory with a phrase of its own; its address.
  Address keys(std::string_view name) {
    REQUIRE((*this)({"--json", "keys", "new", "--plain", "--keys", path(name)}) == 0);
    return *parse_address(std::string(json().at("address").as_string()));
  }

  void check_agreed(const MoveUser& op, const Address& to) const {
    CHECK(op.usr_adr == me.address);
    CHECK(op.new_key == to);
    CHECK(crypto::verify_signature(to, kMoveTag, move_message(chain_id, me.address, to),
                                   op.new_key_signature));
  }

  std::uint64_t moves_at_ms = 0;
};

}  // namespace

TEST_CASE("a recovery key is that of a phrase, the same each time") {
  Moving cli;
  cli.keys("trusted");
  CHECK(cli({"--json", "keys", "recovery", "--keys", cli.path("trusted")}) == 0);
  const std::string key(cli.json().at("recovery_key").as_string());
  CHECK(cli({"--json", "keys", "recovery", "--keys", cli.path("trusted")}) == 0);
  CHECK(cli.json().at("recovery_key").as_string() == key);
  CHECK(cli({"user", "set-recovery", key, "--delay", "36h"}) == 0);
  CHECK(cli.only<SetRecoveryKey>() == SetRecoveryKey{*parse_address(key), 36 * 3'600'000});
  CHECK(cli({"user", "set-recovery", key, "--delay", "1h"}) == 1);
  CHECK(cli({"user", "set-recovery", key, "--delay", "long"}) == 2);
  CHECK(cli({"user", "set-recovery", "key"}) == 1);
  CHECK(cli.sent.size() == 1);
}

TEST_CASE("a user moves himself at once, if he is sure") {
  Moving cli;
  const Address to = cli.keys("new");
  cli.lines = {"no"};
  CHECK(cli({"user", "move", "--to-keys", cli.path("new")}) == 9);
  CHECK(cli.sent.empty());
  CHECK(cli({"--yes", "user", "move", "--to-keys", cli.path("new")}) == 0);
  cli.check_agreed(cli.only<MoveUser>(), to);
  CHECK(cli.says("Moved to " + address_text(to)));
}

TEST_CASE("the new key agrees in a file, the recovery key asks") {
  Moving cli;
  const Address to = cli.keys("new");
  cli.keys("trusted");
  CHECK(cli({"user", "accept-move", address_text(cli.me.address), "--keys", cli.path("new"),
             "--out", cli.path("consent")}) == 0);
  cli.moves_at_ms = 1'700'000'100'000;
  CHECK(cli({"user", "move", cli.path("consent"), "--recovery", "--keys", cli.path("trusted")}) ==
        0);
  cli.check_agreed(cli.only<MoveUser>(), to);
  CHECK(cli.says("takes place at 2023-11-14 22:15:00 UTC"));
  CHECK(cli.questions.empty());
  cli.sent.clear();
  CHECK(cli({"user", "cancel-move"}) == 0);
  cli.only<CancelMove>();
}

TEST_CASE("a move that is not agreed to is not sent") {
  Moving cli;
  cli.keys("new");
  CHECK(cli({"user", "move"}) == 2);
  CHECK(cli({"user", "move", "--recovery"}) == 2);
  CHECK(cli({"user", "move", cli.path("nothing")}) == 4);
  CHECK(cli({"user", "move", cli.file("consent", "{}")}) == 1);
  CHECK(cli({"user", "accept-move", "gen1x"}) == 1);
  CHECK(cli({"user", "move", "--to-keys", cli.path("nowhere")}) == 4);
  CHECK(cli.sent.empty());
}

}  // namespace generion::cli
