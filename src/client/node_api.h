// The node's methods with types: what docs/protocol/rpc.md says in JSON, here as structs. An answer
// that does not have the described shape is the error malformed and names the field.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "client/rpc_client.h"
#include "types/ids.h"
#include "types/proof.h"
#include "types/submission.h"
#include "types/transaction.h"

namespace generion::client {

struct NodeStatus {
  Hash chain_id;
  std::string chain_name;
  std::string version;
  std::string role;
  Height height;
  Height sealed_height;
  TimeMs block_time;  // of the newest block; moves on while the chain is idle too
  TimeMs node_time;   // the node's clock
  bool ready = false;
};

using generion::TxState;
using generion::Wait;

// How a transaction fares or ended.
struct Outcome {
  TxId tx_id;
  TxState state = TxState::unknown;
  std::optional<Height> height;  // of its block
  bool sealed = false;
  Code code = Code::ok;  // why refused
  std::string message;   // the node's words for `code`
  std::optional<std::uint64_t> failed_operation;
  std::vector<std::uint64_t> new_ids;  // of the records made, in the order of the operations
  Bytes proof;                         // a proof file (types/proof.h), with Wait::sealed only
};

struct RecordView {
  RecordId record_id;
  Address usr_adr;  // the owner
  Address creator_adr;
  ReaderKey pub_key;  // data_pub_key
  bool by_institution = false;
  std::optional<Bytes> data_encr;  // absent once erased
  std::optional<Lock> lock;
  std::optional<Hash> document;
  std::string type;
  std::optional<RecordId> replaces;
  bool is_verified = false;
  bool deidentified = false;
  TimeMs created_at;
  bool deleted = false;
};

struct UserView {
  UserId user_id;
  Address address;
  std::optional<ReaderKey> reader_key;
  std::uint64_t record_count = 0;
};

Result<NodeStatus> get_status(Rpc& node);

// Sends and waits as told. An outcome `refused` is no error here: look at `state`. Sending the same
// bytes again is safe and returns the first outcome.
Result<Outcome> send_transaction(Rpc& node, const SignedTransaction& transaction, Wait wait);

// Several at once: as many outcomes as transactions, in their order.
Result<std::vector<Result<Outcome>>> send_transactions(
    Rpc& node, const std::vector<SignedTransaction>& transactions, Wait wait);

// The state `unknown` stands for a transaction that the node never saw.
Result<Outcome> get_outcome(Rpc& node, const TxId& tx_id);

Result<RecordView> get_record(Rpc& node, RecordId record_id);
Result<UserView> get_user(Rpc& node, const Address& address);

// nullopt if the user has set none.
Result<std::optional<ReaderKey>> get_user_pub_key(Rpc& node, const Address& address);

// Gives each item of a list to `take`, page by page at one height; an error of it ends the list.
Result<void> for_each_item(Rpc& node, std::string_view method, boost::json::object params,
                           const std::function<Result<void>(const boost::json::value&)>& take);

// All ids of a user's records.
Result<std::vector<RecordId>> get_record_ids(Rpc& node, const Address& address);

// Proofs as the node gives them, not yet verified.
Result<Proof> get_record_proof(Rpc& node, RecordId record_id);
Result<Proof> get_receipt_proof(Rpc& node, const TxId& tx_id);
// Of any object, by its key (contract/objects.h); at the newest height with a certificate, or at
// `height`.
Result<Proof> get_object_proof(Rpc& node, ByteView key, std::optional<Height> height);

// Blocks by which the validators are followed, as the node gives them: with `from_height` itself,
// then at most `limit` changes of the set, then the newest block unless there are more.
struct LinksPage {
  std::vector<ChainLink> links;
  bool more = false;
};
Result<LinksPage> get_links(Rpc& node, Height from_height, std::size_t limit);

// One object of the node's answers.
Result<Outcome> parse_outcome(const boost::json::value& json);
Result<RecordView> parse_record(const boost::json::value& json);

}  // namespace generion::client
