#include "contract/execution.h"

#include <fmt/core.h>

#include <utility>

#include "contract/due.h"
#include "contract/epoch.h"
#include "contract/operations/call.h"

namespace generion::contract {
namespace {

struct Refusal {
  Error error;
  std::uint64_t operation = 0;  // the one that did not take effect
};

using Outcome = std::expected<std::vector<std::uint64_t>, Refusal>;

// Applies all operations, or stops at the first that is refused. The caller commits or rolls back.
Outcome run(WorkingState& state, const BlockContext& block, const Transaction& transaction,
            std::uint32_t index_in_batch) {
  const auto sender = resolve_sender(state, block, transaction.body.sender);
  if (!sender) return std::unexpected(Refusal{sender.error(), 0});
  Call call{state, block, transaction, index_in_batch, *sender, 0, 0, 0, {}};
  note_sent(call);
  for (const Operation& operation : transaction.body.operations) {
    if (auto ok = check_key_kind(call, operation); !ok) {
      return std::unexpected(Refusal{ok.error(), call.operation});
    }
    if (auto ok = charge_operation(call); !ok) {
      return std::unexpected(Refusal{ok.error(), call.operation});
    }
    const auto done =
        std::visit([&call](const auto& op) { return apply_operation(call, op); }, operation);
    if (!done) return std::unexpected(Refusal{done.error(), call.operation});
    ++call.operation;
  }
  return std::move(call.new_ids);
}

}  // namespace

BlockWrites genesis_writes(const Genesis& genesis) {
  BlockWrites out;
  Counters counters;
  counters.institutions = genesis.institutions.size();
  counters.validators = genesis.validators.size();
  out.objects.push_back({counters_key(), encode_counters(counters), true});
  out.objects.push_back({parameters_key(), encode_parameters(genesis.parameters), true});
  Validators validators;
  for (const GenesisValidator& given : genesis.validators) {
    const ValidatorId id(validators.members.size() + 1);
    validators.members.push_back({id, given.key, given.governance_key, given.name});
    out.lookups.push_back({identity_key(given.governance_key), identity_value(id)});
    out.lookups.push_back({identity_key(given.key), identity_value(NodeKeyOf{id})});
  }
  out.objects.push_back({validators_key(), encode_validators(validators), true});
  EpochObject epoch;
  epoch.first = Height(1);
  epoch.since = genesis.time;
  epoch.validators = set_of(validators);
  out.objects.push_back({epoch_key(Epoch(0)), encode_epoch(epoch), true});
  InstitutionId id(0);
  for (const GenesisInstitution& given : genesis.institutions) {
    id = id.next();
    Institution institution;
    institution.address = given.address;
    institution.name = given.name;
    institution.kind = given.kind;
    institution.data_source_url = given.data_source_url;
    institution.since = genesis.time;
    out.objects.push_back({institution_key(id), encode_institution(institution), true});
    out.lookups.push_back({identity_key(given.address), identity_value(id)});
  }
  return out;
}

class BlockExecution::Impl {
 public:
  Impl(const StateReader& reader, BlockContext context)
      : state(reader, context.parameters), block(std::move(context)) {}

  WorkingState state;
  const BlockContext block;
};

BlockExecution::BlockExecution(const StateReader& reader, BlockContext context)
    : impl_(std::make_unique<Impl>(reader, std::move(context))) {}
BlockExecution::~BlockExecution() = default;
BlockExecution::BlockExecution(BlockExecution&&) noexcept = default;

std::vector<SystemReceipt> BlockExecution::handle_due() {
  return contract::handle_due(impl_->state, impl_->block);
}

Receipt BlockExecution::apply(const Transaction& transaction, std::uint32_t index_in_batch) {
  Outcome outcome = run(impl_->state, impl_->block, transaction, index_in_batch);
  Receipt receipt;
  receipt.tx_hash = transaction.hash;
  if (outcome) {
    impl_->state.commit();
    receipt.new_ids = std::move(*outcome);
  } else {
    impl_->state.rollback();
    receipt.code = outcome.error().error.code;
    receipt.failed_operation = outcome.error().operation;
  }
  return receipt;
}

BlockWrites BlockExecution::finish() && {
  WorkingState& state = impl_->state;
  const std::uint64_t epoch = state.counters().epoch;
  const EpochObject& before = state.epoch();
  end_block(state, impl_->block);
  state.commit();
  const auto last_height = before.last;
  std::shared_ptr<const EpochRules> next;
  if (state.counters().epoch != epoch) next = std::make_shared<const EpochRules>(rules_of(state));
  BlockWrites out = std::move(state).finish();
  out.last_height = last_height;
  out.next_epoch = std::move(next);
  return out;
}

Result<void> check_against_state(const StateReader& reader, BlockContext context,
                                 const Transaction& transaction) {
  WorkingState state(reader, context.parameters);
  const Outcome outcome = run(state, context, transaction, 0);
  if (outcome) return {};
  const Refusal& refusal = outcome.error();
  const auto& operations = transaction.body.operations;
  if (refusal.operation >= operations.size()) return fail(refusal.error);
  return fail(refusal.error.code,
              fmt::format("operation {}, {}: {}", refusal.operation,
                          operation_name(operations[refusal.operation]), refusal.error.message));
}

}  // namespace generion::contract
