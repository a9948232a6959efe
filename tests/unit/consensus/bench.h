// One replica among members whose messages the test makes up, input by input.
#pragma once

#include <catch2/catch.hpp>

#include "base/limits.h"
#include "consensus/replica.h"
#include "members.h"

namespace generion::consensus::testing {

inline constexpr std::uint64_t kWall = 1'700'000'000'000;

template <class T>
std::vector<T> asked(const Actions& actions) {
  std::vector<T> out;
  for (const Persist& persist : actions.persist) {
    if (const auto* vote = std::get_if<OwnVote>(&persist.entry)) {
      if (const auto* held = std::get_if<T>(&vote->message)) out.push_back(*held);
    }
  }
  return out;
}

template <class T>
std::vector<T> fetches(const Actions& actions) {
  std::vector<T> out;
  for (const Fetch& fetch : actions.fetch) {
    if (const auto* held = std::get_if<T>(&fetch)) out.push_back(*held);
  }
  return out;
}

inline TxId tx(std::uint64_t i) {
  return *TxId::from(crypto::blake2b256({"tx", std::to_string(i)}).view());
}

// A replica among members whose messages the test makes up.
struct Bench {
  Members members;
  std::size_t self;
  Settings settings;
  std::unique_ptr<Replica> replica;
  Actions started;
  std::vector<JournalEntry> journal;
  std::vector<Batch> batches;

  Bench(std::size_t count, std::size_t own) : members(make_members(count)), self(own) {
    settings.members = members.membership;
    settings.self = members.key(own);
    settings.start_time = TimeMs(kWall - 1'000);
    settings.window = 3;
    settings.timeout_ms = 1'000;
    restart({});
  }

  void restart(const Restored& restored) {
    replica = std::make_unique<Replica>(settings, restored);
    started = replica->start({TimeMs(kWall), Monotonic(1)});
    for (std::size_t i = 0; replica->status().is_recovering && i < members.keys.size(); ++i) {
      if (i == self) continue;
      const Actions more = hear(
          Echo{settings.members.epoch, TimeMs(kWall), members.key(self), {}, {}, members.key(i)});
      append(started, more);
    }
  }

  // What member i gets to hear that says it holds nothing above the epoch's start in this view.
  std::vector<Message> repeated_to(std::size_t i) {
    StatusReport nothing;
    nothing.epoch = settings.members.epoch;
    nothing.view = replica->status().view;
    nothing.stable = settings.members.start;
    nothing.executed = settings.members.start;
    nothing.sender = members.key(i);
    std::vector<Message> out;
    for (Reply& reply : hear(nothing).reply) out.push_back(std::move(reply.message));
    return out;
  }

  Restored crash(std::optional<CertifiedHeader> stable = {}) const {
    return {stable, {}, batches, journal};
  }

  Actions tick(std::uint64_t ms) { return replica->tick({TimeMs(kWall + ms), Monotonic(1 + ms)}); }

  Actions hear(Message message) {
    return replica->step(Verified<Message>::unverified_for_simulation(std::move(message)));
  }

  // Makes durable what was asked for and hands it back, until nothing more is asked; all that came
  // of it.
  Actions settle(Actions actions) {
    Actions all = actions;
    while (!actions.persist.empty()) {
      std::vector<Persist> writing = std::exchange(actions.persist, {});
      for (Persist& persist : writing) {
        if (persist.batch) batches.push_back(*persist.batch);
        auto* vote = std::get_if<OwnVote>(&persist.entry);
        if (vote != nullptr) sign(vote->message);
        journal.push_back(persist.entry);
        Actions more = vote == nullptr
                           ? replica->durable(persist.token)
                           : replica->step(Verified<Message>::own_durable(vote->message));
        actions.persist.insert(actions.persist.end(), more.persist.begin(), more.persist.end());
        append(all, more);
      }
    }
    return all;
  }

  static void append(Actions& all, const Actions& more) {
    all.persist.insert(all.persist.end(), more.persist.begin(), more.persist.end());
    all.send.insert(all.send.end(), more.send.begin(), more.send.end());
    all.reply.insert(all.reply.end(), more.reply.begin(), more.reply.end());
    all.fetch.insert(all.fetch.end(), more.fetch.begin(), more.fetch.end());
    all.execute.insert(all.execute.end(), more.execute.begin(), more.execute.end());
    all.stable.insert(all.stable.end(), more.stable.begin(), more.stable.end());
    all.evidence.insert(all.evidence.end(), more.evidence.begin(), more.evidence.end());
    all.status = more.status;
  }

  void sign(Message& message) const {
    std::visit(
        [&](auto& held) {
          using T = std::decay_t<decltype(held)>;
          if constexpr (std::is_same_v<T, SealVote>) {
            held.seal.signature =
                members.keys[self].sign(kSealTag, seal_message(held.seal.block_hash));
          } else if constexpr (requires { held.signature; }) {
            held = members.sign(held, self);
          }
        },
        message);
    if (!std::holds_alternative<Commit>(message)) {
      CHECK(verify_message(members.membership, message, members.key(self)));
    }
  }

  Hash digest(const Batch& batch) const { return batch_digest(members.membership.chain, batch); }

  Batch batch(Height height, std::uint64_t time_ms, std::vector<TxId> ids,
              std::size_t proposer = 0) const {
    return {Epoch(0), height, members.key(proposer), TimeMs(kWall + time_ms), std::move(ids)};
  }

  PrePrepare proposal(const Batch& batch, View view = View(0)) const {
    const auto place = *members.membership.set.index_of(batch.proposer);
    return members.sign(PrePrepare{view, batch, {}, {}}, place);
  }
  Actions pre_prepare(const Batch& batch, View view = View(0)) {
    return hear(proposal(batch, view));
  }
  Actions prepare(std::size_t i, Height height, const Hash& digest, View view = View(0)) {
    return hear(members.sign(Prepare{Epoch(0), view, height, digest, {}, {}}, i));
  }
  Actions commit(std::size_t i, Height height, const Hash& digest, View view = View(0)) {
    return hear(Commit{Epoch(0), view, height, digest, members.key(i)});
  }
  Actions seal(std::size_t i, const BlockHeader& header) {
    return hear(SealVote{Epoch(0), make_seal(header, members.keys[i])});
  }

  BlockHeader block(const Batch& batch) const {
    BlockHeader header = members.header(batch.height);
    header.batch_digest = digest(batch);
    header.time = batch.time;
    return header;
  }

  // A backup's whole way to an executed height, with the votes of members 0 and 2.
  void execute(const Batch& ordered) {
    const Hash name = digest(ordered);
    settle(pre_prepare(ordered));
    settle(replica->batch_checked(ordered.height, name, BatchVerdict::valid));
    settle(prepare(0, ordered.height, name));
    settle(prepare(2, ordered.height, name));
    settle(commit(0, ordered.height, name));
    const Actions done = settle(commit(2, ordered.height, name));
    REQUIRE(done.execute.size() == 1);
    settle(replica->executed(block(ordered)));
  }
};

}  // namespace generion::consensus::testing
