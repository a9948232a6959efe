// Consensus messages as frames and journal entries carry them: generion.v1.Message.
#pragma once

#include "base/error.h"
#include "types/messages.h"

namespace generion::wire {

Bytes encode_message(const Message& message);

// Errors: malformed, too_many; the text names the field. Signatures are not checked here.
Result<Message> decode_message(ByteView bytes);

Bytes encode_certificate(const Certificate& certificate);
Result<Certificate> decode_certificate(ByteView bytes);

Bytes encode_prepared(const PreparedCertificate& certificate);
Result<PreparedCertificate> decode_prepared(ByteView bytes);

Bytes encode_batch(const Batch& batch);
Result<Batch> decode_batch(ByteView bytes);

}  // namespace generion::wire
