// A replica of one epoch: PBFT as a pure state machine. Start here.
//
//   Replica replica(settings, restored);
//   run(replica.start(now));
//   run(replica.step(verified));            // a verified message, or an own durable one
//   run(replica.propose(time, ids, size));  // if status().wants_proposal says so
//   run(replica.durable(token));  run(replica.batch_checked(...));  run(replica.fetched(batch));
//   run(replica.executed(header));  run(replica.synced(certified));  run(replica.tick(now));
//   run(replica.close(last_height));        // a block said so; status().is_over: another replica
//
// Every input returns what to do about it (consensus/actions.h). The same inputs in the same order
// give the same actions. One thread at a time; nothing here blocks, keeps a clock, or holds a key.
// What peers send can make an input have no effect, never fail.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "base/error.h"
#include "consensus/actions.h"
#include "consensus/new_view_plan.h"
#include "consensus/restored.h"
#include "consensus/settings.h"
#include "consensus/slot.h"
#include "consensus/timers.h"
#include "consensus/verified.h"

namespace generion::consensus {

// The runner knows what fills a batch: count, bytes or weight.
enum class BatchSize : std::uint8_t { below_fill, full };

enum class BatchVerdict : std::uint8_t { valid, invalid };

class Replica {
 public:
  // `settings.self` is a member; `restored` is of the same epoch.
  Replica(Settings settings, const Restored& restored);

  // Once, before all other inputs: asks the other members what they have heard from this one. With
  // q - 1 answers (at once if q = 1) it repeats what it has said before and goes on from there.
  Actions start(Now now);

  Actions step(const Verified<Message>& message);

  // The next batch, of height status().proposal_height. Only after status().wants_proposal, checked
  // right before (full_batch wants BatchSize::full). All bodies are at hand and valid at `time`.
  // Errors, without effect: not_ready (no proposal is wanted now), bad_argument (time before
  // proposal_time_min or away from the clock, doubled ids, empty too soon), too_many (ids).
  Result<Actions> propose(TimeMs time, std::vector<TxId> ids, BatchSize size);

  // An entry that is no message is on disk.
  Actions durable(Token token);

  // Answers CheckBatch. Without effect if the digest is not wanted any more.
  Actions batch_checked(Height height, const Hash& digest, BatchVerdict verdict);

  // Answers FetchBatch: the bodies of exactly this batch are at hand. Without effect if not wanted
  // any more.
  Actions fetched(const Batch& batch);

  // Answers Execute: the block that it gave. Bodies and block must be durable before its SEAL
  // leaves (the runner makes them so with the SEAL's entry).
  Actions executed(const BlockHeader& header);

  // Certified blocks up to this one have been fetched, executed and stored by the runner, or a
  // verified certificate of a block executed here came by another way. Execute requests up to there
  // are void.
  Actions synced(const CertifiedHeader& certified);

  // Whether the node has something to order: the mempool is not empty, a deadline is due.
  Actions set_work(bool has_work);

  // When the contract wants a block even without transactions, by the state after block `as_of`;
  // nullopt: never. From then on an empty batch, own or another's, need not wait for empty_gap_ms.
  // Wanted after each block: an empty batch on top of a later one is neither taken nor refused.
  Actions set_due(Height as_of, std::optional<TimeMs> due);

  // A block that was executed closes the epoch: `last_height` is its last one, at most kLogHeights
  // after that block. Before executed() or synced() of that block, and again after a restart
  // (Settings). From then on empty batches need no gap.
  Actions close(Height last_height);

  // This node has seen the primary of this view pass over a transaction (consensus/censorship.h).
  Actions on_censorship();

  // Sets the clocks. Due at the latest as set_timer says, and before any other input once a
  // millisecond passed.
  Actions tick(Now now);

  const Status& status() const { return status_; }

  // The latest signed votes that are held from a member, for its recovery after a start: in answer
  // to a STATUS of this epoch or an earlier one. step() does it for this epoch's.
  Echo echo(const StatusReport& asked) const;

  // The journal from which a restart would give this replica again: to begin a new journal segment
  // with. An older entry may be dropped once these are durable, if it was acknowledged (step or
  // durable) before this call.
  std::vector<JournalEntry> journal_checkpoint() const;

 private:
  enum class TimeVerdict : std::uint8_t { acceptable, when_time_comes, when_executed, never };

  // replica.cpp: dispatch, watermarks, bookkeeping of actions
  Actions finish();
  void update_status();
  Height stable_height() const;
  Height high() const;
  Slot* slot_at(Height height);                // nullptr outside the watermarks
  const Slot* find_slot(Height height) const;  // nullptr if nothing is known of it
  Token ask(JournalEntry entry, BatchPtr batch = nullptr);
  void ask_vote(Message message, BatchPtr batch = nullptr);
  bool can_vote() const { return is_resumed_ && !has_lost_votes_ && !divergence_; }
  void diverge(Divergence::Kind kind, Height height);
  void report(const PublicKey& culprit, Message first, Message second);
  bool is_primary() const;
  const PublicKey& primary(View view) const;
  std::size_t quorum() const;

