#include "contract/check_operations.h"

#include <fmt/core.h>

#include <algorithm>

#include "crypto/capsule.h"

namespace generion::contract {
namespace {

Result<void> check_number_and_sizes(const Transaction& transaction, const Parameters& parameters) {
  const std::size_t operations = transaction.body.operations.size();
  if (operations > parameters.operations_max) {
    return fail(Code::too_many, fmt::format("the transaction has {} operations; this chain takes "
                                            "at most {} in one, so split it",
                                            operations, parameters.operations_max));
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

struct CheckPoints {
  Result<void> operator()(const SetUserPubKey& op) const {
    return crypto::check_reader_key(op.pub_key);
  }
  Result<void> operator()(const CreateRecord& op) const {
    if (!op.lock) return {};
    if (auto ok = crypto::check_reader_key(op.data_pub_key); !ok) return ok;
    return crypto::check_lock(*op.lock);
  }
  // The points of a relocking are checked with its proof.
  template <class Op>
  Result<void> operator()(const Op& /*op*/) const {
    return {};
  }
};

}  // namespace

Result<void> check_operations(const Transaction& transaction, const Parameters& parameters) {
  if (auto ok = check_number_and_sizes(transaction, parameters); !ok) return ok;
  const auto& operations = transaction.body.operations;
  for (std::size_t i = 0; i < operations.size(); ++i) {
    if (auto ok = std::visit(CheckPoints{}, operations[i]); !ok) {
      return fail(ok.error().code, fmt::format("operation {}, {}: {}", i,
                                               operation_name(operations[i]), ok.error().message));
    }
  }
  return {};
}

}  // namespace generion::contract
