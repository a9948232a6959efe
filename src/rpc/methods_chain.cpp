// Methods about transactions, blocks and the node.
#include <fmt/core.h>

#include <boost/json/parse.hpp>

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
  const Wait wait = wait_from(arguments.text("wait")).value_or(Wait::accepted);
  context.submissions.submit(std::move(*transaction), wait, std::move(done));
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

Answer get_status(const Context& context, const Arguments&, const Memory& memory) {
  return to_json(context.backend.status(), context.backend.genesis(), context.backend.chain_id(),
                 memory);
}

Answer get_genesis(const Context& context, const Arguments&, const Memory& memory) {
  return boost::json::parse(genesis_json(context.backend.genesis()), memory);
}

Answer get_block(const Context& context, const Arguments& arguments, const Memory& memory) {
  const auto block = context.backend.block(Height(*arguments.number("height")));
  if (!block) return failed(block.error());
  return to_json(*block, memory);
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

Answer get_certificate(const Context& context, const Arguments& arguments, const Memory& memory) {
  const Height height(*arguments.number("height"));
  const auto block = context.backend.block(height);
  if (!block) return failed(block.error());
  if (!block->certificate) {
    return failed({Code::not_ready,
                   fmt::format("block {} has no certificate yet; sealed is {}", height.value(),
                               context.backend.status().sealed_height.value())});
  }
  Json out = to_json(*block->certificate, memory);
  out.get_object().emplace("header_bytes", to_base64(encode_header(block->header)));
  return out;
}

Parameter tx_id_parameter() {
  return {.name = "tx_id", .type = ParameterType::tx_id, .description = "from sendTransaction"};
}

Parameter block_parameter() {
  return {.name = "height",
          .type = ParameterType::number,
          .description = "of the block",
          .min = 0,
          .max = limits::kSafeIntegerMax};
}

}  // namespace

std::vector<Method> chain_methods() {
  return {
      {.name = "sendTransaction",
       .summary =
           "Sends a signed transaction and waits as long as told; the same bytes again are safe",
       .parameters = {{.name = "transaction",
                       .type = ParameterType::base64,
                       .description = "a SignedTransaction",
                       .max = kTransactionBytesMax},
                      {.name = "wait",
                       .type = ParameterType::choice,
                       .is_optional = true,
                       .description = "accepted if left out",
                       .choices = {"accepted", "executed", "sealed"}}},
       .result = "outcome",
       .handler = send_transaction},
      {.name = "getTransaction",
       .summary = "What became of a transaction, and its bytes",
       .parameters = {tx_id_parameter()},
       .result = "outcome, transaction (base64, erased attachments empty), block_time_ms",
       .handler = get_transaction},
      {.name = "getStatus",
       .summary = "Where the node and its chain stand",
       .parameters = {},
       .result = "chain_id, chain_name, version, role, epoch, view, height, sealed_height, "
                 "block_hash, ...",
       .handler = get_status},
      {.name = "getGenesis",
       .summary = "The genesis file",
       .parameters = {},
       .result = "the genesis file's JSON",
       .handler = get_genesis},
      {.name = "getBlock",
       .summary = "A block's header, transaction ids and receipts",
       .parameters = {block_parameter()},
       .result = "header, block_hash, tx_ids, skipped, receipts, certificate (if sealed)",
       .handler = get_block},
      {.name = "getReceipt",
       .summary = "How a transaction ended, with its proof if asked for",
       .parameters = {tx_id_parameter(),
                      {.name = "proof",
                       .type = ParameterType::flag,
                       .is_optional = true,
                       .description = "whether to add a proof file"}},
       .result = "receipt, height, index, proof",
       .handler = get_receipt},
      {.name = "getCertificate",
       .summary = "The signatures that make a block final",
       .parameters = {block_parameter()},
       .result = "block_hash, header_bytes (base64), signers",
       .handler = get_certificate},
  };
}

}  // namespace generion::rpc
