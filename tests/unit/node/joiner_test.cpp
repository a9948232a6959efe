#include "node/joiner.h"

#include <deque>

#include "../ledger/snapshot_chain.h"
#include "node/join_server.h"

namespace generion::node {
namespace {

using consensus::Monotonic;
using ledger::test::SnapshotChain;
using Stage = Joiner::Stage;

PublicKey peer_key(int i) {
  return ledger::test::key_of("peer " + std::to_string(i)).public_key();
}

// A joiner among nodes that all serve one chain, each in its own way; time passes when nothing
// else happens.
class Scene {
 public:
  // What becomes of a node's answer: nullopt, it is lost.
  using Manner = std::function<std::optional<Joiner::Reply>(Joiner::Reply)>;

  explicit Scene(SnapshotChain& chain) : chain_(chain), snapshots_(chain.take()) { make(); }

  void make() {
    PeerLinks links = no_peers();
    links.send = [this](const PublicKey& to, PeerMessage message) {
      requests_.emplace_back(to, std::move(message));
    };
    links.punish = [this](const PublicKey& peer, const std::string&) { punished.push_back(peer); };
    joiner = std::make_unique<Joiner>(
        Joiner::Settings{directory_.path(), chain_.genesis, 100, Height(0)}, std::move(links));
    requests_.clear();
    for (const auto& [key, manner] : manners_) joiner->on_tip(key, chain_.ledger->stable());
  }

  void add(int i, Manner manner = [](Joiner::Reply reply) { return reply; }) {
    manners_[peer_key(i)] = std::move(manner);
    joiner->on_tip(peer_key(i), chain_.ledger->stable());
  }

  // Until the stage is reached, or an hour has passed.
  void run(Stage until, std::size_t messages_max = 100'000) {
    const std::uint64_t end_ms = now_ms_ + 3'600'000;
    while (joiner->stage() != until && joiner->stage() != Stage::failed && now_ms_ < end_ms) {
      joiner->tick(Monotonic(now_ms_));
      if (requests_.empty()) {
        now_ms_ += 200;
        continue;
      }
      if (messages_max-- == 0) return;
      auto [to, message] = std::move(requests_.front());
      requests_.pop_front();
      answer(to, message);
    }
  }

  std::unique_ptr<Joiner> joiner;
  std::vector<PublicKey> punished;
  std::map<PublicKey, std::size_t> parts_asked;

  const std::filesystem::path& data() const { return directory_.path(); }

 private:
  void answer(const PublicKey& to, const PeerMessage& message) {
    const auto manner = manners_.find(to);
    if (manner == manners_.end()) return;
    std::optional<Joiner::Reply> reply;
    if (std::holds_alternative<SnapshotListRequest>(message)) {
      reply = answer_snapshots(*chain_.ledger, *snapshots_);
    } else if (const auto* ends = std::get_if<EpochEndsRequest>(&message)) {
      reply = answer_epoch_ends(*chain_.ledger, *ends);
    } else if (const auto* part = std::get_if<SnapshotPartRequest>(&message)) {
      ++parts_asked[to];
      reply = answer_part(*snapshots_, *part, 1);
    } else if (const auto* window = std::get_if<WindowRequest>(&message)) {
      reply = answer_window(*chain_.ledger, *window);
    }
    REQUIRE(reply);
    if (auto told = manner->second(std::move(*reply))) joiner->on_message(to, std::move(*told));
  }

