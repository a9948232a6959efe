#include "node/restore.h"

#include <map>

#include "node/journal_codec.h"

namespace generion::node {

Result<consensus::Restored> restore_replica(const ledger::Ledger& ledger,
                                            const std::vector<ledger::JournalEntry>& entries) {
  consensus::Restored out;
  const Height stable = ledger.stable();
  if (stable.value() > 0) {
    auto block = ledger.block(stable);
    if (!block) return fail(block.error());
    auto certificate = ledger.certificate(stable);
    if (!certificate) return fail(certificate.error());
    out.stable = CertifiedHeader{block->header, std::move(*certificate)};
  }
  for (Height height = stable.next(); height <= ledger.stored(); height = height.next()) {
    auto block = ledger.block(height);
    if (!block) return fail(block.error());
    out.executed.push_back(block->header);
  }
  std::map<std::pair<Height, Hash>, bool> seen;
  for (const ledger::JournalEntry& record : entries) {
    auto entry = decode_journal_entry(record.bytes);
    if (!entry) return fail(entry.error());
    const auto* vote = std::get_if<consensus::OwnVote>(&*entry);
    const auto* prepare = vote == nullptr ? nullptr : std::get_if<Prepare>(&vote->message);
    if (prepare != nullptr && prepare->height > stable &&
        seen.emplace(std::pair(prepare->height, prepare->digest), true).second) {
      auto bodies = ledger.bodies(prepare->height, prepare->digest);
      if (bodies) out.batches.push_back(std::move(bodies->batch));
    }
    out.entries.push_back(std::move(*entry));
  }
  return out;
}

}  // namespace generion::node
