#include "node/restore.h"

#include <set>
#include <utility>

#include "node/journal_codec.h"

namespace generion::node {

Result<std::vector<consensus::JournalEntry>> decode_journal(
    const std::vector<ledger::JournalEntry>& records) {
  std::vector<consensus::JournalEntry> out;
  for (const ledger::JournalEntry& record : records) {
    auto entry = decode_journal_entry(record.bytes);
    if (!entry) return fail(entry.error());
    out.push_back(std::move(*entry));
  }
  return out;
}

Result<consensus::Restored> restore_replica(const ledger::Ledger& ledger, Epoch epoch,
                                            const std::vector<consensus::JournalEntry>& entries) {
  consensus::Restored out;
  const Height stable = ledger.stable();
  if (stable.value() > 0) {
    auto header = ledger.header(stable);
    if (!header) return fail(header.error());
    auto certificate = ledger.certificate(stable);
    if (!certificate) return fail(certificate.error());
    out.stable = CertifiedHeader{*header, std::move(*certificate)};
  }
  for (Height height = stable.next(); height <= ledger.stored(); height = height.next()) {
    auto block = ledger.block(height);
    if (!block) return fail(block.error());
    out.executed.push_back(block->header);
  }
  std::set<std::pair<Height, Hash>> seen;
  for (const consensus::JournalEntry& entry : entries) {
    if (journal_epoch(entry) != epoch) continue;
    out.entries.push_back(entry);
    const auto* vote = std::get_if<consensus::OwnVote>(&entry);
    const auto* prepare = vote == nullptr ? nullptr : std::get_if<Prepare>(&vote->message);
    if (prepare != nullptr && prepare->height > stable &&
        seen.emplace(prepare->height, prepare->digest).second) {
      auto bodies = ledger.bodies(prepare->height, prepare->digest);
      if (bodies) out.batches.push_back(std::move(bodies->batch));
    }
  }
  return out;
}

}  // namespace generion::node
