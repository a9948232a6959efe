// A chain of n validators that is executed by the node's ledger and taken out block by block, so
// that a test can falsify what it likes; validators that conspire sign what it made of it.
#pragma once

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <map>

#include "../ledger/chain_fixture.h"
#include "../ledger/temporary_directory.h"
#include "audit/auditor.h"

namespace generion::audit::test {

using ledger::test::key_of;
using ledger::test::kStartMs;
using ledger::test::TemporaryDirectory;
using ledger::test::TransactionPtr;
using wire::ArchivedBlock;

inline std::string validator_name(std::size_t number) {
  return number == 0 ? "validator" : "validator " + std::to_string(number);
}

inline Genesis genesis_of(std::size_t validators) {
  Genesis out = ledger::test::make_genesis("audit test");
  out.validators.clear();
  for (std::size_t i = 0; i < validators; ++i) {
    const std::string name = validator_name(i);
    out.validators.push_back(
        {key_of(name).public_key(), key_of("governor of " + name).public_key(), name});
  }
  std::sort(out.validators.begin(), out.validators.end(),
            [](const auto& a, const auto& b) { return a.key < b.key; });
  out.parameters.epoch_max_blocks = 10;  // so that an epoch ends with block 138
  return out;
}

// The temporary directory's place does not matter to what is tested; memory is the quickest.
inline std::filesystem::path quick_directory() {
  std::error_code error;
  const std::filesystem::path memory = "/dev/shm";
  return std::filesystem::is_directory(memory, error) ? memory
                                                      : std::filesystem::temp_directory_path();
}

// Executes blocks; a copy shares the ledger, so only one of them may go on with it.
class Chain {
 public:
  explicit Chain(std::size_t validators)
      : genesis(genesis_of(validators)), make(genesis), id(chain_id(genesis)) {
    auto opened = ledger::Ledger::open(directory_->path() / "data", genesis);
    if (!opened) FAIL(opened.error().message);
    ledger_ = std::move(*opened);
    for (std::size_t i = 0; i < validators; ++i) {
      const auto key = key_of(validator_name(i)).public_key();
      signers_.emplace(key, validator_name(i));
    }
  }

  // The next block, with these transactions.
  void add(const std::vector<TransactionPtr>& transactions) {
    Batch batch = make.batch(ledger_->tip()->height().next(), transactions);
    batch.epoch = ledger_->epoch()->number;
    const auto block =
        ledger::test::run(*ledger_, make.put(batch, transactions), ledger::test::Until::applied);
    ArchivedBlock out;
    out.header = block->header;
    out.batch = block->batch;
    out.skipped = block->skipped.bytes();
    out.system_receipts = block->system_receipts;
    out.receipts = block->receipts;
    for (const TransactionPtr& one : transactions) {
      out.envelopes.push_back({one->envelope.body, one->envelope.signature,
                               static_cast<std::uint32_t>(one->envelope.attachments.size())});
    }
    certify(out);
    blocks.push_back(std::move(out));
    bodies.push_back(transactions);
  }

  // A user who shows a reader key that is one.
  TransactionPtr set_key(std::string_view user) {
    const auto secret = crypto::ReaderSecret::from_seed(key_of(user).seed());
    return make.transaction(user, {SetUserPubKey{secret.public_key()}});
  }

  // What makes a block final: the seals of the first q members by key.
  void certify(ArchivedBlock& block) const { certify(block, quorum_size(signers_.size())); }
  void certify(ArchivedBlock& block, std::size_t seals) const {
    Certificate out;
    out.block_hash = block_hash(block.header);
    for (const auto& [key, name] : signers_) {
      if (out.signers.size() == seals) break;
      out.signers.push_back({key, make_seal(block.header, key_of(name)).signature});
    }
    block.certificate = std::move(out);
  }

  // From `block` on, the chain as validators that conspire would have made it of altered headers:
  // digests, links and seals fit.
  void conspire(std::size_t place) {
    for (std::size_t i = place; i < blocks.size(); ++i) {
      blocks[i].header.batch_digest = batch_digest(id, blocks[i].batch);
      if (i > place) blocks[i].header.parent_hash = block_hash(blocks[i - 1].header);
      certify(blocks[i]);
    }
  }

  std::vector<wire::ArchiveEntry> entries() const { return {blocks.begin(), blocks.end()}; }
  // Each block followed by the attachments that were sent with it.
  std::vector<wire::ArchiveEntry> entries_with_attachments() const;

  Genesis genesis;
  ledger::test::Maker make;
  Hash id;
  std::vector<ArchivedBlock> blocks;  // [0] is block 1
  std::vector<std::vector<TransactionPtr>> bodies;

 private:
  std::shared_ptr<TemporaryDirectory> directory_ = std::make_shared<TemporaryDirectory>();
  std::shared_ptr<ledger::Ledger> ledger_;
  std::map<PublicKey, std::string> signers_;
};

inline std::vector<wire::ArchiveEntry> Chain::entries_with_attachments() const {
  std::vector<wire::ArchiveEntry> out;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    out.emplace_back(blocks[i]);
    for (std::uint32_t place = 0; place < bodies[i].size(); ++place) {
      const auto& attachments = bodies[i][place]->envelope.attachments;
      for (std::uint32_t number = 0; number < attachments.size(); ++number) {
        out.emplace_back(wire::ArchivedAttachment{{blocks[i].header.height, place, number},
                                                  attachments[number]});
      }
    }
  }
  return out;
}

class ListSource final : public BlockSource {
 public:
  explicit ListSource(std::vector<wire::ArchiveEntry> entries, bool attachments = false)
      : entries_(std::move(entries)), attachments_(attachments) {}
  Result<std::optional<wire::ArchiveEntry>> next() override {
    if (at_ == entries_.size()) return std::nullopt;
    return entries_[at_++];
  }
  Height last() const override { return Height(entries_.size()); }
  bool has_attachments() const override { return attachments_; }

 private:
  std::vector<wire::ArchiveEntry> entries_;
  bool attachments_;
  std::size_t at_ = 0;
};

inline AuditReport audit_all(const Genesis& genesis, BlockSource& source, std::size_t threads = 2) {
  AuditOptions options;
  options.work = quick_directory() / fmt::format("generion-audit-test-{}", ::getpid());
  options.threads = threads;
  auto report = audit(source, genesis, options);
  if (!report) FAIL(report.error().message);
  CHECK_FALSE(std::filesystem::exists(options.work));
  return std::move(*report);
}

inline AuditReport audit_all(const Genesis& genesis, std::vector<wire::ArchiveEntry> entries,
                             bool attachments = false) {
  ListSource source(std::move(entries), attachments);
  return audit_all(genesis, source);
}

// Records, one of them deleted; a refused and a skipped transaction; a user without records.
inline void fill(Chain& chain) {
  const auto first = chain.make.create_record("alice", "first");
  chain.add({first, chain.make.create_record("bob", "second")});
  chain.add({});
  chain.add({chain.make.delete_record("bob", RecordId(1)),  // not his
             first, chain.set_key("carol")});
  chain.add(
      {chain.make.delete_record("alice", RecordId(1)), chain.make.create_record("alice", "third")});
}

}  // namespace generion::audit::test
