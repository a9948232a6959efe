// What sharing, delivering and relocking have in common: the record as the chain has it, the secret
// that opens its lock, and a new lock of the same key.
#pragma once

#include "cli/commands/sending.h"
#include "client/record_reader.h"
#include "client/relocking.h"
#include "types/operations.h"

namespace generion::cli {

// The reader key that a user has published. Error reader_key_unset, with what he has to do.
Result<ReaderKey> published_reader_key(client::Rpc& node, const Address& user);

// The secret with this public half: of the key that signs, or of the key directory. Error bad_key:
// neither has it.
Result<crypto::ReaderSecret> own_reader_secret(Context& context, const Sending& sending,
                                               const SendArgs& args, const ReaderKey& key);

// The record's key, locked to `to`. Errors: those of get_record, own_reader_secret and
// client::relock_record.
Result<Relocking> relock_own_record(Context& context, const Sending& sending, const SendArgs& args,
                                    RecordId record, const crypto::RelockContext& purpose,
                                    const ReaderKey& to);

// What opens records with the keys of the key directory.
Result<client::RecordReader> record_reader(Context& context);

// The record, opened by a lock that a share or a delivery gave to `reader`. Error not_capsule if
// there is no lock: only the application that wrote the data can read it.
Result<client::OpenedRecord> open_handed_over(Context& context, RecordId record,
                                              const std::optional<Lock>& lock,
                                              const ReaderKey& reader);

}  // namespace generion::cli
