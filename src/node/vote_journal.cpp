#include "node/vote_journal.h"

#include "node/journal_codec.h"

namespace generion::node {

void sign_message(const Hash& chain, const crypto::SigningKey& key, Message& message) {
  const auto sign_one = [&](auto& vote) {
    if constexpr (std::is_same_v<decltype(vote), SealVote&>) {
      vote.seal.signature = key.sign(kSealTag, seal_message(vote.seal.block_hash));
    } else if constexpr (requires { vote.signature; }) {
      const SignedPart part = signed_part(chain, vote);
      vote.signature = key.sign(part.tag, part.bytes);
    }
  };
  std::visit(sign_one, message);
}

VoteJournal::VoteJournal(const Hash& chain, const crypto::SigningKey& key,
                         const std::vector<consensus::JournalEntry>& restored)
    : chain_(chain), key_(key) {
  for (const auto& entry : restored) remember(entry, encode_journal_entry(entry));
}

void VoteJournal::add_to(DurableJob& job, consensus::JournalEntry& entry) {
  if (auto* vote = std::get_if<consensus::OwnVote>(&entry)) {
    sign_message(chain_, key_, vote->message);
  }
  Bytes bytes = encode_journal_entry(entry);
  remember(entry, bytes);
  job.records.push_back({std::move(bytes), journal_height(entry)});
}

void VoteJournal::remember(const consensus::JournalEntry& entry, const Bytes& bytes) {
  if (journal_height(entry)) return;
  view_records_.emplace(std::pair(journal_epoch(entry), journal_view(entry)), bytes);
}

Trim VoteJournal::trim(Height stable, Epoch epoch, View view) {
  view_records_.erase(view_records_.begin(), view_records_.lower_bound({epoch, view}));
  Trim out{stable, {}};
  for (const auto& [of_view, bytes] : view_records_) out.keep.push_back(bytes);
  return out;
}

}  // namespace generion::node
