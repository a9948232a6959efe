// A member that does whatever its key allows, and what it does not allow: proposals that
// contradict each other, votes for anything, wrong seals, VIEW-CHANGEs that hide or invent,
// NEW-VIEWs of two kinds, old messages again, forged ones.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "random.h"
#include "world.h"

namespace generion::sim {

class Adversary;

class AdversaryLinks {
 public:
  virtual ~AdversaryLinks() = default;
  // To all machines of that member, over the adversary's own channel.
  // `truth`: forged ones must not pass verification.
  enum class Truth : std::uint8_t { allowed_by_its_key, forged };
  virtual void send_to(const Adversary& from, std::size_t member, const Message& message,
                       Truth truth) = 0;
  // Of the newest epoch.
  virtual const consensus::Membership& newest() const = 0;
};

class Adversary {
 public:
  Adversary(const World& world, Random& random, AdversaryLinks& links, std::size_t member);

  void hear(const Message& message);
  // One misdeed.
  void act(std::uint64_t wall_ms);

  std::size_t member() const { return member_; }

  // What it answers to those who ask it for a transaction or a batch: something.
  TransactionPtr transaction(const TxId& id) const;
  std::optional<Batch> batch(const Hash& digest) const;

 private:
  // adversary.cpp
  const PublicKey& key() const { return signer_.key(); }
  const consensus::Membership& members() const { return links_.newest(); }
  void follow_epoch();
  bool leads(View view) const;
  Message sign(Message message) const { return signer_.sign(std::move(message), chain()); }
  const Hash& chain() const { return world_.members.chain; }
  void send_some(const Message& message, bool to_upper_half);
  void learn(View view, Height height);
  void learn(const Message& message);
  void learn(const ViewChange& message);

  // misdeeds.cpp
  void propose_twice(std::uint64_t wall_ms);
  void vote_for_both();
  void vote_at_random();
  void seal_wrongly();
  void complain();
  void change_view();
  void lead_twice();
  void repeat_old();
  void report_falsely();
  // forgeries.cpp
  void forge();
  Message altered(Message message);
  Message in_anothers_name();
  ViewChange unfounded_view_change() const;
  Message forged_prepared();
  Message forged_stable();
  Message doubled_complaints();
  Message doubled_view_changes();
  Message invented_echo();

  const World& world_;
  Random& random_;
  AdversaryLinks& links_;
  std::size_t member_;
  Signer signer_;

  std::deque<Message> heard_;
  std::map<std::pair<View, Height>, std::map<Hash, std::map<PublicKey, Signature>>> prepares_;
  std::map<View, std::map<PublicKey, ViewChange>> view_changes_;
  std::map<PublicKey, Complaint> complaints_;
  std::vector<PreparedCertificate> prepared_;
  std::vector<CertifiedHeader> certified_;
  std::vector<Batch> batches_;  // proposed by anyone, itself too
  Epoch epoch_;                 // of what it remembers
  View view_;                   // the highest of which it has heard
  Height height_;               // the highest that was sealed or voted for
};

}  // namespace generion::sim