  // normal_case.cpp
  void on_message(const PrePrepare& message);
  void on_message(const Prepare& message);
  void on_message(const Commit& message);
  void accept_proposals();
  void accept(Height height, Slot& slot, const PrePrepare& proposal);
  TimeVerdict check_time(const Batch& batch, TimeMs before) const;
  void prescribe(Height height, Slot& slot, const Prescribed& prescribed);
  bool is_settled_otherwise(Height height, const Slot& slot, const Hash& digest);
  void apply_plan();
  void advance(Height height, Slot& slot);
  void advance_all();
  void count_prepares(Height height, Slot& slot);
  void follow_certificate(Height height, Slot& slot);
  void count_commits(Height height, Slot& slot);
  void fetch_batch(Height height, Slot& slot, const Hash& digest, std::vector<PublicKey> holders);

  // proposal.cpp: the primary's side, and the times of the blocks to be
  Height base() const;  // this view's batches are above it
  TimeMs base_time() const;
  std::optional<TimeMs> time_after(const Slot* slot, TimeMs before) const;
  std::optional<TimeMs> time_before(Height height) const;
  ProposalWish proposal_wish() const;
  Height proposal_height() const;
  Result<void> check_proposal(const Batch& batch, BatchSize size) const;

  // execution.cpp
  void on_message(const SealVote& message);
  void execute_ready();
  void seal(Height height, Slot& slot);
  void count_seals(Height height);
  void learn_certified(const CertifiedHeader& certified);
  void make_stable(CertifiedHeader certified);

  // view_change.cpp
  void on_message(const Complaint& message);
  void on_message(const ViewChange& message);
  void on_message(const NewView& message);
  void complain(ComplaintReason reason);
  void count_complaints();
  void count_view_changes();
  void leave_to(View view, std::vector<Complaint> justification,
                std::optional<ConflictingProposals> proof = {});
  void move_to(View view);
  void enter(const NewView& message);
  void lead();

  // restore.cpp: what a start brings back, and what is said again
  void restore(const Restored& restored);
  void restore_entry(const Leads& entry);
  void restore_entry(const EnteredView& entry);
  void restore_entry(const Prepared& entry);
  void restore_entry(const OwnVote& entry);
  void restore_view(const NewView& new_view);
  void resume();
  void restore_vote(const Prepare& vote);
  void restore_vote(const Commit& vote);
  void restore_vote(const SealVote& vote);
  void restore_vote(const Complaint& vote);
  void restore_vote(const ViewChange& vote);
  void restore_vote(const NewView& vote);
  void restore_vote(const PrePrepare& vote);
  void restore_vote(const StatusReport& vote);
  void restore_vote(const Echo& vote);
  void restore_vote(const StableReport& vote);

  // report.cpp: STATUS, and what is said again because of one
  StatusReport report() const;
  MemberBits members_with(const auto& messages, const auto& is_meant) const;
  void on_message(const StatusReport& message);
  void on_message(const StableReport& message);
  void repeat_view(const StatusReport& theirs);
  void repeat_votes(const StatusReport& theirs);
  std::size_t repeat_votes(const Slot& slot, const HeldVotes& held, const StatusReport& theirs);

  // recovery.cpp: what others remember of this replica
  void on_message(const Echo& message);
  void count_echoes();
  void on_own_word(const Message& message);
  bool is_remembered(const Prepare& vote) const;
  bool is_remembered(const ViewChange& vote) const;

  // progress.cpp: timers and work
  bool has_work() const;
  bool is_closing() const { return settings_.last_height != kOpenEnd; }
  TimeMs last_block_time() const;
  bool is_heartbeat_due() const;
  void run_timers();
  std::optional<Monotonic> next_deadline() const;

  Settings settings_;
  Now now_;

  std::optional<CertifiedHeader> stable_;
  Height executed_;
  Height execute_asked_;                            // the last height handed to the executor
  Height certified_;                                // the highest that a certificate is known of
  std::optional<CertifiedHeader> certified_ahead_;  // one above executed_ to compare with later
  std::map<Height, Slot> slots_;                    // of heights in (stable, high]
  std::optional<Seal> stable_seal_;                 // own, for peers that still need it

  View view_;
  bool is_active_ = true;                         // the view's NEW-VIEW is held; view 0 needs none
  std::optional<NewView> new_view_;               // of view_
  NewViewPlan plan_;                              // what it prescribes
  std::map<PublicKey, Complaint> complaints_;     // each member's of the highest view
  std::map<PublicKey, ViewChange> view_changes_;  // each member's of the highest view
  std::optional<View> complaint_asked_;
  std::optional<View>
      leads_asked_;  // Leads exists or is being written for this view and those below
  std::optional<View> led_before_start_;
  std::optional<View> leads_durable_;  // written since this start: this replica may propose there
  std::map<Token, View> leads_tokens_;

  std::map<Height, BatchSize> in_flight_;  // own proposals of this view that are not executed
  bool runner_has_work_ = false;
  std::optional<TimeMs> due_;
  Height due_as_of_;
  ViewTimer view_timer_;
  std::optional<Monotonic> behind_deadline_;
  std::optional<TimeMs> held_until_;  // a proposal ahead of the own clock

  bool is_resumed_ = false;  // after the start: it votes
  bool has_lost_votes_ = false;
  TimeMs started_at_;
  std::set<PublicKey> echoed_;  // members that have answered since the start
  Monotonic next_report_;
  std::map<PublicKey, Monotonic> next_repeat_;  // before it, a member's STATUS is not answered

  std::map<PublicKey, View> reported_;  // one piece of evidence for each member and own view
  std::optional<Divergence> divergence_;
  Token last_token_;
  Actions out_;
  Status status_;
};

}  // namespace generion::consensus
