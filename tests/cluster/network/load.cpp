#include "load.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <thread>

#include "base/hex.h"
#include "client/transaction_builder.h"

namespace generion {
namespace {

constexpr std::size_t kClients = kNodes;
constexpr std::size_t kOwners = 7;
constexpr std::uint64_t kValidForMs = 3'000'000;
constexpr auto kClientPause = std::chrono::milliseconds(20);  // after a node that told no outcome

Address owner(std::size_t number) {
  return *Address::from(crypto::blake2b256({"owner", std::to_string(number)}).view());
}

}  // namespace

void Load::send_through(const std::vector<NodeNumber>& nodes) {
  for (const NodeNumber node : nodes) {
    const std::size_t place = make_next();
    wait_until([&] { return try_send(node, place, client::Wait::sealed); },
               "a transaction through node " + std::to_string(node));
  }
}

void Load::under_load(const std::function<void()>& work) {
  running_ = true;
  std::vector<std::thread> clients;
  for (std::size_t i = 0; i < kClients; ++i) {
    clients.emplace_back([this, i] { send_until_told_to_stop(i % kNodes); });
  }
  work();
  running_ = false;
  for (std::thread& thread : clients) thread.join();
}

void Load::wait_for_more(std::size_t count) const {
  const std::size_t before = told_;
  for (std::size_t more = 1; more <= count; ++more) {
    wait_until([&] { return told_ >= before + more; },
               "another transaction executed, after " + std::to_string(more - 1));
  }
}

void Load::expect_standstill(NodeNumber node) {
  const std::size_t place = make_next();
  const auto outcome = client::send_transaction(*cluster_.connect(node), sent_[place].transaction,
                                                client::Wait::executed);
  require(!outcome || outcome->state == client::TxState::accepted,
          "a transaction was executed without a quorum");
}

void Load::check_all_there_once() {
  for (std::size_t place = 0; place < sent_.size(); ++place) {
    NodeNumber node = place % kNodes;
    wait_until(
        [&] {
          node = (node + 1) % kNodes;
          return try_send(node, place, client::Wait::executed);
        },
        "transaction " + std::to_string(place));
  }
  check_ids();
  for (const NodeNumber node : all_nodes()) check_node(node);
  check_roots();
  say(std::to_string(sent_.size()) + " transactions are there once, on every node");
}

SignedTransaction Load::make_transaction(std::size_t number) const {
  client::TransactionBuilder builder(cluster_.chain(), cluster_.institution().public_key());
  client::RecordFields fields;
  fields.owner = owner(number % kOwners);
  const auto added = builder.create_opaque_record(fields, *ReaderKey::from(Bytes(32, 'k')),
                                                  Bytes(data_bytes_, 'd'), std::nullopt);
  require(added.has_value(), "bad record");
  auto built = builder.build(client::now(), kValidForMs);
  require(built.has_value(), "bad transaction");
  auto signed_one = client::sign(std::move(*built), cluster_.institution());
  require(signed_one.has_value(), "not signed");
  return std::move(*signed_one);
}

std::size_t Load::make_next() {
  const std::lock_guard lock(mutex_);
  sent_.push_back({make_transaction(sent_.size()), std::nullopt});
  return sent_.size() - 1;
}

bool Load::try_send(NodeNumber node, std::size_t place, client::Wait wait) {
  SignedTransaction transaction;
  {
    const std::lock_guard lock(mutex_);
    transaction = sent_[place].transaction;
  }
  const auto outcome = client::send_transaction(*cluster_.connect(node), transaction, wait);
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

void Load::send_until_told_to_stop(NodeNumber node) {
  while (running_) {
    const std::size_t place = make_next();
    while (running_ && !try_send(node, place, client::Wait::executed)) {
      node = (node + 1) % kNodes;
      std::this_thread::sleep_for(kClientPause);
    }
  }
}

void Load::check_ids() const {
  std::map<std::uint64_t, std::size_t> records;
  for (std::size_t place = 0; place < sent_.size(); ++place) {
    const auto& told = *sent_[place].told;
    require(told.new_ids.size() == 1, "a transaction made another number of records than one");
    require(records.emplace(told.new_ids.front(), place).second,
            "two transactions made one record");
  }
  require(records.empty() || records.rbegin()->first == sent_.size(), "record ids have a gap");
}

void Load::check_node(NodeNumber node) const {
  const auto rpc = cluster_.connect(node);
  const std::string here = "node " + std::to_string(node);
  for (const Sent& sent : sent_) {
    wait_until(
        [&] {
          const auto found = client::get_outcome(*rpc, sent.told->tx_id);
          if (!found || found->state == client::TxState::unknown) return false;
          if (found->state == client::TxState::accepted) return false;
          require(found->height == sent.told->height && found->new_ids == sent.told->new_ids,
                  here + " has another outcome of " + to_hex(sent.told->tx_id));
          return true;
        },
        "what was reported executed, on " + here);
  }
  std::uint64_t listed = 0;
  for (std::size_t number = 0; number < kOwners; ++number) {
    const auto ids = client::get_record_ids(*rpc, owner(number));
    if (ids) listed += ids->size();
  }
  require(listed == sent_.size(), here + " lists " + std::to_string(listed) + " records, " +
                                      std::to_string(sent_.size()) + " were made");
}

void Load::check_roots() const {
  std::uint64_t lowest = UINT64_MAX;
  for (const NodeNumber node : all_nodes()) lowest = std::min(lowest, cluster_.height(node));
  std::optional<std::string> root;
  for (const NodeNumber node : all_nodes()) {
    const auto block = cluster_.connect(node)->call("getBlock", {{"height", lowest}});
    require(block.has_value(), "no block at the common height");
    const std::string here(block->at("header").at("state_root").as_string());
    require(root.value_or(here) == here, "states differ at height " + std::to_string(lowest));
    root = here;
  }
}

}  // namespace generion
