// Certificates of blocks that became final by a later block's certificate alone: peers have them,
// and clients want proofs of just these blocks. Belongs to the replica thread.
//
// One block at a time is asked for, of one peer after the other; a block that nobody has a
// certificate of is given up. A peer that lies is punished.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>

#include "consensus/clock.h"
#include "node/epoch_state.h"
#include "node/peer_links.h"

namespace generion::node {

class CertificateFetcher {
 public:
  static constexpr std::size_t kWantedMax = 1'024;  // more are forgotten, the oldest first

  using Task = std::move_only_function<void(CertificateFetcher&)>;
  // As BatchFetcher::Verify.
  using Verify = std::function<void(std::move_only_function<Task()>)>;
  // It holds: to be stored, then `settle`.
  using Found = std::function<void(Height height, Certificate certificate)>;

  CertificateFetcher(const PeerLinks& links, Verify verify, Found found)
      : links_(links), verify_(std::move(verify)), found_(std::move(found)) {}

  // Of this final block, whose epoch has these rules.
  void want(const BlockHeader& header, EpochRulesPtr rules);
  // It is stored, or came otherwise.
  void settle(Height height);

  // The first block that is still looked for.
  std::optional<Height> first() const;

  void on_connected(const PublicKey& peer) { peers_.insert(peer); }
  void on_disconnected(const PublicKey& peer);

  // Whether it answers what this has asked for.
  bool on_reply(const PublicKey& from, const BlockReply& reply);

  void tick(consensus::Monotonic now);
  // When it wants to be called at the latest, if nothing comes before.
  std::optional<consensus::Monotonic> next_deadline() const;

 private:
  struct Wanted {
    BlockHeader header;
    EpochRulesPtr rules;
    std::size_t asked = 0;  // so many times a peer was asked
    bool is_found = false;
  };

  std::map<Height, Wanted>::iterator next_wanted();
  void ask(Height height, Wanted& wanted);
  void on_checked(const PublicKey& from, Height height, Certificate certificate,
                  const Result<void>& holds);

  const PeerLinks& links_;
  const Verify verify_;
  const Found found_;
  std::set<PublicKey> peers_;  // connected
  std::map<Height, Wanted> wanted_;
  std::optional<PublicKey> last_asked_;
  std::optional<Height> awaited_;  // of last_asked_, or being checked
  consensus::Monotonic deadline_;  // of the answer
  consensus::Monotonic now_;
};

}  // namespace generion::node
