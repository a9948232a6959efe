// One machine of the simulated network: its disk, its executor, its runner.
#include <fmt/core.h>

#include <algorithm>

#include "simulated_network.h"

namespace generion::consensus::testing {
namespace {

Signature fake_signature(const PublicKey& key, ByteView tag, ByteView bytes) {
  const Hash first = crypto::blake2b256({"first", key.view(), tag, bytes});
  const Hash second = crypto::blake2b256({"second", key.view(), tag, bytes});
  Bytes both(first.view());
  both += second.view();
  return *Signature::from(both);
}

}  // namespace

void Network::extend(Machine& machine, const BlockHeader& header) {
  machine.chain[header.height] = header;
  if (const auto batch = proposed_.find(header.batch_digest); batch != proposed_.end()) {
    machine.done.insert(batch->second.ids.begin(), batch->second.ids.end());
  }
}

void Network::boot(Machine& machine) {
  ++machine.life;
  machine.writing.clear();
  machine.executing.clear();
  machine.chain.clear();
  machine.done.clear();
  machine.in_flight.clear();
  machine.view = View(0);
  machine.told_work = false;
  machine.timer.reset();
  machine.ticked_at = now_;
  Restored restored;
  restored.stable = machine.disk.stable;
  restored.entries = machine.disk.journal;
  const Height stable = height_of(restored.stable, Height(0));
  for (Height height(1); machine.disk.blocks.contains(height); height = height.next()) {
    extend(machine, machine.disk.blocks[height]);
    if (height > stable) restored.executed.push_back(machine.disk.blocks[height]);
  }
  for (const auto& [digest, batch] : machine.disk.batches) {
    if (batch.height > stable) restored.batches.push_back(batch);
  }
  Settings settings;
  settings.members = members_;
  settings.self = members_.set.keys[machine.member];
  settings.start_time = TimeMs(kWallStart - 1'000);
  settings.timeout_ms = 300;
  settings.timeout_max_ms = 5'000;
  settings.window = 4;
  machine.replica = std::make_unique<Replica>(std::move(settings), restored);
  input(machine, [&](Replica& replica) { return replica.start(clock(machine)); });
}

// What was being written survives up to some point, and was acknowledged to nobody.
void Network::crash(Machine& machine) {
  const std::size_t survives = random_.below(machine.writing.size() + 1);
  for (std::size_t i = 0; i < survives; ++i) write(machine, machine.writing[i]);
  machine.writing.clear();
  machine.replica.reset();
  ++machine.life;
  ++restarts_;
  at(50 + random_.below(1'500), [this, &machine] {
    if (!machine.replica) boot(machine);
  });
}

void Network::input(Machine& machine, const std::function<Actions(Replica&)>& call) {
  if (machine.ticked_at != now_) {
    machine.ticked_at = now_;
    carry_out(machine, machine.replica->tick(clock(machine)));
  }
  carry_out(machine, call(*machine.replica));
  const bool has_work = machine.done.size() < arrived();
  if (has_work != machine.told_work) {
    machine.told_work = has_work;
    carry_out(machine, machine.replica->set_work(has_work));
  }
  try_propose(machine);
}

void Network::carry_out(Machine& machine, Actions actions) {
  if (machine.is_honest && actions.status.divergence) broken(machine, "says it has diverged");
  if (!actions.persist.empty() || !actions.stable.empty()) {
    later(machine, random_.below(8), [this](Machine& m) { flush(m, m.writing.size()); });
  }
  for (Persist& persist : actions.persist) {
    if (auto* vote = std::get_if<OwnVote>(&persist.entry)) vote->message = sign(vote->message);
    machine.writing.push_back(std::move(persist));
  }
  for (const Message& message : actions.send) broadcast(machine, sign(message));
  for (const Reply& reply : actions.reply) send_to(machine, reply.to, reply.message);
  for (const Fetch& wanted : actions.fetch) fetch(machine, wanted);
  for (Execute& execution : actions.execute) {
    machine.executing.push_back(std::move(execution));
    later(machine, random_.below(10), [this](Machine& m) { execute(m); });
  }
  for (const CertifiedHeader& certified : actions.stable) {
    if (machine.is_honest) {
      const auto& held = certified_.try_emplace(certified.header.height, certified).first->second;
      if (held.header != certified.header) broken(machine, "certified blocks differ");
    }
    machine.writing.push_back(certified);
  }
  for (const Evidence& evidence : actions.evidence) {
    ++evidence_;
    const bool is_twin = std::any_of(machines_.begin(), machines_.end(), [&](const Machine& m) {
      return members_.set.keys[m.member] == evidence.culprit && !m.is_honest;
    });
    if (!is_twin) broken(machine, "has evidence against an honest member");
  }
  if (actions.set_timer != machine.timer) {
    machine.timer = actions.set_timer;
    if (machine.timer) {
      const std::uint64_t due = std::max(machine.timer->value(), now_ + 2) - now_ - 1;
      later(machine, due, [this, timer = machine.timer](Machine& m) {
        if (m.timer != timer) return;
        m.timer.reset();
        input(m, [&](Replica& replica) { return replica.tick(clock(m)); });
      });
    }
  }
}

std::uint64_t Network::arrived() const {
  const std::uint64_t by_now = now_ * transactions_.size() / (scenario_.chaos_ms + 1) + 1;
  return std::min<std::uint64_t>(by_now, transactions_.size());
}

std::vector<TxId> Network::pending(const Machine& machine) const {
  std::vector<TxId> out;
  if (machine.done.size() >= arrived()) return out;
  for (std::uint64_t i = 0; i < arrived(); ++i) {
    if (!machine.done.contains(transactions_[i])) out.push_back(transactions_[i]);
  }
  return out;
}

void Network::try_propose(Machine& machine) {
  const Status& status = machine.replica->status();
  if (status.view != machine.view) machine.in_flight.clear();
  machine.view = status.view;
  while (status.wants_proposal != ProposalWish::none) {
    std::vector<TxId> ids;
    for (const TxId& id : pending(machine)) {
      if (ids.size() < 3 && !machine.in_flight.contains(id)) ids.push_back(id);
    }
    const BatchSize size = ids.size() < 3 ? BatchSize::below_fill : BatchSize::full;
    if (status.wants_proposal == ProposalWish::full_batch && size != BatchSize::full) return;
    if (ids.empty() && !status.is_heartbeat_due) return;
    const TimeMs time = std::max(clock(machine).wall, status.proposal_time_min);
    auto actions = machine.replica->propose(time, ids, size);
    if (!actions) return;
    machine.in_flight.insert(ids.begin(), ids.end());
    carry_out(machine, std::move(*actions));
  }
}

void Network::flush(Machine& machine, std::size_t count) {
  std::vector<DiskOp> group;
  for (; count > 0 && !machine.writing.empty(); --count) {
    group.push_back(std::move(machine.writing.front()));
    machine.writing.pop_front();
    write(machine, group.back());
  }
  for (const DiskOp& op : group) acknowledge(machine, op);
  if (machine.writing.empty() && random_.chance(5)) {
    machine.disk.journal = machine.replica->journal_checkpoint();
  }
}

void Network::write(Machine& machine, const DiskOp& op) {
  if (const auto* persist = std::get_if<Persist>(&op)) {
    machine.disk.journal.push_back(persist->entry);
    if (const auto* vote = std::get_if<OwnVote>(&persist->entry)) note(machine, vote->message);
    if (persist->batch) {
      machine.disk.batches[batch_digest(members_.chain, *persist->batch)] = *persist->batch;
    }
  } else if (const auto* certified = std::get_if<CertifiedHeader>(&op)) {
    machine.disk.stable = *certified;
  } else {
    const auto& block = std::get<BlockOp>(op);
    machine.disk.blocks[block.header.height] = block.header;
    machine.disk.batches[block.header.batch_digest] = *block.batch;
  }
}

void Network::acknowledge(Machine& machine, const DiskOp& op) {
  const auto* persist = std::get_if<Persist>(&op);
  if (persist == nullptr) return;
  const auto* vote = std::get_if<OwnVote>(&persist->entry);
  if (vote == nullptr) {
    input(machine, [&](Replica& replica) { return replica.durable(persist->token); });
    return;
  }
  broadcast(machine, vote->message);
  input(machine, [&](Replica& replica) {
    return replica.step(Verified<Message>::own_durable(vote->message));
  });
}

Message Network::sign(Message message) const {
  std::visit(
      [&](auto& held) {
        using T = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<T, SealVote>) {
          held.seal.signature =
              fake_signature(held.seal.signer, kSealTag, seal_message(held.seal.block_hash));
        } else if constexpr (requires { held.signature; }) {
          if (held.signature != Signature{}) return;
          const SignedPart part = signed_part(members_.chain, held);
          held.signature = fake_signature(held.sender, part.tag, part.bytes);
        }
      },
      message);
  return message;
}

void Network::fetch(Machine& machine, const Fetch& wanted) {
  if (const auto* check = std::get_if<CheckBatch>(&wanted)) {
    const std::uint64_t delay = random_.chance(5) ? random_.below(800) : random_.below(6);
    later(machine, delay, [this, check = *check](Machine& m) {
      input(m, [&](Replica& replica) {
        return replica.batch_checked(check.batch->height, check.digest, BatchVerdict::valid);
      });
    });
  } else if (const auto* batch = std::get_if<FetchBatch>(&wanted)) {
    fetch_batch(machine, *batch);
  } else {
    fetch_blocks(machine, std::get<FetchBlocks>(wanted).up_to);
  }
}

void Network::fetch_batch(Machine& machine, const FetchBatch& wanted) {
  if (machine.is_honest && wanted.holders.empty()) broken(machine, "knows nobody who has a batch");
  later(machine, 5 + random_.below(20), [this, wanted](Machine& m) {
    if (m.replica->status().stable >= wanted.height) return;
    for (const Machine& holder : machines_) {
      const bool has_it = holder.replica && holder.disk.batches.contains(wanted.digest);
      if (!has_it || &holder == &m) continue;
      const Batch batch = holder.disk.batches.at(wanted.digest);
      input(m, [&](Replica& replica) { return replica.fetched(batch); });
      return;
    }
    fetch_batch(m, wanted);
  });
}

void Network::fetch_blocks(Machine& machine, Height up_to) {
  later(machine, 20, [this, up_to](Machine& m) {
    if (certified_.empty() || certified_.rbegin()->first < up_to) return;
    const CertifiedHeader certified = certified_.rbegin()->second;
    const Height own = m.chain.empty() ? Height(0) : m.chain.rbegin()->first;
    for (Height height = own.next(); height <= certified.header.height; height = height.next()) {
      extend(m, blocks_.at(height));
    }
    // Everything asked for earlier is on disk before the blocks that were fetched.
    flush(m, m.writing.size());
    for (const auto& [height, header] : m.chain) m.disk.blocks[height] = header;
    input(m, [&](Replica& replica) { return replica.synced(certified); });
  });
}

void Network::execute(Machine& machine) {
  if (machine.executing.empty()) return;
  const Execute next = machine.executing.front();
  machine.executing.pop_front();
  const Height height = next.batch->height;
  const Height own = machine.chain.empty() ? Height(0) : machine.chain.rbegin()->first;
  if (height <= own) return;
  if (height != own.next()) broken(machine, "executes out of order");
  proposed_.try_emplace(next.digest, *next.batch);
  BlockHeader header;
  header.chain_id = members_.chain;
  header.height = height;
  header.batch_digest = next.digest;
  header.time = next.batch->time;
  if (!machine.chain.empty()) {
    const BlockHeader& parent = machine.chain.rbegin()->second;
    header.parent_hash = block_hash(parent);
    header.time = std::max(header.time, parent.time.next());
  } else {
    header.time = std::max(header.time, TimeMs(kWallStart - 999));
  }
  header.state_root = crypto::blake2b256({header.parent_hash.view(), next.digest.view()});
  if (machine.is_honest) {
    if (!is_new_or_same(agreed_, height, next.digest)) broken(machine, "executes another batch");
    blocks_.try_emplace(height, header);
  }
  extend(machine, header);
  machine.writing.push_back(BlockOp{header, next.batch});
  input(machine, [&](Replica& replica) { return replica.executed(header); });
}

}  // namespace generion::consensus::testing