  SnapshotChain& chain_;
  std::unique_ptr<ledger::Snapshots> snapshots_;
  ledger::test::TemporaryDirectory directory_;
  std::map<PublicKey, Manner> manners_;
  std::deque<std::pair<PublicKey, PeerMessage>> requests_;
  std::uint64_t now_ms_ = 1'000'000;
};

// Opening the ledger shows the chain's state.
void check_joined(const Scene& scene, SnapshotChain& chain) {
  REQUIRE(scene.joiner->stage() == Stage::complete);
  auto joined = ledger::Ledger::open(scene.data(), chain.genesis, {});
  if (!joined) FAIL(joined.error().message);
  CHECK((*joined)->tip()->header() == chain.last->header);
}

template <class T>
Scene::Manner altering(std::function<void(T&)> alter) {
  return [alter](Joiner::Reply reply) {
    if (auto* held = std::get_if<T>(&reply)) alter(*held);
    return reply;
  };
}

TEST_CASE("joiner: from genesis by several nodes, each asked for a share") {
  SnapshotChain chain(4'200);
  Scene scene(chain);
  for (int i = 0; i < 3; ++i) scene.add(i);
  scene.run(Stage::complete);
  check_joined(scene, chain);
  CHECK(scene.punished.empty());
  for (int i = 0; i < 3; ++i) CHECK(scene.parts_asked[peer_key(i)] > 0);
}

TEST_CASE("joiner: who is near, or told never to, joins by blocks") {
  SnapshotChain chain(3);
  Scene scene(chain);
  scene.joiner->on_own(Height(chain.ledger->stable().value() - 99));
  scene.add(0);
  scene.run(Stage::complete);
  CHECK(scene.joiner->stage() == Stage::idle);
  CHECK_FALSE(scene.joiner->is_joining());
}

TEST_CASE("joiner: a node that sends wrong parts is punished, the others suffice") {
  SnapshotChain chain(4'200);
  Scene scene(chain);
  scene.add(0);
  scene.add(1, altering<SnapshotPartReply>([](SnapshotPartReply& reply) {
              reply.bytes.back() = static_cast<char>(reply.bytes.back() ^ 1);
            }));
  scene.add(2);
  scene.run(Stage::complete);
  check_joined(scene, chain);
  CHECK(scene.punished == std::vector{peer_key(1)});
}

TEST_CASE("joiner: parts whose sizes contradict each other") {
  SnapshotChain chain(3);
  Scene scene(chain);
  scene.add(0);
  scene.add(1,
            altering<SnapshotPartReply>([](SnapshotPartReply& reply) { reply.bytes.append("x"); }));
  scene.run(Stage::complete);
  check_joined(scene, chain);
  CHECK(scene.punished == std::vector{peer_key(1)});
}

TEST_CASE("joiner: nodes that fall silent at any point are passed over") {
  SnapshotChain chain(4'200);
  for (const int answers : {0, 1, 2, 3, 4}) {
    Scene scene(chain);
    scene.add(0);
    scene.add(1, [left = answers](Joiner::Reply reply) mutable {
      return left-- > 0 ? std::optional(std::move(reply)) : std::nullopt;
    });
    scene.run(Stage::complete);
    check_joined(scene, chain);
    CHECK(scene.punished.empty());
  }
}

TEST_CASE("joiner: epochs' ends with a wrong certificate, or other members") {
  SnapshotChain chain(3);
  chain.end_epoch();
  const auto wrong = GENERATE(0, 1, 2);
  Scene scene(chain);
  scene.add(0, altering<EpochEndsReply>([wrong](EpochEndsReply& reply) {
              if (reply.ends.empty()) return;
              EpochEnd& end = reply.ends.front();
              if (wrong == 0) end.certificate.signers.front().signature = Signature();
              if (wrong == 1) end.next.keys.front() = peer_key(0);
              if (wrong == 2) end.header.epoch = Epoch(7);
            }));
  scene.add(1);
  scene.run(Stage::complete);
  check_joined(scene, chain);
  CHECK(scene.punished.size() <= 1);
}

TEST_CASE("joiner: a block that its members certified before the last does not pass for it") {
  SnapshotChain chain(3);
  chain.end_epoch();
  const EpochEnd first = chain.ends().front();
  const Height early(first.header.height.value() - 1);
  const EpochEnd wrong{*chain.ledger->header(early), *chain.ledger->certificate(early), first.next};
  Scene scene(chain);
  scene.add(0, altering<EpochEndsReply>([wrong](EpochEndsReply& reply) {
              if (!reply.ends.empty() && reply.first == Epoch(0)) reply.ends.front() = wrong;
            }));
  scene.add(1);
  scene.run(Stage::complete);
  check_joined(scene, chain);
  CHECK(scene.punished.size() <= 1);
}

TEST_CASE("joiner: a snapshot that nobody certified is not even begun") {
  SnapshotChain chain(3);
  Scene scene(chain);
  scene.add(0, altering<SnapshotListReply>([](SnapshotListReply& reply) {
              CertifiedHeader forged = reply.snapshots.front();
              forged.header.height = forged.header.height.plus(1'000);
              reply.snapshots.insert(reply.snapshots.begin(), forged);
            }));
  scene.add(1);
  scene.run(Stage::complete);
  check_joined(scene, chain);
  CHECK(scene.punished == std::vector{peer_key(0)});
}

TEST_CASE("joiner: two certificates of one block are a fork, and end it") {
  SnapshotChain chain(3);
  Scene scene(chain);
  scene.add(0);
  scene.add(1, altering<SnapshotListReply>([](SnapshotListReply& reply) {
              CertifiedHeader& other = reply.snapshots.front();
              other.header.state_root = Hash();
              other.certificate = ledger::test::certificate(other.header);
            }));
  scene.run(Stage::complete);
  REQUIRE(scene.joiner->stage() == Stage::failed);
  CHECK(scene.joiner->failure().code == Code::fork);
}

TEST_CASE("joiner: blocks of the window that do not follow each other") {
  SnapshotChain chain(3);
  Scene scene(chain);
  scene.add(0, altering<WindowReply>([](WindowReply& reply) {
              if (reply.blocks.size() > 1) reply.blocks[1].header.time = TimeMs(1);
            }));
  scene.add(1);
  scene.run(Stage::complete);
  check_joined(scene, chain);
  CHECK(scene.punished.size() <= 1);
}

TEST_CASE("joiner: started anew at any moment it goes on with what it has") {
  SnapshotChain chain(4'200);
  Scene scene(chain);
  for (int i = 0; i < 2; ++i) scene.add(i);
  for (int i = 0; i < 200 && scene.joiner->stage() != Stage::complete; ++i) {
    scene.joiner.reset();
    scene.make();
    scene.run(Stage::complete, 8 + static_cast<std::size_t>(i));
  }
  check_joined(scene, chain);
}

}  // namespace
}  // namespace generion::node
