#include "ledger/chain_store.h"

#include <fmt/format.h>

#include "ledger/chain_keys.h"
#include "wire/messages.h"

namespace generion::ledger {
namespace {

std::unexpected<Error> unreadable(std::string_view what, Height height, const Error& error) {
  return fail(Code::damaged, fmt::format("the stored {} of height {} cannot be read: {}", what,
                                         height.value(), error.message));
}

Result<Bytes> present(Result<std::optional<Bytes>> value, std::string_view what, Height height,
                      Height base) {
  if (!value) return fail(value.error());
  if (!value->has_value() && height <= base && height > Height(0)) {
    return fail(Code::height_gone,
                fmt::format("the {} of height {} is not held here: this node's blocks begin at {}",
                            what, height.value(), base.value() + 1));
  }
  if (!value->has_value()) {
    return fail(Code::not_found,
                fmt::format("there is no {} of height {} here", what, height.value()));
  }
  return std::move(**value);
}

constexpr std::uint64_t kReadCacheBytes = 32 * 1024 * 1024;

Height height_of(ByteView key) {
  return Height(ByteReader(key.substr(0, 8)).u64());
}

}  // namespace

Result<std::unique_ptr<ChainStore>> ChainStore::open(const std::filesystem::path& directory,
                                                     const Hash& chain,
                                                     std::shared_ptr<rocksdb::Cache> cache) {
  return loaded(Database::open(chain_form(directory, chain, std::move(cache))));
}

Result<std::unique_ptr<ChainStore>> ChainStore::open_read_only(
    const std::filesystem::path& directory, const Hash& chain) {
  return loaded(Database::open_read_only(
      chain_form(directory, chain, Database::make_cache(kReadCacheBytes))));
}

Result<std::unique_ptr<ChainStore>> ChainStore::loaded(Result<std::unique_ptr<Database>> database) {
  if (!database) return fail(database.error());
  std::unique_ptr<ChainStore> out(new ChainStore(std::move(*database)));
  if (auto done = out->load(); !done) return fail(done.error());
  return out;
}

Result<void> ChainStore::load() {
  const auto last_block = database_->last_key(kBlocks);
  if (!last_block) return fail(last_block.error());
  const auto last_seal = database_->last_key(kSeals);
  if (!last_seal) return fail(last_seal.error());
  const auto base = database_->get(kMeta, kBaseKey);
  if (!base) return fail(base.error());
  if (base->has_value()) base_ = height_of(**base).value();
  written_ = last_block->has_value() ? height_of(**last_block) : Height(0);
  written_ = std::max(written_, this->base());
  stored_ = written_.value();
  stable_ = last_seal->has_value() ? height_of(**last_seal).value() : 0;
  stable_ = std::max(stable_.load(), base_.load());
  if (stable_ > stored_) {
    return fail(Code::damaged,
                fmt::format("there is a certificate of height {}, but the last block is {}: blocks "
                            "are missing",
                            stable_.load(), stored_.load()));
  }
  const auto promised = database_->keys(kBodies, "", number_key(stable_ + 1));
  if (!promised) return fail(promised.error());
  for (const Bytes& key : *promised) promised_[height_of(key)].push_back(key);
  const auto erased = database_->scan(kMeta, kErasedPrefix, "", SIZE_MAX);
  if (!erased) return fail(erased.error());
  for (const auto& [key, value] : *erased) pending_erasures_ += ByteReader(value).u64();
  return {};
}

Result<Block> ChainStore::block(Height height) const {
  const auto bytes =
      present(database_->get(kBlocks, number_key(height.value())), "block", height, base());
  if (!bytes) return fail(bytes.error());
  auto stored = wire::decode_stored_block(*bytes);
  if (!stored) return unreadable("block", height, stored.error());
  Block out;
  out.header = stored->header;
  out.hash = block_hash(stored->header);
  out.batch = std::move(stored->batch);
  out.skipped = SkippedBits(std::move(stored->skipped));
  out.system_receipts = std::move(stored->system_receipts);
  out.receipts = std::move(stored->receipts);
  for (const wire::StoredAttachment& id : stored->erasures) {
    out.erasures.push_back({id.height, id.transaction, id.number});
  }
  if (stored->own_seal) {
    out.own_seal = Seal{height, out.hash, stored->own_seal->key, stored->own_seal->signature};
  }
  return out;
}

// The last block of an epoch that is kept for ever; nullopt: it is none, or a block is held.
Result<std::optional<CertifiedHeader>> ChainStore::kept_end(Height height) const {
  if (height > base()) return std::nullopt;
  const auto stored = database_->get(kMeta, end_key(height));
  if (!stored) return fail(stored.error());
  if (!stored->has_value()) return std::nullopt;
  auto end = decode_end(**stored);
  if (!end) return unreadable("end of an epoch", height, end.error());
  return std::move(*end);
}

Result<BlockHeader> ChainStore::header(Height height) const {
  const auto end = kept_end(height);
  if (!end) return fail(end.error());
  if (*end) return (*end)->header;
  const auto bytes =
      present(database_->get(kBlocks, number_key(height.value())), "block", height, base());
  if (!bytes) return fail(bytes.error());
  auto header = wire::decode_stored_header(*bytes);
  if (!header) return unreadable("block", height, header.error());
  return header;
}

Result<Certificate> ChainStore::certificate(Height height) const {
  auto end = kept_end(height);
  if (!end) return fail(end.error());
  if (*end) return std::move((*end)->certificate);
  const auto bytes =
      present(database_->get(kSeals, number_key(height.value())), "certificate", height, base());
  if (!bytes) return fail(bytes.error());
  auto certificate = wire::decode_certificate(*bytes);
  if (!certificate) return unreadable("certificate", height, certificate.error());
  return certificate;
}

Result<wire::StoredBodies> ChainStore::stored_bodies(Height height, const Hash& digest) const {
  const auto bytes =
      present(database_->get(kBodies, bodies_key(height, digest)), "batch", height, base());
  if (!bytes) return fail(bytes.error());
  auto stored = wire::decode_stored_bodies(*bytes);
  if (!stored) return unreadable("batch", height, stored.error());
  return stored;
}

Result<BatchBodies> ChainStore::bodies(Height height, const Hash& digest) const {
  auto stored = stored_bodies(height, digest);
  if (!stored) return fail(stored.error());
  BatchBodies out;
  out.batch = std::move(stored->batch);
  out.transactions.reserve(stored->envelopes.size());
  for (std::uint32_t place = 0; place < stored->envelopes.size(); ++place) {
    wire::StoredEnvelope& envelope = stored->envelopes[place];
    auto transaction =
        with_attachments(attachments_prefix(height, digest, place), std::move(envelope.body),
                         envelope.signature, envelope.attachments);
    if (!transaction) return fail(transaction.error());
    out.transactions.push_back(std::move(*transaction));
  }
  return out;
}

Result<std::vector<Bytes>> ChainStore::signed_bodies(Height height, const Hash& digest) const {
  auto stored = stored_bodies(height, digest);
  if (!stored) return fail(stored.error());
  std::vector<Bytes> out;
  out.reserve(stored->envelopes.size());
  for (wire::StoredEnvelope& envelope : stored->envelopes) out.push_back(std::move(envelope.body));
  return out;
}

Result<SignedTransaction> ChainStore::envelope(Height height, const Hash& digest,
                                               std::uint32_t place) const {
  auto stored = stored_bodies(height, digest);
  if (!stored) return fail(stored.error());
  if (place >= stored->envelopes.size()) {
    return fail(Code::not_found,
                fmt::format("the batch of height {} has no transaction {}", height.value(), place));
  }
  wire::StoredEnvelope& envelope = stored->envelopes[place];
  return with_attachments(attachments_prefix(height, digest, place), std::move(envelope.body),
                          envelope.signature, envelope.attachments);
}

Result<SignedTransaction> ChainStore::with_attachments(const Bytes& prefix, Bytes body,
                                                       const Signature& signature,
                                                       std::uint32_t count) const {
  SignedTransaction out{std::move(body), signature, {}};
  out.attachments.reserve(count);
  for (std::uint32_t number = 0; number < count; ++number) {
    auto bytes = database_->get(kAttachments, prefix + ByteWriter().u32(number).bytes());
    if (!bytes) return fail(bytes.error());
    out.attachments.push_back(std::move(*bytes).value_or(Bytes()));
  }
  return out;
}

Result<std::optional<Bytes>> ChainStore::attachment(const contract::AttachmentId& id) const {
  const auto key = key_of(id);
  if (!key && key.error().code == Code::not_found) return std::nullopt;
  if (!key) return fail(key.error());
  if (!*key) return std::nullopt;
  return database_->get(kAttachments, **key);
}

Result<std::optional<Bytes>> ChainStore::key_of(const contract::AttachmentId& id) const {
  if (id.height > base()) {
    const auto digest = digest_of(id.height);
    if (!digest) return fail(digest.error());
    return attachment_key(id, *digest);
  }
  // Its block is not held. It is stable, so there is one batch of that height.
  const auto keys = database_->keys(kAttachments, number_key(id.height.value()));
  if (!keys) return fail(keys.error());
  const Bytes place = ByteWriter().u32(id.transaction).u32(id.number).bytes();
  for (const Bytes& key : *keys) {
    if (key.ends_with(place)) return key;
  }
  return std::nullopt;
}

Result<Hash> ChainStore::digest_of(Height height) const {
  const auto stored = header(height);
  if (!stored) return fail(stored.error());
  return stored->batch_digest;
}

Result<wire::ArchivedBlock> ChainStore::archived_block(Height height) const {
  auto stored = block(height);
  if (!stored) return fail(stored.error());
  wire::ArchivedBlock out;
  if (!stored->batch.ids.empty()) {
    auto bodies = stored_bodies(height, stored->header.batch_digest);
    if (!bodies) return fail(bodies.error());
    out.envelopes = std::move(bodies->envelopes);
  }
  out.header = stored->header;
  out.batch = std::move(stored->batch);
  out.skipped = stored->skipped.bytes();
  out.system_receipts = std::move(stored->system_receipts);
  out.receipts = std::move(stored->receipts);
  auto held = certificate(height);
  if (!held && held.error().code != Code::not_found) return fail(held.error());
  if (held) out.certificate = std::move(*held);
  return out;
}

void ChainStore::count(LedgerCounters& counters) const {
  counters.chain_writes = writes_.load();
  counters.chain_bytes = bytes_.load();
  counters.chain_syncs = syncs_.load();
}

}  // namespace generion::ledger
