#include "node/ingress.h"

#include <fmt/core.h>

#include "base/hex.h"
#include "contract/check_operations.h"
#include "contract/check_proofs.h"
#include "node/client_signature.h"

namespace generion::node {
namespace {

Result<void> check_clock(const TransactionBody& body, const IngressContext& context) {
  const std::uint64_t until = body.valid_until.value();
  const std::uint64_t now = context.now.value();
  const std::uint64_t window = context.parameters.tx_window_ms;
  if (until < now) {
    return fail(Code::expired,
                fmt::format("the transaction was valid until {} ms, this node's clock is at {} ms, "
                            "{} ms later; sign it again with a later valid_until_ms",
                            until, now, now - until));
  }
  if (until > now + window) {
    return fail(Code::too_far_ahead,
                fmt::format("the transaction is valid until {} ms, this node's clock is at {} ms; "
                            "valid_until_ms may be at most {} ms ahead. Is one of the clocks "
                            "wrong?",
                            until, now, window));
  }
  return {};
}

}  // namespace

Result<TransactionPtr> check_incoming(SignedTransaction envelope, const IngressContext& context) {
  auto transaction = check_transaction(std::move(envelope), Attachments::required);
  if (!transaction) return fail(transaction.error());
  const TransactionBody& body = transaction->body;
  if (body.chain_id != context.chain) {
    return fail(Code::wrong_chain,
                fmt::format("the transaction is for chain {}, this node serves chain {}",
                            to_hex(body.chain_id), to_hex(context.chain)));
  }
  if (auto ok = check_clock(body, context); !ok) return fail(ok.error());
  if (auto ok = contract::check_operations(*transaction, context.parameters); !ok) {
    return fail(ok.error());
  }
  return std::make_shared<const Transaction>(std::move(*transaction));
}

Result<void> check_authority(const Transaction& transaction, const AuthorityContext& context) {
  const Address& sender = transaction.body.sender;
  const bool has_proofs = !context.proofs_known && contract::count_proofs(transaction.body) > 0;
  if (has_proofs) {
    if (auto ok = context.guard.admit(sender, context.now); !ok) return ok;
  }
  if (!verify_client_signature(transaction)) {
    return fail(Code::bad_signature,
                "the signature does not hold for this body and sender; was the body changed after "
                "it was signed, or signed with another key?");
  }
  if (auto ok = context.check_state(transaction); !ok) return ok;
  if (context.proofs_known) return {};
  auto checked = contract::check_proofs(transaction);
  if (has_proofs && checked) context.guard.passed(sender);
  if (has_proofs && !checked) context.guard.failed(sender, context.now);
  return checked;
}

}  // namespace generion::node
