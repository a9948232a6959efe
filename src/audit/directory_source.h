// The chain in a stopped node's data directory. Nothing in it is changed.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "audit/block_source.h"
#include "base/file.h"
#include "ledger/chain_store.h"

namespace generion::audit {

// `path`, or `path`/data, whichever has a node's chain database; nullopt: neither.
std::optional<std::filesystem::path> find_node_data(const std::filesystem::path& path);

class DirectorySource final : public BlockSource {
 public:
  // Keeps the directory locked, so that no node starts meanwhile. From block `from` up to the
  // newest one with a certificate. Errors: locked (the node runs: stop it, or give its URL),
  // not_found (it has no block with a certificate), foreign_database, newer_format, damaged,
  // io_error.
  static Result<std::unique_ptr<DirectorySource>> open(const std::filesystem::path& data,
                                                       const Hash& chain, bool attachments,
                                                       Height from = Height(1));

  Result<std::optional<wire::ArchiveEntry>> next() override;
  Height last() const override { return last_; }
  bool has_attachments() const override { return attachments_; }

 private:
  DirectorySource(DirectoryLock lock, std::unique_ptr<ledger::ChainStore> store, bool attachments,
                  Height from)
      : lock_(std::move(lock)),
        store_(std::move(store)),
        last_(store_->stable()),
        attachments_(attachments),
        next_(from) {}
  Result<std::optional<wire::ArchivedAttachment>> next_attachment();

  DirectoryLock lock_;
  std::unique_ptr<ledger::ChainStore> store_;
  Height last_;
  bool attachments_;
  Height next_;
  std::vector<std::uint32_t> counts_;  // attachments of each transaction of the last block
  std::uint32_t transaction_ = 0;      // where to go on in it
  std::uint32_t number_ = 0;
};

}  // namespace generion::audit
