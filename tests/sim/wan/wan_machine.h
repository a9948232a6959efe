// A validator of the modelled chain: the real replica, and the time that everything takes.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "consensus/replica.h"
#include "events.h"
#include "random.h"
#include "wan/wan.h"

namespace generion::sim {

// Transactions that one validator has received in a short time and sent on together.
struct Bundle {
  std::size_t ingress = 0;
  std::uint64_t sent_us = 0;  // by the clients, in the middle
  std::vector<TxId> ids;
};

// Something that does one thing after the other; urgent work overtakes the rest.
class Lane {
 public:
  // When work of that length is done.
  std::uint64_t urgent(std::uint64_t now_us, double work_us);
  std::uint64_t bulk(std::uint64_t now_us, double work_us);
  double busy_us() const { return busy_us_; }

 private:
  double urgent_free_us_ = 0;
  double bulk_free_us_ = 0;
  double busy_us_ = 0;
};

class WanMachine;

// What all share.
struct WanNetwork {
  WanSettings settings;
  Events events;  // in microseconds
  Random random{1};
  consensus::Membership members;
  std::vector<Bundle> bundles;
  std::map<Hash, std::vector<std::size_t>> batches;  // of which bundles, by digest
  std::vector<std::unique_ptr<WanMachine>> machines;
  std::vector<std::vector<std::uint64_t>> delays_us;
  std::vector<double> latencies_ms;
  bool is_measuring = false;
};

class WanMachine {
 public:
  WanMachine(WanNetwork& network, std::size_t number);

  void start();
  // Its clients' transactions of some time.
  void take_from_clients(std::size_t bundle);
  const consensus::Status& status() const { return replica_->status(); }
  std::uint64_t executed() const { return executed_; }
  double sent_bytes() const { return sent_bytes_; }
  double cpu_us() const { return processors_.busy_us() * cores() + executor_.busy_us(); }

 private:
  using Call = std::function<consensus::Actions(consensus::Replica&)>;

  double cores() const { return static_cast<double>(network_.settings.cores); }
  const PublicKey& key() const { return network_.members.set.keys[number_]; }
  void at(std::uint64_t at_us, std::function<void()> action);
  void input(const Call& call);
  void carry_out(consensus::Actions actions);
  void journal(consensus::Persist persist);
  void sync();
  void acknowledge(const consensus::Persist& persist);
  using MessagePtr = std::shared_ptr<const Message>;
  void broadcast(const Message& message);
  void send(std::size_t to, const MessagePtr& message, std::uint64_t bytes);
  void receive(const MessagePtr& message, std::uint64_t bytes);
  void receive_bundle(std::size_t bundle);
  void prepare_bundle(std::size_t bundle);
  void check(const consensus::CheckBatch& wanted);
  bool is_taken(std::size_t bundle) const { return bundle < taken_.size() && taken_[bundle]; }
  void take(std::size_t bundle);
  bool has_all(const Hash& digest) const;
  void execute(const consensus::Execute& wanted);
  void finish(const consensus::Execute& wanted);
  void set_timer(std::optional<consensus::Monotonic> deadline);
  void propose();
  consensus::Now clock() const;

  WanNetwork& network_;
  std::size_t number_;
  std::unique_ptr<consensus::Replica> replica_;
  Lane processors_, executor_, uplink_, downlink_;
  std::vector<consensus::Persist> writing_;
  bool is_syncing_ = false;
  std::vector<bool> ready_;          // bundles that are here and checked
  std::vector<bool> taken_;          // in a batch of its own, or executed
  std::deque<std::size_t> waiting_;  // ready; those that are taken go when they come to the front
  std::vector<consensus::CheckBatch> checks_;
  TimeMs block_time_;
  std::optional<std::uint64_t> timer_us_;
  std::uint64_t ticked_ms_ = 0;
  bool told_work_ = false;
  std::uint64_t executed_ = 0;
  double sent_bytes_ = 0;
};

}  // namespace generion::sim
