#include "audit/directory_source.h"

#include <fmt/format.h>

namespace generion::audit {

namespace fs = std::filesystem;

std::optional<fs::path> find_node_data(const fs::path& path) {
  std::error_code error;
  for (const fs::path& at : {path, path / "data"}) {
    if (fs::is_regular_file(at / "chain" / "identity", error)) return at;
  }
  return std::nullopt;
}

Result<std::unique_ptr<DirectorySource>> DirectorySource::open(const fs::path& data,
                                                               const Hash& chain, bool attachments,
                                                               Height from) {
  auto lock = DirectoryLock::take(data);
  if (!lock) return fail(lock.error());
  auto store = ledger::ChainStore::open_read_only(data / "chain", chain);
  if (!store) return fail(store.error());
  if ((*store)->stable() == Height(0)) {
    return fail(Code::not_found,
                fmt::format("{} has no block with a certificate yet", data.string()));
  }
  return std::unique_ptr<DirectorySource>(
      new DirectorySource(std::move(*lock), std::move(*store), attachments, from));
}

// Of the last block: the next one that is there.
Result<std::optional<wire::ArchivedAttachment>> DirectorySource::next_attachment() {
  for (; transaction_ < counts_.size(); ++transaction_, number_ = 0) {
    while (number_ < counts_[transaction_]) {
      const wire::StoredAttachment id{Height(next_.value() - 1), transaction_, number_++};
      auto bytes = store_->attachment({id.height, id.transaction, id.number});
      if (!bytes) return fail(bytes.error());
      if (bytes->has_value()) return wire::ArchivedAttachment{id, std::move(**bytes)};
    }
  }
  return std::nullopt;
}

Result<std::optional<wire::ArchiveEntry>> DirectorySource::next() {
  if (attachments_) {
    auto attachment = next_attachment();
    if (!attachment) return fail(attachment.error());
    if (attachment->has_value()) return wire::ArchiveEntry(std::move(**attachment));
  }
  if (next_ > last_) return std::nullopt;
  auto block = store_->archived_block(next_);
  if (!block) return fail(block.error());
  next_ = next_.next();
  counts_.clear();
  transaction_ = number_ = 0;
  for (const wire::StoredEnvelope& envelope : block->envelopes) {
    counts_.push_back(envelope.attachments);
  }
  return wire::ArchiveEntry(std::move(*block));
}

}  // namespace generion::audit
