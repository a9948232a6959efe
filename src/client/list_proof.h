// Whether a list is complete: pure functions over what a node proved.
//
// Objects of the chain hold counts that never go down: a user's object how many records he has ever
// had, the counters how many orders there are. So n distinct, proven records of a user whose proven
// object says n, all under one certificate, are his records: none is withheld, added or altered.
//
//   ListCheck check({ListKind::records_of_owner, address}, anchor);
//   for (const ObjectsProof& page : pages) check.add(page);  // each as getRecordList proves it
//   const Result<ProvenList> list = std::move(check).finish();
//
// What no object counts can't be proven complete: orders by status, type or price (take all orders,
// and choose from them), a record's history and an account's transactions (look-ups that are not
// under the state's root), and that an address is nobody's. docs/protocol/proofs.md.
#pragma once

#include <cstddef>
#include <functional>
#include <map>

#include "base/error.h"
#include "client/list_question.h"
#include "types/proof.h"

namespace generion::client {

// A list that has passed the check. Deleted records and closed shares are in it.
struct ProvenList {
  ListQuestion question;
  BlockHeader header;  // all of it is what the state was after this block
  Hash block_hash;
  std::size_t signers = 0;       // of the block's certificate
  std::map<Bytes, Bytes> items;  // key -> value, in the order of their numbers
  // What counts them, and the users and institutions to whom they refer. Some may be missing: then
  // those have a number but no proven name.
  std::map<Bytes, Bytes> others;
};

// Whether a header is of the chain that the reader trusts, by the certificate and the changes of
// the set that come with it. Errors: wrong_chain, bad_proof and more.
using HeaderCheck = std::function<Result<void>(const BlockHeader&, const Certificate&,
                                               const std::vector<SetChange>&)>;
// By the certificates from an anchor on.
HeaderCheck check_from(TrustAnchor anchor);

// One list's check, page by page in any order. After an error only destruction is allowed.
class ListCheck {
 public:
  ListCheck(ListQuestion question, HeaderCheck check)
      : question_(std::move(question)), check_(std::move(check)) {}
  ListCheck(ListQuestion question, TrustAnchor anchor)
      : ListCheck(std::move(question), check_from(std::move(anchor))) {}

  // Errors: wrong_chain; bad_proof names what is wrong: certificate, a page of another block, an
  // object that was altered, one that stands twice.
  Result<void> add(const ObjectsProof& page);

  // Error bad_proof: no page; what counts the list is not proven; an entry belongs to another
  // question; fewer or more entries than the count.
  Result<ProvenList> finish() &&;

 private:
  Result<void> check_head(const ObjectsProof& page);

  ListQuestion question_;
  HeaderCheck check_;
  std::size_t pages_ = 0;
  ProvenList list_;
};

// That the id is above its counter, by the counters' object at `height`, whose place is verified
// already. Error bad_proof.
Result<void> check_above_counter(const contract::ObjectName& id, const ObjectProof& counters,
                                 Height height);

// That there is no such record, share, order or proposal: `counters` proves the counters, and
// the id is above its counter. Errors: wrong_chain, bad_proof (it is not above, or `id` is of a
// kind that has no number).
Result<void> verify_absent(const contract::ObjectName& id, const Proof& counters,
                           const TrustAnchor& anchor);

}  // namespace generion::client
