// Nothing that a client was told is lost: the node is killed at random moments under load, again
// and again, and every transaction that was reported executed is there afterwards, exactly once.
//
//   kill_test [ROUNDS] [SEED]
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include "base/hex.h"
#include "cli/bench/local_chain.h"
#include "cli/localnet/child_node.h"
#include "client/node_api.h"
#include "client/rpc_client.h"
#include "client/transaction_builder.h"

namespace generion {
namespace {

constexpr std::size_t kClients = 4;
constexpr std::size_t kOwners = 7;

struct Sent {
  SignedTransaction transaction;
  std::optional<client::Outcome> told;  // executed, as the node said
};

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "kill_test: %s\n", why.c_str());
  std::exit(1);
}

void require(bool condition, const std::string& why) {
  if (!condition) give_up(why);
}

std::unique_ptr<client::RpcClient> connect(const cli::LocalChain& node) {
  auto out = client::RpcClient::create({.url = node.url(), .call_timeout_ms = 10'000});
  require(out.has_value(), "no client");
  return std::move(*out);
}

Address owner(std::size_t number) {
  return *Address::from(crypto::blake2b256({"owner", std::to_string(number)}).view());
}

class KillTest {
 public:
  KillTest(std::uint64_t seed, cli::LocalChain& node, const crypto::SigningKey& institution)
      : random_(seed), node_(node), institution_(institution) {}

  void round() {
    const auto until_kill = std::chrono::milliseconds(random_() % 250);
    running_ = true;
    std::vector<std::thread> clients;
    for (std::size_t i = 0; i < kClients; ++i)
      clients.emplace_back([this] { send_until_killed(); });
    std::this_thread::sleep_for(until_kill);  // the random moment, not a wait for something
    node_.kill();
    running_ = false;
    for (std::thread& thread : clients) thread.join();
    const auto restarted = node_.restart();
    require(restarted.has_value(), restarted ? "" : restarted.error().message);
    check_told_since(checked_);
    checked_ = sent_.size();
  }

  // Sends everything once more: each is executed exactly once, whatever was told about it.
  void finish() {
    check_told_since(0);
    const auto rpc = connect(node_);
    std::map<std::uint64_t, std::size_t> records;
    for (std::size_t i = 0; i < sent_.size(); ++i) {
      const auto outcome =
          client::send_transaction(*rpc, sent_[i].transaction, client::Wait::sealed);
      require(outcome.has_value(), outcome ? "" : outcome.error().message);
      require(outcome->state == client::TxState::executed, "not executed: " + outcome->message);
      require(outcome->new_ids.size() == 1,
              "a transaction made another number of records than one");
      require(records.emplace(outcome->new_ids.front(), i).second,
              "two transactions made one record");
      if (sent_[i].told)
        require(*sent_[i].told->height == *outcome->height, "it moved to another block");
    }
    std::uint64_t listed = 0;
    for (std::size_t i = 0; i < kOwners; ++i) {
      const auto ids = client::get_record_ids(*rpc, owner(i));
      if (ids) listed += ids->size();
    }
    require(listed == sent_.size(), "the lists hold " + std::to_string(listed) + " records, " +
                                        std::to_string(sent_.size()) + " were made");
    require(records.empty() || records.rbegin()->first == sent_.size(), "record ids have a gap");
  }

  std::size_t sent() const { return sent_.size(); }
  std::size_t told() const { return told_; }

 private:
  SignedTransaction make_transaction(std::size_t number) const {
    client::TransactionBuilder builder(node_.chain(), institution_.public_key());
    client::RecordFields fields;
    fields.owner = owner(number % kOwners);
    const auto added =
        builder.create_opaque_record(fields, *ReaderKey::from(Bytes(32, 'k')),
                                     "data of " + std::to_string(number), std::nullopt);
    require(added.has_value(), "bad record");
    auto unsigned_transaction = builder.build(client::now(), 3'000'000);
    require(unsigned_transaction.has_value(), "bad transaction");
    auto signed_transaction = client::sign(std::move(*unsigned_transaction), institution_);
    require(signed_transaction.has_value(), "not signed");
    return std::move(*signed_transaction);
  }

  void send_until_killed() {
    const auto rpc = connect(node_);
    while (running_) {
      std::size_t place = 0;
      SignedTransaction transaction;
      {
        const std::lock_guard lock(mutex_);
        place = sent_.size();
        sent_.push_back({make_transaction(place), std::nullopt});
        transaction = sent_[place].transaction;
      }
      const auto outcome = client::send_transaction(*rpc, transaction, client::Wait::executed);
      if (!outcome) return;  // the node is gone; nothing was told
      require(outcome->state == client::TxState::executed, "refused: " + outcome->message);
      const std::lock_guard lock(mutex_);
      sent_[place].told = *outcome;
      ++told_;
    }
  }

  void check_told_since(std::size_t first) {
    const auto rpc = connect(node_);
    for (std::size_t i = first; i < sent_.size(); ++i) {
      if (!sent_[i].told) continue;
      const auto found = client::get_outcome(*rpc, sent_[i].told->tx_id);
      require(found.has_value(), found ? "" : found.error().message);
      require(found->state == client::TxState::executed,
              "lost: " + to_hex(sent_[i].told->tx_id) + " was reported executed");
      require(found->height == sent_[i].told->height && found->new_ids == sent_[i].told->new_ids,
              "changed: " + to_hex(sent_[i].told->tx_id));
    }
  }

  std::mt19937_64 random_;
  cli::LocalChain& node_;
  const crypto::SigningKey& institution_;
  std::mutex mutex_;
  std::vector<Sent> sent_;
  std::size_t told_ = 0;
  std::size_t checked_ = 0;
  std::atomic<bool> running_ = false;
};

int run(std::size_t rounds, std::uint64_t seed) {
  std::printf("kill_test: %zu rounds, seed %llu\n", rounds, static_cast<unsigned long long>(seed));
  const auto institution = crypto::SigningKey::generate();
  const auto node = cli::LocalChain::start(institution);
  require(node.has_value(), node ? "" : node.error().message);
  KillTest test(seed, **node, institution);
  for (std::size_t i = 0; i < rounds; ++i) test.round();
  test.finish();
  const int status = (*node)->stop();
  require(status == 0, "the node ended with " + cli::exit_text(status) + " when it was to stop");
  std::printf(
      "kill_test: %zu kills, %zu transactions sent, %zu reported executed, all there once\n",
      rounds, test.sent(), test.told());
  return 0;
}

}  // namespace
}  // namespace generion

int main(int argc, char** argv) {
  const std::size_t rounds = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100;
  const std::uint64_t seed =
      argc > 2 ? std::strtoull(argv[2], nullptr, 10) : std::random_device{}();
  return generion::run(rounds, seed);
}
