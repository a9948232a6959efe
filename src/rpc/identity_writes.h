// The original middleware's writing paths. The original signed with a wallet of its own; here the
// user signs, and a path only accepts a transaction that does what the path says.
#pragma once

#include "rpc/identity_reads.h"

namespace generion::rpc::identity {

// A kind of write.
struct Write {
  // Why this transaction is not what the path with this variable part is for; nullopt if it is.
  std::optional<std::string> (*fault)(const contract::StateReader& state, std::string_view id,
                                      const TransactionBody& body);
  // The reply's `result` once it was executed.
  Json (*result)(const TransactionBody& body, const Outcome& outcome,
                 const boost::json::storage_ptr& memory);
};

extern const Write kSetPubKey;
extern const Write kCreateRecords;
extern const Write kVerifyRecords;
extern const Write kDeleteRecord;
extern const Write kCreateOrder;
extern const Write kDeleteOrder;
extern const Write kPurchase;

// The only operation, if it is the only one and of this kind.
template <class Kind>
const Kind* only(const TransactionBody& body) {
  return body.operations.size() == 1 ? std::get_if<Kind>(&body.operations.front()) : nullptr;
}

// Sends the transaction of a body {"signed_tx": "<base64>"} and answers when it was executed.
void serve_write(const Dispatcher& dispatcher, const Write& write, std::string_view id,
                 std::string_view body, net::Respond respond);

}  // namespace generion::rpc::identity
