#include "rpc/results.h"

#include "base/base64.h"
#include "base/hex.h"
#include "types/address.h"

namespace generion::rpc {
namespace {

template <class Numbers>
JsonArray numbers(const Numbers& values, const Memory& memory) {
  JsonArray out(memory);
  out.reserve(values.size());
  for (const auto value : values) out.emplace_back(value);
  return out;
}

}  // namespace

Json to_json(const Outcome& outcome, const Memory& memory) {
  JsonObject out(12, memory);
  out.emplace("tx_id", to_hex(outcome.tx_id));
  if (outcome.tx_hash) out.emplace("tx_hash", to_hex(*outcome.tx_hash));
  out.emplace("state", tx_state_name(outcome.state));
  if (outcome.height) out.emplace("height", outcome.height->value());
  if (outcome.index) out.emplace("index", *outcome.index);
  if (outcome.code != Code::ok) out.emplace("code", code_name(outcome.code));
  if (!outcome.message.empty()) out.emplace("message", outcome.message);
  if (outcome.state == Outcome::State::refused && outcome.height) {
    out.emplace("failed_operation", outcome.failed_operation);
  }
  if (!outcome.new_ids.empty()) out.emplace("new_ids", numbers(outcome.new_ids, memory));
  if (outcome.height) out.emplace("sealed", outcome.sealed);
  if (outcome.proof) out.emplace("proof", to_base64(*outcome.proof));
  return out;
}

Json to_json(const Simulation& simulation, const Memory& memory) {
  JsonObject out = to_json(simulation.receipt, memory).get_object();
  out.emplace("tx_id", to_hex(simulation.tx_id));
  out.emplace("height", simulation.height.value());
  if (!simulation.message.empty()) out.emplace("message", simulation.message);
  return Json(std::move(out));
}

Json to_json(const NodeStatus& status, const Genesis& genesis, const Hash& chain_id,
             const Memory& memory) {
  JsonObject out(21, memory);
  out.emplace("chain_id", to_hex(chain_id));
  out.emplace("chain_name", genesis.chain_name);
  out.emplace("version", status.version);
  out.emplace("role", status.role);
  out.emplace("epoch", status.epoch.value());
  out.emplace("view", status.view.value());
  out.emplace("height", status.height.value());
  out.emplace("sealed_height", status.sealed_height.value());
  out.emplace("block_hash", to_hex(status.block_hash));
  out.emplace("block_time_ms", status.block_time.value());
  out.emplace("time_ms", status.time.value());
  if (status.primary) out.emplace("primary", address_text(*status.primary));
  out.emplace("head", status.head.value());
  out.emplace("peers", status.peers);
  out.emplace("mempool", status.mempool);
  out.emplace("validators", status.validators);
  out.emplace("quorum", status.quorum);
  out.emplace("ready", status.ready);
  if (!status.ready) out.emplace("not_ready_reason", status.not_ready_reason);
  return out;
}

Json to_json(const BlockHeader& header, const Memory& memory) {
  JsonObject out(13, memory);
  out.emplace("chain_id", to_hex(header.chain_id));
  out.emplace("epoch", header.epoch.value());
  out.emplace("height", header.height.value());
  out.emplace("parent_hash", to_hex(header.parent_hash));
  out.emplace("time_ms", header.time.value());
  out.emplace("batch_digest", to_hex(header.batch_digest));
  out.emplace("tx_count", header.tx_count);
  out.emplace("tx_root", to_hex(header.tx_root));
  out.emplace("receipt_root", to_hex(header.receipt_root));
  out.emplace("state_root", to_hex(header.state_root));
  out.emplace("object_count", header.object_count);
  out.emplace("validator_set_hash", to_hex(header.validator_set_hash));
  out.emplace("next_validator_set_hash", to_hex(header.next_validator_set_hash));
  return out;
}

Json to_json(const Receipt& receipt, const Memory& memory) {
  JsonObject out(4, memory);
  out.emplace("tx_hash", to_hex(receipt.tx_hash));
  out.emplace("code", code_name(receipt.code));
  if (receipt.code != Code::ok) out.emplace("failed_operation", receipt.failed_operation);
  out.emplace("new_ids", numbers(receipt.new_ids, memory));
  return out;
}

Json to_json(const SystemReceipt& receipt, const Memory& memory) {
  JsonObject out(3, memory);
  out.emplace("event", due_name(receipt.kind));
  out.emplace("id", receipt.id);
  out.emplace("code", code_name(receipt.code));
  return out;
}

Json to_json(const Certificate& certificate, const Memory& memory) {
  JsonArray signers(memory);
  signers.reserve(certificate.signers.size());
  for (const Certificate::Signer& signer : certificate.signers) {
    JsonObject entry(2, memory);
    entry.emplace("key", to_hex(signer.key));
    entry.emplace("signature", to_hex(signer.signature));
    signers.emplace_back(std::move(entry));
  }
  JsonObject out(2, memory);
  out.emplace("block_hash", to_hex(certificate.block_hash));
  out.emplace("signers", std::move(signers));
  return out;
}

Json to_json(const BlockView& block, const Memory& memory) {
  JsonArray tx_ids(memory);
  tx_ids.reserve(block.tx_ids.size());
  for (const TxId& id : block.tx_ids) tx_ids.emplace_back(to_hex(id));
  JsonArray receipts(memory);
  receipts.reserve(block.receipts.size());
  for (const Receipt& receipt : block.receipts) receipts.emplace_back(to_json(receipt, memory));
  JsonArray system(memory);
  system.reserve(block.system_receipts.size());
  for (const SystemReceipt& receipt : block.system_receipts) {
    system.emplace_back(to_json(receipt, memory));
  }
  JsonObject out(7, memory);
  out.emplace("header", to_json(block.header, memory));
  out.emplace("block_hash", to_hex(block.block_hash));
  out.emplace("tx_ids", std::move(tx_ids));
  out.emplace("skipped", numbers(block.skipped, memory));
  out.emplace("system_receipts", std::move(system));
  out.emplace("receipts", std::move(receipts));
  if (block.certificate) out.emplace("certificate", to_json(*block.certificate, memory));
  return out;
}

}  // namespace generion::rpc
