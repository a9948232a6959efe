#include "wan/wan_machine.h"

#include <algorithm>

#include "wire/messages.h"
#include "world.h"

namespace generion::sim {

using consensus::Actions;
using consensus::BatchSize;
using consensus::Persist;
using consensus::ProposalWish;
using consensus::Replica;

namespace {

// Signatures that are checked of a message when it arrives.
std::size_t signatures_of(const Message& message) {
  if (const auto* change = std::get_if<ViewChange>(&message)) {
    std::size_t out = 1 + change->justification.size();
    if (change->stable) out += change->stable->certificate.signers.size();
    for (const PreparedCertificate& held : change->prepared) out += held.signers.size();
    return out;
  }
  if (const auto* new_view = std::get_if<NewView>(&message)) {
    std::size_t out = 1;
    for (const ViewChange& change : new_view->view_changes) out += signatures_of(change);
    return out;
  }
  if (const auto* echo = std::get_if<Echo>(&message)) return echo->prepares.size();
  if (const auto* report = std::get_if<StableReport>(&message)) {
    return report->stable.certificate.signers.size();
  }
  const bool is_signed =
      !std::holds_alternative<Commit>(message) && !std::holds_alternative<StatusReport>(message);
  return is_signed ? 1 : 0;
}

// TLS record, frame and TCP headers.
constexpr std::uint64_t kOverheadBytes = 90;

}  // namespace

std::uint64_t Lane::urgent(std::uint64_t now_us, double work_us) {
  urgent_free_us_ = std::max(urgent_free_us_, static_cast<double>(now_us)) + work_us;
  bulk_free_us_ = std::max(bulk_free_us_, static_cast<double>(now_us)) + work_us;
  busy_us_ += work_us;
  return static_cast<std::uint64_t>(urgent_free_us_);
}

std::uint64_t Lane::bulk(std::uint64_t now_us, double work_us) {
  bulk_free_us_ = std::max({bulk_free_us_, urgent_free_us_, static_cast<double>(now_us)}) + work_us;
  busy_us_ += work_us;
  return static_cast<std::uint64_t>(bulk_free_us_);
}

WanMachine::WanMachine(WanNetwork& network, std::size_t number)
    : network_(network), number_(number), block_time_(kWallStart) {
  consensus::Settings settings;
  settings.members = network.members;
  settings.self = key();
  settings.start_time = block_time_;
  settings.window = network.settings.window;
  settings.timeout_ms = network.settings.timeout_ms;
  replica_ = std::make_unique<Replica>(std::move(settings), consensus::Restored());
}

consensus::Now WanMachine::clock() const {
  const std::uint64_t ms = network_.events.now() / 1'000;
  return {TimeMs(kWallStart + 1 + ms), consensus::Monotonic(ms + 1)};
}

void WanMachine::at(std::uint64_t at_us, std::function<void()> action) {
  const std::uint64_t now = network_.events.now();
  network_.events.after(std::max(at_us, now) - now, std::move(action));
}

void WanMachine::start() {
  input([this](Replica& replica) { return replica.start(clock()); });
  input([](Replica& replica) { return replica.set_due(Height(0), std::nullopt); });
}

void WanMachine::input(const Call& call) {
  if (const std::uint64_t ms = network_.events.now() / 1'000; ms != ticked_ms_) {
    ticked_ms_ = ms;
    carry_out(replica_->tick(clock()));
  }
  carry_out(call(*replica_));
  if (const bool work = !waiting_.empty(); work != told_work_) {
    told_work_ = work;
    carry_out(replica_->set_work(work));
  }
  propose();
}

void WanMachine::carry_out(Actions actions) {
  for (Persist& persist : actions.persist) journal(std::move(persist));
  for (const Message& message : actions.send) broadcast(message);
  for (const consensus::Reply& reply : actions.reply) {
    const auto to = network_.members.set.index_of(reply.to);
    send(*to, std::make_shared<const Message>(reply.message),
         wire::encode_message(reply.message).size());
  }
  for (const consensus::Fetch& wanted : actions.fetch) {
    if (const auto* checked = std::get_if<consensus::CheckBatch>(&wanted)) check(*checked);
  }
  for (const consensus::Execute& wanted : actions.execute) execute(wanted);
  set_timer(actions.set_timer);
}

void WanMachine::journal(Persist persist) {
  writing_.push_back(std::move(persist));
  if (!is_syncing_) sync();
}

// All that waits shares a sync; a batch's bodies need one more before.
void WanMachine::sync() {
  is_syncing_ = true;
  auto group = std::make_shared<std::vector<Persist>>(std::exchange(writing_, {}));
  const bool has_bodies = std::any_of(group->begin(), group->end(), [](const Persist& persist) {
    return persist.batch != nullptr && !persist.batch->ids.empty();
  });
  const std::uint64_t takes = network_.settings.sync_us * (has_bodies ? 2 : 1);
  at(network_.events.now() + takes, [this, group] {
    is_syncing_ = false;
    for (const Persist& persist : *group) acknowledge(persist);
    if (!writing_.empty() && !is_syncing_) sync();
  });
}

void WanMachine::acknowledge(const Persist& persist) {
  const auto* vote = std::get_if<consensus::OwnVote>(&persist.entry);
  if (vote == nullptr) {
    return input([&](Replica& replica) { return replica.durable(persist.token); });
  }
  broadcast(vote->message);
  input([&](Replica& replica) {
    return replica.step(consensus::Verified<Message>::own_durable(vote->message));
  });
}

void WanMachine::broadcast(const Message& message) {
  const std::uint64_t bytes = wire::encode_message(message).size();
  const auto shared = std::make_shared<const Message>(message);
  for (std::size_t to = 0; to < network_.machines.size(); ++to) {
    if (to != number_) send(to, shared, bytes);
  }
}

void WanMachine::send(std::size_t to, const MessagePtr& message, std::uint64_t bytes) {
  const std::uint64_t size = bytes + kOverheadBytes;
  const double takes = static_cast<double>(size) * 8 / network_.settings.uplink_mbit;
  const std::uint64_t left = uplink_.urgent(network_.events.now(), takes);
  const std::uint64_t jitter = network_.random.below(network_.delays_us[number_][to] / 20 + 1);
  WanMachine& receiver = *network_.machines[to];
  at(left + network_.delays_us[number_][to] + jitter, [this, &receiver, message, size] {
    sent_bytes_ += static_cast<double>(size);
    receiver.receive(message, size);
  });
}

void WanMachine::receive(const MessagePtr& message, std::uint64_t bytes) {
  const double takes = static_cast<double>(bytes) * 8 / network_.settings.uplink_mbit;
  const std::uint64_t arrived = downlink_.urgent(network_.events.now(), takes);
  const double work =
      network_.settings.verify_us * static_cast<double>(signatures_of(*message)) / cores();
  const std::uint64_t verified = work > 0 ? processors_.urgent(arrived, work) : arrived;
  at(verified, [this, message] {
    input([&](Replica& replica) {
      return replica.step(consensus::Verified<Message>::unverified_for_simulation(*message));
    });
  });
}

void WanMachine::take_from_clients(std::size_t bundle) {
  const auto count = static_cast<double>(network_.bundles[bundle].ids.size());
  const double bytes = count * static_cast<double>(network_.settings.transaction_bytes);
  const double takes = bytes * 8 / network_.settings.uplink_mbit;
  for (std::size_t to = 0; to < network_.machines.size(); ++to) {
    if (to == number_) continue;
    const std::uint64_t left = uplink_.bulk(network_.events.now(), takes);
    at(left + network_.delays_us[number_][to], [this, to, bundle, bytes] {
      sent_bytes_ += bytes;
      network_.machines[to]->receive_bundle(bundle);
    });
  }
  prepare_bundle(bundle);
}

void WanMachine::receive_bundle(std::size_t bundle) {
  const auto count = static_cast<double>(network_.bundles[bundle].ids.size());
  const double bytes = count * static_cast<double>(network_.settings.transaction_bytes);
  const std::uint64_t arrived =
      downlink_.bulk(network_.events.now(), bytes * 8 / network_.settings.uplink_mbit);
  at(arrived, [this, bundle] { prepare_bundle(bundle); });
}

void WanMachine::prepare_bundle(std::size_t bundle) {
  const auto count = static_cast<double>(network_.bundles[bundle].ids.size());
  const double work = count * network_.settings.transaction_us / cores();
  at(processors_.bulk(network_.events.now(), work), [this, bundle] {
    ready_.resize(std::max(ready_.size(), network_.bundles.size()));
    ready_[bundle] = true;
    if (!is_taken(bundle)) waiting_.push_back(bundle);
    for (const consensus::CheckBatch& wanted : std::exchange(checks_, {})) check(wanted);
    if (told_work_ && status().wants_proposal == ProposalWish::none) return;
    told_work_ = true;
    input([](Replica& replica) { return replica.set_work(true); });
  });
}

void WanMachine::take(std::size_t bundle) {
  taken_.resize(std::max(taken_.size(), network_.bundles.size()));
  taken_[bundle] = true;
  while (!waiting_.empty() && is_taken(waiting_.front())) waiting_.pop_front();
}

bool WanMachine::has_all(const Hash& digest) const {
  const auto& bundles = network_.batches.at(digest);
  return std::all_of(bundles.begin(), bundles.end(),
                     [&](std::size_t bundle) { return bundle < ready_.size() && ready_[bundle]; });
}

void WanMachine::check(const consensus::CheckBatch& wanted) {
  if (!has_all(wanted.digest)) return checks_.push_back(wanted);
  at(network_.events.now(), [this, wanted] {
    input([&](Replica& replica) {
      return replica.batch_checked(wanted.batch->height, wanted.digest,
                                   consensus::BatchVerdict::valid);
    });
  });
}

void WanMachine::execute(const consensus::Execute& wanted) {
  const double work =
      static_cast<double>(wanted.batch->ids.size()) * network_.settings.execute_us + 50;
  at(executor_.urgent(network_.events.now(), work), [this, wanted] { finish(wanted); });
}

void WanMachine::finish(const consensus::Execute& wanted) {
  const Batch& batch = *wanted.batch;
  const double now_ms = static_cast<double>(network_.events.now()) / 1'000;
  executed_ += batch.ids.size();
  const auto bundles = network_.batches.find(wanted.digest);
  if (bundles != network_.batches.end()) {
    for (const std::size_t number : bundles->second) {
      const Bundle& bundle = network_.bundles[number];
      take(number);
      if (bundle.ingress != number_ || !network_.is_measuring) continue;
      const double latency = now_ms - static_cast<double>(bundle.sent_us) / 1'000;
      network_.latencies_ms.insert(network_.latencies_ms.end(), bundle.ids.size(), latency);
    }
  }
  block_time_ = std::max(batch.time, block_time_.next());
  BlockHeader header;
  header.chain_id = network_.members.chain;
  header.height = batch.height;
  header.time = block_time_;
  header.batch_digest = wanted.digest;
  header.tx_count = batch.ids.size();
  input([&](Replica& replica) { return replica.executed(header); });
  input([&](Replica& replica) { return replica.set_due(batch.height, std::nullopt); });
}

void WanMachine::set_timer(std::optional<consensus::Monotonic> deadline) {
  if (!deadline) return timer_us_.reset();
  const std::uint64_t due =
      (deadline->value() - std::min<std::uint64_t>(deadline->value(), 1)) * std::uint64_t{1'000};
  if (timer_us_ == due) return;
  timer_us_ = due;
  at(std::max(due, network_.events.now() + 1'000), [this, due] {
    if (timer_us_ != due) return;
    timer_us_.reset();
    input([this](Replica& replica) { return replica.tick(clock()); });
  });
}

void WanMachine::propose() {
  while (status().wants_proposal != ProposalWish::none) {
    std::vector<TxId> ids;
    std::vector<std::size_t> bundles;
    for (const std::size_t bundle : waiting_) {
      if (is_taken(bundle)) continue;
      const auto& more = network_.bundles[bundle].ids;
      if (ids.size() + more.size() > limits::kBatchTransactionsMax) break;
      ids.insert(ids.end(), more.begin(), more.end());
      bundles.push_back(bundle);
    }
    const bool is_full = ids.size() >= network_.settings.batch_fill;
    if (ids.empty() && !status().is_heartbeat_due) return;
    if (status().wants_proposal == ProposalWish::full_batch && !is_full) return;
    const TimeMs time = std::max(clock().wall, status().proposal_time_min);
    const Hash digest =
        batch_digest(network_.members.chain,
                     {network_.members.epoch, status().proposal_height, key(), time, ids});
    network_.batches[digest] = bundles;
    auto actions =
        replica_->propose(time, std::move(ids), is_full ? BatchSize::full : BatchSize::below_fill);
    if (!actions) return;
    for (const std::size_t bundle : bundles) take(bundle);
    carry_out(std::move(*actions));
  }
}

}  // namespace generion::sim
