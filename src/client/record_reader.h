// Reads a record: opens its lock, or that of a share or delivery, with the right key of the key
// store, opens the meta, gets the document, decrypts it.
#pragma once

#include <cstdint>
#include <string>

#include "base/error.h"
#include "client/document_store.h"
#include "client/key_store.h"
#include "client/node_api.h"
#include "types/capsule_meta.h"

namespace generion::client {

struct OpenedRecord {
  RecordView record;
  ReaderKey reader;  // that opened it
  CapsuleMeta meta;
  crypto::SecretBytes document_key;
};

// Borrows the node and the key store. One thread.
class RecordReader {
 public:
  RecordReader(Rpc& node, const KeyStore& keys, const Hash& chain_id)
      : node_(node), keys_(keys), chain_id_(chain_id) {}

  // Errors, each with what to do: record_not_found, record_deleted, erased, bad_argument (opaque:
  // only the application that wrote it can read it), bad_key (locked to a key that this store does
  // not have), bad_capsule, locked (unlock the store first).
  Result<OpenedRecord> open(RecordId record_id) const;
  Result<OpenedRecord> open(RecordView record) const;
  // By another lock of the same key, which a share or a delivery gave to `reader`. The same errors.
  Result<OpenedRecord> open(RecordView record, const Lock& lock, const ReaderKey& reader) const;

 private:
  Rpc& node_;
  const KeyStore& keys_;
  Hash chain_id_;
};

// The plaintext, piece by piece; each piece is authentic, but the whole is only on success: a cut
// document is an error at its end. Errors: not_found (names the store), damaged, bad_capsule (it is
// not encrypted with this record's key), the sink's own.
Result<void> read_document(const OpenedRecord& opened, const DocumentStore& store,
                           const Sink& sink);

// Encrypts what `next` yields (an empty piece ends it) into the store and returns its address.
Result<Hash> store_document(DocumentStore& store, const crypto::SecretBytes& document_key,
                            const std::function<Result<Bytes>()>& next,
                            Durability durability = Durability::at_commit);
Result<Hash> store_document(DocumentStore& store, const crypto::SecretBytes& document_key,
                            ByteView plaintext, Durability durability = Durability::at_commit);

}  // namespace generion::client
