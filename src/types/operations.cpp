#include "types/operations.h"

#include <array>

namespace generion {
namespace {

// In the order of the variant.
constexpr std::array<std::string_view, std::variant_size_v<Operation>> kNames = {
    "setUserPubKey", "admitUser",    "createRecord",   "verifyRecord",       "deleteRecord",
    "relockRecord",  "shareRecord",  "revokeShare",    "createOrder",        "deleteOrder",
    "purchaseData",  "deliverOrder", "transfer",       "setRecoveryKey",     "moveUser",
    "cancelMove",    "propose",      "vote",           "suspendInstitution", "anchorLog",
    "endEpoch",      "reportReady",  "reportEvidence",
};

using Kind = AttachmentUse::Kind;

struct Uses {
  std::vector<AttachmentUse> operator()(const CreateRecord& op) const {
    return {{op.data, op.lock ? Kind::sealed_meta : Kind::opaque_data}};
  }
  std::vector<AttachmentUse> operator()(const ShareRecord& op) const {
    const auto* data = std::get_if<AttachmentRef>(&op.access);
    if (data == nullptr) return {};
    return {{*data, Kind::opaque_data}};
  }
  std::vector<AttachmentUse> operator()(const CreateOrder& op) const {
    if (!op.text) return {};
    return {{*op.text, Kind::text}};
  }
  std::vector<AttachmentUse> operator()(const DeliverOrder& op) const {
    std::vector<AttachmentUse> out;
    for (const Delivery& delivery : op.deliveries) {
      if (const auto* data = std::get_if<AttachmentRef>(&delivery.access)) {
        out.push_back({*data, Kind::opaque_data});
      }
    }
    return out;
  }
  template <class Op>
  std::vector<AttachmentUse> operator()(const Op& /*op*/) const {
    return {};
  }
};

}  // namespace

std::string_view operation_name(const Operation& operation) {
  return kNames.at(operation.index());
}

Bytes move_message(const Hash& chain, const Address& user, const Address& new_key) {
  Bytes out(chain.view());
  out += user.view();
  out += new_key.view();
  return out;
}

std::vector<AttachmentUse> attachment_uses(const Operation& operation) {
  return std::visit(Uses{}, operation);
}

}  // namespace generion
