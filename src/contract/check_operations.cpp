#include "contract/check_operations.h"

#include <fmt/core.h>

#include <algorithm>

#include "contract/check_proofs.h"

namespace generion::contract {

Result<void> check_operations(const Transaction& transaction, const Parameters& parameters) {
  const std::size_t operations = transaction.body.operations.size();
  if (operations > parameters.operations_max) {
    return fail(Code::too_many, fmt::format("the transaction has {} operations; this chain takes "
                                            "at most {} in one, so split it",
                                            operations, parameters.operations_max));
  }
  if (const std::size_t proofs = count_proofs(transaction.body); proofs > parameters.proofs_max) {
    return fail(Code::too_many,
                fmt::format("the transaction has {} relock proofs and further signatures "
                            "together; this chain takes at most {} in one, so split it",
                            proofs, parameters.proofs_max));
  }
  const std::size_t body = transaction.envelope.body.size();
  if (body > parameters.body_bytes_max) {
    return fail(Code::too_large, fmt::format("the body has {} bytes; this chain takes at most {}, "
                                             "so split the transaction",
                                             body, parameters.body_bytes_max));
  }
  // The lengths that the body states: they stay the same when the bytes are erased.
  std::uint64_t attachments = 0;
  for (const AttachmentRef& ref : attachment_refs(transaction.body)) {
    attachments += std::min(ref.length, parameters.attachment_bytes_max + 1);
    if (attachments > parameters.attachment_bytes_max) {
      return fail(Code::too_large,
                  fmt::format("the attachments have more bytes together than the {} that this "
                              "chain takes; split the transaction, or keep the data at a data "
                              "source",
                              parameters.attachment_bytes_max));
    }
  }
  return {};
}

}  // namespace generion::contract
