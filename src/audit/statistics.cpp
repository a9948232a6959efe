#include "audit/statistics.h"

#include "base/limits.h"
#include "contract/governance_objects.h"
#include "contract/objects.h"
#include "ledger/block_store.h"

namespace generion::audit {
namespace {

constexpr std::uint64_t kDayMs = 86'400'000;

// Days beyond the bound are counted with the last one.
Statistics::Day& day_of(Statistics& out, TimeMs time) {
  const std::uint64_t day = time.value() / kDayMs;
  if (out.days.size() < limits::kAuditDaysMax || out.days.contains(day)) return out.days[day];
  return out.days.rbegin()->second;
}

void count_transaction(Statistics& out, Statistics::Day& day, const Transaction& transaction,
                       Code code) {
  const bool is_effective = code == Code::ok;
  const std::uint64_t operations = transaction.body.operations.size();
  ++out.transactions;
  ++day.transactions;
  if (is_effective) {
    out.operations += operations;
    day.operations += operations;
  } else {
    ++out.refused;
    ++out.refusals[code];
  }
  for (const Operation& operation : transaction.body.operations) {
    const std::string_view name = operation_name(operation);
    auto found = out.by_operation.find(name);
    if (found == out.by_operation.end()) {
      found = out.by_operation.emplace(name, Statistics::Operations()).first;
    }
    ++(is_effective ? found->second.effective : found->second.refused);
  }
  const auto institution = out.institutions.find(transaction.body.sender);
  if (institution == out.institutions.end()) return;
  ++institution->second.transactions;
  if (is_effective) {
    institution->second.operations += operations;
  } else {
    ++institution->second.refused;
  }
}

}  // namespace

void count_block(Statistics& out, const CheckedBlock& block, const ValidatorSet& set) {
  Statistics::Day& day = day_of(out, block.block.header.time);
  ++out.blocks;
  ++day.blocks;
  const ledger::SkippedBits skipped(block.block.skipped);
  std::size_t receipt = 0;
  for (std::size_t place = 0; place < block.transactions.size(); ++place) {
    if (skipped[place]) {
      ++out.skipped;
    } else {
      count_transaction(out, day, *block.transactions[place], block.block.receipts[receipt++].code);
    }
  }
  for (const SystemReceipt& due : block.block.system_receipts) {
    ++out.due[std::string(due_name(due.kind))];
  }
  if (!block.block.batch.proposer.is_zero()) {
    ++out.validators[block.block.batch.proposer].proposed;
  }
  if (!block.block.certificate) return;
  ++out.certificates;
  for (const PublicKey& key : set.keys) ++out.validators[key].certificates;
  for (const Certificate::Signer& signer : block.block.certificate->signers) {
    ++out.validators[signer.key].seals;
  }
}

void count_institutions(Statistics& out, const contract::BlockWrites& writes) {
  for (const contract::ObjectWrite& write : writes.objects) {
    const auto name = contract::parse_object_key(write.key);
    if (!name) continue;
    if (std::holds_alternative<contract::InstitutionId>(*name)) {
      const auto institution = contract::decode_institution(write.value);
      if (!institution) continue;
      auto& counted = out.institutions[institution->address];
      counted.name = institution->name;
      counted.status = contract::status_name(institution->status);
    } else if (*name == contract::ObjectName(contract::SingleObject::validators)) {
      const auto validators = contract::decode_validators(write.value);
      if (!validators) continue;
      for (const contract::Validator& member : validators->members) {
        out.validators[member.key].name = member.name;
      }
    }
  }
}

}  // namespace generion::audit
