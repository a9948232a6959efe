// Methods about transactions.
#include "base/base64.h"
#include "base/hex.h"
#include "rpc/method_table.h"
#include "rpc/results.h"
#include "rpc/submissions.h"
#include "wire/transaction.h"

namespace generion::rpc {
namespace {

// Body and attachments at their largest, with the envelope around them.
constexpr std::size_t kTransactionBytesMax =
    limits::kBodyBytesMax + limits::kAttachmentBytesMax + 4'096;

std::unexpected<Failure> failed(Error error) {
  return std::unexpected(Failure(std::move(error)));
}

void send_transaction(const Context& context, const Arguments& arguments, Done done) {
  auto transaction = wire::decode_transaction(arguments.bytes("transaction"));
  if (!transaction) return done(failed(std::move(transaction.error())));
  const std::string_view wait = arguments.text("wait");
  context.submissions.submit(std::move(*transaction),
                             wait == "sealed"     ? Wait::sealed
                             : wait == "executed" ? Wait::executed
                                                  : Wait::accepted,
                             std::move(done));
}

void simulate_transaction(const Context& context, const Arguments& arguments, SimulationDone done) {
  auto transaction = wire::decode_transaction(arguments.bytes("transaction"));
  if (!transaction) return done(failed(std::move(transaction.error())));
  context.backend.simulate(std::move(*transaction),
                           [done = std::move(done)](Result<Simulation> result) mutable {
                             if (!result) return done(failed(std::move(result.error())));
                             done(std::move(*result));
                           });
}

Answer get_transaction(const Context& context, const Arguments& arguments, const Memory& memory) {
  const auto found = context.backend.transaction(arguments.tx_id("tx_id"));
  if (!found) return failed(found.error());
  Json out = to_json(found->outcome, memory);
  if (found->transaction) {
    out.get_object().emplace("transaction",
                             to_base64(wire::encode_transaction(*found->transaction)));
  }
  if (found->block_time) out.get_object().emplace("block_time_ms", found->block_time->value());
  return out;
}

Answer get_receipt(const Context& context, const Arguments& arguments, const Memory& memory) {
  const TxId& id = arguments.tx_id("tx_id");
  const auto receipt = context.backend.receipt(id);
  if (!receipt) return failed(receipt.error());
  JsonObject out(4, memory);
  out.emplace("receipt", to_json(receipt->receipt, memory));
  out.emplace("height", receipt->height.value());
  out.emplace("index", receipt->index);
  if (arguments.flag("proof")) {
    const auto proof = context.backend.prove_receipt(id);
    if (!proof) return failed(proof.error());
    out.emplace("proof", to_base64(*proof));
  }
  return Json(std::move(out));
}

Parameter transaction_parameter() {
  return {.name = "transaction",
          .type = ParameterType::base64,
          .description = "a SignedTransaction",
          .max = kTransactionBytesMax};
}

Parameter tx_id_parameter() {
  return {.name = "tx_id", .type = ParameterType::tx_id, .description = "from sendTransaction"};
}

}  // namespace

std::vector<Method> transaction_methods() {
  return {
      {.name = "sendTransaction",
       .summary =
           "Sends a signed transaction and waits as long as told; the same bytes again are safe",
       .parameters = {transaction_parameter(),
                      {.name = "wait",
                       .type = ParameterType::choice,
                       .is_optional = true,
                       .description = "accepted if left out",
                       .choices = {"accepted", "executed", "sealed"}}},
       .result = "outcome",
       .handler = send_transaction},
      {.name = "simulateTransaction",
       .summary = "What a signed transaction would do to the newest state; changes nothing",
       .parameters = {transaction_parameter()},
       .result = "tx_id, tx_hash, height, code, message, failed_operation, new_ids",
       .handler = simulate_transaction},
      {.name = "getTransaction",
       .summary = "What became of a transaction, and its bytes",
       .parameters = {tx_id_parameter()},
       .result = "outcome, transaction (base64, erased attachments empty), block_time_ms",
       .handler = get_transaction},
      {.name = "getReceipt",
       .summary = "How a transaction ended, with its proof if asked for",
       .parameters = {tx_id_parameter(),
                      {.name = "proof",
                       .type = ParameterType::flag,
                       .is_optional = true,
                       .description = "whether to add a proof file"}},
       .result = "receipt, height, index, proof",
       .handler = get_receipt},
  };
}

}  // namespace generion::rpc
