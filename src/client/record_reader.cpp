#include "client/record_reader.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/hex.h"
#include "client/reader_keys.h"
#include "crypto/capsule.h"
#include "crypto/document.h"
#include "wire/capsule_meta.h"

namespace generion::client {
namespace {

constexpr std::size_t kPieceBytes = 64 * 1024;

// What a record must be before its lock is worth a look.
Result<crypto::CapsuleParts> capsule_of(const RecordView& record) {
  const std::uint64_t id = record.record_id.value();
  if (record.deleted) {
    return fail(Code::record_deleted,
                fmt::format("record {} was deleted: nobody can read it any more", id));
  }
  if (!record.data_encr) {
    return fail(Code::erased, fmt::format("the node no longer has the data of record {}: ask "
                                          "another node, or it was erased",
                                          id));
  }
  if (!crypto::is_capsule(*record.data_encr)) {
    return fail(Code::bad_argument,
                fmt::format("record {} is in a format of the application that wrote it: only that "
                            "application can read it",
                            id));
  }
  auto parts = crypto::parse_data_encr(*record.data_encr);
  if (!parts) {
    return fail(parts.error().code, fmt::format("record {}: {}", id, parts.error().message));
  }
  return *parts;
}

}  // namespace

Result<OpenedRecord> RecordReader::open(RecordId record_id) const {
  auto record = get_record(node_, record_id);
  if (!record) return fail(record.error());
  return open(std::move(*record));
}

Result<OpenedRecord> RecordReader::open(RecordView record) const {
  const auto parts = capsule_of(record);
  if (!parts) return fail(parts.error());
  const Lock lock = parts->lock;
  const ReaderKey reader = record.pub_key;
  return open(std::move(record), lock, reader);
}

Result<OpenedRecord> RecordReader::open(RecordView record, const Lock& lock,
                                        const ReaderKey& reader) const {
  const auto parts = capsule_of(record);
  if (!parts) return fail(parts.error());
  const auto secret = find_reader_secret(keys_, chain_id_, reader);
  if (!secret) return fail(secret.error());
  if (!*secret) {
    return fail(Code::bad_key,
                fmt::format("record {} is locked to reader key {}, which is none of the keys in "
                            "{}: use the key store of its reader, or restore its keys from the "
                            "phrase",
                            record.record_id.value(), to_hex(reader), keys_.directory().string()));
  }
  const auto key = crypto::open_lock(lock, **secret);
  if (!key) return fail(key.error());
  const auto meta_bytes = crypto::open_meta(key->meta_key(), parts->sealed_meta);
  if (!meta_bytes) {
    return fail(Code::bad_capsule,
                fmt::format("record {} names your reader key but its lock does not open with it "
                            "({}): whoever made it made it wrongly; ask {} for a new one",
                            record.record_id.value(), meta_bytes.error().message,
                            record.by_institution ? "the institution" : "its creator"));
  }
  auto meta = wire::decode_capsule_meta(*meta_bytes);
  if (!meta) return fail(meta.error());
  return OpenedRecord{std::move(record), reader, std::move(*meta), key->document_key()};
}

Result<void> read_document(const OpenedRecord& opened, const DocumentStore& store,
                           const Sink& sink) {
  // The record's address is signed by its creator; the meta repeats it.
  const auto& address = opened.record.document ? opened.record.document : opened.meta.document;
  if (!address) {
    return fail(Code::not_found,
                fmt::format("record {} has no document: what there is stands in its meta",
                            opened.record.record_id.value()));
  }
  crypto::DocumentDecryptor decryptor(opened.document_key);
  bool wrong_key = true;
  auto got = store.get(*address, [&](ByteView ciphertext) -> Result<void> {
    auto plaintext = decryptor.push(ciphertext);
    if (!plaintext) return fail(plaintext.error());
    if (plaintext->empty()) return {};
    wrong_key = false;
    return sink(*plaintext);
  });
  if (got) {
    auto rest = decryptor.finish();
    if (rest && rest->empty()) return {};
    if (rest) return sink(*rest);
    got = fail(rest.error());
  }
  if (got.error().code == Code::damaged && wrong_key) {
    return fail(
        Code::bad_capsule,
        fmt::format("document {} is damaged or not encrypted with the key of record {}: "
                    "ask its creator to store it again ({})",
                    to_hex(*address), opened.record.record_id.value(), got.error().message));
  }
  return got;
}

Result<Hash> store_document(DocumentStore& store, const crypto::SecretBytes& document_key,
                            const std::function<Result<Bytes>()>& next, Durability durability) {
  auto upload = store.begin_upload(durability);
  if (!upload) return fail(upload.error());
  crypto::DocumentEncryptor encryptor(document_key);
  while (true) {
    const auto piece = next();
    if (!piece) return fail(piece.error());
    if (piece->empty()) break;
    if (auto ok = (*upload)->write(encryptor.push(*piece)); !ok) return fail(ok.error());
  }
  if (auto ok = (*upload)->write(encryptor.finish()); !ok) return fail(ok.error());
  const Hash address = encryptor.address();
  if (auto ok = (*upload)->commit(address); !ok) return fail(ok.error());
  return address;
}

Result<Hash> store_document(DocumentStore& store, const crypto::SecretBytes& document_key,
                            ByteView plaintext, Durability durability) {
  return store_document(
      store, document_key,
      [&plaintext]() -> Result<Bytes> {
        const ByteView piece = plaintext.substr(0, kPieceBytes);
        plaintext.remove_prefix(piece.size());
        return Bytes(piece);
      },
      durability);
}

}  // namespace generion::client
