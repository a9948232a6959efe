// What must hold whatever happens, judged from outside the replicas. Throws Broken.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "consensus/actions.h"
#include "memory_ledger.h"
#include "world.h"

namespace generion::sim {

class Checker {
 public:
  // `honest`: members that keep to the protocol, by their places among World::signers.
  Checker(const World& world, std::vector<bool> honest);

  // --- of honest machines ---

  // The journal has it now: what a restart must not contradict.
  void durable(std::size_t member, const consensus::JournalEntry& entry);
  // It leaves for another machine: durable if it is a vote, valid, and the same as ever. `led`:
  // views that the member's machine has led in its present life.
  void sent(std::size_t member, const Message& message, std::optional<View> led);
  void asked(std::size_t member, const Message& vote, const consensus::Status& status);
  void executed(std::size_t member, const ledger::ExecutedBlock& block,
                const std::vector<TransactionPtr>& bodies);
  void refused(std::size_t member, const Batch& batch) const;
  void stable(std::size_t member, const CertifiedHeader& certified);
  void evidence(std::size_t member, const consensus::Evidence& evidence) const;
  void status(std::size_t member, const consensus::Status& status) const;
  // A client has been told that its transaction is executed there.
  void told(const TxId& id, const Hash& block, Height height);

  // Its journal is gone: what it said in these epochs it must not say again.
  void lost_journal(std::size_t member);
  // A message of a member, made by somebody else, passed verification.
  void forgery_accepted(const Message& message) const;

  // Whoever stops voting, and says why, may be right: for cases with more than f faulty members, or
  // a journal that is lost.
  void may_stop() { may_stop_ = true; }

  void clock(std::uint64_t now_ms) { now_ms_ = now_ms; }
  void clock_skew(std::uint64_t skew_ms) { skew_ms_ = skew_ms; }

  // At the end: what was told is there.
  void finish(const std::vector<const MemoryLedger*>& ledgers) const;

  Height highest() const { return blocks_.empty() ? Height(0) : blocks_.rbegin()->first; }
  const std::map<Height, ExecutedBlockPtr>& blocks() const { return blocks_; }
  // Of the newest epoch, as the blocks name it; and its last block, once one has said so.
  const consensus::Membership& newest() const { return epochs_.rbegin()->second; }
  std::optional<Height> last_height(Epoch epoch) const;

 private:
  // What a member has said in one epoch, over all its lives.
  struct Said {
    std::map<std::pair<View, Height>, Hash> pre_prepares, prepares, commits;
    std::map<Height, Hash> seals;
    std::map<View, Bytes> view_changes, new_views;
    std::set<View> complaints;
    View left;                  // of its highest VIEW-CHANGE
    std::optional<View> leads;  // the highest that the journal has
  };

  const consensus::Membership& members_of(std::size_t member, const Message& message) const;
  void check_epoch(std::size_t member, const Message& message);
  void note_epoch(const ledger::ExecutedBlock& block);
  void check_header(std::size_t member, const BlockHeader& header) const;
  void note(std::size_t member, const Message& message);
  void note_view_change(std::size_t member, Said& said, const ViewChange& message);
  void check_justified(std::size_t member, const ViewChange& message) const;
  bool was_said(const Said& said, const Message& message) const;
  [[noreturn]] void broken(std::size_t member, const std::string& what) const;

  const World& world_;
  std::vector<bool> honest_;
  std::map<std::pair<std::size_t, Epoch>, Said> said_;
  std::map<Epoch, consensus::Membership> epochs_;
  std::map<Epoch, Height> last_heights_;
  // Members that hold the certificate of an epoch's last block.
  std::set<std::pair<std::size_t, Epoch>> has_ended_;
  std::map<std::size_t, Epoch> silent_to_;     // no vote up to there, for the journal is lost
  std::map<Height, ExecutedBlockPtr> blocks_;  // as the first honest machine executed them
  std::map<TxId, Height> executed_;
  std::map<TxId, std::pair<Height, Hash>> told_;
  bool may_stop_ = false;
  std::uint64_t now_ms_ = 0;
  std::uint64_t skew_ms_ = 0;
};

// Whether q distinct members have sealed this header: written a second time, without the programs'
// code.
bool is_certified(const ValidatorSet& set, const CertifiedHeader& certified);

}  // namespace generion::sim
