// Four validators (nodes 0 to 3) and an observer (node 4) as real processes: transactions through
// each of them, the primary killed under load, a killed node back, all killed, one more gone than
// may be. What a node reported executed is there afterwards on all of them, exactly once, and all
// states are equal.
#include <algorithm>
#include <atomic>
#include <boost/json.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "base/hex.h"
#include "cli/localnet/network.h"
#include "client/node_api.h"
#include "client/rpc_client.h"
#include "client/transaction_builder.h"
#include "node/init.h"
#include "types/address.h"

namespace generion {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr std::size_t kValidators = 4;
constexpr std::size_t kNodes = kValidators + 1;
constexpr std::size_t kClients = 5;
constexpr std::size_t kOwners = 7;
constexpr auto kPatience = seconds(60);

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "network_test: %s\n", why.c_str());
  std::exit(1);
}

void require(bool condition, const std::string& why) {
  if (!condition) give_up(why);
}

void wait_until(const std::function<bool()>& condition, const std::string& what) {
  const auto end = steady_clock::now() + kPatience;
  while (!condition()) {
    require(steady_clock::now() < end, "not in time: " + what);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

Address owner(std::size_t number) {
  return *Address::from(crypto::blake2b256({"owner", std::to_string(number)}).view());
}

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = (fs::temp_directory_path() / "generion-network.XXXXXX").string();
    require(::mkdtemp(pattern.data()) != nullptr, "no temporary directory");
    path_ = pattern;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

struct Sent {
  SignedTransaction transaction;
  std::optional<client::Outcome> told;  // executed, as a node said
};

class NetworkTest {
 public:
  NetworkTest(cli::LocalNetwork& network, std::vector<PublicKey> keys, const Hash& chain,
              const crypto::SigningKey& institution)
      : network_(network), keys_(std::move(keys)), chain_(chain), institution_(institution) {}

  void wait_ready(const std::vector<std::size_t>& nodes) {
    for (const std::size_t i : nodes) {
      wait_until([&] { return status(i) && status(i)->at("ready").as_bool(); },
                 "node " + std::to_string(i) + " ready");
    }
  }

  // Through each node, one after the other.
  void send_through_each() {
    for (std::size_t i = 0; i < kNodes; ++i) {
      const std::size_t place = make_next();
      wait_until([&] { return try_send(i, place, client::Wait::sealed); },
                 "a transaction through node " + std::to_string(i));
    }
  }

  // Clients send without a pause while `work` runs, each to a node of its own, or to the next one
  // when that is gone.
  void under_load(const std::function<void()>& work) {
    running_ = true;
    std::vector<std::thread> clients;
    for (std::size_t i = 0; i < kClients; ++i) {
      clients.emplace_back([this, i] { send_until_told_to_stop(i); });
    }
    work();
    running_ = false;
    for (std::thread& thread : clients) thread.join();
  }

  void wait_for_more(std::size_t count) {
    const std::size_t before = told_;
    wait_until([&] { return told_ >= before + count; }, std::to_string(count) + " more executed");
  }

  std::size_t primary() {
    std::optional<std::size_t> found;
    wait_until(
        [&] {
          for (std::size_t i = 0; i < kValidators && !found; ++i) {
            const auto answer = status(i);
            if (!answer || !answer->contains("primary")) continue;
            const auto key = parse_address(std::string(answer->at("primary").as_string()));
            const auto place = std::ranges::find(keys_, *key);
            if (place != keys_.end()) found = static_cast<std::size_t>(place - keys_.begin());
          }
          return found.has_value();
        },
        "a primary");
    return *found;
  }

  void kill(std::size_t i) { network_.kill(i); }
  void restart(std::size_t i) {
    const auto started = network_.restart(i);
    require(started.has_value(), "a node cannot be started");
  }

  // Nothing is ordered: a transaction stays what it is, accepted.
  void expect_standstill(std::size_t node) {
    const std::size_t place = make_next();
    const auto rpc = connect(node);
    const auto outcome =
        client::send_transaction(*rpc, sent_[place].transaction, client::Wait::executed);
    require(!outcome || outcome->state == client::TxState::accepted,
            "a transaction was executed without a quorum");
  }

  // All nodes have the same blocks, and what was told is there once.
  void finish() {
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < kNodes; ++i) all.push_back(i);
    wait_ready(all);
    // What was only accepted, or not even that, is sent again: it ends in one record, too.
    for (std::size_t place = 0; place < sent_.size(); ++place) {
      wait_until([&] { return try_send(place % kNodes, place, client::Wait::executed); },
                 "transaction " + std::to_string(place));
    }
    std::map<std::uint64_t, std::size_t> records;
    for (std::size_t place = 0; place < sent_.size(); ++place) {
      const auto& told = *sent_[place].told;
      require(told.new_ids.size() == 1, "a transaction made another number of records than one");
      require(records.emplace(told.new_ids.front(), place).second,
              "two transactions made one record");
    }
    require(records.rbegin()->first == sent_.size(), "record ids have a gap");
    for (const std::size_t i : all) check_node(i);
    check_roots(all);
  }

  std::size_t sent() const { return sent_.size(); }
  std::size_t told() const { return told_; }

 private:
  std::unique_ptr<client::RpcClient> connect(std::size_t i) const {
    auto out = client::RpcClient::create({.url = network_.url(i), .call_timeout_ms = 10'000});
    require(out.has_value(), "no client");
    return std::move(*out);
  }

  std::optional<boost::json::object> status(std::size_t i) const {
    const auto answer = connect(i)->call("getStatus", {});
    return answer && answer->is_object() ? std::optional(answer->as_object()) : std::nullopt;
  }

  SignedTransaction make_transaction(std::size_t number) const {
    client::TransactionBuilder builder(chain_, institution_.public_key());
    client::RecordFields fields;
    fields.owner = owner(number % kOwners);
    const auto added =
        builder.create_opaque_record(fields, *ReaderKey::from(Bytes(32, 'k')),
                                     "data of " + std::to_string(number), std::nullopt);
    require(added.has_value(), "bad record");
    auto built = builder.build(client::now(), 3'000'000);
    require(built.has_value(), "bad transaction");
    auto signed_one = client::sign(std::move(*built), institution_);
    require(signed_one.has_value(), "not signed");
    return std::move(*signed_one);
  }

  std::size_t make_next() {
    const std::lock_guard lock(mutex_);
    sent_.push_back({make_transaction(sent_.size()), std::nullopt});
    return sent_.size() - 1;
  }

  bool try_send(std::size_t node, std::size_t place, client::Wait wait) {
    SignedTransaction transaction;
    {
      const std::lock_guard lock(mutex_);
      transaction = sent_[place].transaction;
    }
    const auto outcome = client::send_transaction(*connect(node), transaction, wait);
    if (!outcome || outcome->state == client::TxState::accepted) return false;
    require(outcome->state == client::TxState::executed, "refused: " + outcome->message);
    const std::lock_guard lock(mutex_);
    if (sent_[place].told) {
      require(sent_[place].told->height == outcome->height, "it moved to another block");
    } else {
      sent_[place].told = *outcome;
      ++told_;
    }
    return true;
  }

  void send_until_told_to_stop(std::size_t client) {
    std::size_t node = client % kNodes;
    while (running_) {
      const std::size_t place = make_next();
      while (running_ && !try_send(node, place, client::Wait::executed)) node = (node + 1) % kNodes;
    }
  }

  void check_node(std::size_t i) {
    const auto rpc = connect(i);
    for (const Sent& sent : sent_) {
      wait_until(
          [&] {
            const auto found = client::get_outcome(*rpc, sent.told->tx_id);
            if (!found || found->state == client::TxState::unknown) return false;
            require(found->height == sent.told->height && found->new_ids == sent.told->new_ids,
                    "node " + std::to_string(i) + " has another outcome of " +
                        to_hex(sent.told->tx_id));
            return true;
          },
          "what was reported executed, on node " + std::to_string(i));
    }
    std::uint64_t listed = 0;
    for (std::size_t number = 0; number < kOwners; ++number) {
      const auto ids = client::get_record_ids(*rpc, owner(number));
      if (ids) listed += ids->size();
    }
    require(listed == sent_.size(), "node " + std::to_string(i) + " lists " +
                                        std::to_string(listed) + " records, " +
                                        std::to_string(sent_.size()) + " were made");
  }

  void check_roots(const std::vector<std::size_t>& nodes) {
    std::int64_t lowest = INT64_MAX;
    for (const std::size_t i : nodes) {
      lowest = std::min(lowest, status(i)->at("height").to_number<std::int64_t>());
    }
    std::optional<std::string> root;
    for (const std::size_t i : nodes) {
      const auto block = connect(i)->call("getBlock", {{"height", lowest}});
      require(block.has_value(), "no block at the common height");
      const std::string here(block->at("header").at("state_root").as_string());
      require(root.value_or(here) == here, "states differ at height " + std::to_string(lowest));
      root = here;
    }
  }

  cli::LocalNetwork& network_;
  const std::vector<PublicKey> keys_;  // in the order of the nodes
  const Hash chain_;
  const crypto::SigningKey& institution_;
  std::mutex mutex_;
  std::vector<Sent> sent_;
  std::atomic<std::size_t> told_ = 0;
  std::atomic<bool> running_ = false;
};

void say(const char* what) {
  std::printf("network_test: %s\n", what);
  std::fflush(stdout);
}

void run_story(NetworkTest& test) {
  const std::vector<std::size_t> all{0, 1, 2, 3, 4};
  say("ready");
  test.wait_ready(all);
  say("transactions through each node");
  test.send_through_each();
  say("the primary is killed under load");
  test.under_load([&] {
    test.wait_for_more(50);
    const std::size_t first = test.primary();
    test.kill(first);
    test.wait_for_more(50);
    test.restart(first);
    test.wait_ready({first});
    test.wait_for_more(50);
  });
  say("all are killed under load");
  test.under_load([&] {
    test.wait_for_more(50);
    for (const std::size_t i : all) test.kill(i);
    for (const std::size_t i : all) test.restart(i);
    test.wait_for_more(50);
  });
  test.wait_ready(all);
  say("two of four validators are killed: it stops, and resumes by itself");
  test.kill(0);
  test.kill(1);
  test.expect_standstill(2);
  test.restart(0);
  test.restart(1);
  test.under_load([&] { test.wait_for_more(50); });
  say("what was told is there, once, on all of them");
  test.finish();
}

int run() {
  const TemporaryDirectory directory;
  const auto institution = crypto::SigningKey::generate();
  node::InitNetworkOptions options;
  options.common.directory = directory.path() / "network";
  options.common.chain_name = "network test";
  options.common.time = client::now();
  options.common.institutions = {{institution.public_key(), "hospital", "hospital", ""}};
  options.common.rpc_address = "127.0.0.1:" + std::to_string(20'000 + ::getpid() % 10'000);
  options.common.parameters.heartbeat_ms = 1'000;  // empty blocks come, too
  options.validators = kValidators;
  options.observers = 1;
  const auto made = node::initialize_network(options);
  require(made.has_value(), made ? "" : made.error().message);
  std::vector<PublicKey> keys;
  for (const auto& node : made->nodes) keys.push_back(node.key);
  auto network = cli::LocalNetwork::start(
      options.common.directory, {"consensus.view_timeout_ms=500", "rpc.requests_per_second=0",
                                 "rpc.wait_timeout_ms=3000", "log.level=info"});
  require(network.has_value(), network ? "" : network.error().message);
  NetworkTest test(*network, keys, made->chain_id, institution);
  run_story(test);
  network->stop();
  std::printf("network_test: %zu transactions sent, %zu reported executed, all there once\n",
              test.sent(), test.told());
  return 0;
}

}  // namespace
}  // namespace generion

int main() {
  return generion::run();
}
