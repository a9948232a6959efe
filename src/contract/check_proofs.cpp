#include "contract/check_proofs.h"

#include <fmt/core.h>

#include "crypto/capsule.h"
#include "crypto/relock.h"

namespace generion::contract {
namespace {

struct CountProofs {
  std::size_t operator()(const RelockRecord& op) const { return op.records.size(); }
  std::size_t operator()(const ShareRecord& op) const { return is_relocked(op.access); }
  std::size_t operator()(const DeliverOrder& op) const {
    std::size_t out = 0;
    for (const Delivery& delivery : op.deliveries) out += is_relocked(delivery.access);
    return out;
  }
  std::size_t operator()(const MoveUser&) const { return 1; }
  std::size_t operator()(const ReportEvidence&) const { return 2; }
  template <class Other>
  std::size_t operator()(const Other&) const {
    return 0;
  }

 private:
  static std::size_t is_relocked(const std::variant<Relocking, AttachmentRef>& access) {
    return std::holds_alternative<Relocking>(access) ? 1 : 0;
  }
};

Result<void> name_record(RecordId record, Result<void> checked) {
  if (checked) return checked;
  return fail(checked.error().code,
              fmt::format("record {}: {}", record.value(), checked.error().message));
}

class CheckProofs {
 public:
  explicit CheckProofs(const Hash& chain) : chain_(chain) {}

  Result<void> operator()(const SetUserPubKey& op) const {
    return crypto::check_reader_key(op.pub_key);
  }
  Result<void> operator()(const CreateRecord& op) const {
    if (!op.lock) return {};
    if (auto ok = crypto::check_reader_key(op.data_pub_key); !ok) return ok;
    return crypto::check_lock(*op.lock);
  }
  // Whatever the order holds.
  Result<void> operator()(const PurchaseData& op) const {
    return crypto::check_reader_key(op.pub_key);
  }
  Result<void> operator()(const RelockRecord& op) const {
    for (const RecordRelocking& moved : op.records) {
      const Move move{crypto::owner_context(), moved.record_id, op.pub_key};
      if (auto ok = check(move, moved.relocking); !ok) return ok;
    }
    return {};
  }
  Result<void> operator()(const ShareRecord& op) const {
    return check({crypto::share_context(op.grantee), op.record_id, op.data_pub_key}, op.access);
  }
  Result<void> operator()(const DeliverOrder& op) const {
    for (const Delivery& delivery : op.deliveries) {
      const Move move{crypto::delivery_context(op.order_id.value()), delivery.record_id,
                      op.pub_key};
      if (auto ok = check(move, delivery.access); !ok) return ok;
    }
    return {};
  }
  Result<void> operator()(const MoveUser& op) const {
    if (crypto::verify_signature(op.new_key, kMoveTag, move_message(chain_, op.usr_adr, op.new_key),
                                 op.new_key_signature)) {
      return {};
    }
    return fail(Code::bad_signature,
                "new_key_signature: does not hold; the new key has to sign this chain, the user's "
                "address and itself");
  }
  Result<void> operator()(const ReportEvidence& op) const { return verify_evidence(op.evidence); }
  // These have nothing of the kind.
  Result<void> operator()(const AdmitUser&) const { return {}; }
  Result<void> operator()(const VerifyRecord&) const { return {}; }
  Result<void> operator()(const DeleteRecord&) const { return {}; }
  Result<void> operator()(const RevokeShare&) const { return {}; }
  Result<void> operator()(const CreateOrder&) const { return {}; }
  Result<void> operator()(const DeleteOrder&) const { return {}; }
  Result<void> operator()(const Transfer&) const { return {}; }
  Result<void> operator()(const SetRecoveryKey&) const { return {}; }
  Result<void> operator()(const CancelMove&) const { return {}; }
  Result<void> operator()(const Propose&) const { return {}; }
  Result<void> operator()(const Vote&) const { return {}; }
  Result<void> operator()(const SuspendInstitution&) const { return {}; }
  Result<void> operator()(const AnchorLog&) const { return {}; }
  Result<void> operator()(const EndEpoch&) const { return {}; }
  Result<void> operator()(const ReportReady&) const { return {}; }

 private:
  // Where a record's key goes, and for what.
  struct Move {
    crypto::RelockContext context;
    RecordId record;
    ReaderKey to;
  };

  Result<void> check(const Move& move, const Relocking& relocking) const {
    return name_record(move.record, crypto::check_relock({chain_, move.context, move.record.value(),
                                                          relocking.from_key, relocking.from_lock,
                                                          move.to, relocking.lock},
                                                         relocking.proof));
  }
  Result<void> check(const Move& move, const std::variant<Relocking, AttachmentRef>& access) const {
    const auto* relocking = std::get_if<Relocking>(&access);
    return relocking != nullptr ? check(move, *relocking) : Result<void>{};
  }

  const Hash& chain_;
};

}  // namespace

std::size_t count_proofs(const TransactionBody& body) {
  std::size_t out = 0;
  for (const Operation& operation : body.operations) out += std::visit(CountProofs{}, operation);
  return out;
}

Result<void> check_proofs(const Transaction& transaction) {
  const CheckProofs check(transaction.body.chain_id);
  const auto& operations = transaction.body.operations;
  for (std::size_t i = 0; i < operations.size(); ++i) {
    if (auto ok = std::visit(check, operations[i]); !ok) {
      return fail(ok.error().code, fmt::format("operation {}, {}: {}", i,
                                               operation_name(operations[i]), ok.error().message));
    }
  }
  return {};
}

}  // namespace generion::contract
