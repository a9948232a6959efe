// What the replica wants remembered, as records of the vote journal. Belongs to the replica thread.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "consensus/actions.h"
#include "crypto/keys.h"
#include "node/journal_thread.h"

namespace generion::node {

// Puts this node's signature into its own message; a COMMIT and the reports have none.
void sign_message(const Hash& chain, const crypto::SigningKey& key, Message& message);

class VoteJournal {
 public:
  // `restored` are the entries that the journal had at the start.
  VoteJournal(const Hash& chain, const crypto::SigningKey& key,
              const std::vector<consensus::JournalEntry>& restored);

  // Signs what is an own message, and adds the entry's record to the job.
  void add_to(DurableJob& job, consensus::JournalEntry& entry);

  // What may go once `stable` is stable and the replica is in `view` of `epoch`.
  Trim trim(Height stable, Epoch epoch, View view);

 private:
  void remember(const consensus::JournalEntry& entry, const Bytes& bytes);

  const Hash chain_;
  const crypto::SigningKey& key_;
  // Records that speak of a view, not a height.
  std::multimap<std::pair<Epoch, View>, Bytes> view_records_;
};

}  // namespace generion::node
